//===- ChooseGPUConfig.cpp - tile programs for GPUs from a target's data
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ChooseGPUConfig.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace fovea;

namespace {

/// Registers of a consumer that hold neither tiles nor operands: addresses,
/// counters, row values.
constexpr int64_t kOtherRegisters = 32, kOtherRegistersSpeculating = 24;
/// Of a score region with functions: steps of several elements at once.
constexpr int64_t kFunctionRegisters = 8;
/// Registers of the output beyond which the end of a round needs more: it is
/// rounded and packed while the grid's scalars stay live.
constexpr int64_t kNarrowOutputRegisters = 64;
/// Tiles in registers beside which the epilogue of a round still fits.
constexpr int64_t kMostTileRegistersInRounds = 168;
/// Sizes that are only known at run time are taken for these.
constexpr int64_t kAssumedLength = 4096, kAssumedHeads = 64;

/// Constants of the model, in clocks, fitted to kernels measured on an H100
/// (d = 64, 128, 256; 512 to 16,384 keys; causal or not): what it picks is
/// within 4% of the best of most shapes, 9% at worst.
struct Model {
  /// The part of a step's shorter half (products or exponentials) that no
  /// consumer hides: without overlap, with it, with turns too.
  static constexpr double kExposed = 0.454, kExposedAhead = 0.484,
                          kExposedTurns = 0.393;
  /// Waits and barriers of a step.
  static constexpr double kStep = 31;
  /// Elements for which a multiprocessor issues one instruction, while the
  /// matrix unit takes its share of the register file: 128 lanes at 1.8 clocks.
  static constexpr double kIssue = 71;
  /// Instructions of an element, beside those of a score region, and clocks of
  /// those of a consumer's step.
  static constexpr double kElement = 4.5, kStepIssue = 126;
  /// Start of a workgroup, or of a round of one that stays.
  static constexpr double kStart = 2246, kRound = 1503;
  /// Reading the queries and writing the output, for a row of 128 columns.
  static constexpr double kRow = 3;
  /// The counter of a dynamic grid.
  static constexpr double kDynamic = 5900;
  /// How far equal workgroups run in lockstep, so that a last, partly filled
  /// wave costs a whole one.
  static constexpr double kLockstep = 0.34;
};

/// A schedule's parameters by name; what is not set is as if it were not
/// written.
struct Schedule {
  int64_t producer = 0, consumer = 0;
  SmallVector<int64_t> stages;
  int64_t rounds = 1;
  tile::Overlap overlap = tile::Overlap::None;
  bool turns = false;
  tile::Rescale rescale = tile::Rescale::Always;
  tile::Grid grid = tile::Grid::Plain;
  tile::Order order = tile::Order::Plain;
  int64_t heads = 1;
  bool descending = false;
  int64_t workgroups = 1;
  tile::Phases phases = tile::Phases::Together;
  SmallVector<int64_t> interleave;
  tile::FragmentAttr layout;

  tile::ScheduleAttr get(MLIRContext *context, const GPUTarget &target) const {
    return tile::ScheduleAttr::get(context, target.name, producer, consumer,
                                   stages, rounds, overlap, turns, rescale,
                                   grid, order, heads, descending, workgroups,
                                   phases, interleave, layout);
  }
};

/// One way to run attention.
struct Candidate {
  int64_t consumers, n;
  tile::Overlap overlap;
  bool turns;
  tile::Grid grid;
  // Set when it is seen to fit.
  int64_t producer = 0, consumer = 0, rounds = 1;
};

/// What of the op decides about time and fit.
struct Problem {
  AttentionOp op;
  int64_t heads, queries, keys, dk, dv, bytes;
  bool uppers;
  /// Arithmetic of the score region for each element.
  int64_t scoreOps;
  bool callsFunctions;

  /// A score region makes instructions scarce: then maxima are left out where
  /// they can be, and late keys, which biases favour, come first.
  bool speculates() const { return scoreOps > 0; }

  /// Sequences that are parts of the operands: their last rows are cleared,
  /// once in a workgroup.
  bool hasParts() const {
    AttentionOp attention = op;
    return attention.isRagged() || attention.isPaged();
  }

  tile::Order getOrder() const {
    return uppers ? tile::Order::LongestFirst : tile::Order::Plain;
  }

  /// A row of `size` elements in shared memory: whole swizzled lines.
  int64_t pad(int64_t size, const GPUTarget &target) const {
    return llvm::alignTo(size, target.swizzle / bytes);
  }

  /// Keys that some row of the block of `rows` queries from `first` sees.
  int64_t countKeys(int64_t first, int64_t rows) const {
    int64_t begin = 0, end = keys;
    int64_t last = std::min(first + rows, queries) - 1;
    for (Attribute attribute : AttentionOp(op).getMasks()) {
      auto mask = cast<MaskAttrInterface>(attribute);
      if (AffineExpr lower = mask.getLowerBound())
        begin = std::max(begin, evaluateBound(lower, first, queries, keys));
      if (AffineExpr upper = mask.getUpperBound())
        end = std::min(end, evaluateBound(upper, last, queries, keys));
    }
    return std::max<int64_t>(end - begin, 0);
  }
};

class Chooser {
public:
  Chooser(const GPUTarget &target, const Problem &problem)
      : target(target), problem(problem) {}

  static constexpr int64_t kBarrierBytes = 512;

  bool fit(Candidate &c) const { return fitRegisters(c) && fitSharedMemory(c); }

  /// Whether tiles are parts of sparse blocks: others would see the keys of
  /// several.
  bool isWithinBlocks(const Candidate &c) const {
    AttentionOp op = problem.op;
    if (!op.getBlocks())
      return true;
    ArrayRef<int64_t> block = op.getBlocks().getType().getBlock();
    return block[0] % (c.consumers * target.productRows) == 0 &&
           block[1] % c.n == 0;
  }

  /// Modelled clocks of the whole problem.
  double cost(const Candidate &c) const {
    int64_t rows = c.consumers * target.productRows;
    int64_t blocks = llvm::divideCeil(problem.queries, rows);
    double step = costOfStep(c), total = 0;
    double start =
        (c.grid == tile::Grid::Plain ? Model::kStart : Model::kRound) +
        Model::kRow * double(rows * (problem.dk + problem.dv)) / 256;
    for (int64_t block = 0; block < blocks; ++block)
      total +=
          double(llvm::divideCeil(problem.countKeys(block * rows, rows), c.n)) *
              step +
          start;
    double average = total / double(blocks);
    total *= double(problem.heads) / target.multiprocessors;
    if (!problem.uppers) {
      double waves = double(
          llvm::divideCeil(blocks * problem.heads, target.multiprocessors));
      total += Model::kLockstep * (waves * average - total);
    }
    return total + (c.grid == tile::Grid::Dynamic ? Model::kDynamic : 0);
  }

private:
  double costOfStep(const Candidate &c) const {
    double rows = double(c.consumers * target.productRows), n = double(c.n);
    double dk = double(pad(problem.dk)), dv = double(pad(problem.dv));
    // The scores' product reads queries and keys from shared memory, the
    // output's only values: each consumer for itself.
    double bytes = double(problem.bytes) / target.sharedBytesPerClock;
    double readScores = (rows * dk + double(c.consumers) * n * dk) * bytes;
    double readOutput = double(c.consumers) * n * dv * bytes;
    double products =
        std::max(2 * rows * n * dk / target.productFlops, readScores) +
        std::max(2 * rows * n * dv / target.productFlops, readOutput);
    double exponentials = rows * n / target.exponentials;
    if (problem.speculates())
      exponentials = std::max(
          exponentials, rows * n / Model::kIssue *
                                (Model::kElement + double(problem.scoreOps)) +
                            double(c.consumers) * Model::kStepIssue);
    bool ahead = c.overlap == tile::Overlap::Ahead;
    double exposed = !ahead    ? Model::kExposed
                     : c.turns ? Model::kExposedTurns
                               : Model::kExposedAhead;
    return std::max(products, exponentials) +
           exposed * std::min(products, exponentials) / double(c.consumers) +
           Model::kStep;
  }

  int64_t pad(int64_t size) const {
    return llvm::alignTo(size, target.productDepth);
  }

  bool fitRegisters(Candidate &c) const {
    int64_t group = int64_t(target.productSubgroups) * target.subgroupSize;
    int64_t threads = group * (c.consumers + 1);
    if (threads > target.maxThreads)
      return false;
    // The pool is what the launch gives to all threads together. A producer
    // that keeps its place in a grid needs some more.
    int64_t pool = target.getLaunchRegisters(threads) * (c.consumers + 1);
    bool stays = c.grid != tile::Grid::Plain;
    c.producer = c.consumers > 2 ? 32 : stays ? 40 : 24;
    c.consumer = std::min<int64_t>(
        llvm::alignDown((pool - c.producer) / c.consumers, target.registerStep),
        llvm::alignDown(target.largestRegisters - 8, target.registerStep));
    // With overlap the next scores, this step's operand and the output live at
    // once; without, the operand takes the place of the scores.
    int64_t output = pad(problem.dv) / 2;
    int64_t tiles =
        output + c.n / 2 + (c.overlap == tile::Overlap::Ahead ? c.n / 4 : 0);
    if (stays && tiles > kMostTileRegistersInRounds)
      return false;
    int64_t packing = std::max<int64_t>(output - kNarrowOutputRegisters, 0) / 2;
    int64_t others = stays ? packing : 0;
    // Scores are kept until their exponentials are known not to overflow.
    others += problem.speculates() ? c.n / 2 + kOtherRegistersSpeculating
                                   : kOtherRegisters;
    others += problem.callsFunctions ? kFunctionRegisters : 0;
    return tiles + others <= c.consumer;
  }

  /// Two buffers of keys and values; of queries two where a producer can run
  /// ahead into the next round.
  bool fitSharedMemory(Candidate &c) const {
    int64_t dk = problem.pad(problem.dk, target),
            dv = problem.pad(problem.dv, target);
    int64_t rows = c.consumers * target.productRows;
    int64_t fixed =
        (2 * c.n * (dk + dv) + (dv > dk ? rows * dv : 0)) * problem.bytes +
        kBarrierBytes;
    int64_t queries = rows * dk * problem.bytes;
    c.rounds =
        c.grid != tile::Grid::Plain && fixed + 2 * queries <= target.sharedBytes
            ? 2
            : 1;
    return fixed + c.rounds * queries <= target.sharedBytes;
  }

  const GPUTarget &target;
  const Problem &problem;
};

/// Heads that run together so that their keys and values stay in half of the
/// second-level cache, while workgroups of unequal length are still spread. A
/// head of a few workgroups stays together: measured 5% faster.
int64_t chooseHeads(const GPUTarget &target, const Problem &problem,
                    const Candidate &c) {
  constexpr int64_t kFewBlocks = 4;
  if (problem.queries <= kFewBlocks * c.consumers * target.productRows)
    return 1;
  int64_t bytes = problem.keys * (problem.dk + problem.dv) * problem.bytes;
  return std::clamp<int64_t>(target.level2Bytes / 2 / bytes, 1, 16);
}

int64_t countScoreOps(AttentionOp op) {
  if (!op.hasScore())
    return 0;
  return llvm::count_if(op.getScore().front(), [](Operation &inner) {
    return !inner.hasTrait<OpTrait::ConstantLike>() &&
           inner.getNumResults() == 1 &&
           isa<FloatType>(inner.getResult(0).getType());
  });
}

bool callsFunctions(AttentionOp op) {
  return op.hasScore() &&
         llvm::any_of(op.getScore().front(), [](Operation &inner) {
           return isa<math::MathDialect>(inner.getDialect());
         });
}

Problem describe(AttentionOp op) {
  auto size = [](int64_t dim, int64_t assumed) {
    return ShapedType::isDynamic(dim) ? assumed
                                      : std::clamp<int64_t>(dim, 1, 1 << 20);
  };
  RankedTensorType query = op.getQueryType();
  auto hasBound = [&](auto side) {
    return llvm::any_of(op.getMasks(), [&](Attribute mask) {
      return bool((cast<MaskAttrInterface>(mask).*side)());
    });
  };
  int64_t batch = query.getDimSize(0), heads = query.getDimSize(1);
  return {
      op,
      ShapedType::isDynamic(batch) || ShapedType::isDynamic(heads)
          ? kAssumedHeads
          : size(batch, 1) * size(heads, 1),
      size(query.getDimSize(2), kAssumedLength),
      // Of pages, the type says nothing of a sequence's length.
      size(op.isPaged() ? ShapedType::kDynamic : op.getKeyType().getDimSize(2),
           kAssumedLength),
      op.getKeyType().getDimSize(3), op.getValueType().getDimSize(3),
      query.getElementTypeBitWidth() / 8,
      hasBound(&MaskAttrInterface::getUpperBound), countScoreOps(op),
      callsFunctions(op)};
}

/// Rows of factors are copied in whole chunks.
LogicalResult verifyFactors(AttentionOp op, const GPUTarget &target) {
  constexpr int64_t kChunkBytes = 16;
  if (!op.getKeyFactors())
    return success();
  RankedTensorType type = op.getKeyFactors().getType();
  int64_t rank = type.getDimSize(3);
  int64_t step = kChunkBytes * 8 / type.getElementTypeBitWidth();
  if (!ShapedType::isDynamic(rank) && rank % step == 0 &&
      rank <= target.largestProductColumns)
    return success();
  auto diagnostic = op.emitOpError("has factors of ");
  if (ShapedType::isDynamic(rank))
    diagnostic << "a dynamic rank";
  else
    diagnostic << "rank " << rank;
  return diagnostic << ", expected a multiple of " << step << " up to "
                    << target.largestProductColumns << " on " << target.name;
}

/// An error where the matrix unit does not take the op.
LogicalResult verify(AttentionOp op, const GPUTarget &target) {
  Type element = op.getQueryType().getElementType();
  if (!element.isBF16() && !element.isF16())
    return op.emitOpError("has elements of type ")
           << element << ", expected bf16 or f16 on " << target.name;
  int64_t dk = op.getKeyType().getDimSize(3),
          dv = op.getValueType().getDimSize(3);
  if (ShapedType::isDynamic(dk) || ShapedType::isDynamic(dv))
    return op.emitOpError("needs static head dimensions for a tile program, "
                          "in the types of k and v");
  if (dk % target.productDepth || dv % target.productDepth ||
      dk > target.largestProductColumns || dv > target.largestProductColumns)
    return op.emitOpError("has head dimensions ")
           << dk << " and " << dv << ", expected multiples of "
           << target.productDepth << " up to " << target.largestProductColumns
           << " on " << target.name;
  return verifyFactors(op, target);
}

std::optional<Candidate> findBest(const GPUTarget &target,
                                  const Problem &problem,
                                  bool withinBlocks = true) {
  Chooser chooser(target, problem);
  std::optional<Candidate> best;
  double least = 0;
  auto consider = [&](Candidate c) {
    if (!chooser.fit(c) || (withinBlocks && !chooser.isWithinBlocks(c)))
      return;
    double cost = chooser.cost(c);
    if (best && cost >= least)
      return;
    best = c;
    least = cost;
  };
  for (int64_t consumers = 1; consumers <= 4; ++consumers)
    for (int64_t n : {48, 64, 80, 96, 112, 128, 144, 160})
      for (auto grid : {tile::Grid::Plain, tile::Grid::Dynamic}) {
        if (grid != tile::Grid::Plain && problem.hasParts())
          continue;
        // What speculates waits for all exponentials: without products that
        // run ahead, the matrix unit waits too (measured 25% slower).
        if (!problem.speculates())
          consider({consumers, n, tile::Overlap::None, false, grid});
        consider({consumers, n, tile::Overlap::Ahead, false, grid});
        if (consumers > 1)
          consider({consumers, n, tile::Overlap::Ahead, true, grid});
      }
  if (!best && withinBlocks)
    return findBest(target, problem, /*withinBlocks=*/false);
  return best;
}

/// Few queries are bound by reading the keys: one consumer keeps up, and deep
/// channels keep memory busy.
struct Streaming {
  /// Keys of a step, and steps below which a part is not worth its start.
  static constexpr int64_t kKeys = 64, kFewestSteps = 4;
  static constexpr int64_t kMostStages = 6, kMostSplits = 128;
  /// Two workgroups of a multiprocessor: one starts or ends while the other
  /// reads.
  static constexpr int64_t kWorkgroups = 2;
  static constexpr int64_t kProducer = 24, kConsumer = 232;
  /// Clocks of a workgroup's start and end, and of one state in the merge.
  static constexpr double kStart = 2500, kMerge = 20;

  int64_t stages, splits;
};

/// As many parts as finish first: few whole waves of workgroups.
int64_t chooseSplits(const GPUTarget &target, const Problem &problem,
                     int64_t heads) {
  double bytes =
      double(problem.keys * (problem.dk + problem.dv) * problem.bytes) /
      target.getMemoryBytesPerClock() * Streaming::kWorkgroups;
  int64_t places = target.multiprocessors * Streaming::kWorkgroups;
  int64_t most =
      std::min(problem.keys / (Streaming::kKeys * Streaming::kFewestSteps),
               Streaming::kMostSplits);
  int64_t best = 1;
  double least = 0;
  // Two at least: heads are packed, and each key read once, only in parts.
  for (int64_t splits = 2; splits <= most; ++splits) {
    double waves = double(llvm::divideCeil(heads * splits, places));
    double clocks = waves * (Streaming::kStart + bytes / double(splits)) +
                    Streaming::kMerge * double(splits);
    if (best == 1 || clocks < least)
      best = splits, least = clocks;
  }
  return best;
}

std::optional<Streaming> chooseStreaming(const GPUTarget &target,
                                         const Problem &problem) {
  AttentionOp op = problem.op;
  RankedTensorType query = op.getQueryType();
  if (!target.copiesTiles || query.isDynamicDim(2) || op.isRagged() ||
      problem.queries > target.productRows)
    return std::nullopt;
  int64_t group = AttentionOp(problem.op).getGroupSize();
  bool packs = problem.queries == 1 && !ShapedType::isDynamic(group);
  int64_t heads = problem.heads / (packs ? std::max<int64_t>(group, 1) : 1);
  int64_t splits = chooseSplits(target, problem, std::max<int64_t>(heads, 1));
  int64_t dk = problem.pad(problem.dk, target),
          dv = problem.pad(problem.dv, target);
  int64_t fixed =
      Chooser::kBarrierBytes + target.productRows * dk * problem.bytes;
  int64_t stages = (target.getSharedBytes(Streaming::kWorkgroups) - fixed) /
                   (Streaming::kKeys * (dk + dv) * problem.bytes);
  if (splits < 2 || stages < 2)
    return std::nullopt;
  return Streaming{std::min(stages, Streaming::kMostStages), splits};
}

tile::ConfigAttr getConfig(AttentionOp op, const GPUTarget &target,
                           const Streaming &streaming) {
  Schedule schedule;
  schedule.producer = Streaming::kProducer;
  schedule.consumer = Streaming::kConsumer;
  schedule.stages = {streaming.stages, streaming.stages};
  schedule.rescale = tile::Rescale::Lazy;
  schedule.workgroups = Streaming::kWorkgroups;
  return tile::ConfigAttr::get(op.getContext(), target.productRows,
                               Streaming::kKeys, target.productRows,
                               Streaming::kKeys, streaming.splits,
                               schedule.get(op.getContext(), target));
}

/// Where subgroups multiply each for itself, of threads that all copy.
struct Subgroups {
  /// Subgroups of a workgroup, rows of each, keys of a step.
  int64_t count, rows, n;

  static constexpr int64_t kStages = 2;
};

bool fits(const GPUTarget &target, const Problem &problem, Subgroups s) {
  // Of addresses: more for wide operands, where a row's chunks are divided with
  // a remainder, and for sizes that come at run time.
  bool halves =
      llvm::isPowerOf2_64(problem.dk) && llvm::isPowerOf2_64(problem.dv);
  bool isStatic = AttentionOp(problem.op).getKeyType().hasStaticShape();
  int64_t others = 56 + problem.dk / 8 + (halves ? 0 : 48) + (isStatic ? 0 : 8);
  int64_t dk = problem.pad(problem.dk, target),
          dv = problem.pad(problem.dv, target);
  // Queries stay in registers, two to each, or in shared memory.
  bool holdsQueries = *target.leftFragment;
  int64_t queries = holdsQueries ? s.rows * problem.dk / 2 : 0;
  int64_t registers =
      (s.rows * (llvm::alignTo(problem.dv, target.productColumnStep) + s.n) +
       queries) /
          target.subgroupSize +
      others;
  int64_t shared =
      (holdsQueries ? 0 : s.rows * s.count * dk) + s.kStages * s.n * (dk + dv);
  int64_t barriers = target.countsCopies ? 0 : Chooser::kBarrierBytes;
  // Each of a subgroup's copies is whole.
  int64_t copied = s.count * target.subgroupSize * target.copyBytes;
  return registers <=
             target.getLaunchRegisters(s.count * target.subgroupSize) &&
         shared * problem.bytes + barriers <= target.sharedBytes &&
         s.n % target.productColumnStep == 0 &&
         s.n * dk * problem.bytes % copied == 0 &&
         s.n * dv * problem.bytes % copied == 0;
}

/// Masks, and roundings that pass through registers of their own, leave fewer
/// registers to mix instructions with, unless heads are narrow.
SmallVector<int64_t> chooseInterleave(const GPUTarget &target,
                                      const Problem &problem, int64_t n) {
  AttentionOp op = problem.op;
  constexpr int64_t kNarrow = 64;
  bool isPlain = op.getMasks().empty() && !op.hasScore() && !op.hasWhere() &&
                 op.getQueryType().getElementType().isBF16() &&
                 !ShapedType::isDynamic(op.getKeyType().getDimSize(2)) &&
                 !op.isRagged() && !op.isPaged() && problem.keys % n == 0;
  if (!isPlain && std::max(problem.dk, problem.dv) > kNarrow)
    return {target.tightExponentials, target.tightVectors,
            target.tightLastVectors, target.tightLastExponentials};
  return {target.firstExponentials, target.firstVectors, target.lastVectors,
          target.lastExponentials};
}

/// As many rows a subgroup as registers hold, so that each right operand serves
/// most. Where registers are split over the subgroups of a multiprocessor and
/// one of them computes beside another one's copies, two for each of its parts.
std::optional<tile::ConfigAttr> chooseForSubgroups(const GPUTarget &target,
                                                   const Problem &problem) {
  SmallVector<int64_t> counts = {4},
                       rows = {2 * target.productRows, target.productRows};
  if (target.countsCopies)
    counts = {8, 4}, rows = {target.productRows};
  SmallVector<Subgroups> candidates;
  for (int64_t count : counts)
    for (int64_t r : rows)
      for (int64_t n : {64, 48, 32})
        candidates.push_back({count, r, n});
  MLIRContext *context = AttentionOp(problem.op).getContext();
  for (Subgroups s : candidates) {
    if (!fits(target, problem, s))
      continue;
    Schedule schedule;
    schedule.stages = {s.kStages, s.kStages};
    schedule.rescale = tile::Rescale::Lazy;
    schedule.order = problem.getOrder();
    schedule.descending = problem.speculates();
    // Two subgroups for each part of a multiprocessor take turns.
    if (s.count == 8) {
      schedule.phases = tile::Phases::PingPong;
      schedule.interleave = chooseInterleave(target, problem, s.n);
    }
    return tile::ConfigAttr::get(context, s.rows * s.count, s.n, s.rows, s.n,
                                 /*splits=*/1, schedule.get(context, target));
  }
  return std::nullopt;
}

} // namespace

FailureOr<tile::ConfigAttr> fovea::chooseGPUConfig(AttentionOp op,
                                                   const GPUTarget &target) {
  if (failed(verify(op, target)))
    return failure();
  Problem problem = describe(op);
  if (std::optional<Streaming> streaming = chooseStreaming(target, problem))
    return getConfig(op, target, *streaming);
  if (!target.asynchronousProducts) {
    if (auto config = chooseForSubgroups(target, problem))
      return *config;
    return op.emitOpError("fits no workgroup of ")
           << target.name << ": too many registers or bytes of shared memory";
  }
  std::optional<Candidate> best = findBest(target, problem);
  if (!best)
    return op.emitOpError("fits no workgroup of ")
           << target.name << ": too many registers or bytes of shared memory";
  Schedule schedule;
  schedule.producer = best->producer, schedule.consumer = best->consumer;
  schedule.stages = {2, 2};
  schedule.rounds = best->rounds;
  schedule.overlap = best->overlap, schedule.turns = best->turns;
  schedule.rescale =
      problem.speculates() ? tile::Rescale::Speculative : tile::Rescale::Lazy;
  schedule.grid = best->grid, schedule.order = problem.getOrder();
  schedule.heads = problem.uppers ? chooseHeads(target, problem, *best) : 1;
  schedule.descending = problem.speculates();
  return tile::ConfigAttr::get(op.getContext(),
                               best->consumers * target.productRows, best->n,
                               target.productRows, best->n, /*splits=*/1,
                               schedule.get(op.getContext(), target));
}

/// No matrix unit asks for a layout, so that lanes lie along columns: what a
/// subgroup loads at once is contiguous.
tile::ConfigAttr fovea::chooseGPUConfig(MergeStatesOp op,
                                        const GPUTarget &target) {
  int64_t width = op.getStateType().getShape().back();
  int64_t columns = ShapedType::isDynamic(width)
                        ? 1
                        : std::gcd<int64_t>(width, target.subgroupSize);
  int64_t rows = target.subgroupSize / columns;
  // A digit of extent 1 would step out of the block.
  SmallVector<tile::FragmentDigit> lanes;
  if (columns > 1)
    lanes.push_back({columns, 0, 1});
  if (rows > 1)
    lanes.push_back({rows, 1, 0});
  auto layout = tile::FragmentAttr::get(op.getContext(), rows, columns,
                                        ArrayRef<tile::FragmentDigit>(), lanes);
  Schedule schedule;
  schedule.layout = layout;
  rows *= target.productSubgroups;
  return tile::ConfigAttr::get(op.getContext(), rows, columns, rows, columns,
                               /*splits=*/1,
                               schedule.get(op.getContext(), target));
}

tile::ConfigAttr fovea::getThreadConfig(tile::ConfigAttr like,
                                        int64_t threads) {
  MLIRContext *context = like.getContext();
  tile::ScheduleAttr schedule;
  if (like.getSchedule())
    schedule = Schedule().get(context,
                              *lookupGPUTarget(like.getSchedule().getTarget()));
  return tile::ConfigAttr::get(context, threads, 1, threads, 1, /*splits=*/1,
                               schedule);
}
