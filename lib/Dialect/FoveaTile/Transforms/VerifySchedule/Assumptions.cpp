//===- Assumptions.cpp - what one run takes unknown numbers for -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Assumptions.h"
#include "Rules.h"

using namespace mlir;
using namespace fovea::tile;

/// A loop around loops runs few times: each of its steps is long.
static constexpr int64_t kMostOuterTrips = 3;
/// Assumptions that a message tells.
static constexpr size_t kMostOrigins = 4;

Known Assumptions::resolve(Known known) const {
  if (known.kind != Known::Symbol)
    return known;
  auto number = numbers.find(known.value);
  return number == numbers.end() ? known : Known{Known::Number, number->second};
}

void Assumptions::append(Known known, SmallVectorImpl<uint64_t> &key) {
  if (known.kind == Known::Symbol)
    used.insert(known.value);
  key.append({uint64_t(known.kind), uint64_t(known.value)});
}

Known Assumptions::intern(ArrayRef<uint64_t> key) {
  auto place = symbols.try_emplace(key.vec(), symbols.size()).first;
  met.insert(place->second);
  return resolve({Known::Symbol, place->second});
}

bool Assumptions::assume(Known symbol, int64_t number, Value origin) {
  numbers[symbol.value] = number;
  origins.emplace_back(symbol.value, origin);
  return !used.contains(symbol.value);
}

bool Assumptions::assumeTrips(Known symbol, bool outer, Value origin) {
  int64_t number = getNextTrips();
  takeTrips();
  return assume(
      symbol, outer ? std::clamp<int64_t>(number, 1, kMostOuterTrips) : number,
      origin);
}

bool Assumptions::assumeCondition(Known symbol, Value origin) {
  // Few choices are tried: later conditions share them.
  unsigned bit = conditions.size() % kMostChoices;
  conditions.push_back(symbol.value);
  return assume(symbol, (choices >> bit) & 1, origin);
}

unsigned Assumptions::countChoices() const {
  unsigned count = 0;
  for (auto [i, symbol] : llvm::enumerate(conditions))
    if (met.contains(symbol))
      count = std::max<unsigned>(count, i % kMostChoices + 1);
  return count;
}

std::string Assumptions::describe() const {
  std::string text;
  size_t told = 0;
  for (auto [symbol, value] : origins) {
    if (!value || !met.contains(symbol) || told++ >= kMostOrigins)
      continue;
    text += text.empty() ? " in a run with " : ", ";
    text += getName(value) + " = " + std::to_string(numbers.lookup(symbol));
  }
  return text;
}
