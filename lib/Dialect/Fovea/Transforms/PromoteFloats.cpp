//===- PromoteFloats.cpp - redo arithmetic in a wider type -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/Transforms/PromoteFloats.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

Type fovea::promoteType(Type type, FloatType wide) {
  if (auto scalar = dyn_cast<FloatType>(type))
    return scalar.getWidth() < wide.getWidth() ? wide : type;
  if (isa<RankedTensorType, VectorType>(type)) {
    auto shaped = cast<ShapedType>(type);
    return shaped.clone(promoteType(shaped.getElementType(), wide));
  }
  return type;
}

namespace {
class FloatPromoter {
public:
  FloatPromoter(RewriterBase &rewriter, ArrayRef<Operation *> roots,
                FloatType wide)
      : rewriter(rewriter), roots(roots), wide(wide) {}

  void run();

private:
  bool isNarrow(Value value) const {
    return fovea::promoteType(value.getType(), wide) != value.getType();
  }
  bool isInside(Value value) const;
  bool keepsTypes(Operation *op) const;
  void classify(Operation *op);
  void convertConstant(arith::ConstantOp op);
  void convert(Operation *op);
  void convertSignature(FunctionOpInterface function);
  void surroundWithCasts(Operation *op, ArrayRef<Type> operandTypes);

  RewriterBase &rewriter;
  ArrayRef<Operation *> roots;
  FloatType wide;
  /// Ops that are redone in `wide`, in their order.
  SmallVector<Operation *> converted;
  /// Ops that stay as they are, with the operand types that they need.
  llvm::MapVector<Operation *, SmallVector<Type>> kept;
  /// Tensors of narrow floats that stay as they are: tables from outside.
  DenseSet<Value> tables;
};
} // namespace

bool FloatPromoter::isInside(Value value) const {
  Operation *owner = value.getDefiningOp();
  if (!owner)
    owner = cast<BlockArgument>(value).getOwner()->getParentOp();
  return owner && llvm::any_of(roots, [&](Operation *root) {
           return root->isAncestor(owner);
         });
}

/// Where a tensor loses or gains its rank. Its elements cannot be cast on the
/// unranked side: arith has no casts there.
static bool castsUnranked(Operation *op) {
  auto cast = dyn_cast<tensor::CastOp>(op);
  return cast && (isa<UnrankedTensorType>(cast.getSource().getType()) ||
                  isa<UnrankedTensorType>(cast.getType()));
}

/// Whether the op's meaning depends on the widths of its floats, or is unknown.
bool FloatPromoter::keepsTypes(Operation *op) const {
  if (kept.contains(op->getParentOp()) || castsUnranked(op))
    return true;
  // Which pairs are visible must not depend on the precision.
  Region *region = op->getParentRegion();
  auto attention = dyn_cast_or_null<fovea::AttentionOp>(op->getParentOp());
  if (attention && region == &attention.getWhere() &&
      !isa<tensor::ExtractOp>(op))
    return true;
  static constexpr StringRef kDialects[] = {
      "affine", "arith",  "builtin", "cf",  "fovea",
      "func",   "linalg", "math",    "scf", "tensor"};
  if (!llvm::is_contained(kDialects, op->getName().getDialectNamespace()))
    return true;
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return !isa<FloatAttr, DenseFPElementsAttr, IntegerAttr,
                DenseIntElementsAttr>(constant.getValue());
  if (auto call = dyn_cast<CallOpInterface>(op)) {
    auto callee = dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
    return !callee || callee.isExternal();
  }
  return isa<arith::BitcastOp, arith::ScalingExtFOp, arith::ScalingTruncFOp,
             tensor::BitcastOp>(op);
}

void FloatPromoter::classify(Operation *op) {
  auto isTable = [&](Value v) {
    return isNarrow(v) && isa<TensorType>(v.getType()) &&
           (!isInside(v) || tables.contains(v));
  };
  bool readsTable = llvm::any_of(op->getOperands(), isTable);
  if (!readsTable && !keepsTypes(op)) {
    converted.push_back(op);
    return;
  }
  kept.insert({op, llvm::to_vector(op->getOperandTypes())});
  if (readsTable)
    for (Value result : op->getResults())
      if (isa<TensorType>(result.getType()))
        tables.insert(result);
}

void FloatPromoter::convertConstant(arith::ConstantOp op) {
  auto toWide = [&](APFloat value) {
    bool inexact;
    value.convert(wide.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &inexact);
    return value;
  };
  TypedAttr value = op.getValue();
  if (auto scalar = dyn_cast<FloatAttr>(value))
    value = FloatAttr::get(wide, toWide(scalar.getValue()));
  else if (auto elements = dyn_cast<DenseFPElementsAttr>(value))
    value = cast<TypedAttr>(Attribute(elements.mapValues(
        wide, [&](const APFloat &x) { return toWide(x).bitcastToAPInt(); })));
  op.setValueAttr(value);
}

void FloatPromoter::convert(Operation *op) {
  rewriter.setInsertionPoint(op);
  for (OpOperand &operand : op->getOpOperands())
    if (isNarrow(operand.get()) && !isInside(operand.get())) {
      Value extended = arith::ExtFOp::create(
          rewriter, op->getLoc(),
          fovea::promoteType(operand.get().getType(), wide), operand.get());
      rewriter.modifyOpInPlace(op, [&] { operand.set(extended); });
    }
  auto constant = dyn_cast<arith::ConstantOp>(op);
  if (constant && isNarrow(constant))
    convertConstant(constant);
  for (Value result : op->getResults())
    result.setType(fovea::promoteType(result.getType(), wide));
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (BlockArgument argument : block.getArguments())
        argument.setType(fovea::promoteType(argument.getType(), wide));
  if (auto function = dyn_cast<FunctionOpInterface>(op))
    convertSignature(function);
}

void FloatPromoter::convertSignature(FunctionOpInterface function) {
  auto promoted = [&](ArrayRef<Type> types) {
    return llvm::map_to_vector(
        types, [&](Type t) { return fovea::promoteType(t, wide); });
  };
  if (!function.isExternal())
    function.setType(
        function.cloneTypeWith(promoted(function.getArgumentTypes()),
                               promoted(function.getResultTypes())));
}

void FloatPromoter::surroundWithCasts(Operation *op,
                                      ArrayRef<Type> operandTypes) {
  rewriter.setInsertionPoint(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Type type = operandTypes[operand.getOperandNumber()];
    if (operand.get().getType() == type)
      continue;
    Value narrow =
        arith::TruncFOp::create(rewriter, op->getLoc(), type, operand.get());
    rewriter.modifyOpInPlace(op, [&] { operand.set(narrow); });
  }
  rewriter.setInsertionPointAfter(op);
  for (Value result : op->getResults())
    if (isNarrow(result) && !tables.contains(result)) {
      auto extended = arith::ExtFOp::create(
          rewriter, op->getLoc(), fovea::promoteType(result.getType(), wide),
          result);
      rewriter.replaceAllUsesExcept(result, extended, extended);
    }
}

void FloatPromoter::run() {
  for (Operation *root : roots)
    root->walk<WalkOrder::PreOrder>([&](Operation *op) { classify(op); });
  for (Operation *op : converted)
    convert(op);
  for (const auto &[op, operandTypes] : kept)
    surroundWithCasts(op, operandTypes);
  // What was a cast between floats is none any more.
  for (Operation *op : converted)
    if (isa<arith::ExtFOp, arith::TruncFOp>(op) &&
        op->getOperand(0).getType() == op->getResult(0).getType())
      rewriter.replaceOp(op, op->getOperand(0));
}

void fovea::promoteFloats(RewriterBase &rewriter, ArrayRef<Operation *> roots,
                          FloatType wide) {
  OpBuilder::InsertionGuard guard(rewriter);
  FloatPromoter(rewriter, roots, wide).run();
}

Value fovea::inlinePromoted(RewriterBase &rewriter, Region &region,
                            ValueRange arguments, FloatType wide) {
  IRMapping mapping;
  SmallVector<Operation *> copies;
  for (auto [argument, formal] : llvm::zip(arguments, region.getArguments())) {
    mapping.map(formal, argument);
    if (argument.getType() == formal.getType())
      continue;
    // Narrowed for the copy; the promotion removes this cast again.
    copies.push_back(arith::TruncFOp::create(rewriter, formal.getLoc(),
                                             formal.getType(), argument));
    mapping.map(formal, copies.back()->getResult(0));
  }
  bool promote = !copies.empty();
  for (Operation &op : region.front().without_terminator())
    copies.push_back(rewriter.clone(op, mapping));
  Value yielded =
      mapping.lookupOrDefault(region.front().getTerminator()->getOperand(0));
  if (!promote)
    return yielded;
  // A user of the yielded value, which follows it through the rewriting.
  auto user = UnrealizedConversionCastOp::create(rewriter, region.getLoc(),
                                                 wide, yielded);
  promoteFloats(rewriter, copies, wide);
  yielded = user.getOperand(0);
  rewriter.eraseOp(user);
  if (yielded.getType() != wide && isa<FloatType>(yielded.getType()))
    yielded = arith::ExtFOp::create(rewriter, region.getLoc(), wide, yielded);
  return yielded;
}
