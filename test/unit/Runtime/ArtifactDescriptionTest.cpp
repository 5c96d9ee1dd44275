//===- ArtifactDescriptionTest.cpp - Header and manifest --------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What the compiler writes about an artifact, and that the runtime reads it.
//
//===----------------------------------------------------------------------===//

#include "fovea/Target/CPU/ArtifactDescription.h"

#include "../../../lib/Runtime/Json.h"
#include "fovea/Runtime/Entry.h"

#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace fovea;
using testing::HasSubstr;
using Kind = runtime::JsonValue::Kind;

static_assert(kArtifactVersion == FOVEA_ARTIFACT_VERSION);
static_assert(kArtifactMaxRank == FOVEA_MAX_RANK);
static_assert(kArtifactMaxParams == FOVEA_MAX_PARAMS);
static_assert(int(ArtifactDevice::CPU) == kDLCPU);
static_assert(int(ArtifactDevice::CUDA) == kDLCUDA);
static_assert(int(ArtifactDevice::HIP) == kDLROCM);
static_assert(int(ArtifactElementKind::Int) == kDLInt);
static_assert(int(ArtifactElementKind::UInt) == kDLUInt);
static_assert(int(ArtifactElementKind::Float) == kDLFloat);
static_assert(int(ArtifactElementKind::BFloat) == kDLBfloat);
static_assert(int(ArtifactElementKind::Bool) == kDLBool);

namespace {

class ArtifactDescriptionTest : public testing::Test {
protected:
  ArtifactDescriptionTest() {
    artifact.source = "a.mlir";
    artifact.target = "cpu";
    artifact.entries.emplace_back();
    entry().name = "f";
    entry().params = {param("q", {-1, 3}), param("o", {-1})};
    entry().params[1].isOutput = true;
  }

  static ArtifactParam param(const char *name,
                             llvm::SmallVector<int64_t, 4> shape) {
    ArtifactParam result;
    result.name = name;
    result.shape = std::move(shape);
    return result;
  }

  ArtifactEntry &entry() { return artifact.entries[0]; }
  std::string verify() { return llvm::toString(verifyArtifact(artifact)); }

  std::string header(llvm::StringRef fileName = "liba.h") {
    std::string text;
    llvm::raw_string_ostream os(text);
    printArtifactHeader(artifact, fileName, os);
    return text;
  }

  ArtifactDescription artifact;
};

} // namespace

TEST_F(ArtifactDescriptionTest, Header) {
  entry().config = "#config<\"*/\">";
  EXPECT_EQ(verify(), "");
  std::string text = header();
  EXPECT_THAT(text, HasSubstr("from a.mlir for cpu."));
  EXPECT_THAT(text, HasSubstr("#ifndef FOVEA_ARTIFACT_LIBA_H\n"));
  EXPECT_THAT(text, HasSubstr("/* f\n"
                              " *   in   q  float32 [?0, 3]\n"
                              " *   out  o  float32 [?0]\n"
                              " * Compiled with #config<\"* /\">.\n"
                              " */\n"
                              "int f(const DLTensor *q, DLTensor *o);\n"));
}

TEST_F(ArtifactDescriptionTest, HeaderRenamesParameters) {
  entry().params = {param("0", {}), param("new", {}), param("new_", {}),
                    param("a.b", {}), param("a-b", {})};
  EXPECT_EQ(verify(), "");
  EXPECT_THAT(header(), HasSubstr("int f(const DLTensor *_0, "
                                  "const DLTensor *new_, "
                                  "const DLTensor *new__, "
                                  "const DLTensor *a_b, "
                                  "const DLTensor *a_b_);\n"));
}

TEST_F(ArtifactDescriptionTest, HeaderGuard) {
  EXPECT_THAT(header("my-lib.2.h"),
              HasSubstr("#define FOVEA_ARTIFACT_MY_LIB_2_H\n"));
}

TEST_F(ArtifactDescriptionTest, ManifestIsReadByTheRuntime) {
  artifact.target = "quote \" and \\";
  entry().params[0].kind = ArtifactElementKind::BFloat;
  entry().params[0].bits = 16;
  entry().config = "#config<m = 64>";
  entry().workspaceBytes = 4096;
  std::string text;
  llvm::raw_string_ostream os(text);
  printArtifactManifest(artifact, os);

  auto manifest = runtime::parseJson(text.c_str());
  ASSERT_TRUE(manifest) << text;
  EXPECT_EQ(manifest->find("version", Kind::Number)->number, 2);
  EXPECT_EQ(manifest->find("target", Kind::String)->text, artifact.target);
  EXPECT_EQ(manifest->find("device", Kind::String)->text, "cpu");
  const auto &entries = manifest->find("entries", Kind::Array)->children;
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].second.find("name", Kind::String)->text, "f");
  EXPECT_EQ(entries[0].second.find("workspace", Kind::Number)->number, 4096);
  EXPECT_EQ(entries[0].second.find("config", Kind::String)->text,
            "#config<m = 64>");
  EXPECT_THAT(text, HasSubstr("{\"name\":\"q\",\"dtype\":\"bfloat16\","
                              "\"shape\":[\"?0\",3],\"role\":\"in\"}"));
}

TEST_F(ArtifactDescriptionTest, OfAGPU) {
  EXPECT_THAT(header(), HasSubstr("Tensors are on the CPU"));
  EXPECT_THAT(header(), Not(HasSubstr("fovea_set_stream")));
  artifact.device = ArtifactDevice::CUDA;
  EXPECT_THAT(header(), HasSubstr("on one NVIDIA GPU"));
  EXPECT_THAT(header(), HasSubstr("int fovea_set_stream(void *stream);\n"));
  std::string text;
  llvm::raw_string_ostream os(text);
  printArtifactManifest(artifact, os);
  EXPECT_THAT(text, HasSubstr("\"device\":\"cuda\""));
}

TEST_F(ArtifactDescriptionTest, FunctionNames) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "is not a C identifier"},
      {"a b", "is not a C identifier"},
      {"0a", "is not a C identifier"},
      {"int", "is a keyword of C or C++"},
      {"xor_eq", "is a keyword of C or C++"},
      {"alignas", "is a keyword of C or C++"},
      {"main", "is reserved"},
      {"_x", "is reserved"},
      {"fovea_manifest", "is reserved"},
      {"exp2f", "is a function of the C library"},
      {"malloc", "is a function of the C library"}};
  for (auto [name, objection] : cases) {
    entry().name = name;
    EXPECT_THAT(verify(), HasSubstr(objection)) << name;
  }
  for (const char *name : {"attention", "f32", "ints", "A_1"}) {
    entry().name = name;
    EXPECT_EQ(verify(), "");
  }
}

TEST_F(ArtifactDescriptionTest, Parameters) {
  entry().params[1].name = "q";
  EXPECT_EQ(verify(), "function 'f' cannot be in an artifact: two of its "
                      "parameters have the name 'q'");
  entry().params[1].name = "o";
  entry().params[0].bits = 1;
  EXPECT_EQ(verify(),
            "function 'f' cannot be in an artifact: parameter 'q' has "
            "elements of 1 bits, legal are 8, 16, 32 and 64");
  entry().params[0].bits = 32;
  entry().params[0].isOutput = true;
  entry().params[1].isOutput = false;
  EXPECT_EQ(verify(), "function 'f' lists input 'o' after an output");
  entry().params[0].isOutput = false;
  entry().params[0].shape.assign(9, 1);
  EXPECT_EQ(verify(),
            "function 'f' cannot be in an artifact: parameter 'q' has "
            "rank 9, at most 8 is legal");
  entry().params.clear();
  EXPECT_EQ(verify(), "function 'f' cannot be in an artifact: it has 0 "
                      "parameters and results, 1 to 64 are legal");
}

TEST_F(ArtifactDescriptionTest, Entries) {
  artifact.entries.push_back(entry());
  EXPECT_EQ(verify(), "function 'f' is there twice");
  artifact.entries.clear();
  EXPECT_EQ(verify(),
            "an artifact needs at least one public function, found none");
}
