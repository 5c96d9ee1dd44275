//===- UpstreamTest.cpp - gpu, memref and vector, lowered and executed
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "UpstreamKernel.h"

using namespace fovea::sim;

namespace {

using Upstream = UpstreamKernel;

TEST_F(Upstream, LoadsAndStores) {
  expectFloats(R"(
  %x = memref.load %a[%c2, %tid] : memref<64x64xf32>
  %y = arith.addf %x, %x : f32
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)",
               32, [](int i) { return 2.f * i; });
}

TEST_F(Upstream, LoopsCarryVectors) {
  for (const char *chip : {"#nvvm.target", "#rocdl.target"}) {
    target = chip;
    block = target == "#nvvm.target" ? "32, 1, 1" : "64, 1, 1";
    expectFloats(R"(
  %zero = arith.constant dense<0.0> : vector<2x2xf32>
  %sum = scf.for %i = %c0 to %c4 step %c1 iter_args(%s = %zero) -> (vector<2x2xf32>) {
    %x = memref.load %a[%i, %tid] : memref<64x64xf32>
    %row = vector.broadcast %x : f32 to vector<2x2xf32>
    %t = arith.addf %s, %row : vector<2x2xf32>
    scf.yield %t : vector<2x2xf32>
  }
  %e = vector.extract %sum[1, 0] : f32 from vector<2x2xf32>
  %few = arith.cmpi slt, %tid, %c16 : index
  %r = scf.if %few -> (f32) {
    scf.yield %e : f32
  } else {
    %negative = arith.negf %e : f32
    scf.yield %negative : f32
  }
  memref.store %r, %b[%c0, %tid] : memref<64x64xf32>)",
                 32, [](int i) { return i < 16 ? 4.f * i : -4.f * i; });
  }
}

TEST_F(Upstream, VectorsAndViews) {
  expectFloats(R"(
  %v = vector.load %a[%tid, %c4] : memref<64x64xf32>, vector<4xf32>
  %lane = arith.muli %tid, %c2 : index
  %view = memref.subview %b[1, 0] [32, 64] [1, 1] : memref<64x64xf32> to memref<32x64xf32, strided<[64, 1], offset: 64>>
  vector.store %v, %view[%tid, %c8] : memref<32x64xf32, strided<[64, 1], offset: 64>>, vector<4xf32>)",
               64 * 33, [](int i) {
                 int row = i / 64, column = i % 64;
                 return row >= 1 && column >= 8 && column < 12 ? column - 4.f
                                                               : 0.f;
               });
}

TEST_F(Upstream, SharedMemoryNeedsABarrier) {
  attributions = "workgroup(%s: memref<64xf32, #gpu.address_space<workgroup>>)";
  block = "64, 1, 1";
  const std::string write = R"(
  %x = memref.load %a[%c0, %tid] : memref<64x64xf32>
  memref.store %x, %s[%tid] : memref<64xf32, #gpu.address_space<workgroup>>
)",
                    read = R"(
  %last = arith.constant 63 : index
  %other = arith.subi %last, %tid : index
  %y = memref.load %s[%other] : memref<64xf32, #gpu.address_space<workgroup>>
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)";
  expectFloats(write + "gpu.barrier" + read, 64,
               [](int i) { return 63.f - i; });
  // Warp 0 comes first, and finds nothing.
  expectFault(write + read, "writes undefined bytes to a tensor");
}

/// Behind the workgroup's attributions.
TEST_F(Upstream, DynamicSharedMemory) {
  const std::string body = R"(
  %dynamic = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
  %t = memref.view %dynamic[%c16][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<32xf32, #gpu.address_space<workgroup>>
  %x = memref.load %a[%c0, %tid] : memref<64x64xf32>
  memref.store %x, %t[%tid] : memref<32xf32, #gpu.address_space<workgroup>>
  %y = memref.load %t[%tid] : memref<32xf32, #gpu.address_space<workgroup>>
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)";
  attributions = "workgroup(%s: memref<3xf32, #gpu.address_space<workgroup>>)";
  expectFault(body, "touches 4 bytes at 32 of shared memory, which has 16");
  attributes = R"(attributes {fovea.device_kernel = {
    arguments = array<i32: 2, 4, 0, 2, 4, 0>, grid_rank = 3 : i32,
    persistent = 0 : i32, shared_bytes = 144 : i32, tensor_maps = array<i32>,
    threads = 32 : i32}})";
  expectFloats(body, 32, [](int i) { return float(i); });
}

TEST_F(Upstream, GridsAndBlocksHaveDimensions) {
  block = "8, 4, 2";
  grid = {2, 3, 1};
  expectFloats(R"(
  %y = gpu.thread_id y
  %z = gpu.thread_id z
  %bx = gpu.block_id x
  %by = gpu.block_id y
  %nx = gpu.grid_dim x
  %w = gpu.block_dim x
  %h = gpu.block_dim y
  %zh = arith.muli %z, %h : index
  %zy = arith.addi %zh, %y : index
  %zw = arith.muli %zy, %w : index
  %t = arith.addi %zw, %tid : index
  %row = arith.muli %by, %nx : index
  %g = arith.addi %row, %bx : index
  %i = arith.index_cast %t : index to i32
  %f = arith.sitofp %i : i32 to f32
  memref.store %f, %b[%g, %t] : memref<64x64xf32>)",
               6 * 64, [](int i) { return float(i % 64); });
}

TEST_F(Upstream, ArgumentsAreChecked) {
  parameters = ", %n: index";
  expectFault("", "is launched with 3 sizes and 2 arguments");
  parameters = ", %n: i4";
  expectFault("", "has a parameter of 'i4', expected memrefs and scalars");
  KernelResult result = runModule(R"(gpu.module @k [#nvvm.target] {
  gpu.func @k(%a: memref<64x32xf32>, %b: memref<?x64xf32>) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    gpu.return
  }
})",
                                  options, grid, input, output, 64, 64);
  EXPECT_TRUE(result.has("argument 0 of 'k' has offset 0, sizes [64, 64] and "
                         "strides [64, 1], expected a 'memref<64x32xf32>'"))
      << result.message();
}

const char *const kPlainFunction = R"(
gpu.module @k attributes {fovea.device_kernel = {
    arguments = array<i32: 2, 4, 0, 2, 4, 0>, grid_rank = 1 : i32,
    persistent = 0 : i32, shared_bytes = 0 : i32, tensor_maps = array<i32>,
    threads = 32 : i32}} {
  llvm.func @k(PARAMETERS) attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %from = llvm.getelementptr %a[0, %tid] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.array<64 x f32>
    %to = llvm.getelementptr %b[0, %tid] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.array<64 x f32>
    %x = llvm.load %from : !llvm.ptr -> f32
    llvm.store %x, %to : f32, !llvm.ptr
    llvm.return
  }
})";

/// A function that was lowered elsewhere, as upstream passes memrefs.
TEST_F(Upstream, DescriptorsAndBarePointers) {
  auto run = [&](const std::string &parameters) {
    std::string text = kPlainFunction;
    text.replace(text.find("PARAMETERS"), 10, parameters);
    output.assign(output.size(), 0);
    return runModule(text, options, {1}, input, output, 64, 64);
  };
  for (const char *parameters :
       {"%ma: !llvm.ptr, %a: !llvm.ptr, %0: i64, %1: i64, %2: i64, %3: i64, "
        "%4: i64, %mb: !llvm.ptr, %b: !llvm.ptr, %5: i64, %6: i64, %7: i64, "
        "%8: i64, %9: i64",
        "%a: !llvm.ptr, %b: !llvm.ptr"}) {
    KernelResult result = run(parameters);
    EXPECT_TRUE(result.succeeded) << result.message();
    EXPECT_EQ(std::vector(output.begin(), output.begin() + 32),
              std::vector(input.begin(), input.begin() + 32));
  }
  KernelResult result = run("%a: !llvm.ptr, %b: !llvm.ptr, %n: i64");
  EXPECT_TRUE(result.has("describes 11, or 14 with descriptors of memrefs, or "
                         "2 bare pointers"))
      << result.message();
}

TEST_F(Upstream, NeedsATargetAndABlock) {
  block = "";
  expectFault("", "has no known_block_size");
  target = "";
  block = "32, 1, 1";
  expectFault("", "is for no target, expected one of #nvvm.target and");
}

TEST_F(Upstream, WhatNoPassLowersIsAnError) {
  expectFault(R"(
  %x = memref.load %a[%c0, %tid] : memref<64x64xf32>
  %y = math.sinh %x : f32
  memref.store %y, %b[%c0, %tid] : memref<64x64xf32>)",
              "'llvm.call' op is not known to the simulator");
  expectFault(R"(
  %zero = arith.constant 0.0 : f32
  %v = vector.transfer_read %a[%c0, %tid], %zero : memref<64x64xf32>, vector<4x4xf32>
  %e = vector.extract %v[0, 0] : f32 from vector<4x4xf32>
  memref.store %e, %b[%c0, %tid] : memref<64x64xf32>)",
              "'vector.transfer_read' op is not known to the simulator");
}

} // namespace
