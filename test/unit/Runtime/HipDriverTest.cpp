//===- HipDriverTest.cpp - HIP's library, found or not ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A process loads a driver once: each call is made in a process of its own.
//
//===----------------------------------------------------------------------===//

#include "HipTest.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

namespace {

class HipDriverTest : public HipTest {
protected:
  /// Makes a call, and prints its error.
  [[noreturn]] void callAndExit(const char *library, const char *failing = "") {
    setenv("FOVEA_LIBHIP", library, 1);
    fake().failures[failing] = 100;
    int status = call([] { fprintf(stderr, "called "); });
    fprintf(stderr, "status %d: %s", status, fovea_last_error());
    exit(0);
  }

  /// Launches a kernel for another architecture, with `library` loaded by the
  /// program but not named.
  [[noreturn]] void launchAndExit(const char *library) {
    void *loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    auto *find =
        loaded
            ? reinterpret_cast<FakeDriverFunction>(dlsym(loaded, "fake_driver"))
            : nullptr;
    if (find)
      find()->architecture = "gfx908:xnack-";
    unsetenv("FOVEA_LIBHIP");
    launch({1}, {});
    fprintf(stderr, "%s", fovea_last_error());
    exit(0);
  }
};

} // namespace

#define EXPECT_EXIT_SAYS(what, message)                                        \
  EXPECT_EXIT(what, testing::ExitedWithCode(0), message)

TEST_F(HipDriverTest, Loads) {
  EXPECT_EXIT_SAYS(callAndExit(FAKE_HIP_LIBRARY), "^called status 0: $");
}

TEST_F(HipDriverTest, MissingLibrary) {
  EXPECT_EXIT_SAYS(callAndExit("/nonexistent/libamdhip64.so"),
                   "^status 3: fwd: this artifact is for AMD GPUs: cannot "
                   "load /nonexistent/libamdhip64.so: .*No such file or "
                   "directory; install ROCm's HIP runtime .the package "
                   "hip-runtime-amd., or name its library in FOVEA_LIBHIP$");
}

/// On a machine without ROCm.
TEST_F(HipDriverTest, NoLibrary) {
  if (dlopen("libamdhip64.so", RTLD_NOW) ||
      dlopen("libamdhip64.so.6", RTLD_NOW))
    GTEST_SKIP() << "this machine has HIP";
  EXPECT_EXIT_SAYS(
      callAndExit(""),
      "^status 3: fwd: this artifact is for AMD GPUs: cannot load "
      "libamdhip64.so, libamdhip64.so.7, libamdhip64.so.6, libamdhip64.so.5 or "
      "/opt/rocm/lib/libamdhip64.so: libamdhip64.so: .*No such file or "
      "directory; install ROCm's HIP runtime");
}

/// PyTorch brings a HIP of its own, whose streams no other one knows.
TEST_F(HipDriverTest, TheLoadedLibraryIsTaken) {
  EXPECT_EXIT_SAYS(launchAndExit(FAKE_HIP5_LIBRARY),
                   "^fwd: kernel 'k' was compiled for gfx942, and cannot run "
                   "on device 0 .AMD Fake, gfx908:xnack-.$");
}

TEST_F(HipDriverTest, OtherLibrary) {
  EXPECT_EXIT_SAYS(callAndExit("libc.so.6"),
                   "^status 3: fwd: this artifact is for AMD GPUs: libc.so.6 "
                   "has no hipInit; expected HIP of ROCm 5.2 or later$");
}

TEST_F(HipDriverTest, NoDevice) {
  EXPECT_EXIT_SAYS(callAndExit(FAKE_HIP_LIBRARY, "hipInit"),
                   "^status 3: fwd: this artifact is for AMD GPUs: found no "
                   "usable one: hipInit: hipErrorNoDevice: no ROCm-capable "
                   "device is detected$");
  EXPECT_EXIT_SAYS(callAndExit(FAKE_HIP_LIBRARY, "hipGetDeviceCount"),
                   "found no usable one: hipGetDeviceCount: hipErrorNoDevice");
  EXPECT_EXIT_SAYS(
      {
        fake().devices = 0;
        callAndExit(FAKE_HIP_LIBRARY);
      },
      "found no usable one: the driver lists 0 devices$");
}
