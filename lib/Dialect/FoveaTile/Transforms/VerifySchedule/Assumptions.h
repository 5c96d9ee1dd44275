//===- Assumptions.h - what one run takes unknown numbers for -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_ASSUMPTIONS_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_ASSUMPTIONS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

#include <map>

namespace fovea::tile {

/// What a run knows of a value: a number; a symbol, which stands for the same
/// number in all roles; the event that has brought a tile of a channel, or
/// issued a product that was not awaited.
struct Known {
  enum Kind { Nothing, Number, Symbol, Tile, Product };
  Kind kind = Nothing;
  int64_t value = 0;

  bool isNumber() const { return kind == Number; }
  bool operator==(const Known &other) const {
    return kind == other.kind && value == other.value;
  }
  bool operator<(const Known &other) const {
    return std::pair(kind, value) < std::pair(other.kind, other.value);
  }
};

/// Conditions that are answered in all ways.
constexpr unsigned kMostChoices = 3;

/// Symbols by what computes them, so that both roles' copies of an expression
/// are the same one, and the numbers that a run takes some of them for.
class Assumptions {
public:
  /// Loops run `trips` times, or as often as the next of the list for the
  /// second symbol and so on; bit i of `choices` answers the i-th condition.
  Assumptions(llvm::ArrayRef<int64_t> trips, unsigned first, unsigned choices)
      : trips(trips), first(first), choices(choices) {}

  /// The symbol of a key, or its number. Symbols in the key count as used.
  Known intern(llvm::ArrayRef<uint64_t> key);
  Known resolve(Known known) const;
  /// Appends a value to a key.
  void append(Known known, llvm::SmallVectorImpl<uint64_t> &key);

  /// Takes a symbol for a number. False when something was computed from the
  /// symbol before: then the run must start again.
  bool assume(Known symbol, int64_t number, mlir::Value origin);
  bool assumeTrips(Known symbol, bool outer, mlir::Value origin);
  bool assumeCondition(Known symbol, mlir::Value origin);
  int64_t getNextTrips() const {
    return trips[(first + assumedTrips) % trips.size()];
  }
  /// Takes the trips of the next loop.
  void takeTrips() { ++assumedTrips; }

  /// Starts the run again, with what was assumed.
  void restart() {
    used.clear();
    met.clear();
  }
  /// Answers that matter: up to that of the last condition that was met.
  unsigned countChoices() const;
  bool any() const { return !numbers.empty(); }
  /// " in a run with %11 = 2", or nothing.
  std::string describe() const;

private:
  llvm::ArrayRef<int64_t> trips;
  unsigned first, choices;
  unsigned assumedTrips = 0;
  llvm::SmallVector<int64_t> conditions;
  std::map<std::vector<uint64_t>, int64_t> symbols;
  llvm::DenseMap<int64_t, int64_t> numbers;
  /// Symbols that something was computed from, and those that were met: what
  /// was assumed early may follow from what was assumed later.
  llvm::DenseSet<int64_t> used, met;
  /// The assumed symbols in order, each with a value that it stands for.
  llvm::SmallVector<std::pair<int64_t, mlir::Value>> origins;
};

} // namespace fovea::tile

#endif
