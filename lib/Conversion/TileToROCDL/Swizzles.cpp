//===- Swizzles.cpp - where a lane's bytes of a tile lie
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ROCDLWriter.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// What the swizzle xors into the index of a chunk of row `row`; null: nothing.
Value ROCDLWriter::getFlips(RankedTensorType tile, Value row) {
  Value flips;
  for (SwizzleTerm term : cast<SwizzleAttr>(tile.getEncoding()).getTerms()) {
    Value bits = row;
    if (term.shift > 0)
      bits = shift(row, term.shift);
    if (term.shift < 0)
      bits = mul(row, int64_t(1) << -term.shift);
    bits = band(bits, term.mask);
    flips = flips ? Value(arith::XOrIOp::create(b_, flips, bits)) : bits;
  }
  return flips;
}

Value ROCDLWriter::flip(Value value, Value flips) {
  return flips ? Value(arith::XOrIOp::create(b_, value, flips)) : value;
}

/// What lanes share is flipped and added behind the sum of the buffer and the
/// lane's own part: then a loop keeps one register for all of these addresses,
/// not one for each. The two parts of a row, and of a chunk, have no bits in
/// common, so that flips are the xor of each part's, and buffers start at
/// multiples of a line.
Value ROCDLWriter::getAddress(Value base, RankedTensorType tile,
                              const Chunk &chunk) {
  int64_t line = target.swizzle, chunks = line / SwizzleAttr::kChunkBytes;
  Value within = flip(chunk.laneChunk, getFlips(tile, chunk.laneRow));
  Value address =
      add(mul(chunk.laneRow, line), mul(within, SwizzleAttr::kChunkBytes));
  if (chunk.laneByte)
    address = add(address, chunk.laneByte);
  address = add(base, address);
  if (int64_t flips = chunk.chunk % chunks ^
                      cast<SwizzleAttr>(tile.getEncoding()).getFlips(chunk.row))
    address = arith::XOrIOp::create(b_, address,
                                    i32(flips * SwizzleAttr::kChunkBytes));
  return add(address, chunk.chunk / chunks * tile.getDimSize(0) * line +
                          chunk.row * line);
}
