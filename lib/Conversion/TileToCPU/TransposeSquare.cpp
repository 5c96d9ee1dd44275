//===- TransposeSquare.cpp - square blocks transposed in registers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// First each 128-bit lane is transposed with the lanes beside it (unpack
// instructions), then whole lanes are exchanged. Every step is one two-operand
// shuffle with an immediate on x86, log2(width) of them for each vector;
// upstream's 16x16 lowering leads LLVM to three times as many with control
// vectors in memory.

#include "KernelContext.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace fovea::tile;

namespace {

constexpr int64_t kLaneBits = 128;

class Transposer {
public:
  Transposer(KernelContext &c, SmallVector<Value> vectors)
      : b(c.b), v(std::move(vectors)), width(v.size()),
        lane(std::min<int64_t>(kLaneBits / c.accumulator.getWidth(), width)) {}

  SmallVector<Value> transpose() {
    for (int64_t unit = 1; unit < lane; unit *= 2)
      unpackLanes(unit);
    for (int64_t distance = lane; distance < width; distance *= 2)
      exchangeLanes(distance);
    return v;
  }

private:
  /// Elements of two vectors; `pick(i)` is the element at place i, those of the
  /// second vector counted from `width` on.
  template <typename Pick>
  Value shuffle(Value x, Value y, Pick pick) {
    SmallVector<int64_t> mask;
    for (int64_t i = 0; i < width; ++i)
      mask.push_back(pick(i));
    return vector::ShuffleOp::create(b, x, y, mask);
  }

  /// Within each lane: units of the low (or high) half of both vectors
  /// alternate.
  void unpackLanes(int64_t unit) {
    auto unpack = [&](Value x, Value y, int64_t half) {
      return shuffle(x, y, [&](int64_t i) {
        int64_t inLane = i % lane, pair = inLane / (2 * unit),
                within = inLane % unit;
        bool second = inLane / unit % 2;
        return i - inLane + half * lane / 2 + pair * unit + within +
               (second ? width : 0);
      });
    };
    SmallVector<Value> next(width);
    for (int64_t first = 0; first < width; first += lane)
      for (int64_t i = 0; i < lane; ++i) {
        if (i / unit % 2)
          continue;
        // Row i of a group meets row i + unit; results are in the order of
        // columns.
        Value x = v[first + i], y = v[first + i + unit];
        int64_t low = first + (i / (2 * unit)) * 2 * unit + i % unit * 2;
        next[low] = unpack(x, y, 0);
        next[low + 1] = unpack(x, y, 1);
      }
    v = std::move(next);
  }

  /// Vectors `distance` apart swap lanes: the first takes the even lanes of
  /// both, the second the odd ones.
  void exchangeLanes(int64_t distance) {
    auto select = [&](Value x, Value y, int64_t odd) {
      return shuffle(x, y, [&](int64_t i) {
        int64_t place = i / lane, half = width / lane / 2;
        int64_t source = 2 * (place % half) + odd;
        return source * lane + i % lane + (place >= half ? width : 0);
      });
    };
    SmallVector<Value> next(width);
    for (int64_t i = 0; i < width; ++i) {
      if (i / distance % 2)
        continue;
      next[i] = select(v[i], v[i + distance], 0);
      next[i + distance] = select(v[i], v[i + distance], 1);
    }
    v = std::move(next);
  }

  ImplicitLocOpBuilder &b;
  SmallVector<Value> v;
  int64_t width, lane;
};

} // namespace

SmallVector<Value> fovea::tile::transposeSquare(KernelContext &context,
                                                SmallVector<Value> rows) {
  return Transposer(context, std::move(rows)).transpose();
}
