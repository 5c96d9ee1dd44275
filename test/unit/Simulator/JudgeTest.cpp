//===- JudgeTest.cpp - what the simulator must not let pass -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace fovea::sim;

namespace {

constexpr int kRows = 4, kColumns = 64;

/// Runs on 4 x 64 numbers 0, 1, ...
struct Judge : testing::Test {
  Judge() : input(kRows * kColumns), output(input.size(), 0xdeadbeef) {
    std::iota(input.begin(), input.end(), 0);
  }
  KernelResult run(const std::string &body) {
    return runKernel(body, setup, input, output, kRows, kColumns);
  }
  void expect(const std::string &body, const std::string &message) {
    KernelResult result = run(body);
    EXPECT_FALSE(result.succeeded);
    EXPECT_TRUE(result.has(message)) << result.message();
  }

  KernelSetup setup;
  std::vector<uint32_t> input, output;
};

/// The thread's number, its element of %a and of %b, and shared memory.
const char *const kStart = R"(
  %tid = nvvm.read.ptx.sreg.tid.x : i32
  %from = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %to = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %mine = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c32 = arith.constant 32 : i32
  %ticks = arith.constant 1000 : i32
)";

TEST_F(Judge, RunsACopy) {
  KernelResult result = run(std::string(kStart) + R"(
  %x = llvm.load %from : !llvm.ptr<1> -> i32
  %y = arith.addi %x, %c1 : i32
  llvm.store %y, %to : i32, !llvm.ptr<1>)");
  EXPECT_TRUE(result.succeeded) << result.message();
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(output[i], uint32_t(i + 1));
  EXPECT_EQ(output[32], 0xdeadbeef);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

TEST_F(Judge, KnowsWhatItDoesNotKnow) {
  expect("%x = nvvm.read.ptx.sreg.clock : i32",
         "'nvvm.read.ptx.sreg.clock' op is not known to the simulator");
  expect(R"(
  %x = arith.constant 1.0 : f64
  %y = arith.addf %x, %x : f64)",
         "'arith.addf' op on 'f64' is not known to the simulator");
  expect(std::string(kStart) + R"(
  %x = llvm.call_intrinsic "llvm.nvvm.sin.approx.f"(%tid) : (i32) -> i32)",
         "of llvm.nvvm.sin.approx.f is not known");
}

TEST_F(Judge, FindsDivisionsByZero) {
  // In lane 0 alone.
  expect(std::string(kStart) + "%x = arith.divui %c32, %tid : i32",
         "divides by zero in lane 0");
  expect(std::string(kStart) + R"(
  %isNotFirst = arith.cmpi ne, %tid, %c0 : i32
  scf.if %isNotFirst {
    %x = arith.remui %c32, %tid : i32
    %y = arith.divsi %c32, %c0 : i32
  })",
         "divides by zero in lane 1");
}

TEST_F(Judge, FindsEndlessLoops) {
  setup.options.maxSteps = 10000;
  expect(R"(
  %true = arith.constant true
  scf.while : () -> () {
    scf.condition(%true)
  } do {
    scf.yield
  })",
         "does its loop end?");
  expect(std::string(kStart) + R"(
  scf.for %i = %c0 to %c1 step %c0 : i32 {
  })",
         "has a step of 0, expected a positive one");
}

//===----------------------------------------------------------------------===//
// Undefined values
//===----------------------------------------------------------------------===//

TEST_F(Judge, FindsUninitialisedSharedMemory) {
  setup.sharedBytes = 128;
  expect(std::string(kStart) + R"(
  %x = llvm.load %mine : !llvm.ptr<3> -> i32
  llvm.store %x, %to : i32, !llvm.ptr<1>)",
         "writes undefined bytes to a tensor");
}

TEST_F(Judge, KnowsPoisonByBytes) {
  setup.sharedBytes = 128;
  const std::string half = std::string(kStart) + R"(
  %h = arith.trunci %tid : i32 to i16
  llvm.store %h, %mine : i16, !llvm.ptr<3>)";
  expect(half + R"(
  %x = llvm.load %mine : !llvm.ptr<3> -> i32
  llvm.store %x, %to : i32, !llvm.ptr<1>)",
         "writes undefined bytes");
  EXPECT_TRUE(run(half + R"(
  %x = llvm.load %mine : !llvm.ptr<3> -> i16
  llvm.store %x, %to : i16, !llvm.ptr<1>)")
                  .succeeded);
}

TEST_F(Judge, FollowsPoisonThroughValues) {
  const std::string undefined = std::string(kStart) + R"(
  %u = llvm.mlir.undef : i32
  %never = arith.cmpi slt, %tid, %c0 : i32)";
  EXPECT_TRUE(run(undefined + R"(
  %x = arith.select %never, %u, %tid : i32
  llvm.store %x, %to : i32, !llvm.ptr<1>)")
                  .succeeded);
  expect(undefined + R"(
  %x = arith.select %never, %tid, %u : i32
  llvm.store %x, %to : i32, !llvm.ptr<1>)",
         "writes undefined bytes");
  expect(undefined + R"(
  %p = arith.cmpi eq, %u, %c0 : i32
  scf.if %p {
  })",
         "has an undefined condition in lane 0");
  expect(undefined + R"(
  %p = llvm.getelementptr %b[%u] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  llvm.store %tid, %p : i32, !llvm.ptr<1>)",
         "has an undefined address");
}

TEST_F(Judge, FindsValuesOfLanesThatDoNotRun) {
  const std::string halfOfTheLanes = std::string(kStart) + R"(
  %c16 = arith.constant 16 : i32
  %c31 = arith.constant 31 : i32
  %low = arith.constant 65535 : i32
  %all = arith.constant -1 : i32
  %isLow = arith.cmpi slt, %tid, %c16 : i32)";
  expect(halfOfTheLanes + R"(
  scf.if %isLow {
    %x = nvvm.shfl.sync bfly %low, %tid, %c16, %c31 : i32 -> i32
    llvm.store %x, %to : i32, !llvm.ptr<1>
  })",
         "writes undefined bytes");
  expect(halfOfTheLanes + R"(
  scf.if %isLow {
    %x = nvvm.shfl.sync bfly %all, %tid, %c1, %c31 : i32 -> i32
  })",
         "names lanes 0xffffffff and runs in 0xffff");
}

//===----------------------------------------------------------------------===//
// Bounds and alignment
//===----------------------------------------------------------------------===//

TEST_F(Judge, FindsAccessesOutOfBounds) {
  setup.sharedBytes = 64;
  expect(std::string(kStart) + "llvm.store %tid, %mine : i32, !llvm.ptr<3>",
         "touches 4 bytes at 64 of shared memory, which has 64");
  expect(std::string(kStart) + R"(
  %null = llvm.inttoptr %c0 : i32 to !llvm.ptr<3>
  llvm.store %tid, %null : i32, !llvm.ptr<3>)",
         "at -1024 of shared memory");
  expect(std::string(kStart) + R"(
  %far = llvm.getelementptr %to[4096] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
  llvm.store %tid, %far : i32, !llvm.ptr<1>)",
         "of a tensor of 1024 bytes, expected all of them within a tensor");
}

TEST_F(Judge, FindsMisalignedAccesses) {
  setup.sharedBytes = 256;
  expect(std::string(kStart) + R"(
  %odd = llvm.getelementptr %mine[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i16
  llvm.store %tid, %odd : i32, !llvm.ptr<3>)",
         "touches shared memory at 2, expected a multiple of 4 bytes");
  expect(std::string(kStart) + R"(
  %odd = llvm.getelementptr %to[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i16
  %x = llvm.load %odd : !llvm.ptr<1> -> i32)",
         "at byte 2 of a tensor of 1024 bytes, expected an address that is a "
         "multiple of 4");
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

/// Warp 0 writes, warp 1 reads what it wrote.
const char *const kWrite = R"(
  %isFirst = arith.cmpi slt, %tid, %c32 : i32
  scf.if %isFirst {
    llvm.store %tid, %mine : i32, !llvm.ptr<3>
  })";
const char *const kRead = R"(
  %isSecond = arith.cmpi sge, %tid, %c32 : i32
  scf.if %isSecond {
    %other = llvm.getelementptr %mine[-32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
    %x = llvm.load %other : !llvm.ptr<3> -> i32
    llvm.store %x, %to : i32, !llvm.ptr<1>
  })";

TEST_F(Judge, FindsRacesInSharedMemory) {
  setup.threads = 64;
  setup.sharedBytes = 256;
  EXPECT_TRUE(
      run(std::string(kStart) + kWrite + "nvvm.barrier" + kRead).succeeded);
  EXPECT_EQ(output[33], 1u);
  for (uint64_t seed : {0, 1, 2, 3}) {
    setup.options.seed = seed;
    KernelResult result = run(std::string(kStart) + kWrite + kRead);
    EXPECT_FALSE(result.succeeded);
    // Who comes first is the seed's choice: the reader may find nothing yet.
    EXPECT_TRUE((result.has("a race, no wait or barrier orders the two") &&
                 result.has("the other access: llvm.store")) ||
                (seed && result.has("writes undefined bytes")))
        << result.message();
  }
}

TEST_F(Judge, IsDeterministic) {
  setup.threads = 64;
  setup.sharedBytes = 256;
  setup.options.seed = 5;
  std::string first = run(std::string(kStart) + kWrite + kRead).message();
  EXPECT_EQ(first, run(std::string(kStart) + kWrite + kRead).message());
}

TEST_F(Judge, FindsRacesBetweenWorkgroups) {
  setup.workgroups = 2;
  expect(std::string(kStart) + "llvm.store %tid, %to : i32, !llvm.ptr<1>",
         "that workgroup 0 writes: a race");
}

TEST_F(Judge, ReportsDeadlocks) {
  setup.threads = 64;
  expect(std::string(kStart) + R"(
  %c64 = arith.constant 64 : i32
  %isFirst = arith.cmpi slt, %tid, %c32 : i32
  scf.if %isFirst {
    nvvm.barrier id = %c1 number_of_threads = %c64
  })",
         "warp 0 waits for barrier 1, where 32 of 64 threads are");
  expect(std::string(kStart) + R"(
  %c64 = arith.constant 64 : i32
  %isFirst = arith.cmpi slt, %tid, %c32 : i32
  scf.if %isFirst {
    nvvm.barrier id = %c1 number_of_threads = %c64
  } else {
    nvvm.barrier id = %c0 number_of_threads = %c64
  })",
         "note: warp 1 waits for barrier 0, where 32 of 64 threads are");
}

TEST_F(Judge, FindsMisusedBarriers) {
  setup.threads = 64;
  expect(std::string(kStart) + R"(
  %c16 = arith.constant 16 : i32
  nvvm.barrier id = %c16 number_of_threads = %c32)",
         "is at barrier 16, expected one of 0 to 15");
  expect(std::string(kStart) + R"(
  %c48 = arith.constant 48 : i32
  nvvm.barrier id = %c1 number_of_threads = %c48)",
         "is for 48 threads, expected a multiple of 32");
  expect(std::string(kStart) + R"(
  %isFirst = arith.cmpi slt, %tid, %c1 : i32
  scf.if %isFirst {
    nvvm.barrier
  })",
         "runs in lanes 0x1 of the warp, expected all of them");
}

//===----------------------------------------------------------------------===//
// mbarriers
//===----------------------------------------------------------------------===//

TEST_F(Judge, FindsMisusedMBarriers) {
  setup.sharedBytes = 64;
  expect(std::string(kStart) + "fovea_nvgpu.mbarrier_arrive %shared : <3>",
         "where none was initialised");
  expect(std::string(kStart) + R"(
  %isFirst = arith.cmpi eq, %tid, %c0 : i32
  scf.if %isFirst {
    nvvm.mbarrier.init %shared, %c1 : !llvm.ptr<3>, i32
  }
  fovea_nvgpu.mbarrier_arrive %shared : <3>)",
         "arrives 32 times at an mbarrier that expects 1 more of 1");
  expect(std::string(kStart) + R"(
  nvvm.mbarrier.init %shared, %c1 : !llvm.ptr<3>, i32
  nvvm.mbarrier.try_wait.parity %shared, %c0, %ticks : !llvm.ptr<3>, i32, i32)",
         "lacks 1 of 1 arrivals and 0 bytes");
  expect(std::string(kStart) + R"(
  nvvm.mbarrier.init %shared, %c1 : !llvm.ptr<3>, i32
  nvvm.mbarrier.try_wait.parity %shared, %c32, %ticks : !llvm.ptr<3>, i32, i32)",
         "has a parity of 32");
  expect(std::string(kStart) + R"(
  nvvm.mbarrier.init %shared, %c1 : !llvm.ptr<3>, i32
  llvm.store %c0, %shared : i32, !llvm.ptr<3>)",
         "over the mbarrier at 0");
}

/// Warp 0 writes, and arrives at an mbarrier; what the others do may follow as
/// an else.
const char *const kHandOver = R"(
  %bar = llvm.getelementptr %shared[64] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %starts = arith.cmpi eq, %tid, %c0 : i32
  scf.if %starts {
    nvvm.mbarrier.init %bar, %c32 : !llvm.ptr<3>, i32
  }
  nvvm.barrier
  %isFirst = arith.cmpi slt, %tid, %c32 : i32
  scf.if %isFirst {
    llvm.store %tid, %mine : i32, !llvm.ptr<3>
    fovea_nvgpu.mbarrier_arrive %bar : <3>
  })";

TEST_F(Judge, PassesDataThroughAnMBarrier) {
  setup.threads = 64;
  setup.sharedBytes = 256 + 8;
  const std::string before = std::string(kStart) + kHandOver;
  EXPECT_TRUE(run(before + R"(
  nvvm.mbarrier.try_wait.parity %bar, %c0, %ticks : !llvm.ptr<3>, i32, i32)" +
                  kRead)
                  .succeeded);
  // The phase before the first is over from the start.
  expect(before + R"(
  nvvm.mbarrier.try_wait.parity %bar, %c1, %ticks : !llvm.ptr<3>, i32, i32)" +
             kRead,
         "writes undefined bytes");
}

//===----------------------------------------------------------------------===//
// Asynchronous copies
//===----------------------------------------------------------------------===//

const char *const kCopy = R"(
  nvvm.cp.async.shared.global %mine, %from, 4, cache = ca : !llvm.ptr<3>, !llvm.ptr<1>
  nvvm.cp.async.commit.group)";
const char *const kUse = R"(
  %x = llvm.load %mine : !llvm.ptr<3> -> i32
  llvm.store %x, %to : i32, !llvm.ptr<1>)";

TEST_F(Judge, WaitsForChunkCopies) {
  setup.sharedBytes = 256;
  EXPECT_TRUE(
      run(std::string(kStart) + kCopy + "\n  nvvm.cp.async.wait.group 0" + kUse)
          .succeeded);
  EXPECT_EQ(output[7], 7u);
  const std::string race = "which a copy (cp.async) of warp 0 writes: a race";
  expect(std::string(kStart) + kCopy + kUse, race);
  expect(std::string(kStart) + kCopy + "\n  nvvm.cp.async.wait.group 1" + kUse,
         race);
  // One lane's wait is not the others'.
  expect(std::string(kStart) + kCopy + R"(
  %isFirst = arith.cmpi eq, %tid, %c0 : i32
  scf.if %isFirst {
    nvvm.cp.async.wait.group 0
  })" + kUse,
         race);
}

TEST_F(Judge, FillsChunkCopiesWithZeros) {
  setup.sharedBytes = 1024;
  EXPECT_TRUE(run(std::string(kStart) + R"(
  %c4 = arith.constant 4 : i32
  %row = arith.muli %tid, %c4 : i32
  %place = llvm.getelementptr %shared[%row] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %source = llvm.getelementptr %a[%row] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  nvvm.cp.async.shared.global %place, %source, 16, cache = cg, %c4 : !llvm.ptr<3>, !llvm.ptr<1>, i32
  nvvm.cp.async.commit.group
  nvvm.cp.async.wait.group 0
  %second = llvm.getelementptr %place[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %x = llvm.load %place : !llvm.ptr<3> -> i32
  %y = llvm.load %second : !llvm.ptr<3> -> i32
  %z = arith.addi %x, %y : i32
  llvm.store %z, %to : i32, !llvm.ptr<1>)")
                  .succeeded);
  EXPECT_EQ(output[3], 12u);
}

/// Runs `op` in lane 0 alone.
std::string inFirstLane(const std::string &op) {
  return R"(
  %isOne = arith.cmpi eq, %tid, %c0 : i32
  scf.if %isOne {
    )" + op +
         "\n  }\n";
}

TEST_F(Judge, KnowsWhoseCommitsAndWaitsTheyAre) {
  setup.sharedBytes = 256;
  const std::string copy = std::string(kStart) + R"(
  nvvm.cp.async.shared.global %mine, %from, 4, cache = ca : !llvm.ptr<3>, !llvm.ptr<1>
)";
  expect(copy + inFirstLane("nvvm.cp.async.commit.group") +
             "nvvm.cp.async.wait.group 0" + kUse,
         "which a copy (cp.async) of warp 0 writes: a race");
  // A lane's own copy, its own wait; the others' commits are of nothing.
  EXPECT_TRUE(run(std::string(kStart) + inFirstLane(R"(
    nvvm.cp.async.shared.global %mine, %from, 4, cache = ca : !llvm.ptr<3>, !llvm.ptr<1>
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 0
    %x = llvm.load %mine : !llvm.ptr<3> -> i32
    llvm.store %x, %to : i32, !llvm.ptr<1>)"))
                  .succeeded);
  // An empty group counts: the copy is in the older one.
  EXPECT_TRUE(run(copy +
                  "nvvm.cp.async.commit.group\n"
                  "nvvm.cp.async.commit.group\n"
                  "nvvm.cp.async.wait.group 1" +
                  kUse)
                  .succeeded);
}

TEST_F(Judge, KnowsWhoHasWaitedAtAnMBarrier) {
  setup.threads = 64;
  setup.sharedBytes = 256 + 8;
  const std::string before = std::string(kStart) + kHandOver + R"( else {
    %lane = arith.subi %tid, %c32 : i32
    %isOne = arith.cmpi eq, %lane, %c0 : i32
    scf.if %isOne {
      nvvm.mbarrier.try_wait.parity %bar, %c0, %ticks : !llvm.ptr<3>, i32, i32
    }
    )";
  const std::string read = R"(
    %other = llvm.getelementptr %mine[-32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
    %x = llvm.load %other : !llvm.ptr<3> -> i32
    llvm.store %x, %to : i32, !llvm.ptr<1>
  })";
  expect(before + read, "a race, no wait or barrier orders the two");
  EXPECT_TRUE(run(before + R"(
    %all = arith.constant -1 : i32
    nvvm.bar.warp.sync %all : i32)" +
                  read)
                  .succeeded);
}

TEST_F(Judge, KnowsNothingOfLaterRounds) {
  // Warps 0 and 1 meet, 1 and 2 meet, 2 stores, 1 and 2 meet at the first
  // barrier again: 0 has not met 2 after that.
  setup.threads = 96;
  setup.sharedBytes = 512;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    setup.options.seed = seed;
    KernelResult result = run(std::string(kStart) + R"(
  %c2 = arith.constant 2 : i32
  %c5 = arith.constant 5 : i32
  %c64 = arith.constant 64 : i32
  %warp = arith.shrui %tid, %c5 : i32
  %is0 = arith.cmpi eq, %warp, %c0 : i32
  %is1 = arith.cmpi eq, %warp, %c1 : i32
  %is2 = arith.cmpi eq, %warp, %c2 : i32
  %place = llvm.getelementptr %shared[%c0] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  scf.if %is2 {
    llvm.store %c0, %place : i32, !llvm.ptr<3>
  }
  nvvm.barrier
  scf.if %is0 {
    nvvm.barrier id = %c1 number_of_threads = %c64
    %x = llvm.load %place : !llvm.ptr<3> -> i32
  }
  scf.if %is1 {
    nvvm.barrier id = %c1 number_of_threads = %c64
    nvvm.barrier id = %c2 number_of_threads = %c64
    nvvm.barrier id = %c1 number_of_threads = %c64
  }
  scf.if %is2 {
    nvvm.barrier id = %c2 number_of_threads = %c64
    llvm.store %c1, %place : i32, !llvm.ptr<3>
    nvvm.barrier id = %c1 number_of_threads = %c64
  })");
    EXPECT_TRUE(result.has("a race")) << "seed " << seed;
  }
}

TEST_F(Judge, RefusesFencesOfSomeLanes) {
  setup.sharedBytes = 256;
  expect(std::string(kStart) + "llvm.store %tid, %mine : i32, !llvm.ptr<3>" +
             inFirstLane(
                 "nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, "
                 "space = #nvvm.shared_space<cta>}"),
         "of a warp that has touched memory since its last fence");
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

TEST_F(Judge, RefusesTypesThatItDoesNotKeep) {
  expect(std::string(kStart) + "%x = arith.extui %tid : i32 to i40",
         "on 'i40' is not known to the simulator");
  expect("%x = arith.constant 3 : i24", "is not known to the simulator");
  expect(R"(
  %true = arith.constant true
  %x = arith.addi %true, %true : i1)",
         "on 'i1' is not known to the simulator");
  expect(
      "%x = llvm.call_intrinsic \"llvm.nvvm.ex2.approx.ftz.f\"() : () -> f32",
      "is not known to the simulator");
  expect("%s = llvm.mlir.undef : !llvm.struct<\"a\", (struct<\"a\">)>",
         "which the simulator does not know");
  expect(std::string(kStart) + "%x = arith.shli %c1, %c32 : i32",
         "shifts by 32 in lane 0, expected less than 32");
}

TEST_F(Judge, DecodesLongChainsOfNames) {
  std::string body = "%s0 = llvm.mlir.undef : !llvm.struct<(i32, i32)>\n";
  for (int i = 0; i < 60; ++i) {
    std::string n = std::to_string(i), next = std::to_string(i + 1);
    body += "%e" + n + " = llvm.extractvalue %s" + n +
            "[0] : !llvm.struct<(i32, i32)>\n%s" + next +
            " = llvm.insertvalue %e" + n + ", %s" + n +
            "[1] : !llvm.struct<(i32, i32)>\n";
  }
  EXPECT_TRUE(run(body).succeeded);
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

TEST_F(Judge, RefusesLaunchesThatNoDeviceTakes) {
  setup.sharedBytes = 1 << 18;
  expect("", "has an incomplete fovea.device_kernel");
  setup.sharedBytes = 0;
  setup.workgroups = -1;
  expect("", "is launched with a grid of more than 2^31 - 1 workgroups");
  setup.workgroups = 1;
  setup.attributes = "nvvm.kernel, nvvm.reqntid = array<i32: 64>";
  expect("", "requires 64 threads, and is launched with 32");
}

//===----------------------------------------------------------------------===//
// Register budgets
//===----------------------------------------------------------------------===//

TEST_F(Judge, CountsRegisters) {
  setup.threads = 256;
  // 65536 / 256, and at most 255.
  expect("nvvm.setmaxregister increase 240",
         "changes 255 registers to 240, expected a multiple of 8 from 255");
  setup.threads = 96;
  expect("nvvm.setmaxregister decrease 120",
         "is for a warpgroup of four warps, of which the workgroup has 3");
  setup.threads = 512;
  expect("nvvm.setmaxregister increase 136",
         "waits for registers: 136 a thread, of which it has 128, and the pool "
         "has 0");
  expect(std::string(kStart) + R"(
  %isFirst = arith.cmpi slt, %tid, %c32 : i32
  scf.if %isFirst {
    nvvm.setmaxregister decrease 120
  })",
         "ends a warp that has not run what other warps of its warpgroup have");
}

} // namespace
