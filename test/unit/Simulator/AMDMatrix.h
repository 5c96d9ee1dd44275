//===- AMDMatrix.h - matrices of kernels of waves, for tests -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TEST_UNIT_SIMULATOR_AMDMATRIX_H
#define FOVEA_TEST_UNIT_SIMULATOR_AMDMATRIX_H

#include "AMDKernel.h"

#include "fovea/Simulator/Rounding.h"

namespace fovea::sim {

using Matrix = std::vector<float>;

/// Small integers, of which products and sums are exact.
inline float numberAt(int row, int column, int factor) {
  return float((row * factor + column * 5) % 7 - 3);
}

inline Matrix makeMatrix(int rows, int columns, int factor) {
  Matrix m(rows * columns);
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j)
      m[i * columns + j] = numberAt(i, j, factor);
  return m;
}

/// a is m by k, b is n by k.
inline Matrix multiply(const Matrix &a, const Matrix &b, int m, int n, int k) {
  Matrix c(m * n);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j)
      for (int x = 0; x < k; ++x)
        c[i * n + j] += a[i * k + x] * b[j * k + x];
  return c;
}

enum class Type { F32, F16, BF16, E4M3, E5M2, E4M3FNUZ, E5M2FNUZ };

inline unsigned bytesOf(Type type) {
  return type == Type::F32                         ? 4
         : type == Type::F16 || type == Type::BF16 ? 2
                                                   : 1;
}

inline uint32_t encode(float value, Type type) {
  switch (type) {
  case Type::F32:
    return bitsOf(value);
  case Type::F16:
    return toF16(value);
  case Type::BF16:
    return toBF16(value);
  case Type::E4M3:
    return toF8(value, Float8::E4M3, false);
  case Type::E5M2:
    return toF8(value, Float8::E5M2, false);
  case Type::E4M3FNUZ:
    return toF8(value, Float8::E4M3FNUZ, false);
  case Type::E5M2FNUZ:
    return toF8(value, Float8::E5M2FNUZ, false);
  }
}

/// Elements side by side from byte `at` on.
inline void put(std::vector<uint32_t> &words, size_t at, const Matrix &m,
                Type type) {
  auto *bytes = reinterpret_cast<uint8_t *>(words.data()) + at;
  for (float value : m) {
    uint32_t bits = encode(value, type);
    std::memcpy(bytes, &bits, bytesOf(type));
    bytes += bytesOf(type);
  }
}

inline std::string str(int number) { return std::to_string(number); }

inline std::string constant(const std::string &name, int value) {
  return name + " = llvm.mlir.constant(" + str(value) + " : i32) : i32\n";
}

} // namespace fovea::sim

#endif
