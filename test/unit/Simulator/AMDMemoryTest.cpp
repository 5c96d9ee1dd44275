//===- AMDMemoryTest.cpp - buffers, and stores to LDS -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AMDKernel.h"

using namespace fovea::sim;

namespace {

using AMDMemory = AMDKernel;

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

/// A buffer %small of as many bytes, in front of the rest of a body.
std::string withBuffer(int64_t records, const std::string &pointer = "%a") {
  return "%size = llvm.mlir.constant(" + std::to_string(records) +
         R"( : i64) : i64
    %small = rocdl.make.buffer.rsrc )" +
         pointer + ", %stride, %size, %flags : !llvm.ptr<1> to !llvm.ptr<8>\n";
}

TEST_F(AMDMemory, BufferLoad) {
  expectValues("%r = rocdl.raw.ptr.buffer.load %rsrc, %bytes, %c64, %c0 : i32",
               [](int t) { return 1016 + t; });
}

TEST_F(AMDMemory, BufferLoadsOfAllSizes) {
  expectValues(R"(
    %eight = llvm.mlir.constant(8 : i32) : i32
    %offset = llvm.mul %tid, %eight : i32
    %v = rocdl.raw.ptr.buffer.load %rsrc, %offset, %c0, %c0 : vector<4xi32>
    %r = llvm.extractelement %v[%c1 : i32] : vector<4xi32>)",
               [](int t) { return 1001 + 2 * t; });
  expectValues(R"(
    %h = rocdl.raw.ptr.buffer.load %rsrc, %bytes, %c0, %c0 : i16
    %r = llvm.zext %h : i16 to i32)",
               [](int t) { return 1000 + t; });
  expectFault(R"(
    %v = rocdl.raw.ptr.buffer.load %rsrc, %bytes, %c0, %c0 : vector<8xi32>)",
              "of 'vector<8xi32>' is not known");
}

// Dwords count one by one, and the scalar offset does not count.
TEST_F(AMDMemory, BufferLoadOutOfRange) {
  const std::string body = withBuffer(40) + R"(
    %v = rocdl.raw.ptr.buffer.load %small, %bytes, %c64, %c0 : vector<2xi32>
    %r = llvm.extractelement %v[%c0 : i32] : vector<2xi32>)";
  expectValues(body, [](int t) { return t < 10 ? 1016 + t : 0; });
  expectValues(replaced(body, "%v[%c0", "%v[%c1"),
               [](int t) { return t < 9 ? 1017 + t : 0; });
  // As big as an offset can be.
  expectValues(R"(
    %big = llvm.mlir.constant(-4 : i32) : i32
    %r = rocdl.raw.ptr.buffer.load %rsrc, %big, %c64, %c0 : i32)",
               [](int) { return 0; });
}

TEST_F(AMDMemory, BufferStoreOutOfRange) {
  expectWords(withBuffer(40, "%b") + R"(
    rocdl.raw.ptr.buffer.store %x, %small, %bytes, %c0, %c0 : i32)",
              [](int t) { return t < 10 ? 1000 + t : 0; });
}

TEST_F(AMDMemory, BufferStoreOfPairs) {
  expectWords(withBuffer(64 * 4 * 2, "%b") + R"(
    %u = llvm.mlir.poison : vector<2xi32>
    %v = llvm.insertelement %x, %u[%c0 : i32] : vector<2xi32>
    %w = llvm.insertelement %tid, %v[%c1 : i32] : vector<2xi32>
    %eight = llvm.mlir.constant(8 : i32) : i32
    %offset = llvm.mul %tid, %eight : i32
    rocdl.raw.ptr.buffer.store %w, %small, %offset, %c0, %c0 : vector<2xi32>)",
              [](int t) { return t % 2 ? t / 2 : 1000 + t / 2; });
}

TEST_F(AMDMemory, BufferFaults) {
  // In range, but not within the tensor.
  expectFault(withBuffer(64 * 64 * 4 + 64) + R"(
    %late = llvm.mlir.constant(16384 : i32) : i32
    %r = rocdl.raw.ptr.buffer.load %small, %late, %c0, %c0 : i32)",
              "expected all of them within a tensor");
  // The scalar offset leads beyond.
  expectFault(R"(
    %late = llvm.mlir.constant(16384 : i32) : i32
    %r = rocdl.raw.ptr.buffer.load %rsrc, %bytes, %late, %c0 : i32)",
              "expected all of them within a tensor");
  expectFault(withBuffer(42) + R"(
    %r = rocdl.raw.ptr.buffer.load %small, %bytes, %c0, %c0 : i32)",
              "of a buffer that ends among them, at 42");
  expectFault("%r = rocdl.raw.ptr.buffer.load %rsrc, %tid, %c0, %c0 : i32",
              "expected a multiple of 4 bytes");
  expectFault("%r = rocdl.raw.ptr.buffer.load %rsrc, %tid, %c0, %tid : i32",
              "unless its cache policy is a constant");
  expectFault(R"(
    %swizzled = llvm.mlir.constant(8 : i32) : i32
    %r = rocdl.raw.ptr.buffer.load %rsrc, %bytes, %c0, %swizzled : i32)",
              "unless its cache policy is a constant");
  expectFault(R"(
    %u = llvm.mlir.poison : i32
    %r = rocdl.raw.ptr.buffer.load %rsrc, %u, %c0, %c0 : i32)",
              "has an undefined offset");
  expectFault(R"(
    %u = llvm.mlir.poison : i32
    %output = rocdl.make.buffer.rsrc %b, %stride, %records, %flags : !llvm.ptr<1> to !llvm.ptr<8>
    rocdl.raw.ptr.buffer.store %u, %output, %bytes, %c0, %c0 : i32)",
              "writes undefined bytes to a tensor");
}

TEST_F(AMDMemory, ResourceFaults) {
  const std::string make =
      "%q = rocdl.make.buffer.rsrc %a, %stride, %records, %f : !llvm.ptr<1> "
      "to !llvm.ptr<8>";
  expectFault("%f = llvm.mlir.constant(0 : i32) : i32\n" + make,
              "expected those of a raw buffer");
  // Add tid enable.
  expectFault("%f = llvm.mlir.constant(8548352 : i32) : i32\n" + make,
              "expected those of a raw buffer");
  expectFault("%s = llvm.mlir.constant(4 : i16) : i16\n" +
                  replaced(replaced(make, "%stride", "%s"), "%f ", "%flags "),
              "has stride 4");
  expectFault(withBuffer(int64_t(1) << 32), "expected less than 2^32");
}

//===----------------------------------------------------------------------===//
// Stores to LDS that other waves read
//===----------------------------------------------------------------------===//

/// Wave 0 reads what wave 1 stored.
const char *const kExchange = R"(
  llvm.store %x, %mine : i32, !llvm.ptr<3>
  rocdl.s.waitcnt 49279
  rocdl.s.barrier
  %place = llvm.xor %tid, %c64 : i32
  %other = llvm.getelementptr %shared[%place] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
  %r = llvm.load %other : !llvm.ptr<3> -> i32)";

struct AMDExchange : AMDKernel {
  AMDExchange() {
    setup.threads = 128;
    setup.sharedBytes = 512;
  }
  /// kExchange with `wait` in front of the barrier, and `after` behind.
  std::string with(const std::string &wait, const std::string &after = "") {
    return replaced(replaced(kExchange, "rocdl.s.waitcnt 49279", wait),
                    "rocdl.s.barrier", "rocdl.s.barrier\n" + after);
  }
  void expectExchanged(const std::string &body) {
    expectValues(body, [](int t) { return 1000 + (t ^ 64); });
  }
};

TEST_F(AMDExchange, Passes) {
  for (uint64_t seed : {0, 1, 2, 3}) {
    setup.options.seed = seed;
    // vmcnt(63) lgkmcnt(0); then fences.
    expectExchanged(kExchange);
    expectExchanged(with("llvm.fence syncscope(\"workgroup\") release",
                         "llvm.fence syncscope(\"workgroup\") acquire"));
    expectExchanged(with("llvm.fence acq_rel"));
    expectExchanged(replaced(with(""), "rocdl.s.barrier", "rocdl.barrier"));
    // Schedulers' ops are no waits, nor harm.
    expectExchanged(with(R"(
      rocdl.sched.barrier 0
      rocdl.sched.group.barrier 8, 1, 0
      rocdl.iglp.opt 1
      rocdl.s.setprio 1
      rocdl.s.waitcnt 0
      rocdl.s.nop 0)"));
  }
}

TEST_F(AMDExchange, Faults) {
  const char *const race = "a store to LDS of wave ";
  // LLVM puts no wait in front of a barrier.
  expectFault(with(""), race);
  // lgkmcnt(1), and vmcnt(0) alone.
  expectFault(with("rocdl.s.waitcnt 49535"), race);
  expectFault(with("rocdl.s.waitcnt 3952"), race);
  // The wait is too late.
  expectFault(with("", "rocdl.s.waitcnt 0"), race);
  expectFault(with("llvm.fence syncscope(\"workgroup\") acquire"), race);
  expectFault(with("llvm.fence syncscope(\"wavefront\") release"), race);
  // A wait without a barrier.
  expectFault(replaced(kExchange, "rocdl.s.barrier", ""),
              ": a race, no wait or barrier");
  expectFault(with("rocdl.s.waitcnt 65536"), "expected 16 bits");
  for (const std::string scope : {"cluster", "workgroup-one-as"})
    expectFault(with("llvm.fence syncscope(\"" + scope + "\") release"),
                "of scope '" + scope + "' is not known");
}

// lgkmcnt counts loads of LDS behind the store, too.
TEST_F(AMDExchange, CountsLoads) {
  const std::string load = "%again = llvm.load %mine : !llvm.ptr<3> -> i32\n";
  expectExchanged(with(load + "rocdl.s.waitcnt 49535"));
  expectFault(with(load + "rocdl.s.waitcnt 49791"), "a store to LDS of wave ");
  // Four of them, and lgkmcnt(4) and (5).
  std::string four;
  for (const char *name : {"%l0", "%l1", "%l2", "%l3"})
    four += replaced(load, "%again", name);
  expectExchanged(with(four + "rocdl.s.waitcnt 50303"));
  expectFault(with(four + "rocdl.s.waitcnt 50559"), "a store to LDS of wave ");
}

// Reads are over at the barrier: LLVM waits for them where they are used.
TEST_F(AMDExchange, ReadThenOverwritten) {
  const std::string body = std::string(kExchange) + R"(
    rocdl.s.barrier
    llvm.store %c64, %mine : i32, !llvm.ptr<3>)";
  expectExchanged(body);
  expectFault(replaced(body, "rocdl.s.barrier\n    llvm", "llvm"),
              ": a race, no wait or barrier");
}

TEST_F(AMDExchange, OwnStoresAreInOrder) {
  expectValues(R"(
    llvm.store %c0, %mine : i32, !llvm.ptr<3>
    llvm.store %x, %mine : i32, !llvm.ptr<3>
    %r = llvm.load %mine : !llvm.ptr<3> -> i32)",
               [](int t) { return 1000 + t; });
}

TEST_F(AMDExchange, Barriers) {
  // Not for half a wave, nor for one wave alone.
  expectFault(R"(
    %some = llvm.icmp "ult" %tid, %c4 : i32
    scf.if %some {
      rocdl.s.barrier
    })",
              "runs in lanes 0xf of the warp, expected all of them");
  expectFault(R"(
    %some = llvm.icmp "ult" %tid, %c64 : i32
    scf.if %some {
      rocdl.s.barrier
    })",
              "a deadlock in workgroup 0; wave 0 waits for barrier 0, where 64 "
              "of 128 threads are");
  setup.threads = 96;
  expectFault("", "has workgroups of 96 threads, expected a multiple of 64");
}

// The vendors' ops do not mix.
TEST_F(AMDExchange, Vendors) {
  expectFault("%r = nvvm.read.ptx.sreg.tid.x : i32",
              "is in a kernel with the attribute rocdl.kernel");
  setup.attributes = "nvvm.kernel";
  expectFault("", "is in a kernel without the attribute rocdl.kernel");
}

} // namespace
