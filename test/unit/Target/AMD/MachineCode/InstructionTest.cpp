//===- InstructionTest.cpp - classes, registers and errors -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Loops.h"

using namespace fovea::amd;

namespace {

Instruction parse(const std::string &text) {
  return take(parseInstruction(text));
}

TEST(Instruction, EveryClass) {
  const std::pair<InstructionClass, std::vector<const char *>> expected[] = {
      {InstructionClass::Matrix,
       {"v_mfma_f32_32x32x8_bf16 v[0:15], v[16:17], v[18:19], v[0:15]",
        "v_mfma_f32_32x32x8bf16_1k a[0:15], v[16:17], v[18:19], a[0:15]",
        "v_smfmac_f32_16x16x32_f16 v[0:3], v[4:5], v[6:9], v10"}},
      {InstructionClass::Transcendental,
       {"v_exp_f32_e32 v0, v1", "v_rcp_iflag_f32_e32 v0, v1",
        "v_log_f16_e64 v0, |v1|", "v_rsq_f32_e32 v0, v1",
        "v_sqrt_f64_e32 v[0:1], v[2:3]", "v_sin_f32_e32 v0, v1"}},
      {InstructionClass::PackedFloat,
       {"v_pk_fma_f32 v[0:1], v[2:3], v[4:5], v[6:7] op_sel_hi:[1,0,1]",
        "v_pk_mul_f32 v[0:1], v[2:3], s[4:5]",
        "v_pk_add_f32 v[0:1], v[2:3], v[4:5]"}},
      {InstructionClass::Vector,
       {"v_mov_b32_e32 v0, v1", "v_max3_f32 v0, v1, v2, v3",
        "v_pk_mov_b32 v[0:1], v[2:3], v[4:5] op_sel:[1,0]",
        "v_pk_mul_f16 v0, v1, v2", "v_cmp_lt_f32_e32 vcc, v0, v1",
        "v_cmp_class_f32_e64 s[0:1], v0, v1", "v_cvt_pk_bf16_f32 v0, v1, v2",
        "v_cvt_f32_ubyte0_e32 v0, v1", "v_perm_b32 v0, v1, v2, s5",
        "v_readfirstlane_b32 s0, v1", "v_nop",
        "v_mov_b32_dpp v0, v1 row_shr:1 row_mask:0xf bank_mask:0xf",
        "v_permlane32_swap_b32_e32 v0, v1", "v_bitop3_b32 v0, v1, v2, v3"}},
      {InstructionClass::AccumulatorMove,
       {"v_accvgpr_read_b32 v0, a1", "v_accvgpr_write_b32 a0, v1",
        "v_accvgpr_mov_b32 a0, a1"}},
      {InstructionClass::LDSRead,
       {"ds_read_b128 v[0:3], v4 offset:16", "ds_read2st64_b32 v[0:1], v4",
        "ds_read_b64_tr_b16 v[0:1], v2", "ds_read_u16_d16_hi v0, v1",
        "ds_add_rtn_u32 v0, v1, v2"}},
      {InstructionClass::LDSWrite,
       {"ds_write_b128 v0, v[1:4]", "ds_write2_b64 v0, v[2:3], v[4:5]",
        "ds_add_f32 v0, v1", "ds_pk_add_bf16 v0, v1"}},
      {InstructionClass::LDSPermute,
       {"ds_bpermute_b32 v0, v1, v2", "ds_permute_b32 v0, v1, v2",
        "ds_swizzle_b32 v0, v1 offset:swizzle(SWAP,16)"}},
      {InstructionClass::Global,
       {"buffer_load_dwordx4 v[0:3], v4, s[0:3], 0 offen offset:16",
        "global_load_dword v0, v1, s[2:3]", "flat_load_ubyte v0, v[2:3]",
        "global_store_short_d16_hi v[0:1], v2, off",
        "global_atomic_add_f32 v[0:1], v2, off", "buffer_inv sc1"}},
      {InstructionClass::GlobalToLDS,
       {"buffer_load_dword v1, s[0:3], s5 offen lds",
        "global_load_lds_dwordx4 v[0:1], off"}},
      {InstructionClass::Scratch,
       {"scratch_load_dword v0, off, off offset:4",
        "scratch_store_dwordx4 off, v[0:3], s32"}},
      {InstructionClass::ScalarMemory,
       {"s_load_dwordx8 s[0:7], s[8:9], 0x0",
        "s_buffer_load_dword s0, s[4:7], s8", "s_memtime s[0:1]"}},
      {InstructionClass::Scalar,
       {"s_add_i32 s0, s1, 4", "s_cmp_lt_i32 s0, s1", "s_cmpk_gt_u32 s0, 0x40",
        "s_and_saveexec_b64 s[0:1], vcc", "s_getpc_b64 s[0:1]",
        "s_add_u32 s0, s0, table@rel32@lo+4", "s_cselect_b64 s[0:1], -1, 0",
        "s_pack_ll_b32_b16 s0, s1, s2", "s_sendmsg sendmsg(MSG_INTERRUPT)"}},
      {InstructionClass::Barrier, {"s_barrier"}},
      {InstructionClass::Wait, {"s_waitcnt vmcnt(0)"}},
      {InstructionClass::Priority, {"s_setprio 1"}},
      {InstructionClass::Nop, {"s_nop 1", "s_sleep 2", "ds_nop"}},
      {InstructionClass::Branch, {"s_branch .L", "s_cbranch_execz .L"}},
      {InstructionClass::Call, {"s_swappc_b64 s[30:31], s[4:5]"}},
      {InstructionClass::End, {"s_endpgm"}},
  };
  for (const auto &[kind, texts] : expected)
    for (const char *text : texts)
      EXPECT_EQ(nameOf(parse(text).kind), nameOf(kind)) << text;
}

TEST(Instruction, RefusesWhatNoRuleKnows) {
  for (const char *text :
       {"v_frobnicate_f32 v0, v1", "v_add_q32 v0, v1, v2", "v_add v0, v1",
        "v_exp_f32_e99 v0, v1", "s_frobnicate_b32 s0", "ds_read_q4 v0, v1",
        "ds_readb128 v0, v1", "global_load_words v0, v1", "image_load v0",
        "buffer_load_", "v_", "f32_exp v0", "v_cmp_maybe_f32 vcc, v0, v1",
        "ds_write_b32_tr_b9 v0, v1", "exp mrt0 v0, v0, v0, v0"})
    expectError(parseInstruction(text, 7), std::string("line 7: unknown "
                                                       "instruction: '") +
                                               text + "'");
}

TEST(Instruction, RefusesOddOperands) {
  expectError(parseInstruction("v_add_f32 v0, v[3:1], v2"), "'v[3:1]'");
  expectError(parseInstruction("v_add_f32 v0, v256, v2"), "'v256'");
  expectError(parseInstruction("v_mov_b32 v[0, v1"), "not a range");
  expectError(parseInstruction("v_mov_b32 v99999999999, v1"), "not a range");
  expectError(parseInstruction("s_waitcnt vmcnt(x)"), "unknown wait");
  expectError(parseInstruction("s_waitcnt"), "unknown wait");
  expectError(parseInstruction("s_waitcnt fluxcnt(0)"), "unknown wait");
  expectError(parseInstruction("s_nop"), "constant");
  expectError(parseInstruction("s_nop 99999"), "constant");
  expectError(parseInstruction("s_branch"), "target");
  expectError(parseInstruction("v_mfma_f32_32x32_f16 v0, v1, v2, v3"),
              "unknown matrix");
  expectError(parseInstruction("v_mfma_f32_4x4x4_f16 v0, v1"),
              "unknown matrix");
  expectError(parseInstruction("v_mfma_"), "unknown matrix");
  expectError(parseInstruction(""), "unknown instruction");
}

TEST(Instruction, Registers) {
  Instruction add = parse("v_add_f32_e64 v5, -|v6|, s7");
  EXPECT_EQ(add.results, (RegisterRanges{{'v', 5, 1}}));
  EXPECT_EQ(add.sources, (RegisterRanges{{'v', 6, 1}, {'s', 7, 1}}));
  // What accumulates in place is read as well.
  Instruction fmac = parse("v_fmac_f32_e32 v0, v1, v2");
  EXPECT_EQ(fmac.sources.size(), 3u);
  // Two results: a sum and its carry; both sides of a swap.
  EXPECT_EQ(parse("v_add_co_u32_e32 v0, vcc, v1, v2").results,
            (RegisterRanges{{'v', 0, 1}, {'s', 106, 2}}));
  EXPECT_EQ(parse("v_swap_b32 v0, v1").results.size(), 2u);
  EXPECT_EQ(
      parse("v_mad_u64_u32 v[0:1], s[2:3], v4, v5, v[6:7]").results.size(), 2u);
  EXPECT_EQ(parse("ds_write_b64 v0, v[2:3]").results.size(), 0u);
  EXPECT_EQ(parse("ds_write_b64 v0, v[2:3]").sources.size(), 2u);
  // The address of a load to LDS is no result.
  EXPECT_TRUE(
      parse("buffer_load_dword v1, s[0:3], 0 offen lds").results.empty());
}

TEST(Instruction, Matrices) {
  Instruction product =
      parse("v_mfma_f32_16x16x4_4b_f16 a[0:15], v[0:1], v[2:3], a[0:15]");
  EXPECT_EQ(product.matrixShape, "16x16x4_4b");
  EXPECT_EQ(product.matrixType, "f16");
  EXPECT_EQ(product.accumulator, (RegisterRanges{{'a', 0, 16}}));
  product = parse("v_mfma_f32_32x32x16_fp8_bf8 v[0:15], v[16:17], v[18:19], 0");
  EXPECT_EQ(product.matrixType, "fp8");
  EXPECT_TRUE(product.accumulator.empty());
  product = parse("v_mfma_f32_32x32x8bf16_1k v[0:15], v[16:17], v[18:19], "
                  "v[0:15] cbsz:1");
  EXPECT_EQ(product.matrixShape + product.matrixType, "32x32x8bf16");
  product = parse("v_mfma_scale_f32_16x16x128_f8f6f4 v[0:3], v[4:11], "
                  "v[12:19], v[0:3], v20, v21 op_sel_hi:[0,0,0]");
  EXPECT_EQ(product.matrixShape + product.matrixType, "16x16x128f8f6f4");
}

TEST(Instruction, Waits) {
  Instruction wait = parse("s_waitcnt vmcnt(16) lgkmcnt(0)");
  EXPECT_EQ(wait.vmcnt, 16u);
  EXPECT_EQ(wait.lgkmcnt, 0u);
  EXPECT_EQ(wait.expcnt, std::nullopt);
  // vmcnt 5 | 1 << 4 (bits 15:14), expcnt 7, lgkmcnt 3.
  wait = parse("s_waitcnt 0x4375");
  EXPECT_EQ(wait.vmcnt, 21u);
  EXPECT_EQ(wait.lgkmcnt, 3u);
  EXPECT_EQ(wait.expcnt, std::nullopt);
}

TEST(Instruction, Bytes) {
  // 64 lanes of 16 bytes, of two times 8, of 2 that take a bank of 4.
  EXPECT_EQ(parse("ds_read_b128 v[0:3], v4").bytes, 1024u);
  EXPECT_EQ(parse("ds_read2_b64 v[0:3], v4 offset1:1").bytes, 1024u);
  EXPECT_EQ(parse("ds_write_b16 v0, v1").bytes, 256u);
  EXPECT_EQ(parse("buffer_load_dwordx4 v1, s[0:3], 0 offen lds").bytes, 1024u);
  EXPECT_EQ(parse("global_load_lds_dword v[0:1], off").bytes, 256u);
}

TEST(Instruction, MatrixClocks) {
  auto clocks = [](const char *chip, const std::string &text) {
    return take(lookupParameters(chip)->getMatrixClocks(parse(text)));
  };
  std::string deep = " v[0:15], v[16:19], v[20:23], v[0:15]";
  std::string flat = " v[0:15], v[16:17], v[18:19], v[0:15]";
  EXPECT_EQ(clocks("gfx90a", "v_mfma_f32_32x32x8bf16_1k" + flat), 64u);
  EXPECT_EQ(clocks("gfx90a", "v_mfma_f32_16x16x16f16" + flat), 32u);
  EXPECT_EQ(clocks("gfx942", "v_mfma_f32_32x32x8_f16" + flat), 32u);
  EXPECT_EQ(clocks("gfx942", "v_mfma_f32_16x16x16_bf16" + flat), 16u);
  EXPECT_EQ(clocks("gfx950", "v_mfma_f32_32x32x16_bf16" + deep), 32u);
  EXPECT_EQ(clocks("gfx950", "v_mfma_f32_16x16x32_f16" + deep), 16u);
  // 8-bit operands take 8 registers and twice the passes of 4-bit ones.
  std::string name = "v_mfma_f32_32x32x64_f8f6f4 v[0:15], ";
  EXPECT_EQ(clocks("gfx950", name + "v[16:23], v[24:31], v[0:15]"), 64u);
  EXPECT_EQ(clocks("gfx950", name + "v[16:19], v[20:23], v[0:15]"), 32u);
  expectError(lookupParameters("gfx942")->getMatrixClocks(
                  parse("v_mfma_f32_32x32x16_bf16" + deep)),
              "not known on gfx942");
}

} // namespace
