//===- Layouts.cpp - where matrix instructions keep elements
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/AMD/Layouts.h"

using namespace fovea::sim;

/// Section 7.1.4.1: a lane holds K_L = K / (64 / M) consecutive k, and A[i][k]
/// is item k % K_L of lane i + M * (k / K_L).
Place amd::placeInMfmaA(int size, int k, int lane, int element) {
  int elements = size * k / kWaveLanes;
  return {lane % size, lane / size * elements + element};
}

Place amd::placeInMfmaB(int size, int k, int lane, int element) {
  Place transposed = placeInMfmaA(size, k, lane, element);
  return {transposed.column, transposed.row};
}

/// Section 7.1.4.2, with groups of H = 4 rows and M_I = 64 / N of those side by
/// side: D[i][j] is item i % H + H * (i / (H * M_I)) of lane
/// j + N * (i / H % M_I).
Place amd::placeInMfmaC(int size, int lane, int element) {
  int groups = kWaveLanes / size;
  int group = element / 4 * groups + lane / size;
  return {4 * group + element % 4, lane % size};
}

/// Section 11.4 says what the two reads of a matrix fetch:
/// K = 0..3 and 8..11 first, then 4..7 and 12..15, so that a row of lanes gets
/// four consecutive k. Triton's lowering has the figure (pull request 8525):
/// before, lane 0 holds M0..M3 of K0 and lane 4 those of K1; then, M0 of
/// K0..K3.
amd::Source amd::sourceInTransposedRead(int lane, int element) {
  int row = lane / 16 * 16, column = lane % 16;
  return {row + 4 * element + column / 4, column % 4};
}
