//===- ClusterTest.cpp - workgroups of a cluster -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace fovea::sim;

namespace {

/// Two workgroups of one warp each, in one cluster.
struct Clusters : testing::Test {
  Clusters() : input(256), output(256, 0xdeadbeef) {
    std::iota(input.begin(), input.end(), 0);
    setup.workgroups = 2;
    setup.sharedBytes = 1024 + 8;
    setup.attributes = "nvvm.kernel, nvvm.cluster_dim = array<i32: 2, 1, 1>";
  }
  KernelResult run(const std::string &body) {
    return runKernel(R"(
  %tid = nvvm.read.ptx.sreg.tid.x : i32
  %rank = nvvm.read.ptx.sreg.cluster.ctarank : i32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c32 = arith.constant 32 : i32
  %other = arith.xori %rank, %c1 : i32
  %offset = arith.muli %rank, %c32 : i32
  %index = arith.addi %offset, %tid : i32
  %to = llvm.getelementptr %b[%index] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
  %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %mine = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
)" + body,
                     setup, input, output, 4, 64);
  }
  void expect(const std::string &body, const std::string &message) {
    KernelResult result = run(body);
    EXPECT_FALSE(result.succeeded);
    EXPECT_TRUE(result.has(message)) << result.message();
  }

  KernelSetup setup;
  std::vector<uint32_t> input, output;
};

const char *const kStore = "llvm.store %index, %mine : i32, !llvm.ptr<3>\n";
const char *const kMeet =
    "nvvm.cluster.arrive {aligned}\nnvvm.cluster.wait {aligned}\n";
const char *const kLoad = R"(
  %theirs = nvvm.mapa %mine, %other : !llvm.ptr<3> -> !llvm.ptr<7>
  %x = llvm.load %theirs : !llvm.ptr<7> -> i32
  llvm.store %x, %to : i32, !llvm.ptr<1>
)";

TEST_F(Clusters, ReadsItsNeighboursMemory) {
  for (uint64_t seed : {0, 1, 2}) {
    setup.options.seed = seed;
    KernelResult result = run(std::string(kStore) + kMeet + kLoad + kMeet);
    EXPECT_TRUE(result.succeeded) << result.message();
    EXPECT_EQ(output[0], 32u);
    EXPECT_EQ(output[33], 1u);
  }
}

TEST_F(Clusters, FindsRaces) {
  std::string relaxed = "nvvm.cluster.arrive.relaxed {aligned}\n"
                        "nvvm.cluster.wait {aligned}\n";
  expect(std::string(kStore) + relaxed + kLoad + kMeet,
         "which warp 0 of workgroup 0 writes: a race");
  // The neighbour may have written nothing yet.
  expect(std::string(kStore) + kLoad + kMeet, "writes undefined bytes");
}

TEST_F(Clusters, FindsMemoryOfWorkgroupsThatHaveEnded) {
  // Workgroup 1 is done when workgroup 0 looks.
  expect(std::string(kStore) + kMeet + R"(
  %isFirst = arith.cmpi eq, %rank, %c0 : i32
  scf.if %isFirst {
    %c100 = arith.constant 10000 : i32
    scf.for %i = %c0 to %c100 step %c1 : i32 {
    }
    )" + kLoad +
             "}",
         "touches shared memory of workgroup 1, which has ended");
}

TEST_F(Clusters, FindsMisuse) {
  expect("%x = nvvm.mapa %mine, %c32 : !llvm.ptr<3> -> !llvm.ptr<7>",
         "is for workgroup 32 of a cluster of 2");
  expect("nvvm.cluster.wait {aligned}", "where this warp has not arrived");
  expect("nvvm.cluster.arrive {aligned}\nnvvm.cluster.arrive {aligned}",
         "arrives at the cluster's barrier again");
  expect(R"(
  %isFirst = arith.cmpi eq, %rank, %c0 : i32
  scf.if %isFirst {
    nvvm.cluster.arrive {aligned}
    nvvm.cluster.wait {aligned}
  })",
         "waits for the cluster's barrier, where 32 of 64 threads are");
  setup.workgroups = 3;
  expect("", "is launched with 3 workgroups in clusters of 2");
}

/// Both wait for a box of two rows of 16 numbers that the first one loads.
std::string multicast(int mask) {
  return R"(
  %bar = llvm.getelementptr %shared[256] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %bytes = arith.constant 128 : i32
  %mask = arith.constant )" +
         std::to_string(mask) + R"( : i16
  %first = arith.cmpi eq, %tid, %c0 : i32
  scf.if %first {
    nvvm.mbarrier.init %bar, %c1 : !llvm.ptr<3>, i32
    nvvm.fence.mbarrier.init
    nvvm.mbarrier.arrive.expect_tx %bar, %bytes : !llvm.ptr<3>, i32
  }
  nvvm.barrier
  )" + kMeet +
         R"(
  %leads = arith.cmpi eq, %index, %c0 : i32
  scf.if %leads {
    %here = llvm.addrspacecast %shared : !llvm.ptr<3> to !llvm.ptr<7>
    nvvm.cp.async.bulk.tensor.shared.cluster.global %here, %map0, %bar, box[%c0, %c1] multicast_mask = %mask : !llvm.ptr<7>, !llvm.ptr
  }
  nvvm.mbarrier.try_wait.parity %bar, %c0, %c32 : !llvm.ptr<3>, i32, i32
  %x = llvm.load %mine : !llvm.ptr<3> -> i32
  llvm.store %x, %to : i32, !llvm.ptr<1>
  )" + kMeet;
}

TEST_F(Clusters, MulticastsBoxes) {
  setup.tensorMaps = "0, 2, 0, 2, 16";
  KernelResult result = run(multicast(3));
  EXPECT_TRUE(result.succeeded) << result.message();
  for (int first : {0, 32}) {
    EXPECT_EQ(output[first], 64u);
    EXPECT_EQ(output[first + 17], 129u);
  }
  // The other one waits for bytes that never come.
  expect(multicast(1), "note: warp 0 of workgroup 1 waits for the phase");
  expect(multicast(4), "is for workgroups 0x4 of a cluster of 2");
}

TEST_F(Clusters, ArrivesAtAnotherWorkgroupsBarrier) {
  const std::string kernel = R"(
  %bar = llvm.getelementptr %shared[256] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
  %first = arith.cmpi eq, %tid, %c0 : i32
  scf.if %first {
    nvvm.mbarrier.init %bar, %c32 : !llvm.ptr<3>, i32
  }
  nvvm.barrier
  )" + std::string(kMeet) + R"(
  %theirs = nvvm.mapa %mine, %other : !llvm.ptr<3> -> !llvm.ptr<7>
  llvm.store %index, %theirs : i32, !llvm.ptr<7>
  %remote = nvvm.mapa %bar, %other : !llvm.ptr<3> -> !llvm.ptr<7>
  nvvm.mbarrier.arrive %remote {scope = #nvvm.mem_scope<cluster>} : !llvm.ptr<7>
  nvvm.mbarrier.try_wait.parity %bar, %c0, %c32 : !llvm.ptr<3>, i32, i32
  %x = llvm.load %mine : !llvm.ptr<3> -> i32
  llvm.store %x, %to : i32, !llvm.ptr<1>
  )" + kMeet;
  KernelResult result = run(kernel);
  EXPECT_TRUE(result.succeeded) << result.message();
  EXPECT_EQ(output[0], 32u);
  EXPECT_EQ(output[32], 0u);
}

} // namespace
