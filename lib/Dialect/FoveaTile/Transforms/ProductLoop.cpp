//===- ProductLoop.cpp - loops of a first and a last product -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ProductLoop.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace fovea::tile;

SetVector<Operation *> fovea::tile::collectDependents(Block *block,
                                                      Value value) {
  SetVector<Operation *> dependents;
  SmallVector<Value> worklist = {value};
  while (!worklist.empty())
    for (Operation *user : worklist.pop_back_val().getUsers())
      if (Operation *op = block->findAncestorOpInBlock(*user);
          op && dependents.insert(op))
        llvm::append_range(worklist, op->getResults());
  return dependents;
}

void fovea::tile::collectSlice(Operation *op, Block *body,
                               SetVector<Operation *> &slice) {
  if (slice.contains(op))
    return;
  for (Value operand : op->getOperands())
    if (Operation *definition = operand.getDefiningOp();
        definition && definition->getBlock() == body)
      collectSlice(definition, body, slice);
  slice.insert(op);
}

/// Whether `op` of the loop's body can be computed from the step's number.
static bool dependsOnNumber(Operation *op, scf::ForOp loop) {
  return op->getNumRegions() == 0 &&
         llvm::none_of(op->getOperands(), [&](Value operand) {
           return llvm::is_contained(loop.getRegionIterArgs(), operand);
         });
}

std::optional<ProductLoop> fovea::tile::matchProductLoop(scf::ForOp loop) {
  Block *body = loop.getBody();
  auto yield = cast<scf::YieldOp>(body->getTerminator());
  SmallVector<DotOp> dots(body->getOps<DotOp>());
  if (dots.size() != 2 || !matchPattern(loop.getStep(), m_One()) ||
      !loop.getInductionVar().getType().isIndex())
    return std::nullopt;
  ProductLoop steps{loop, dots[0], dots[1], 0, {}, {}, {}, {}};
  auto place = llvm::find(yield.getOperands(), dots[1].getResult());
  if (place == yield.getOperands().end() || !dots[1]->hasOneUse())
    return std::nullopt;
  steps.carried = std::distance(yield.getOperands().begin(), place);
  SetVector<Operation *> dependents =
      collectDependents(body, loop.getRegionIterArg(steps.carried));
  auto rhs = steps.last.getRhs().getDefiningOp<GetOp>();
  if (dependents.contains(steps.first) || !dependents.contains(steps.last) ||
      !rhs || rhs->getBlock() != body || !rhs->hasOneUse())
    return std::nullopt;
  // Brought again for the step before: scalars are computed a second time.
  SetVector<Operation *> slice;
  bool ahead = true;
  for (Operation &op : body->without_terminator()) {
    auto put = dyn_cast<PutOp>(op);
    if (&op == rhs || (put && put.getChannel() == rhs.getChannel()))
      collectSlice(&op, body, slice);
    else if (&op == steps.last)
      continue;
    else if (dependents.contains(&op))
      steps.scaling.push_back(&op);
    else
      (ahead ? steps.head : steps.middle).push_back(&op);
    ahead &= &op != steps.first;
  }
  if (!llvm::all_of(slice,
                    [&](Operation *op) { return dependsOnNumber(op, loop); }))
    return std::nullopt;
  steps.operand = slice.takeVector();
  // Nothing else may read what the accumulator was scaled to.
  for (Operation *op : steps.scaling)
    for (Operation *user : op->getUsers())
      if (user != steps.last && !llvm::is_contained(steps.scaling, user))
        return std::nullopt;
  return steps;
}
