//===- Array.cpp - tensors in memory, with their element type -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/Array.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace fovea;
using llvm::APFloat;

static constexpr size_t kCacheLine = 64;

Array::Array(ArtifactElementKind kind, unsigned bits,
             llvm::ArrayRef<int64_t> shape)
    : elementKind(kind), elementBits(bits), sizes(shape), count(1) {
  for (int64_t size : shape)
    count *= size;
  storage.resize(count * (bits / 8) + kCacheLine);
  bytes = reinterpret_cast<char *>(
      llvm::alignTo(reinterpret_cast<uintptr_t>(storage.data()), kCacheLine));
}

Array::Array(const Array &other)
    : Array(other.elementKind, other.elementBits, other.sizes) {
  std::memcpy(bytes, other.bytes, count * (elementBits / 8));
}

static const llvm::fltSemantics &getSemantics(ArtifactElementKind kind,
                                              unsigned bits) {
  if (kind == ArtifactElementKind::BFloat)
    return APFloat::BFloat();
  return bits == 16   ? APFloat::IEEEhalf()
         : bits == 32 ? APFloat::IEEEsingle()
                      : APFloat::IEEEdouble();
}

/// The bits of element `i`; little-endian, as all targets are.
static uint64_t loadBits(const char *bytes, unsigned width, int64_t i) {
  uint64_t value = 0;
  std::memcpy(&value, bytes + i * (width / 8), width / 8);
  return value;
}

double Array::get(int64_t i) const {
  uint64_t raw = loadBits(bytes, elementBits, i);
  if (elementKind == ArtifactElementKind::Int)
    return double(llvm::SignExtend64(raw, elementBits));
  if (!isFloat())
    return double(raw);
  if (elementBits == 64)
    return llvm::bit_cast<double>(raw);
  if (elementBits == 32)
    return llvm::bit_cast<float>(uint32_t(raw));
  if (elementKind == ArtifactElementKind::BFloat)
    return llvm::bit_cast<float>(uint32_t(raw) << 16);
  return APFloat(getSemantics(elementKind, elementBits),
                 llvm::APInt(elementBits, raw))
      .convertToDouble();
}

void Array::set(int64_t i, double value) {
  uint64_t raw;
  if (isFloat() && elementBits == 64) {
    raw = llvm::bit_cast<uint64_t>(value);
  } else if (isFloat() && elementBits == 32) {
    raw = llvm::bit_cast<uint32_t>(float(value));
  } else if (isFloat()) {
    APFloat number(value);
    bool inexact;
    number.convert(getSemantics(elementKind, elementBits),
                   APFloat::rmNearestTiesToEven, &inexact);
    raw = number.bitcastToAPInt().getZExtValue();
  } else {
    raw = uint64_t(int64_t(value));
  }
  std::memcpy(bytes + i * (elementBits / 8), &raw, elementBits / 8);
}

Array Array::toF64() const {
  if (!isFloat())
    return *this;
  Array result(ArtifactElementKind::Float, 64, sizes);
  for (int64_t i = 0; i < count; ++i)
    result.set(i, get(i));
  return result;
}
