//===- AttentionClauses.cpp - verification of optional operands -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AttentionVerifier.h"

using namespace mlir;
using namespace fovea;

namespace {

/// A dimension of an operand: its size, and whether 1 repeats it.
struct Dim {
  int64_t size;
  bool repeats;
};

class ClauseVerifier {
public:
  explicit ClauseVerifier(AttentionOp op) : op(op) {
    RankedTensorType q = op.getQueryType(), k = op.getKeyType();
    batch = q.getDimSize(0), heads = q.getDimSize(1), queries = q.getDimSize(2);
    keyHeads = k.getDimSize(1), keys = k.getDimSize(2);
    if (op.isPaged())
      keys = ShapedType::kDynamic;
  }

  LogicalResult verify() {
    return failure(failed(verifyMasks()) || failed(verifyBiases()) ||
                   failed(verifyStates()) || failed(verifySegments()) ||
                   failed(verifyRagged()) || failed(verifyPaged()) ||
                   failed(verifyBlocks()));
  }

private:
  LogicalResult verifyShape(StringRef name, Value operand,
                            ArrayRef<Dim> expected);
  LogicalResult verifyElement(StringRef name, Value operand,
                              ArrayRef<Type> expected);
  LogicalResult verifyMasks();
  LogicalResult verifyBiases();
  LogicalResult verifyStates();
  LogicalResult verifySegments();
  LogicalResult verifyRagged();
  LogicalResult verifyPaged();
  LogicalResult verifyBlocks();

  AttentionOp op;
  int64_t batch, heads, queries, keyHeads, keys;
};

} // namespace

static std::string print(ArrayRef<Dim> dims) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(dims, os << "[", [&](const Dim &dim) {
    if (ShapedType::isDynamic(dim.size))
      os << "?";
    else
      os << dim.size;
    if (dim.repeats && dim.size != 1)
      os << " or 1";
  });
  os << "]";
  return text;
}

LogicalResult ClauseVerifier::verifyShape(StringRef name, Value operand,
                                          ArrayRef<Dim> expected) {
  if (!operand)
    return success();
  auto type = cast<RankedTensorType>(operand.getType());
  bool fits = type.getRank() == int64_t(expected.size());
  for (auto [size, dim] : llvm::zip(type.getShape(), expected))
    fits = fits &&
           (ShapedType::isDynamic(size) || ShapedType::isDynamic(dim.size) ||
            size == dim.size || (dim.repeats && size == 1));
  if (fits)
    return success();
  return op.emitOpError("C13: ")
         << name << " has type " << type << ", expected " << print(expected);
}

LogicalResult ClauseVerifier::verifyElement(StringRef name, Value operand,
                                            ArrayRef<Type> expected) {
  if (!operand ||
      llvm::is_contained(expected, getElementTypeOrSelf(operand.getType())))
    return success();
  auto diagnostic = op.emitOpError("C13: ")
                    << name << " has element type "
                    << getElementTypeOrSelf(operand.getType()) << ", expected ";
  llvm::interleave(
      expected, [&](Type type) { diagnostic << type; },
      [&] { diagnostic << " or "; });
  return diagnostic;
}

LogicalResult ClauseVerifier::verifyMasks() {
  auto emitError = [&] { return op.emitOpError("C14: "); };
  // Sequences have sizes of their own, known at run time.
  bool isLocal = op.isRagged();
  for (MaskAttrInterface mask : op.getMaskAttrs())
    if (failed(mask.verifySizes(emitError, heads,
                                isLocal ? ShapedType::kDynamic : queries,
                                isLocal ? ShapedType::kDynamic : keys)))
      return failure();
  return success();
}

LogicalResult ClauseVerifier::verifyBiases() {
  Type element = op.getQueryType().getElementType();
  int64_t rank = ShapedType::kDynamic;
  if (Value factors = op.getQueryFactors();
      factors && cast<RankedTensorType>(factors.getType()).getRank() == 4)
    rank = cast<RankedTensorType>(factors.getType()).getDimSize(3);
  return failure(
      failed(verifyShape(
          "bias", op.getBias(),
          {{batch, true}, {heads, true}, {queries, true}, {keys, true}})) ||
      failed(verifyShape(
          "the queries' factors", op.getQueryFactors(),
          {{batch, true}, {heads, true}, {queries, false}, {rank, false}})) ||
      failed(verifyShape(
          "the keys' factors", op.getKeyFactors(),
          {{batch, true}, {keyHeads, true}, {keys, false}, {rank, false}})) ||
      failed(verifyElement("the queries' factors", op.getQueryFactors(),
                           element)) ||
      failed(verifyElement("the keys' factors", op.getKeyFactors(), element)) ||
      failed(verifyShape("weights", op.getWeights(),
                         {{batch, true}, {keyHeads, true}, {keys, false}})) ||
      failed(verifyShape("sinks", op.getSinks(), {{heads, false}})));
}

LogicalResult ClauseVerifier::verifyStates() {
  int64_t width = op.getValueType().getDimSize(3);
  Type element = op.getQueryType().getElementType(),
       accumulator = op.getAccumulatorType();
  SmallVector<Type> either = {element};
  if (accumulator != element)
    either.push_back(accumulator);
  return failure(
      failed(verifyShape("the state's output", op.getInitialOutput(),
                         {{batch, false},
                          {heads, false},
                          {queries, false},
                          {width, false}})) ||
      failed(verifyShape("the state's lse", op.getInitialLse(),
                         {{batch, false}, {heads, false}, {queries, false}})) ||
      failed(
          verifyElement("the state's output", op.getInitialOutput(), either)) ||
      failed(
          verifyElement("the state's lse", op.getInitialLse(), accumulator)));
}

LogicalResult ClauseVerifier::verifySegments() {
  return failure(
      failed(verifyShape("the queries' segments", op.getQuerySegments(),
                         {{batch, true}, {queries, false}})) ||
      failed(verifyShape("the keys' segments", op.getKeySegments(),
                         {{batch, true}, {keys, false}})) ||
      (op.getQuerySegments() &&
       failed(
           verifyElement("the keys' segments", op.getKeySegments(),
                         op.getQuerySegments().getType().getElementType()))));
}

LogicalResult ClauseVerifier::verifyRagged() {
  if (!op.isRagged())
    return success();
  if (!ShapedType::isDynamic(batch) && batch != 1)
    return op.emitOpError("C15: has ")
           << batch << " batches of ragged sequences, expected 1";
  for (auto [name, operand] : {std::pair("bias", op.getBias()),
                               std::pair("factors", op.getQueryFactors()),
                               std::pair("weights", op.getWeights()),
                               std::pair("state", op.getInitialOutput())})
    if (operand)
      return op.emitOpError("C15: has '")
             << name << "' of ragged sequences, expected a score region";
  if (op.getQuerySegments())
    return op.emitOpError("C15: has 'segments' of ragged sequences, expected a "
                          "where region");
  if (op.getBlocks())
    return op.emitOpError("C15: has 'blocks' of ragged sequences, expected a "
                          "where region");
  if (op.isPaged() == bool(op.getKeyOffsets()))
    return op.emitOpError("C15: ragged has ")
           << (op.isPaged() ? "the keys' offsets, but pages have their own"
                            : "no offsets of the keys, expected both queries' "
                              "and keys'");
  int64_t offsets = op.getQueryOffsets().getType().getRank() == 1
                        ? op.getQueryOffsets().getType().getDimSize(0)
                        : ShapedType::kDynamic;
  return failure(
      failed(verifyShape("the queries' offsets", op.getQueryOffsets(),
                         {{offsets, false}})) ||
      failed(verifyShape("the keys' offsets", op.getKeyOffsets(),
                         {{offsets, false}})));
}

LogicalResult ClauseVerifier::verifyPaged() {
  if (!op.isPaged())
    return success();
  int64_t sequences = batch;
  if (op.isRagged())
    sequences = op.getQueryOffsets().getType().getDimSize(0) - 1;
  if (ShapedType::isDynamic(batch) ||
      (op.isRagged() && op.getQueryOffsets().getType().isDynamicDim(0)))
    sequences = ShapedType::kDynamic;
  int64_t offsets =
      ShapedType::isDynamic(sequences) ? sequences : sequences + 1;
  return failure(
      failed(verifyShape("the pages' offsets", op.getPageOffsets(),
                         {{offsets, false}})) ||
      failed(verifyShape("the pages", op.getPages(),
                         {{ShapedType::kDynamic, false}})) ||
      failed(verifyShape("the last pages' lengths", op.getLastLengths(),
                         {{sequences, false}})));
}

LogicalResult ClauseVerifier::verifyBlocks() {
  if (!op.getBlocks())
    return success();
  auto csr = op.getBlocks().getDefiningOp<CSROp>();
  if (!csr)
    return op.emitOpError("C16: takes its blocks from outside, expected the "
                          "result of fovea.csr");
  return verifyShape(
      "the blocks' offsets", csr.getOffsets(),
      {{batch, true}, {heads, true}, {ShapedType::kDynamic, false}});
}

LogicalResult fovea::verifyClauses(AttentionOp op) {
  return ClauseVerifier(op).verify();
}
