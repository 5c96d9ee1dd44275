//===- Layouts.cpp - where matrix instructions keep elements -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/NVIDIA/Layouts.h"

using namespace fovea::sim;
using namespace fovea::sim::nvidia;

// All fragments come in 8x8 tiles. In a tile four lanes share a row, or a
// column of B, and each has two neighbours of it: PTX's groupID is lane / 4 and
// its threadID_in_group is lane % 4.
static int group(int lane) { return lane / 4; }
static int pair(int lane, int element) { return lane % 4 * 2 + element % 2; }

// Registers are 4 bytes of a row of A, or of a column of B. Down first: A's
// register 1 is in rows 8 to 15, 2 and 3 are 16 bytes further along k, as is
// B's register 1.
Place nvidia::placeInFragmentA(int elementBytes, int lane, int element) {
  int perRegister = 4 / elementBytes, number = element / perRegister;
  return {group(lane) + number % 2 * 8,
          (lane % 4 + number / 2 * 4) * perRegister + element % perRegister};
}

Place nvidia::placeInFragmentB(int elementBytes, int lane, int element) {
  int perRegister = 4 / elementBytes, number = element / perRegister;
  return {(lane % 4 + number * 4) * perRegister + element % perRegister,
          group(lane)};
}

Place nvidia::placeInMmaA(int lane, int element) {
  return placeInFragmentA(2, lane, element);
}

Place nvidia::placeInMmaB(int lane, int element) {
  return placeInFragmentB(2, lane, element);
}

Place nvidia::placeInMmaC(int lane, int element) {
  return {group(lane) + element / 2 * 8, pair(lane, element)};
}

Place nvidia::placeInMatrix(int lane, int element, bool transposed) {
  if (transposed)
    return {pair(lane, element), group(lane)};
  return {group(lane), pair(lane, element)};
}

int nvidia::addressLane(int matrix, int row) { return matrix * 8 + row; }

Place nvidia::placeInWgmmaA(int warp, int lane, int element) {
  Place place = placeInMmaA(lane, element);
  return {warp * 16 + place.row, place.column};
}

Place nvidia::placeInWgmmaD(int warp, int lane, int element) {
  // Tiles of 16x8 side by side.
  Place place = placeInMmaC(lane, element % 4);
  return {warp * 16 + place.row, element / 4 * 8 + place.column};
}

/// How far chunks move: among 8, 4 or 2 neighbours, by CuTe's Swizzle<3, 4, 3>,
/// <2, 4, 3> or <1, 4, 3>.
static uint32_t chunkMask(int swizzleBytes) {
  return swizzleBytes ? uint32_t(swizzleBytes) / kSwizzleChunkBytes - 1 : 0;
}

uint32_t nvidia::swizzle(uint32_t address, int swizzleBytes) {
  uint32_t line = address / kSwizzleLineBytes & chunkMask(swizzleBytes);
  return address ^ line * kSwizzleChunkBytes;
}

/// The inverse of PTX's matrix-descriptor-encode, in bits first to first + 13.
static uint32_t decodeBytes(uint64_t bits, int first) {
  return uint32_t(bits >> first & 0x3fff) * 16;
}

std::optional<MatrixDescriptor> nvidia::decodeMatrixDescriptor(uint64_t bits) {
  // Bits 14, 15, 30, 31, 46 to 48 and 52 to 61 have no meaning.
  constexpr uint64_t kReserved = 0x3ff1c000c000c000;
  // In the order of bits 62 and 63.
  constexpr int kSwizzleBytes[] = {0, 128, 64, 32};
  MatrixDescriptor descriptor{decodeBytes(bits, 0), decodeBytes(bits, 16),
                              decodeBytes(bits, 32), uint32_t(bits >> 49 & 7),
                              kSwizzleBytes[bits >> 62]};
  // Without a swizzle there is no pattern to begin anywhere.
  if (bits & kReserved ||
      (descriptor.swizzleBytes == 0 && descriptor.baseOffset != 0))
    return std::nullopt;
  return descriptor;
}

/// Rows of 8 mn by 16 bytes of k. The leading offset steps along k, and has no
/// part in swizzled layouts, where a row holds both chunks of the instruction:
/// ((8,m),(T,2)):((1T,SBO),(1,LBO)) and ((8,m),(T,2)):((WT,SBO),(1,T)), T being
/// the elements of 16 bytes and W the chunks of a row.
static uint32_t offsetKMajor(const MatrixDescriptor &d, uint32_t mn, uint32_t k,
                             uint32_t elementBytes) {
  uint32_t perChunk = kSwizzleChunkBytes / elementBytes;
  uint32_t row = d.swizzleBytes ? d.swizzleBytes : kSwizzleChunkBytes;
  uint32_t chunk = d.swizzleBytes ? kSwizzleChunkBytes : d.leadingOffset;
  return mn % 8 * row + mn / 8 * d.strideOffset + k % perChunk * elementBytes +
         k / perChunk * chunk;
}

/// Rows of mn, 8 k of them. Without a swizzle the leading offset steps along k
/// and the stride along mn: ((T,1,m),(8,k)):((1,T,SBO),(1T,LBO)); with one it
/// is the other way round: ((T,W,m),(8,k)):((1,T,LBO),(WT,SBO)).
static uint32_t offsetMNMajor(const MatrixDescriptor &d, uint32_t mn,
                              uint32_t k) {
  uint32_t row = d.swizzleBytes ? d.swizzleBytes : kSwizzleChunkBytes;
  uint32_t alongMN = d.swizzleBytes ? d.leadingOffset : d.strideOffset;
  uint32_t alongK = d.swizzleBytes ? d.strideOffset : d.leadingOffset;
  uint32_t width = row / 2;
  return mn % width * 2 + mn / width * alongMN + k % 8 * row + k / 8 * alongK;
}

// PTX ISA, "Major-ness supported by Strides" and "Canonical Layouts", and the
// same layouts in CUTLASS's cute/atom/mma_traits_sm90_gmma.hpp.
uint32_t nvidia::addressInDescriptor(const MatrixDescriptor &descriptor,
                                     bool mnMajor, int mn, int k,
                                     int elementBytes) {
  uint32_t address = descriptor.start +
                     (mnMajor ? offsetMNMajor(descriptor, mn, k)
                              : offsetKMajor(descriptor, mn, k, elementBytes));
  uint32_t pattern = descriptor.baseOffset * kSwizzleLineBytes;
  // PTX gives the base offset and not its use; an H100 counts lines from it.
  return swizzle(address - pattern, descriptor.swizzleBytes) + pattern;
}
