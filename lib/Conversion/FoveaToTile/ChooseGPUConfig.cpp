//===- ChooseGPUConfig.cpp - tile programs for GPUs from a target's data
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ChooseGPUConfig.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea;

namespace {

/// Registers of a consumer that hold neither tiles nor operands: addresses,
/// counters, row values.
constexpr int64_t kOtherRegisters = 40;
/// What a producer needs at least (PTX ISA, setmaxnreg: a multiple of 8).
constexpr int64_t kProducerRegisters = 24, kWideProducerRegisters = 32;

/// One way to run attention, as far as it decides what fits.
struct Candidate {
  int64_t consumers, n;
  tile::Overlap overlap;
  int64_t producer = 0, consumer = 0;
  int64_t stages = 2;
};

/// Sizes of the op; dynamic ones are taken for large.
struct Problem {
  int64_t queries, keys, dk, dv, bytes;
  bool masked, hasScore;
};

class Chooser {
public:
  Chooser(const GPUTarget &target, Problem problem)
      : target(target), problem(problem) {}

  /// Whether the candidate fits; sets its registers and stages.
  bool fit(Candidate &c) const {
    int64_t group = int64_t(target.productSubgroups) * target.subgroupSize;
    int64_t threads = group * (c.consumers + 1);
    if (threads > target.maxThreads)
      return false;
    // The pool is what the launch gives to all threads together.
    int64_t pool = target.getLaunchRegisters(threads) * (c.consumers + 1);
    c.producer = c.consumers > 2 ? kWideProducerRegisters : kProducerRegisters;
    int64_t share = (pool - c.producer) / c.consumers;
    c.consumer = std::min<int64_t>(
        llvm::alignDown(share, target.registerStep),
        llvm::alignDown(target.largestRegisters - 8, target.registerStep));
    if (countRegisters(c) > c.consumer)
      return false;
    for (c.stages = 3; c.stages >= 1; --c.stages)
      if (countSharedBytes(c) <= target.sharedBytes)
        break;
    // A third buffer pays only where tiles are small.
    c.stages = std::min<int64_t>(c.stages, 2);
    return c.stages >= 2 || (c.stages == 1 && problem.keys <= c.n);
  }

  /// Modelled clocks of a multiprocessor for all keys of one row of queries.
  double cost(const Candidate &c) const {
    double rows = double(c.consumers * target.productRows);
    double products = 2.0 * rows * c.n * (pad(problem.dk) + pad(problem.dv)) /
                      target.productFlops;
    double exponentials = rows * c.n / target.exponentials;
    // Issue slots: 128 lanes a clock; scale, maximum, sum, conversion.
    double other = rows * c.n * 4.5 / 128 +
                   rows * pad(problem.dv) * 0.25 / 128;
    double beside = exponentials + other;
    // Consumers hide each other's arithmetic; with overlap each hides its own
    // too. What is left in the open falls with their number.
    double hidden = c.overlap == tile::Overlap::Ahead ? 0.85 : 0.0;
    double exposed = beside * (1.0 - hidden) / c.consumers +
                     (c.overlap == tile::Overlap::Ahead ? 60 : 0);
    double step = std::max(products, beside) + exposed + 90.0 / c.consumers;
    double tiles = double(llvm::divideCeil(problem.keys, c.n));
    if (problem.masked) // half of a tile more, on average, for each block
      tiles = tiles / 2 + 0.5 * (rows / c.n + 1);
    double blocks = double(llvm::divideCeil(problem.queries, int64_t(rows)));
    // Filling and draining the pipeline, writing the output.
    double start = 1500 + rows * 8;
    return blocks * (tiles * step + start) / problem.queries;
  }

private:
  int64_t pad(int64_t size) const {
    return llvm::alignTo(size, target.productDepth);
  }
  int64_t countRegisters(const Candidate &c) const {
    int64_t scores = c.n / 2, output = pad(problem.dv) / 2, operand = c.n / 4;
    // With overlap the next scores, this step's operand and the output live at
    // once; without, the operand takes the place of the scores.
    return output + scores +
           (c.overlap == tile::Overlap::Ahead ? operand : 0) +
           kOtherRegisters;
  }
  int64_t countSharedBytes(const Candidate &c) const {
    int64_t line = target.swizzle / problem.bytes;
    int64_t dk = llvm::alignTo(problem.dk, line),
            dv = llvm::alignTo(problem.dv, line);
    int64_t queries = c.consumers * target.productRows * dk;
    int64_t outputs =
        dv > dk ? c.consumers * target.productRows * dv : 0;
    return (queries + outputs + c.stages * c.n * (dk + dv)) * problem.bytes +
           2048;
  }

  const GPUTarget &target;
  Problem problem;
};

int64_t boundedSize(int64_t size) {
  return ShapedType::isDynamic(size) ? 4096
                                     : std::clamp<int64_t>(size, 1, 1 << 24);
}

/// Heads that run together so that their keys and values stay in half of the
/// second-level cache, while workgroups of unequal length are still spread.
int64_t chooseHeads(const GPUTarget &target, Problem problem) {
  int64_t bytes = problem.keys * (problem.dk + problem.dv) * problem.bytes;
  return std::clamp<int64_t>(target.level2Bytes / 2 / bytes, 1, 16);
}

} // namespace

FailureOr<tile::ConfigAttr> fovea::chooseGPUConfig(AttentionOp op,
                                                   const GPUTarget &target) {
  Type element = op.getQueryType().getElementType();
  if (!element.isBF16() && !element.isF16())
    return op.emitOpError("has elements of type ")
           << element << ", expected bf16 or f16 on " << target.name;
  int64_t dk = op.getKeyType().getDimSize(3), dv = op.getValueType().getDimSize(3);
  if (ShapedType::isDynamic(dk) || ShapedType::isDynamic(dv))
    return op.emitOpError("needs static head dimensions for a tile program, "
                          "in the types of k and v");
  if (dk % target.productDepth || dv % target.productDepth ||
      dk > target.largestProductColumns || dv > target.largestProductColumns)
    return op.emitOpError("has head dimensions ")
           << dk << " and " << dv << ", expected multiples of "
           << target.productDepth << " up to " << target.largestProductColumns
           << " on " << target.name;
  bool bounded = llvm::any_of(op.getMasks(), [](Attribute mask) {
    return bool(cast<MaskAttrInterface>(mask).getUpperBound());
  });
  Problem problem{boundedSize(op.getQueryType().getDimSize(2)),
                  boundedSize(op.getKeyType().getDimSize(2)),
                  dk,
                  dv,
                  2,
                  bounded,
                  op.hasScore() || op.hasWhere()};
  Chooser chooser(target, problem);
  std::optional<Candidate> best;
  for (int64_t consumers = 1; consumers <= 4; ++consumers)
    for (int64_t n : {32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192})
      for (auto overlap : {tile::Overlap::None, tile::Overlap::Ahead}) {
        Candidate c{consumers, n, overlap};
        if (chooser.fit(c) &&
            (!best || chooser.cost(c) < chooser.cost(*best)))
          best = c;
      }
  if (!best)
    return op.emitOpError("fits no workgroup of ")
           << target.name << ": too many registers or bytes of shared memory";
  auto schedule = tile::ScheduleAttr::get(
      op.getContext(), target.name, best->producer, best->consumer,
      {best->stages, best->stages}, /*rounds=*/1, best->overlap,
      /*turns=*/false, tile::Rescale::Lazy, tile::Grid::Plain,
      bounded ? tile::Order::LongestFirst : tile::Order::Plain,
      bounded ? chooseHeads(target, problem) : 1);
  return tile::ConfigAttr::get(op.getContext(),
                               best->consumers * target.productRows, best->n,
                               target.productRows, best->n, schedule);
}

FailureOr<tile::ConfigAttr> fovea::chooseGPUConfig(MergeStatesOp op,
                                                   const GPUTarget &target) {
  // One subgroup group of rows; registers hold all columns.
  auto schedule = tile::ScheduleAttr::get(
      op.getContext(), target.name, 0, 0, ArrayRef<int64_t>(), 1,
      tile::Overlap::None, false, tile::Rescale::Always, tile::Grid::Plain,
      tile::Order::Plain, 1);
  return tile::ConfigAttr::get(op.getContext(), target.productRows, 8,
                               target.productRows, 8, schedule);
}
