//===- Layouts.cpp - where matrix instructions keep elements
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/AMD/Layouts.h"

using namespace fovea::sim;

/// Lanes take the rows of A one after the other; those that begin again hold
/// what is behind along k. As the Matrix Instruction Calculator has it for
/// V_MFMA_F32_32X32X8_F16: i = lane % 32, k = 4 * floor(lane / 32) + element.
amd::Place amd::placeInMfmaA(int size, int k, int lane, int element) {
  int elements = size * k / kWaveLanes;
  return {lane % size, lane / size * elements + element};
}

amd::Place amd::placeInMfmaB(int size, int k, int lane, int element) {
  Place transposed = placeInMfmaA(size, k, lane, element);
  return {transposed.column, transposed.row};
}

/// Four registers are four rows; the lanes that share a column hold the groups
/// of four in turn. The calculator's formula for 32 x 32: i = 8 * floor(reg /
/// 4)
/// + 4 * floor(lane / 32) + reg % 4, j = lane % 32; for 16 x 16: i = 4 *
/// floor(lane / 16) + reg, j = lane % 16.
amd::Place amd::placeInMfmaC(int size, int lane, int element) {
  int groups = kWaveLanes / size;
  int group = element / 4 * groups + lane / size;
  return {4 * group + element % 4, lane % size};
}

/// The CDNA4 guide, section 11.4, says what the two reads of a matrix fetch:
/// K = 0..3 and 8..11 first, then 4..7 and 12..15, so that a row of lanes gets
/// four consecutive k. Triton's lowering has the figure (pull request 8525):
/// before, lane 0 holds M0..M3 of K0 and lane 4 those of K1; then, M0 of
/// K0..K3.
amd::Source amd::sourceInTransposedRead(int lane, int element) {
  int row = lane / 16 * 16, column = lane % 16;
  return {row + 4 * element + column / 4, column % 4};
}
