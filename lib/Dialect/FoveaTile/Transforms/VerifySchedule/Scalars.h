//===- Scalars.h - the numbers that a role computes in a run -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_SCALARS_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_SCALARS_H

#include "Assumptions.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"

namespace fovea::tile {

/// What values are known in a run, and the evaluation of scalar ops by their
/// own folders.
class Scalars {
public:
  explicit Scalars(Assumptions &assumptions) : assumptions(assumptions) {}

  Known get(mlir::Value value) const {
    return assumptions.resolve(values.lookup(value));
  }
  void set(mlir::Value value, Known known) { values[value] = known; }

  /// Computes the op's results, as numbers or symbols.
  void evaluate(mlir::Operation &op);
  /// The symbol of something that a name and numbers determine.
  Known symbolize(llvm::StringRef name, llvm::ArrayRef<Known> from);
  /// How often the name was asked for.
  int64_t count(llvm::StringRef name) { return occurrences[name]++; }

private:
  bool fold(mlir::Operation &op);
  Known readFold(mlir::OpFoldResult result) const;

  Assumptions &assumptions;
  llvm::DenseMap<mlir::Value, Known> values;
  llvm::StringMap<int64_t> occurrences;
};

} // namespace fovea::tile

#endif
