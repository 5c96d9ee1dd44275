//===- ArtifactTest.cpp - Loading and calling artifacts ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// With the shared objects of Inputs/FakeArtifact.c, in FAKE_DIR.
//
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/Artifact.h"
#include "FakeEntry.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

using namespace fovea::runtime;
using testing::HasSubstr;
using testing::StartsWith;

static std::string pathOf(const std::string &name) {
  return FAKE_DIR "/" + name + ".so";
}

/// Expects that opening `path` fails, and returns why.
static std::string openError(const std::string &path) {
  std::string error;
  EXPECT_EQ(Artifact::open(path, error), nullptr);
  return error;
}

namespace {

class ArtifactTest : public testing::Test {
protected:
  ArtifactTest() : artifact(Artifact::open(pathOf("FakeArtifact"), error)) {}

  std::vector<const DLTensor *> tensors() const {
    return {&x.tensor, &y.tensor};
  }
  float *values(TestTensor &t) {
    return reinterpret_cast<float *>(t.memory.data());
  }

  std::string error;
  std::unique_ptr<Artifact> artifact;
  TestTensor x{kF32, {3}}, y{kF32, {3}};
};

} // namespace

TEST_F(ArtifactTest, ListsEntries) {
  ASSERT_TRUE(artifact) << error;
  ASSERT_EQ(artifact->entries().size(), 2u);
  EXPECT_STREQ(artifact->entries()[0]->name, "twice");
  EXPECT_STREQ(artifact->entries()[1]->name, "thrice");
  EXPECT_EQ(artifact->target(), "cpu");
  EXPECT_EQ(artifact->device(), kDLCPU);
  EXPECT_THAT(artifact->manifest(), StartsWith("{\"version\":2,"));
}

TEST_F(ArtifactTest, Calls) {
  ASSERT_TRUE(artifact) << error;
  const FoveaEntry *thrice = artifact->lookup("thrice", error);
  ASSERT_TRUE(thrice) << error;
  values(x)[2] = 5;
  EXPECT_TRUE(call(*thrice, tensors(), error)) << error;
  EXPECT_EQ(values(y)[2], 15);
}

TEST_F(ArtifactTest, CallFails) {
  ASSERT_TRUE(artifact) << error;
  const FoveaEntry &entry = *artifact->entries()[0];
  y.shape[0] = 2;
  EXPECT_FALSE(call(entry, tensors(), error));
  EXPECT_THAT(error, HasSubstr("twice: output 'y' (argument 1): found size 2"));
  EXPECT_FALSE(call(entry, {&x.tensor}, error));
  EXPECT_EQ(error, "twice: found 1 tensors, expected 2");
}

TEST_F(ArtifactTest, TimesCalls) {
  ASSERT_TRUE(artifact) << error;
  TimingOptions options;
  std::vector<int> progress;
  options.runs = 4;
  options.progress = [&](int done) { progress.push_back(done); };
  std::optional<Timing> timing =
      timeCalls(*artifact->entries()[0], tensors(), options, error);
  ASSERT_TRUE(timing) << error;
  EXPECT_EQ(timing->runs, 4);
  EXPECT_GT(timing->minSeconds, 0);
  EXPECT_GE(timing->medianSeconds, timing->minSeconds);
  EXPECT_EQ(progress, (std::vector<int>{1, 2, 3, 4}));
  options.runs = 0;
  EXPECT_FALSE(timeCalls(*artifact->entries()[0], tensors(), options, error));
  EXPECT_EQ(error, "found 0 runs to time, expected at least 1");
}

TEST_F(ArtifactTest, MissingEntry) {
  ASSERT_TRUE(artifact) << error;
  EXPECT_EQ(artifact->lookup("nonce", error), nullptr);
  EXPECT_EQ(error, "artifact '" + artifact->path() +
                       "': has no entry 'nonce'; it has: twice, thrice");
}

TEST_F(ArtifactTest, RelativePath) {
  ASSERT_EQ(chdir(FAKE_DIR), 0);
  EXPECT_TRUE(Artifact::open("FakeArtifact.so", error)) << error;
}

// The functions that users call, found as the dynamic linker finds them.
TEST_F(ArtifactTest, EntryPoints) {
  void *library = dlopen(pathOf("FakeArtifact").c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(library) << dlerror();
  auto twice = reinterpret_cast<int (*)(const DLTensor *, DLTensor *)>(
      dlsym(library, "twice"));
  auto lastError =
      reinterpret_cast<const char *(*)()>(dlsym(library, "fovea_last_error"));
  ASSERT_TRUE(twice && lastError);
  values(x)[0] = 4;
  EXPECT_EQ(twice(&x.tensor, &y.tensor), FOVEA_OK);
  EXPECT_EQ(values(y)[0], 8);
  EXPECT_EQ(twice(&x.tensor, &x.tensor), FOVEA_VALUE_ERROR);
  EXPECT_THAT(lastError(), HasSubstr("found memory that overlaps input 'x'"));
  // The runtime's own functions are not part of the interface.
  EXPECT_FALSE(dlsym(library, "fovea_runtime_call"));
  dlclose(library);
}

// Two artifacts with the same names, visible to each other: each uses its own
// entry, and has its own message.
TEST(Artifacts, OfTheSameNames) {
  TestTensor x(kF32, {3}), y(kF32, {3});
  for (std::string name : {"FakeArtifact", "SameNames"}) {
    void *library = dlopen(pathOf(name).c_str(), RTLD_NOW | RTLD_GLOBAL);
    ASSERT_TRUE(library) << dlerror();
    auto twice = reinterpret_cast<int (*)(const DLTensor *, DLTensor *)>(
        dlsym(library, "twice"));
    auto lastError =
        reinterpret_cast<const char *(*)()>(dlsym(library, "fovea_last_error"));
    ASSERT_TRUE(twice && lastError);
    EXPECT_EQ(twice(&x.tensor, &y.tensor), FOVEA_OK);
    EXPECT_EQ(twice(&x.tensor, nullptr), FOVEA_TYPE_ERROR);
    EXPECT_EQ(lastError(), (name == "SameNames" ? "other twice" : "twice") +
                               std::string(": output 'y' (argument 1): found a "
                                           "null DLTensor pointer, expected a "
                                           "tensor"));
  }
}

// No tvm-ffi in this process: the call fails, and says why all the same.
TEST_F(ArtifactTest, TVMFFIEntryPointWithoutTVMFFI) {
  void *library = dlopen(pathOf("FakeArtifact").c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(library) << dlerror();
  auto twice = reinterpret_cast<int (*)(void *, const void *, int32_t, void *)>(
      dlsym(library, "__tvm_ffi_twice"));
  auto lastError =
      reinterpret_cast<const char *(*)()>(dlsym(library, "fovea_last_error"));
  ASSERT_TRUE(twice && lastError);
  EXPECT_EQ(twice(nullptr, nullptr, 0, nullptr), -1);
  EXPECT_STREQ(lastError(), "twice: found 0 arguments, expected 2: x, y");
  dlclose(library);
}

TEST(ArtifactErrors, MissingFile) {
  EXPECT_EQ(openError("/nonexistent/libx.so"),
            "cannot read artifact '/nonexistent/libx.so': No such file or "
            "directory");
}

TEST(ArtifactErrors, NotASharedObject) {
  EXPECT_THAT(openError(__FILE__),
              testing::AllOf(StartsWith("cannot load artifact '"),
                             HasSubstr("invalid ELF header")));
  EXPECT_THAT(openError("/"), StartsWith("cannot load artifact '/': "));
}

TEST(ArtifactErrors, NotAnArtifact) {
  EXPECT_THAT(openError(pathOf("NotAnArtifact")),
              HasSubstr("is a shared object, but not a Fovea artifact"));
}

TEST(ArtifactErrors, OtherVersion) {
  EXPECT_THAT(openError(pathOf("OtherVersion")),
              HasSubstr("has artifact version 1, this runtime calls version "
                        "2: compile it again"));
}

TEST(ArtifactErrors, BrokenManifest) {
  EXPECT_THAT(openError(pathOf("NotJson")),
              HasSubstr("its manifest is not JSON"));
  EXPECT_THAT(openError(pathOf("NoVersion")),
              HasSubstr("its manifest has no version"));
  EXPECT_THAT(openError(pathOf("NoEntries")),
              HasSubstr("its manifest has no entries"));
  EXPECT_THAT(
      openError(pathOf("NoDevice")),
      HasSubstr("its manifest has no device, expected cpu, cuda or hip"));
  EXPECT_THAT(
      openError(pathOf("UnknownDevice")),
      HasSubstr("its manifest has device 'tpu', expected cpu, cuda or hip"));
  EXPECT_THAT(openError(pathOf("OtherDevice")),
              HasSubstr("its manifest and its symbol fovea_entry_twice are of "
                        "different devices"));
  EXPECT_THAT(openError(pathOf("NoSymbol")),
              HasSubstr("names an entry without a symbol fovea_entry_gone"));
}
