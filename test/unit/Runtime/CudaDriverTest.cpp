//===- CudaDriverTest.cpp - A driver that cannot be loaded ------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A process loads a driver once: each call is made in a process of its own.
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include <cstdio>
#include <cstdlib>

namespace {

class CudaDriverTest : public DeviceTest {
protected:
  /// Makes a call, and prints its error.
  [[noreturn]] void callAndExit(const char *library, const char *failing) {
    setenv("FOVEA_LIBCUDA", library, 1);
    fake().failures[failing] = 100;
    int status = call([] { fprintf(stderr, "called "); });
    fprintf(stderr, "status %d: %s", status, fovea_last_error());
    exit(0);
  }
};

} // namespace

#define EXPECT_CALL_SAYS(library, failing, message)                            \
  EXPECT_EXIT(callAndExit(library, failing), testing::ExitedWithCode(0),       \
              message)

TEST_F(CudaDriverTest, Loads) {
  EXPECT_CALL_SAYS(FAKE_CUDA_LIBRARY, "", "^called status 0: $");
}

TEST_F(CudaDriverTest, MissingLibrary) {
  EXPECT_CALL_SAYS("/nonexistent/libcuda.so", "",
                   "^status 3: fwd: this artifact is for NVIDIA GPUs: cannot "
                   "load /nonexistent/libcuda.so: .*No such file or directory; "
                   "install NVIDIA's "
                   "driver, or name its library in FOVEA_LIBCUDA$");
}

TEST_F(CudaDriverTest, OtherLibrary) {
  EXPECT_CALL_SAYS("libc.so.6", "",
                   "^status 3: fwd: this artifact is for NVIDIA GPUs: "
                   "libc.so.6 has no cuInit; expected the driver of CUDA 12.0 "
                   "or later$");
}

TEST_F(CudaDriverTest, NoDevice) {
  EXPECT_CALL_SAYS(
      FAKE_CUDA_LIBRARY, "cuInit",
      "^status 3: fwd: this artifact is for NVIDIA GPUs: found no "
      "usable one: cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device "
      "is detected$");
  EXPECT_CALL_SAYS(
      FAKE_CUDA_LIBRARY, "cuDeviceGetCount",
      "found no usable one: cuDeviceGetCount: CUDA_ERROR_NO_DEVICE");
}
