//===- AMDLanesTest.cpp - reads of other lanes, votes, DPP -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AMDKernel.h"

using namespace fovea::sim;

namespace {

using AMDLanes = AMDKernel;

/// %x of lane t is 1000 + t.
uint32_t of(int lane) { return 1000 + lane; }

/// Only in lanes 0 to 39; the others keep 7.
std::string inSome(const std::string &op) {
  return R"(
    %seven = llvm.mlir.constant(7 : i32) : i32
    %c40 = llvm.mlir.constant(40 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c40 : i32
    %r = scf.if %some -> i32 {
      )" +
         op + R"(
      scf.yield %y : i32
    } else {
      scf.yield %seven : i32
    })";
}

TEST_F(AMDLanes, Numbers) {
  setup.threads = 128;
  setup.workgroups = 2;
  expectWords(R"(
    %group = rocdl.workgroup.id.x : i32
    %row = rocdl.workgroup.id.y : i32
    %size = rocdl.workgroup.dim.x : i32
    %first = llvm.mul %group, %size : i32
    %place = llvm.add %first, %tid : i32
    %at = llvm.getelementptr %b[%place] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %r = llvm.add %place, %row : i32
    llvm.store %r, %at : i32, !llvm.ptr<1>)",
              [](int t) { return t; });
}

TEST_F(AMDLanes, ReadFirstLane) {
  setup.threads = 128;
  expectValues("%r = rocdl.readfirstlane %x : i32",
               [](int t) { return of(t / 64 * 64); });
}

TEST_F(AMDLanes, ReadFirstLaneOfThoseThatRun) {
  expectValues(R"(
    %late = llvm.icmp "uge" %tid, %c4 : i32
    %r = scf.if %late -> i32 {
      %y = rocdl.readfirstlane %x : i32
      scf.yield %y : i32
    } else {
      scf.yield %tid : i32
    })",
               [](int t) { return t < 4 ? t : of(4); });
}

TEST_F(AMDLanes, ReadLane) {
  expectValues(R"(
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %r = rocdl.readlane %x, %c63 : (i32, i32) -> i32)",
               [](int) { return of(63); });
  expectFault("%r = rocdl.readlane %x, %c64 : (i32, i32) -> i32",
              "reads lane 64, expected one below 64");
  expectFault("%r = rocdl.readlane %x, %tid : (i32, i32) -> i32",
              "another lane's number in lane 1");
}

// What lane 63 holds is undefined where it does not run.
TEST_F(AMDLanes, ReadLaneThatDoesNotRun) {
  expectFault(inSome(R"(
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %y = rocdl.readlane %x, %c63 : (i32, i32) -> i32)") +
                  "llvm.store %r, %to : i32, !llvm.ptr<1>",
              "writes undefined bytes to a tensor");
}

TEST_F(AMDLanes, BackwardPermute) {
  expectValues(R"(
    %c32 = llvm.mlir.constant(32 : i32) : i32
    %other = llvm.xor %tid, %c32 : i32
    %index = llvm.mul %other, %c4 : i32
    %r = rocdl.ds_bpermute %index, %x : (i32, i32) -> i32)",
               [](int t) { return of(t ^ 32); });
  expectValues(inSome(R"(
    %c32 = llvm.mlir.constant(32 : i32) : i32
    %other = llvm.xor %tid, %c32 : i32
    %index = llvm.mul %other, %c4 : i32
    %y = rocdl.ds_bpermute %index, %x : (i32, i32) -> i32)"),
               [](int t) {
                 return t >= 40 ? 7 : (t ^ 32) < 40 ? of(t ^ 32) : 0;
               });
}

TEST_F(AMDLanes, Ballot) {
  const char *const body = R"(
    %odd = llvm.and %tid, %c1 : i32
    %is = llvm.icmp "eq" %odd, %c1 : i32
    %mask = rocdl.ballot %is : i64
    %c32 = llvm.mlir.constant(32 : i64) : i64
    %upper = llvm.lshr %mask, %c32 : i64)";
  expectValues(std::string(body) + "%r = llvm.trunc %mask : i64 to i32",
               [](int) { return 0xaaaaaaaa; });
  expectValues(
      inSome(std::string(body) + "%y = llvm.trunc %upper : i64 to i32"),
      [](int t) { return t < 40 ? 0xaa : 7; });
  expectFault(
      replaced(
          body, "%mask = rocdl.ballot %is : i64",
          "%m = rocdl.ballot %is : i32\n%mask = llvm.zext %m : i32 to i64"),
      "is not for a wave of 64 lanes");
}

TEST_F(AMDLanes, CountsOfLowerLanes) {
  expectValues(R"(
    %all = llvm.mlir.constant(-1 : i32) : i32
    %low = rocdl.mbcnt.lo %all, %c0 : (i32, i32) -> i32
    %r = rocdl.mbcnt.hi %all, %low : (i32, i32) -> i32)",
               [](int t) { return t; });
  expectValues(
      R"(
    %five = llvm.mlir.constant(5 : i32) : i32
    %low = rocdl.mbcnt.lo %five, %c64 : (i32, i32) -> i32
    %r = rocdl.mbcnt.hi %five, %low : (i32, i32) -> i32)",
      [](int t) { return 64 + (t > 0) + (t > 2) + (t > 32) + (t > 34); });
}

// LLVM, llvm.amdgcn.permlane32.swap: {vdst_new, vsrc_new}.
TEST_F(AMDLanes, Swaps) {
  const std::string body = R"(
    %y = llvm.add %x, %c64 : i32
    %s = rocdl.permlane32.swap %x, %y, false, false : (i32, i32) -> !llvm.struct<(i32, i32)>
    %r = llvm.extractvalue %s[0] : !llvm.struct<(i32, i32)>)";
  expectValues(body, [](int t) { return t < 32 ? of(t) : of(64 + t - 32); });
  expectValues(replaced(body, "%s[0]", "%s[1]"),
               [](int t) { return t < 32 ? of(t + 32) : of(64 + t); });
  const std::string rows = replaced(body, "permlane32", "permlane16");
  expectValues(rows,
               [](int t) { return t / 16 % 2 ? of(64 + t - 16) : of(t); });
  expectValues(replaced(rows, "%s[0]", "%s[1]"),
               [](int t) { return t / 16 % 2 ? of(64 + t) : of(t + 16); });
  expectFault(replaced(body, "false, false", "true, false"),
              "unless fi and bound_control are false");
}

//===----------------------------------------------------------------------===//
// DPP
//===----------------------------------------------------------------------===//

/// Lanes that are not written keep 64.
std::string dpp(const std::string &control) {
  return "%r = rocdl.update.dpp %c64, %x with " + control + " : i32";
}

TEST_F(AMDLanes, DPPQuadPerm) {
  // quad_perm:[1, 0, 3, 2] and [3, 3, 0, 0].
  expectValues(dpp("177, 15, 15, false"), [](int t) { return of(t ^ 1); });
  expectValues(dpp("15, 15, 15, false"),
               [](int t) { return of(t / 4 * 4 + (t % 4 < 2 ? 3 : 0)); });
}

TEST_F(AMDLanes, DPPShifts) {
  // row_shl:1, row_shr:3, row_ror:5.
  expectValues(dpp("257, 15, 15, false"),
               [](int t) { return t % 16 == 15 ? 64 : of(t + 1); });
  expectValues(dpp("275, 15, 15, true"),
               [](int t) { return t % 16 < 3 ? 0 : of(t - 3); });
  expectValues(dpp("293, 15, 15, false"),
               [](int t) { return of(t / 16 * 16 + (t % 16 + 11) % 16); });
}

TEST_F(AMDLanes, DPPMirrorsAndBroadcasts) {
  expectValues(dpp("320, 15, 15, false"), [](int t) { return of(t ^ 15); });
  expectValues(dpp("321, 15, 15, false"), [](int t) { return of(t ^ 7); });
  // row_bcast:15 and row_bcast:31.
  expectValues(dpp("322, 15, 15, false"),
               [](int t) { return t < 16 ? 64 : of(t / 16 * 16 - 1); });
  expectValues(dpp("323, 15, 15, false"),
               [](int t) { return t < 32 ? 64 : of(31); });
  // row_newbcast:2.
  expectValues(dpp("338, 15, 15, false"),
               [](int t) { return of(t / 16 * 16 + 2); });
}

TEST_F(AMDLanes, DPPMasks) {
  // Rows 1 and 3; then banks 0 and 2.
  expectValues(dpp("320, 10, 15, true"),
               [](int t) { return t / 16 % 2 ? of(t ^ 15) : 64; });
  expectValues(dpp("320, 15, 5, true"),
               [](int t) { return t % 16 / 4 % 2 ? 64 : of(t ^ 15); });
}

TEST_F(AMDLanes, DPPOfLanesThatDoNotRun) {
  expectValues(
      inSome("%y = rocdl.update.dpp %c64, %x with 320, 15, 15, false : i32"),
      [](int t) { return t >= 40         ? 7
                         : (t ^ 15) < 40 ? of(t ^ 15)
                                         : 64; });
  expectValues(
      inSome("%y = rocdl.update.dpp %c64, %x with 320, 15, 15, true : i32"),
      [](int t) { return t >= 40         ? 7
                         : (t ^ 15) < 40 ? of(t ^ 15)
                                         : 0; });
  // wave_shl:1.
  expectFault(dpp("304, 15, 15, false"), "with control 0x130");
}

// As reductions do it: the sum of all lanes is in lane 63.
TEST_F(AMDLanes, DPPSum) {
  std::string body, value = "%x";
  int steps[][2] = {{273, 15}, {274, 15}, {276, 15},
                    {280, 15}, {322, 10}, {323, 12}};
  for (int k = 0; k < 6; ++k) {
    std::string n = std::to_string(k);
    body += "%d" + n + " = rocdl.update.dpp %c0, " + value + " with " +
            std::to_string(steps[k][0]) + ", " + std::to_string(steps[k][1]) +
            ", 15, false : i32\n%v" + n + " = llvm.add " + value + ", %d" + n +
            " : i32\n";
    value = "%v" + n;
  }
  expectValues(body + R"(
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %r = rocdl.readlane %v5, %c63 : (i32, i32) -> i32)",
               [](int) { return 64 * 1000 + 63 * 32; });
}

//===----------------------------------------------------------------------===//
// ds_swizzle
//===----------------------------------------------------------------------===//

std::string swizzle(const std::string &offset) {
  return "%o = llvm.mlir.constant(" + offset + R"( : i32) : i32
    %r = rocdl.ds_swizzle %x, %o : (i32, i32) -> i32)";
}

TEST_F(AMDLanes, Swizzle) {
  // swizzle(SWAP,16): and 0x1f, xor 0x10; then a broadcast of lane 5 of each 8.
  expectValues(swizzle("16415"), [](int t) { return of(t ^ 16); });
  expectValues(swizzle("184"), [](int t) { return of(t / 8 * 8 + 5); });
  // QUAD_PERM, 2, 1, 0, 3.
  expectValues(swizzle("32966"), [](int t) {
    constexpr int lanes[] = {2, 1, 0, 3};
    return of(t / 4 * 4 + lanes[t % 4]);
  });
  expectFault(swizzle("57344"), "of the bit mask or the quad mode");
  expectFault("%r = rocdl.ds_swizzle %x, %tid : (i32, i32) -> i32",
              "unless its offset is a constant");
}

} // namespace
