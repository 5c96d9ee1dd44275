//===- HalveTerms.cpp - exponentials in two halves -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ProductLoop.h"

#include "fovea/Dialect/FoveaTile/Transforms/KernelTarget.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace fovea::tile {
#define GEN_PASS_DEF_HALVETERMS
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h.inc"
} // namespace fovea::tile

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

namespace {

/// The exponentials of a step, and all that reads them.
struct Terms {
  math::Exp2Op exp;
  FoldOp sum;
  arith::TruncFOp round;
  DotOp dot;
};

std::optional<Terms> matchTerms(ProductLoop &steps) {
  auto round = steps.last.getLhs().getDefiningOp<arith::TruncFOp>();
  auto exp =
      round ? round.getIn().getDefiningOp<math::Exp2Op>() : math::Exp2Op();
  if (!exp || !round->hasOneUse() || !llvm::hasNItems(exp->getUses(), 2))
    return std::nullopt;
  Terms terms{exp, FoldOp(), round, steps.last};
  for (Operation *user : exp->getUsers())
    if (auto fold = dyn_cast<FoldOp>(user);
        fold && fold.getTile() == exp.getResult())
      terms.sum = fold;
  return terms.sum ? std::optional(terms) : std::nullopt;
}

/// `count` columns of `tile` from `first`.
Value slice(ImplicitLocOpBuilder &b, Value tile, int64_t first, int64_t count) {
  auto type = cast<RankedTensorType>(tile.getType());
  SmallVector<OpFoldResult> offsets = {b.getIndexAttr(0),
                                       b.getIndexAttr(first)};
  SmallVector<OpFoldResult> sizes = {b.getIndexAttr(type.getDimSize(0)),
                                     b.getIndexAttr(count)};
  SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(b, tile, offsets, sizes, strides);
}

void halve(Terms terms) {
  int64_t columns = cast<RankedTensorType>(terms.exp.getType()).getDimSize(1),
          half = columns / 2;
  ImplicitLocOpBuilder b(terms.exp.getLoc(), terms.exp);
  SmallVector<Value> halves;
  for (int64_t first : {int64_t(0), half}) {
    auto exp =
        math::Exp2Op::create(b, slice(b, terms.exp.getOperand(), first, half));
    exp->setAttrs(terms.exp->getAttrs());
    halves.push_back(exp);
  }
  b.setInsertionPoint(terms.sum);
  Value sum = terms.sum.getInit();
  for (Value value : halves)
    sum = FoldOp::create(b, terms.sum.getKind(), value, sum);
  terms.sum.replaceAllUsesWith(sum);
  terms.sum.erase();
  SmallVector<Value> rounded;
  b.setInsertionPoint(terms.round);
  auto element = terms.round.getType();
  for (Value value : halves) {
    auto type = RankedTensorType::get(
        cast<RankedTensorType>(value.getType()).getShape(),
        getElementTypeOrSelf(element));
    auto round = arith::TruncFOp::create(b, type, value);
    round->setAttrs(terms.round->getAttrs());
    rounded.push_back(round);
  }
  b.setInsertionPoint(terms.dot);
  Value result = terms.dot.getAccumulator();
  bool transposed = terms.dot.getTransposed();
  for (auto [i, value] : llvm::enumerate(rounded)) {
    Value rows =
        ReadOp::create(b, terms.dot.getRhs(), i * half, half, transposed);
    result = DotOp::create(b, result, value, rows, transposed);
  }
  terms.dot.replaceAllUsesWith(result);
  terms.dot.erase();
  terms.round.erase();
  terms.exp.erase();
}

/// Halves are whole blocks of the layout.
bool canHalve(Terms terms, FragmentAttr layout) {
  int64_t columns = cast<RankedTensorType>(terms.exp.getType()).getDimSize(1);
  return columns % (2 * layout.getColumns()) == 0;
}

/// `a` or `c`. Where `a` is a multiple of `c` the factor is selected, of which
/// a row has one.
Value select(ImplicitLocOpBuilder &b, Value condition, Value a, Value c) {
  if (a == c)
    return a;
  auto product = a.getDefiningOp<arith::MulFOp>();
  auto factor = product && product.getLhs() == c
                    ? product.getRhs().getDefiningOp<BroadcastOp>()
                    : BroadcastOp();
  if (!factor)
    return arith::SelectOp::create(b, condition, a, c);
  auto rows = cast<RankedTensorType>(factor.getSource().getType());
  Value one = arith::ConstantOp::create(
      b,
      DenseElementsAttr::get(rows, b.getFloatAttr(rows.getElementType(), 1)));
  Value selected =
      arith::SelectOp::create(b, condition, factor.getSource(), one);
  return arith::MulFOp::create(
      b, c, BroadcastOp::create(b, factor.getType(), selected),
      product.getFastmath());
}

/// Rows' values, computed without a branch. Tiles stay under the condition:
/// most steps do not touch them.
void flatten(scf::IfOp choice, FragmentAttr layout) {
  auto isSmall = [&](Type type) {
    auto tile = dyn_cast<RankedTensorType>(type);
    return tile && (tile.getRank() == 1 ||
                    tile.getDimSize(1) <= layout.getFoldColumns());
  };
  if (!choice.elseBlock() || choice.getNumResults() == 0 ||
      !llvm::all_of(choice.getResultTypes(), isSmall))
    return;
  auto isPlain = [](Operation &op) {
    return isPure(&op) && op.getNumRegions() == 0;
  };
  for (Block *block : {choice.thenBlock(), choice.elseBlock()})
    if (!llvm::all_of(block->without_terminator(), isPlain))
      return;
  ImplicitLocOpBuilder b(choice.getLoc(), choice);
  SmallVector<Value> then(choice.thenYield().getOperands()),
      other(choice.elseYield().getOperands());
  for (Block *block : {choice.thenBlock(), choice.elseBlock()})
    for (Operation &op :
         llvm::make_early_inc_range(block->without_terminator()))
      op.moveBefore(choice);
  for (auto [result, a, c] : llvm::zip(choice.getResults(), then, other))
    result.replaceAllUsesWith(select(b, choice.getCondition(), a, c));
  choice.erase();
}

struct HalveTerms : fovea::tile::impl::HalveTermsBase<HalveTerms> {
  void runOnOperation() override {
    ScheduleAttr schedule = getOperation().getConfig().getSchedule();
    if (!schedule || schedule.getPhases() == Phases::Together)
      return;
    const GPUTarget *target = getTarget(getOperation());
    if (!target)
      return signalPassFailure();
    FragmentAttr layout = getFragment(*target, &getContext());
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops) {
      std::optional<ProductLoop> steps = matchProductLoop(loop);
      if (!steps)
        continue;
      for (auto choice :
           llvm::make_early_inc_range(loop.getBody()->getOps<scf::IfOp>()))
        flatten(choice, layout);
      if (std::optional<Terms> terms = matchTerms(*steps);
          terms && canHalve(*terms, layout))
        halve(*terms);
    }
  }
};
} // namespace
