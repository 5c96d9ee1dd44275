//===- Solver.cpp - swizzles without bank conflicts -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Two dwords x and y of one phase share a bank after the swizzle if x ^ y, with
// f(row(x)) ^ f(row(y)) = f(row(x) ^ row(y)) xored into the chunk's bits, is
// zero in the bits that select banks. Only the chunk's bits depend on f, so a
// pair of lanes says no more than: f(difference of rows) must not be this
// number in these bits. Different pairs mostly say the same; what remains, some
// dozens of such constraints, is checked for every f of one row bit, of two,
// and so on.
//
//===----------------------------------------------------------------------===//

#include "fovea/Target/AMD/SharedMemory/Solver.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <set>
#include <tuple>

using namespace fovea::amd;

/// More of them than any swizzle of rows up to 512 bytes needs; the search
/// stays below a second.
static constexpr unsigned kMostRowBits = 8;

namespace {

/// (f(rows) ^ forbidden) & mask must not be zero.
struct Constraint {
  uint32_t rows, mask, forbidden;

  bool operator<(const Constraint &other) const {
    return std::tie(rows, mask, forbidden) <
           std::tie(other.rows, other.mask, other.forbidden);
  }
};

using Constraints = std::set<Constraint>;

/// A row bit xored into a chunk bit.
struct Choice {
  unsigned chunkBit, rowBit;
};

class Search {
public:
  Search(unsigned rowBytes, const Constraints &constraints);

  /// The best of the swizzles with as few choices as possible.
  std::optional<Swizzle> run();

private:
  void visit(size_t first, unsigned remaining);
  bool holds() const;

  Swizzle current;
  std::vector<Constraint> constraints;
  std::vector<Choice> choices;
  std::optional<Swizzle> best;
};

} // namespace

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

static void addPair(uint32_t x, uint32_t y, unsigned banks,
                    const Swizzle &identity, Constraints &constraints) {
  if (x == y)
    return;
  uint32_t bankMask = (banks - 1) * kBankBytes;
  uint32_t chunkMask = ((1u << identity.getChunkBits()) - 1) * kChunkBytes;
  if ((x ^ y) & bankMask & ~chunkMask)
    return;
  uint32_t rows = x / identity.getRowBytes() ^ y / identity.getRowBytes();
  uint32_t mask = bankMask & chunkMask;
  constraints.insert(
      {rows, mask / kChunkBytes, ((x ^ y) & mask) / kChunkBytes});
}

static void addPhase(const WaveAccess &access, const PhaseTable &table,
                     uint64_t phase, const Swizzle &identity,
                     Constraints &constraints) {
  llvm::SmallVector<uint32_t> dwords;
  unsigned bytes = getBytes(access.instruction);
  for (unsigned lane = 0; lane < kWaveLanes; ++lane)
    for (unsigned byte = 0; (phase >> lane & 1) && byte < bytes;
         byte += kBankBytes)
      dwords.push_back((access.addresses[lane] + byte) & ~(kBankBytes - 1));
  for (auto [i, x] : llvm::enumerate(dwords))
    for (uint32_t y : llvm::ArrayRef(dwords).drop_front(i + 1))
      addPair(x, y, table.banks, identity, constraints);
}

static Constraints collect(Chip chip, llvm::ArrayRef<WaveAccess> accesses,
                           const Swizzle &identity) {
  Constraints constraints;
  for (const WaveAccess &access : accesses)
    for (const PhaseTable &table : getPhaseTables(chip, access.instruction))
      for (uint64_t phase : table.phases)
        if (!access.isPlaced)
          addPhase(access, table, phase, identity, constraints);
  return constraints;
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

Search::Search(unsigned rowBytes, const Constraints &constraints)
    : current(rowBytes), constraints(constraints.begin(), constraints.end()) {
  uint32_t rows = 0, mask = 0;
  for (const Constraint &constraint : constraints) {
    rows |= constraint.rows;
    mask |= constraint.mask;
  }
  for (unsigned bit = 0; bit < current.getChunkBits(); ++bit)
    for (unsigned row = 0; row < 32; ++row)
      if ((mask >> bit & 1) && (rows >> row & 1))
        choices.push_back({bit, row});
}

bool Search::holds() const {
  return llvm::all_of(constraints, [&](const Constraint &constraint) {
    return (current.getFlips(constraint.rows) ^ constraint.forbidden) &
           constraint.mask;
  });
}

/// Lowest bits first: of equals, the one found first stays.
void Search::visit(size_t first, unsigned remaining) {
  if (!remaining) {
    if ((!best || current.getTerms().size() < best->getTerms().size()) &&
        holds())
      best = current;
    return;
  }
  for (size_t i = first; i + remaining <= choices.size(); ++i) {
    current.flip(choices[i].chunkBit, choices[i].rowBit);
    visit(i + 1, remaining - 1);
    current.flip(choices[i].chunkBit, choices[i].rowBit);
  }
}

std::optional<Swizzle> Search::run() {
  for (unsigned count = 0; count <= kMostRowBits && !best; ++count)
    visit(0, count);
  return best;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static llvm::Error checkInstructions(Chip chip,
                                     llvm::ArrayRef<WaveAccess> accesses) {
  for (const WaveAccess &access : accesses)
    if (getPhaseTables(chip, access.instruction).empty())
      return makeError(getName(chip) + " has no " +
                       getMnemonic(access.instruction));
  return llvm::Error::success();
}

static llvm::Error checkRows(unsigned rowBytes) {
  if (rowBytes && rowBytes % kChunkBytes == 0)
    return llvm::Error::success();
  return makeError("rows of " + llvm::Twine(rowBytes) +
                   " bytes, expected a multiple of " +
                   llvm::Twine(kChunkBytes) + ", which a swizzle moves");
}

static llvm::Expected<SwizzleProof> prove(Chip chip, const Swizzle &swizzle,
                                          WaveAccesses accesses) {
  if (auto found = findCollision(chip, accesses, swizzle))
    return makeError(swizzle.str() + " has bank conflicts on " + getName(chip) +
                     ": " + found->str(swizzle.getRowBytes()));
  return SwizzleProof{chip, swizzle, std::move(accesses)};
}

llvm::Expected<SwizzleProof>
fovea::amd::solveSwizzle(Chip chip, unsigned rowBytes, WaveAccesses accesses) {
  if (llvm::Error error = checkRows(rowBytes))
    return error;
  if (llvm::Error error = checkInstructions(chip, accesses))
    return error;
  Swizzle identity(rowBytes);
  std::optional<Swizzle> found =
      Search(rowBytes, collect(chip, accesses, identity)).run();
  if (found)
    return prove(chip, *found, std::move(accesses));
  return makeError("no xor of row bits parts all lanes in rows of " +
                   llvm::Twine(rowBytes) + " bytes on " + getName(chip) +
                   "; without a swizzle, " +
                   findCollision(chip, accesses, identity)->str(rowBytes));
}

llvm::Expected<SwizzleProof>
fovea::amd::checkSwizzle(Chip chip, unsigned rowBytes,
                         llvm::ArrayRef<SwizzleTerm> terms,
                         WaveAccesses accesses) {
  if (llvm::Error error = checkRows(rowBytes))
    return error;
  if (llvm::Error error = checkInstructions(chip, accesses))
    return error;
  if (Swizzle::exceedsGroups(rowBytes, terms))
    return makeError("the swizzle flips more bits of a chunk's index than rows "
                     "of " +
                     llvm::Twine(rowBytes) + " bytes have: " +
                     llvm::Twine(Swizzle(rowBytes).getChunkBits()));
  return prove(chip, Swizzle(rowBytes, terms), std::move(accesses));
}
