//===- Swizzle.cpp - chunks of a tile exchanged within rows ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/SharedMemory/Swizzle.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"

#include <cassert>

using namespace fovea::amd;

static unsigned countChunkBits(unsigned rowBytes) {
  assert(rowBytes && rowBytes % kChunkBytes == 0 && "rows of whole chunks");
  return llvm::countr_zero(rowBytes / kChunkBytes);
}

Swizzle::Swizzle(unsigned rowBytes)
    : rowBytes(rowBytes), rowMasks(countChunkBits(rowBytes), 0) {}

Swizzle::Swizzle(unsigned rowBytes, llvm::ArrayRef<SwizzleTerm> terms)
    : Swizzle(rowBytes) {
  for (SwizzleTerm term : terms)
    for (unsigned bit = 0; bit < getChunkBits(); ++bit)
      if (int rowBit = static_cast<int>(bit) + term.shift;
          rowBit >= 0 && rowBit < 32 && (term.mask >> bit & 1))
        flip(bit, rowBit);
}

bool Swizzle::exceedsGroups(unsigned rowBytes,
                            llvm::ArrayRef<SwizzleTerm> terms) {
  return llvm::any_of(terms, [&](SwizzleTerm term) {
    return term.mask >> countChunkBits(rowBytes) != 0;
  });
}

uint32_t Swizzle::getFlips(uint32_t row) const {
  uint32_t flips = 0;
  for (auto [bit, mask] : llvm::enumerate(rowMasks))
    flips |= (llvm::popcount(row & mask) & 1u) << bit;
  return flips;
}

llvm::SmallVector<SwizzleTerm, 4> Swizzle::getTerms() const {
  llvm::SmallVector<SwizzleTerm, 4> terms;
  for (auto [bit, mask] : llvm::enumerate(rowMasks))
    for (unsigned rowBit = 0; rowBit < 32; ++rowBit) {
      if (!(mask >> rowBit & 1))
        continue;
      int shift = static_cast<int>(rowBit) - static_cast<int>(bit);
      auto *term =
          llvm::find_if(terms, [&](auto &t) { return t.shift == shift; });
      if (term == terms.end())
        terms.push_back({shift, 1u << bit});
      else
        term->mask |= 1u << bit;
    }
  return terms;
}

static std::string format(SwizzleTerm term) {
  std::string row = "row";
  if (term.shift > 0)
    row += " >> " + llvm::utostr(term.shift);
  if (term.shift < 0)
    row += " << " + llvm::utostr(-term.shift);
  return "(" + row + " & " + llvm::utostr(term.mask) + ")";
}

std::string Swizzle::str() const {
  llvm::SmallVector<SwizzleTerm, 4> terms = getTerms();
  if (terms.empty())
    return "no swizzle";
  return "chunk ^= " + llvm::join(llvm::map_range(terms, format), " ^ ");
}
