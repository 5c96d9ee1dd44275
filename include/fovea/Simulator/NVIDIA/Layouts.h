//===- Layouts.h - where matrix instructions keep elements -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_SIMULATOR_NVIDIA_LAYOUTS_H
#define FOVEA_SIMULATOR_NVIDIA_LAYOUTS_H

#include "fovea/Simulator/Place.h"

#include <cstdint>
#include <optional>

namespace fovea::sim::nvidia {

/// `mma.m16n8k16` with 16-bit A and B and f32 C and D (PTX ISA, "Matrix
/// Fragments for mma.m16n8k16 with floating point type"). Elements of A and B
/// count as in a0, a1, ...: 2r and 2r + 1 are the halves of register r, low
/// half first.
Place placeInMmaA(int lane, int element);
Place placeInMmaB(int lane, int element);
Place placeInMmaC(int lane, int element);

/// A and B of any `mma.m16n8kK` with elements of 1, 2 or 4 bytes, and 16 or 32
/// bytes of k (PTX ISA, "Matrix Fragments for mma.m16n8k4", "... m16n8k8",
/// "... m16n8k16 with integer type" and "... m16n8k32"): a register of a lane
/// holds 4, 2 or 1 neighbours of k, the first one lowest. C and D of 32 bits
/// lie as in placeInMmaC.
Place placeInFragmentA(int elementBytes, int lane, int element);
Place placeInFragmentB(int elementBytes, int lane, int element);

/// `ldmatrix` and `stmatrix` of 8x8 matrices of 16-bit elements: which element
/// lies in half `element` of the lane's register. A row is what one address
/// points to, with `.trans` too.
Place placeInMatrix(int lane, int element, bool transposed);
/// The lane that gives the address of row `row` of the instruction's matrix
/// number `matrix`.
int addressLane(int matrix, int row);

/// `wgmma.mma_async.m64nNk16`, A in registers and f32 D (PTX ISA, "Matrix
/// Fragments for wgmma.mma_async.m64nNk16"); `warp` counts in the warpgroup. D
/// of 32 bits lies alike for every K ("... m64nNk8", "... m64nNk32").
Place placeInWgmmaA(int warp, int lane, int element);
Place placeInWgmmaD(int warp, int lane, int element);

/// A swizzle moves chunks within lines of shared memory, in a pattern that
/// repeats after 8, 4 or 2 lines: after 1024, 512 or 256 bytes.
constexpr uint32_t kSwizzleLineBytes = 128;
constexpr uint32_t kSwizzleChunkBytes = 16;

/// Where the byte at a shared memory address goes under a swizzle of
/// `swizzleBytes`, 0, 32, 64 or 128; twice is back. Boxes of tensor maps with a
/// swizzle (CUtensorMapSwizzle) are placed by it, too.
uint32_t swizzle(uint32_t address, int swizzleBytes);

/// One operand of `wgmma` in shared memory (PTX ISA, "Matrix Descriptor
/// Format"), all in bytes.
struct MatrixDescriptor {
  uint32_t start, leadingOffset, strideOffset;
  /// In lines: where the swizzle's pattern begins, counted from a multiple of
  /// 1024.
  uint32_t baseOffset;
  int swizzleBytes;
};

/// Nothing if bits are set that the format has no use for, the base offset of a
/// descriptor without swizzle among them.
std::optional<MatrixDescriptor> decodeMatrixDescriptor(uint64_t bits);

/// The shared memory address of the element (mn, k), mn being m in A and n in
/// B. `mnMajor` is the instruction's `imm-trans`, which only 16-bit elements
/// have.
uint32_t addressInDescriptor(const MatrixDescriptor &descriptor, bool mnMajor,
                             int mn, int k, int elementBytes = 2);

} // namespace fovea::sim::nvidia

#endif
