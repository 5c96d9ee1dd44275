//===- Array.h - tensors in memory, with their element type -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_ARRAY_H
#define FOVEA_EXECUTION_ARRAY_H

#include "fovea/Target/CPU/ArtifactDescription.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace fovea {

/// A row-major tensor that owns its elements.
class Array {
public:
  Array(ArtifactElementKind kind, unsigned bits, llvm::ArrayRef<int64_t> shape);
  Array(const Array &other);
  Array(Array &&) = default;
  Array &operator=(Array &&) = default;

  ArtifactElementKind kind() const { return elementKind; }
  unsigned bits() const { return elementBits; }
  bool isFloat() const {
    return elementKind == ArtifactElementKind::Float ||
           elementKind == ArtifactElementKind::BFloat;
  }
  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  int64_t size() const { return count; }
  /// Starts on a cache line.
  char *data() { return bytes; }
  const char *data() const { return bytes; }

  /// Element `i` in memory order, as f64.
  double get(int64_t i) const;
  /// Rounds to nearest even; integers truncate.
  void set(int64_t i, double value);
  /// The same elements as f64; integers stay as they are.
  Array toF64() const;

private:
  ArtifactElementKind elementKind;
  unsigned elementBits;
  llvm::SmallVector<int64_t> sizes;
  int64_t count;
  std::vector<char> storage;
  char *bytes;
};

} // namespace fovea

#endif
