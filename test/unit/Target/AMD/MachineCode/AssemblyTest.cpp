//===- AssemblyTest.cpp - functions, labels, metadata -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loops.h"

using namespace fovea::amd;

namespace {

/// As LLVM prints a kernel, shortened.
const std::string kKernel = R"(
	.amdgcn_target "amdgcn-amd-amdhsa--gfx942:sramecc+:xnack-"
	.amdhsa_code_object_version 6
	.text
	.globl	attn                            ; -- Begin function attn
	.p2align	8
	.type	attn,@function
attn:                                   ; @attn
; %bb.0:
	s_load_dwordx2 s[0:1], s[4:5], 0x0
.LBB0_1:                                ; =>This Inner Loop Header: Depth=1
	v_mfma_f32_32x32x8_bf16 v[0:15], v[16:17], v[18:19], v[0:15]
	;;#ASMSTART
	;;#ASMEND
	s_cbranch_scc1 .LBB0_1
; %bb.2:
	s_endpgm
	.section	.rodata,"a",@progbits
	.amdhsa_kernel attn
		.amdhsa_next_free_vgpr 329
	.end_amdhsa_kernel
	.text
.Lfunc_end0:
	.size	attn, .Lfunc_end0-attn
	.set attn.num_vgpr, 256
; Kernel info:
; codeLenInByte = 11992
table:
	.long	3
	.amdgpu_metadata
---
amdhsa.kernels:
  - .agpr_count:     73
    .args:
      - .address_space:  global
        .offset:         0
        .name:           not_a_kernel
    .group_segment_fixed_size: 65536
    .max_flat_workgroup_size: 256
    .name:           attn
    .private_segment_fixed_size: 12
    .sgpr_count:     106
    .sgpr_spill_count: 4
    .symbol:         attn.kd
    .vgpr_count:     329
    .vgpr_spill_count: 2
    .wavefront_size: 64
amdhsa.target:   amdgcn-amd-amdhsa--gfx942
amdhsa.version:
  - 1
  - 2
...

	.end_amdgpu_metadata
)";

std::string without(const std::string &part, const std::string &instead = "") {
  std::string text = kKernel;
  return text.replace(text.find(part), part.size(), instead);
}

TEST(Assembly, ReadsAKernel) {
  Assembly assembly = take(parseAssembly(kKernel));
  EXPECT_EQ(assembly.chip, "gfx942");
  ASSERT_EQ(assembly.functions.size(), 1u);
  const Function *attn = assembly.lookup("attn");
  ASSERT_TRUE(attn);
  ASSERT_EQ(attn->instructions.size(), 4u);
  EXPECT_EQ(attn->instructions[1].line, 12u);
  EXPECT_EQ(attn->labels.lookup(".LBB0_1"), 1u);
  EXPECT_EQ(assembly.lookup("table"), nullptr);
}

TEST(Assembly, ReadsMetadata) {
  Assembly assembly = take(parseAssembly(kKernel));
  ASSERT_TRUE(assembly.functions.at(0).resources);
  const Resources &resources = *assembly.functions[0].resources;
  EXPECT_EQ(resources.totalVGPRs, 329);
  EXPECT_EQ(resources.vgprs, 256);
  EXPECT_EQ(resources.agprs, 73);
  EXPECT_EQ(resources.sgprs, 106);
  EXPECT_EQ(resources.vgprSpills, 2);
  EXPECT_EQ(resources.sgprSpills, 4);
  EXPECT_EQ(resources.scratchBytes, 12);
  EXPECT_EQ(resources.ldsBytes, 65536);
  EXPECT_EQ(resources.maxThreads, 256);
}

TEST(Assembly, RefusesBrokenMetadata) {
  expectError(parseAssembly(without("    .vgpr_spill_count: 2\n")),
              "kernel 'attn' has no .vgpr_spill_count");
  expectError(parseAssembly(without("    .name:           attn\n")),
              "a kernel has no .name");
  expectError(parseAssembly(without("329\n    .vgpr", "many\n    .vgpr")),
              "is not a count: 'many'");
  expectError(parseAssembly(without("329\n    .vgpr", "-1\n    .vgpr")),
              "is not a count: '-1'");
  expectError(parseAssembly(without("329\n    .vgpr", "7\n    .vgpr")),
              "more AGPRs than registers");
  expectError(parseAssembly(without("\t.end_amdgpu_metadata")),
              "no .end_amdgpu_metadata");
}

TEST(Assembly, RefusesBrokenCode) {
  expectError(parseAssembly(without("s_endpgm", "s_frobnicate")),
              "line 17: unknown instruction: 's_frobnicate'");
  expectError(parseAssembly(without("s_endpgm", ".long 0xbf810000")),
              "line 17: data within code");
  expectError(parseAssembly("a:\ns_nop 0\na:\ns_nop 0\n"), "label 'a' twice");
  expectError(parseAssembly(".type f,@function\nf:\ns_nop 0\nf:\ns_nop 0\n"),
              "two functions are named 'f'");
}

TEST(Assembly, TellsFunctionsApart) {
  Assembly assembly = take(parseAssembly(R"(
    .type one,@function
    .type two,@function
  one: s_nop 0   // a label's instruction may stand behind it
  .Lfunc_end0:
  two:
    s_nop 1
    s_nop 2
  .Lfunc_end1:
  )"));
  ASSERT_EQ(assembly.functions.size(), 2u);
  EXPECT_EQ(assembly.lookup("one")->instructions.size(), 1u);
  EXPECT_EQ(assembly.lookup("two")->instructions.size(), 2u);
}

// Neither half a file nor a damaged one may crash: an answer or an error.
TEST(Assembly, SurvivesDamage) {
  for (size_t size = 0; size < kKernel.size(); ++size) {
    auto cut = judgeKernel(kKernel.substr(0, size), "attn", WaveShape());
    if (!cut)
      EXPECT_FALSE(llvm::toString(cut.takeError()).empty());
    std::string damaged = kKernel;
    damaged[size] = "[]:,(9v -\n\0"[size % 11];
    auto judged = judgeKernel(damaged, "attn", WaveShape());
    if (!judged)
      EXPECT_FALSE(llvm::toString(judged.takeError()).empty());
  }
}

} // namespace
