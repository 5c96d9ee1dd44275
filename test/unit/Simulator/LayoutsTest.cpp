//===- LayoutsTest.cpp - layouts against the PTX ISA's figures and examples
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Places.h"

#include "fovea/Simulator/NVIDIA/Layouts.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

using namespace fovea::sim;
using namespace fovea::sim::nvidia;

namespace {

using PlaceOf = std::function<Place(int element)>;

Places places(int count, const PlaceOf &place) {
  Places result;
  for (int i = 0; i < count; ++i)
    result.push_back(place(i));
  return result;
}

/// All of `count` elements in each of `lanes` lanes fill the matrix, none
/// twice.
void expectFilled(int lanes, int count, int rows, int columns,
                  const std::function<Place(int lane, int element)> &place) {
  std::vector<int> seen(rows * columns);
  for (int lane = 0; lane < lanes; ++lane)
    for (int element = 0; element < count; ++element) {
      Place p = place(lane, element);
      ASSERT_TRUE(0 <= p.row && p.row < rows) << p;
      ASSERT_TRUE(0 <= p.column && p.column < columns) << p;
      ++seen[p.row * columns + p.column];
    }
  EXPECT_EQ(seen, std::vector<int>(rows * columns, 1));
}

Places mmaA(int lane) {
  return places(8, [=](int element) { return placeInMmaA(lane, element); });
}
Places mmaB(int lane) {
  return places(4, [=](int element) { return placeInMmaB(lane, element); });
}
Places mmaC(int lane) {
  return places(4, [=](int element) { return placeInMmaC(lane, element); });
}

// Figure "MMA .m16n8k16 fragment layout for matrix A".
TEST(Mma, A) {
  EXPECT_EQ(
      mmaA(0),
      (Places{{0, 0}, {0, 1}, {8, 0}, {8, 1}, {0, 8}, {0, 9}, {8, 8}, {8, 9}}));
  EXPECT_EQ(
      mmaA(3),
      (Places{
          {0, 6}, {0, 7}, {8, 6}, {8, 7}, {0, 14}, {0, 15}, {8, 14}, {8, 15}}));
  EXPECT_EQ(
      mmaA(5),
      (Places{
          {1, 2}, {1, 3}, {9, 2}, {9, 3}, {1, 10}, {1, 11}, {9, 10}, {9, 11}}));
  EXPECT_EQ(mmaA(31), (Places{{7, 6},
                              {7, 7},
                              {15, 6},
                              {15, 7},
                              {7, 14},
                              {7, 15},
                              {15, 14},
                              {15, 15}}));
  expectFilled(32, 8, 16, 16, placeInMmaA);
}

// "... for matrix B": rows are k.
TEST(Mma, B) {
  EXPECT_EQ(mmaB(0), (Places{{0, 0}, {1, 0}, {8, 0}, {9, 0}}));
  EXPECT_EQ(mmaB(3), (Places{{6, 0}, {7, 0}, {14, 0}, {15, 0}}));
  EXPECT_EQ(mmaB(5), (Places{{2, 1}, {3, 1}, {10, 1}, {11, 1}}));
  EXPECT_EQ(mmaB(28), (Places{{0, 7}, {1, 7}, {8, 7}, {9, 7}}));
  EXPECT_EQ(mmaB(31), (Places{{6, 7}, {7, 7}, {14, 7}, {15, 7}}));
  expectFilled(32, 4, 16, 8, placeInMmaB);
}

// "... for accumulator matrix C/D".
TEST(Mma, C) {
  EXPECT_EQ(mmaC(0), (Places{{0, 0}, {0, 1}, {8, 0}, {8, 1}}));
  EXPECT_EQ(mmaC(5), (Places{{1, 2}, {1, 3}, {9, 2}, {9, 3}}));
  EXPECT_EQ(mmaC(30), (Places{{7, 4}, {7, 5}, {15, 4}, {15, 5}}));
  EXPECT_EQ(mmaC(31), (Places{{7, 6}, {7, 7}, {15, 6}, {15, 7}}));
  expectFilled(32, 4, 16, 8, placeInMmaC);
}

// Figures of ldmatrix and stmatrix, "fragment layout for one 8x8 Matrix with
// 16-bit elements".
TEST(Matrix, Fragments) {
  auto lane = [](int lane, bool transposed) {
    return places(2, [=](int element) {
      return placeInMatrix(lane, element, transposed);
    });
  };
  EXPECT_EQ(lane(0, false), (Places{{0, 0}, {0, 1}}));
  EXPECT_EQ(lane(3, false), (Places{{0, 6}, {0, 7}}));
  EXPECT_EQ(lane(4, false), (Places{{1, 0}, {1, 1}}));
  EXPECT_EQ(lane(29, false), (Places{{7, 2}, {7, 3}}));
  EXPECT_EQ(lane(31, false), (Places{{7, 6}, {7, 7}}));
  EXPECT_EQ(lane(0, true), (Places{{0, 0}, {1, 0}}));
  EXPECT_EQ(lane(3, true), (Places{{6, 0}, {7, 0}}));
  EXPECT_EQ(lane(4, true), (Places{{0, 1}, {1, 1}}));
  EXPECT_EQ(lane(29, true), (Places{{2, 7}, {3, 7}}));
  EXPECT_EQ(lane(31, true), (Places{{6, 7}, {7, 7}}));
  for (bool transposed : {false, true})
    expectFilled(32, 2, 8, 8, [=](int lane, int element) {
      return placeInMatrix(lane, element, transposed);
    });
}

// The table of .num, threads and addresses.
TEST(Matrix, AddressesComeInTurn) {
  EXPECT_EQ(addressLane(0, 0), 0);
  EXPECT_EQ(addressLane(0, 7), 7);
  EXPECT_EQ(addressLane(1, 0), 8);
  EXPECT_EQ(addressLane(2, 3), 19);
  EXPECT_EQ(addressLane(3, 0), 24);
  EXPECT_EQ(addressLane(3, 7), 31);
}

/// What ldmatrix is for: its registers are the fragments of mma.
TEST(Matrix, LoadsFragmentsOfMma) {
  for (int lane = 0; lane < 32; ++lane)
    for (int element = 0; element < 8; ++element) {
      Place place = placeInMatrix(lane, element % 2, false);
      int matrix = element / 2;
      place.row += matrix % 2 * 8;
      place.column += matrix / 2 * 8;
      EXPECT_EQ(placeInMmaA(lane, element), place);
      if (element >= 4)
        continue;
      // B with rows of n, k by k.
      place = placeInMatrix(lane, element % 2, true);
      place.row += matrix * 8;
      EXPECT_EQ(placeInMmaB(lane, element), place);
    }
}

// Figure "WGMMA .m64nNk16 register fragment layout for matrix A".
TEST(Wgmma, A) {
  auto a = [](int warp, int lane) {
    return places(
        8, [=](int element) { return placeInWgmmaA(warp, lane, element); });
  };
  EXPECT_EQ(
      a(0, 0),
      (Places{{0, 0}, {0, 1}, {8, 0}, {8, 1}, {0, 8}, {0, 9}, {8, 8}, {8, 9}}));
  EXPECT_EQ(a(1, 5), (Places{{17, 2},
                             {17, 3},
                             {25, 2},
                             {25, 3},
                             {17, 10},
                             {17, 11},
                             {25, 10},
                             {25, 11}}));
  EXPECT_EQ(a(3, 31), (Places{{55, 6},
                              {55, 7},
                              {63, 6},
                              {63, 7},
                              {55, 14},
                              {55, 15},
                              {63, 14},
                              {63, 15}}));
  expectFilled(128, 8, 64, 16, [](int lane, int element) {
    return placeInWgmmaA(lane / 32, lane % 32, element);
  });
}

// Figure "WGMMA .m64nNk16 register fragment layout for accumulator matrix D".
TEST(Wgmma, D) {
  auto d = [](int warp, int lane, int first) {
    return places(4, [=](int element) {
      return placeInWgmmaD(warp, lane, first + element);
    });
  };
  EXPECT_EQ(d(0, 0, 0), (Places{{0, 0}, {0, 1}, {8, 0}, {8, 1}}));
  EXPECT_EQ(d(0, 0, 4), (Places{{0, 8}, {0, 9}, {8, 8}, {8, 9}}));
  EXPECT_EQ(d(0, 3, 0), (Places{{0, 6}, {0, 7}, {8, 6}, {8, 7}}));
  EXPECT_EQ(d(1, 0, 0), (Places{{16, 0}, {16, 1}, {24, 0}, {24, 1}}));
  EXPECT_EQ(d(2, 5, 8), (Places{{33, 18}, {33, 19}, {41, 18}, {41, 19}}));
  // N = 256: d124 to d127.
  EXPECT_EQ(d(3, 31, 124),
            (Places{{55, 254}, {55, 255}, {63, 254}, {63, 255}}));
  for (int n : {8, 24, 128, 256})
    expectFilled(128, n / 2, 64, n, [](int lane, int element) {
      return placeInWgmmaD(lane / 32, lane % 32, element);
    });
}

/// Why a score tile can go on as the next product's A.
TEST(Wgmma, SixteenColumnsOfDLieAsA) {
  for (int lane = 0; lane < 32; ++lane)
    for (int element = 0; element < 8; ++element)
      EXPECT_EQ(placeInWgmmaD(2, lane, element),
                placeInWgmmaA(2, lane, element));
}

/// The chunks of the lines of a pattern, in their new order. Each is its own
/// inverse, so `chunks[line][i]` is also where chunk i goes.
void expectPattern(int swizzleBytes,
                   const std::vector<std::vector<uint32_t>> &chunks) {
  for (uint32_t line = 0; line < 16; ++line)
    for (uint32_t chunk = 0; chunk < 8; ++chunk)
      for (uint32_t byte : {0, 6, 15}) {
        uint32_t to = chunks[line % chunks.size()][chunk];
        EXPECT_EQ(swizzle(line * 128 + chunk * 16 + byte, swizzleBytes),
                  line * 128 + to * 16 + byte);
      }
}

// CUDA C++ Programming Guide, "Shared Memory Bank Swizzling".
TEST(Swizzle, Patterns) {
  expectPattern(0, {{0, 1, 2, 3, 4, 5, 6, 7}});
  expectPattern(32, {{0, 1, 2, 3, 4, 5, 6, 7}, {1, 0, 3, 2, 5, 4, 7, 6}});
  expectPattern(64, {{0, 1, 2, 3, 4, 5, 6, 7},
                     {1, 0, 3, 2, 5, 4, 7, 6},
                     {2, 3, 0, 1, 6, 7, 4, 5},
                     {3, 2, 1, 0, 7, 6, 5, 4}});
  expectPattern(128, {{0, 1, 2, 3, 4, 5, 6, 7},
                      {1, 0, 3, 2, 5, 4, 7, 6},
                      {2, 3, 0, 1, 6, 7, 4, 5},
                      {3, 2, 1, 0, 7, 6, 5, 4},
                      {4, 5, 6, 7, 0, 1, 2, 3},
                      {5, 4, 7, 6, 1, 0, 3, 2},
                      {6, 7, 4, 5, 2, 3, 0, 1},
                      {7, 6, 5, 4, 3, 2, 1, 0}});
}

void expectDescriptor(uint64_t bits, const MatrixDescriptor &expected) {
  std::optional<MatrixDescriptor> d = decodeMatrixDescriptor(bits);
  ASSERT_TRUE(d) << std::hex << bits;
  EXPECT_EQ(d->start, expected.start);
  EXPECT_EQ(d->leadingOffset, expected.leadingOffset);
  EXPECT_EQ(d->strideOffset, expected.strideOffset);
  EXPECT_EQ(d->baseOffset, expected.baseOffset);
  EXPECT_EQ(d->swizzleBytes, expected.swizzleBytes);
}

TEST(Descriptor, Fields) {
  expectDescriptor(0, {0, 0, 0, 0, 0});
  expectDescriptor(0x4000004000010040, {1024, 16, 1024, 0, 128});
  // PTX's example of MN-major, no swizzle, bf16: LBO 256, SBO 128.
  expectDescriptor(0x0000000800100000, {0, 256, 128, 0, 0});
  // Of K-major, 32 bytes: LBO "1 (assumed)", SBO 256.
  expectDescriptor(0xc000001000010000, {0, 16, 256, 0, 32});
  // Of MN-major, 64 bytes, bf16: LBO 512, SBO 1024.
  expectDescriptor(0x8000004000200000, {0, 512, 1024, 0, 64});
  expectDescriptor(0x400a000000000048, {1152, 0, 0, 5, 128});
  expectDescriptor(0xc00e3fff3fff3fff, {262128, 262128, 262128, 7, 32});
}

TEST(Descriptor, OtherBitsAreRefused) {
  std::set<int> refused;
  for (int bit = 0; bit < 64; ++bit)
    // With a swizzle, which bit 63 may change into another one.
    if (!decodeMatrixDescriptor((uint64_t(1) << 62) | (uint64_t(1) << bit)))
      refused.insert(bit);
  EXPECT_EQ(refused, (std::set<int>{14, 15, 30, 31, 46, 47, 48, 52, 53, 54, 55,
                                    56, 57, 58, 59, 60, 61}));
  for (int bit : {49, 50, 51})
    EXPECT_FALSE(decodeMatrixDescriptor(uint64_t(1) << bit)) << bit;
}

/// A CuTe mode of several sizes and strides, `((8,2),...):((1,64),...)`.
struct Mode {
  int size, stride;
};
using Modes = std::vector<Mode>;

int offsetOf(const Modes &modes, int i) {
  int offset = 0;
  for (const Mode &mode : modes) {
    offset += i % mode.size * mode.stride;
    i /= mode.size;
  }
  EXPECT_EQ(i, 0);
  return offset;
}

/// CuTe's Swizzle<bits, 4, 3> on bytes.
uint32_t cuteSwizzle(int bits, uint32_t offset) {
  uint32_t from = ((uint32_t(1) << bits) - 1) << 7;
  return offset ^ (offset & from) >> 3;
}

/// The layout `Swizzle<bits, 4, 3> o (mn, k)` of 16-bit elements.
void expectLayout(const MatrixDescriptor &d, bool mnMajor, int bits,
                  const Modes &mnModes, const Modes &kModes, int mnSize) {
  for (int mn = 0; mn < mnSize; ++mn)
    for (int k = 0; k < 16; ++k) {
      uint32_t offset = 2 * (offsetOf(mnModes, mn) + offsetOf(kModes, k));
      ASSERT_EQ(addressInDescriptor(d, mnMajor, mn, k),
                d.start + cuteSwizzle(bits, offset))
          << mn << "," << k;
    }
}

// PTX ISA, "Canonical Layouts", the exact layouts of its examples with bf16.
TEST(Descriptor, ExamplesOfMNMajor) {
  expectLayout({0x2000, 256, 128, 0, 0}, true, 0, {{8, 1}, {1, 8}, {2, 64}},
               {{8, 8}, {2, 128}}, 16);
  expectLayout({0x2000, 256, 512, 0, 32}, true, 1, {{8, 1}, {2, 8}, {2, 128}},
               {{8, 16}, {2, 256}}, 32);
  expectLayout({0x2000, 512, 1024, 0, 64}, true, 2, {{8, 1}, {4, 8}, {2, 256}},
               {{8, 32}, {2, 512}}, 64);
}

// 128 bytes in the same manner, and as CUTLASS lays out 128 x 64 by
// tile_to_shape of its atoms: mn by mn before k by k.
TEST(Descriptor, MNMajorOf128Bytes) {
  expectLayout({0x2000, 1024, 2048, 0, 128}, true, 3,
               {{8, 1}, {8, 8}, {2, 512}}, {{8, 64}, {2, 1024}}, 128);
  expectLayout({0x2000, 8192, 1024, 0, 128}, true, 3,
               {{8, 1}, {8, 8}, {4, 4096}}, {{8, 64}, {2, 512}}, 256);
}

// Two of PTX's examples have tf32 and the same bytes.
TEST(Descriptor, ExamplesOfKMajor) {
  expectLayout({0x2000, 256, 128, 0, 0}, false, 0, {{8, 8}, {2, 64}},
               {{8, 1}, {2, 128}}, 16);
  expectLayout({0x2000, 16, 256, 0, 32}, false, 1, {{8, 16}, {2, 128}},
               {{8, 1}, {2, 8}}, 16);
  expectLayout({0x2000, 16, 512, 0, 64}, false, 2, {{8, 32}, {8, 256}},
               {{8, 1}, {2, 8}}, 64);
  expectLayout({0x2000, 16, 1024, 0, 128}, false, 3, {{8, 64}, {32, 512}},
               {{8, 1}, {2, 8}}, 256);
}

TEST(Descriptor, AddressesOfKMajor) {
  MatrixDescriptor d{0x400, 16, 1024, 0, 128};
  auto at = [&](int mn, int k) { return addressInDescriptor(d, false, mn, k); };
  EXPECT_EQ(at(0, 0), 0x400u);
  EXPECT_EQ(at(0, 1), 0x402u);
  EXPECT_EQ(at(0, 8), 0x410u);
  EXPECT_EQ(at(1, 0), 0x490u); // chunk 0 of row 1
  EXPECT_EQ(at(1, 8), 0x480u);
  EXPECT_EQ(at(2, 0), 0x520u);
  EXPECT_EQ(at(4, 9), 0x652u);
  EXPECT_EQ(at(7, 15), 0x7eeu);
  EXPECT_EQ(at(8, 0), 0x800u);
  EXPECT_EQ(at(255, 15), 0x83eeu);
  d.leadingOffset = 4096; // not used
  EXPECT_EQ(at(7, 15), 0x7eeu);
  d = {0x400, 128, 256, 0, 0};
  EXPECT_EQ(at(1, 0), 0x410u);
  EXPECT_EQ(at(7, 7), 0x47eu);
  EXPECT_EQ(at(0, 8), 0x480u);
  EXPECT_EQ(at(8, 0), 0x500u);
  EXPECT_EQ(at(9, 9), 0x592u);
}

TEST(Descriptor, AddressesOfMNMajor) {
  MatrixDescriptor d{0x400, 2048, 1024, 0, 128};
  auto at = [&](int mn, int k) { return addressInDescriptor(d, true, mn, k); };
  EXPECT_EQ(at(0, 0), 0x400u);
  EXPECT_EQ(at(1, 0), 0x402u);
  EXPECT_EQ(at(8, 0), 0x410u);
  EXPECT_EQ(at(0, 1), 0x490u);
  EXPECT_EQ(at(8, 1), 0x480u);
  EXPECT_EQ(at(63, 7), 0x78eu);
  EXPECT_EQ(at(0, 8), 0x800u);
  EXPECT_EQ(at(64, 0), 0xc00u);
  EXPECT_EQ(at(72, 9), 0x1080u);
  // Without a swizzle the offsets change their parts.
  d = {0x400, 2048, 1024, 0, 0};
  EXPECT_EQ(at(7, 0), 0x40eu);
  EXPECT_EQ(at(0, 7), 0x470u);
  EXPECT_EQ(at(8, 0), 0x800u);
  EXPECT_EQ(at(0, 8), 0xc00u);
  EXPECT_EQ(at(9, 9), 0x1012u);
}

/// A tile of 64 k with rows of 128 bytes, 16 k at a time by adding 32 bytes to
/// the start; of 32 k with rows of 64 bytes.
TEST(Descriptor, StartMovesAlongK) {
  for (int bytes : {64, 128})
    for (int step = 0; step < bytes / 32; ++step) {
      MatrixDescriptor d{0x400u + 32 * step, 16, 8u * bytes, 0, bytes};
      for (int mn = 0; mn < 64; ++mn)
        for (int k = 0; k < 16; ++k)
          EXPECT_EQ(addressInDescriptor(d, false, mn, k),
                    0x400 + cuteSwizzle(bytes / 64 + 1,
                                        mn * bytes + (16 * step + k) * 2));
    }
  MatrixDescriptor d{0x420, 16, 1024, 0, 128};
  EXPECT_EQ(addressInDescriptor(d, false, 0, 0), 0x420u);
  EXPECT_EQ(addressInDescriptor(d, false, 1, 0), 0x4b0u);
  EXPECT_EQ(addressInDescriptor(d, false, 2, 8), 0x510u);
}

TEST(Descriptor, PatternBeginsAtBaseOffset) {
  // At 0x480, in line 1 of 8.
  MatrixDescriptor d{0x480, 16, 1024, 1, 128};
  auto at = [&](int mn, int k) { return addressInDescriptor(d, false, mn, k); };
  EXPECT_EQ(at(0, 0), 0x480u);
  EXPECT_EQ(at(1, 0), 0x510u);
  EXPECT_EQ(at(7, 0), 0x870u);
  EXPECT_EQ(at(8, 0), 0x880u);
  // Where it is 0, lines count from multiples of 1024.
  d.baseOffset = 0;
  EXPECT_EQ(at(0, 0), 0x490u);
  EXPECT_EQ(at(1, 0), 0x520u);
  EXPECT_EQ(at(7, 0), 0x800u);
  // 64 bytes, 0x700 being line 6 of 8: rows 0 and 1 are in line 0 of 4.
  d = {0x700, 16, 512, 6, 64};
  EXPECT_EQ(at(1, 0), 0x740u);
  EXPECT_EQ(at(2, 0), 0x790u);
  EXPECT_EQ(at(7, 8), 0x8e0u);
}

TEST(Descriptor, ElementsFillTheirBytes) {
  for (int bytes : {0, 32, 64, 128})
    for (bool mnMajor : {false, true}) {
      // 256 mn by 16 k without a gap: 8192 bytes.
      uint32_t row = bytes ? bytes : 16;
      MatrixDescriptor d{0x1000, 4096, 8 * row, 0, bytes};
      if (mnMajor)
        d = bytes ? MatrixDescriptor{0x1000, 16 * row, 8 * row, 0, bytes}
                  : MatrixDescriptor{0x1000, 4096, 128, 0, 0};
      std::set<uint32_t> seen;
      for (int mn = 0; mn < 256; ++mn)
        for (int k = 0; k < 16; ++k)
          seen.insert(addressInDescriptor(d, mnMajor, mn, k));
      EXPECT_EQ(seen.size(), 4096u) << bytes << mnMajor;
      EXPECT_EQ(*seen.begin(), 0x1000u);
      // Rows of K-major swizzles hold more k than the instruction's 16.
      uint32_t end = !mnMajor && bytes > 32 ? 256 * bytes : 8192;
      EXPECT_LT(*seen.rbegin(), 0x1000 + end);
    }
}

} // namespace
