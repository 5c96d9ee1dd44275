//===- MergeStatesOp.cpp - syntax, verification and shapes of fovea.merge_states
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;

// fovea.merge_states stacked outputs(%oa, %ob) lses(%la, %lb) config(#attr)
// {attrs} : (output type, lse type) -> (result types, when others)
ParseResult MergeStatesOp::parse(OpAsmParser &parser, OperationState &state) {
  SmallVector<OpAsmParser::UnresolvedOperand> outputs, lses;
  SmallVector<Type> types, results;
  Attribute config;
  SMLoc loc = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword("stacked")))
    state.addAttribute("stacked", parser.getBuilder().getUnitAttr());
  if (parser.parseKeyword("outputs") ||
      parser.parseOperandList(outputs, AsmParser::Delimiter::Paren) ||
      parser.parseKeyword("lses") ||
      parser.parseOperandList(lses, AsmParser::Delimiter::Paren))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("config"))) {
    if (parser.parseLParen() ||
        parser.parseAttribute(config, "config", state.attributes) ||
        parser.parseRParen())
      return failure();
  }
  if (parser.parseOptionalAttrDict(state.attributes) || parser.parseColon() ||
      parser.parseLParen() || parser.parseTypeList(types) ||
      parser.parseRParen() || parser.parseOptionalArrowTypeList(results))
    return failure();
  if (results.empty())
    results = types;
  if (types.size() != 2 || results.size() != 2)
    return parser.emitError(loc,
                            "expected the types of one output and one lse");
  if (outputs.size() != lses.size())
    return parser.emitError(loc, "C1: has ")
           << outputs.size() << " outputs and " << lses.size()
           << " lses, expected as many of one as of the other";
  state.addTypes(results);
  return failure(parser.resolveOperands(outputs, types[0], state.operands) ||
                 parser.resolveOperands(lses, types[1], state.operands));
}

void MergeStatesOp::print(OpAsmPrinter &printer) {
  if (getStacked())
    printer << " stacked";
  printer << " outputs(" << getOutputs() << ") lses(" << getLses() << ")";
  if (Attribute config = getConfigAttr())
    printer << " config(" << config << ")";
  printer.printOptionalAttrDict((*this)->getAttrs(), {"config", "stacked"});
  Type state = getStateType(), lse = getLses().front().getType();
  printer << " : (" << state << ", " << lse << ")";
  if (state != getOutputType() || lse != getLseType())
    printer << " -> (" << getOutputType() << ", " << getLseType() << ")";
}

/// C1, and the states' types, which are printed once.
static LogicalResult verifyStates(MergeStatesOp op) {
  if (op.getOutputs().empty())
    return op.emitOpError("C1: has no state, expected at least one");
  if (op.getStacked() && op.getOutputs().size() != 1)
    return op.emitOpError("C1: has ")
           << op.getOutputs().size()
           << " stacked outputs, expected one tensor of states";
  if (op.getStacked() && op.getStateType().getRank() > 0 &&
      op.getNumStates() == 0)
    return op.emitOpError("C1: has 0 stacked states, expected at least one");
  for (Type type : op.getOutputs().getTypes())
    if (type != op.getStateType())
      return op.emitOpError("C2: output ")
             << type << " differs from the first, " << op.getStateType();
  for (Type type : op.getLses().getTypes())
    if (type != op.getLses().front().getType())
      return op.emitOpError("C3: lse ") << type << " differs from the first, "
                                        << op.getLses().front().getType();
  return success();
}

LogicalResult MergeStatesOp::verify() {
  if (failed(verifyStates(*this)))
    return failure();
  RankedTensorType output = getOutputType(), state = getStateType();
  FloatType accumulator = getAccumulatorType(output.getElementType());
  ArrayRef<int64_t> one = state.getShape();
  if (getStacked() && !one.empty())
    one = one.drop_front();
  if (output.getRank() < 2 || state.getRank() < 2 ||
      (state.getElementType() != output.getElementType() &&
       state.getElementType() != accumulator) ||
      failed(verifyCompatibleShape(one, output.getShape())))
    return emitOpError("C2: output ")
           << state << " does not fit the result " << output;
  auto verifyLse = [&](Type type, ArrayRef<int64_t> outputs) -> LogicalResult {
    auto lse = cast<RankedTensorType>(type);
    auto expected = RankedTensorType::get(outputs.drop_back(), accumulator);
    if (failed(verifyCompatibleShape(lse, expected)))
      return emitOpError("C3: lse ") << lse << " does not fit " << expected;
    if (lse.getElementType() != accumulator)
      return emitOpError("C4: lse has element type ")
             << lse.getElementType() << ", expected " << accumulator;
    return success();
  };
  if (failed(verifyLse(getLses().front().getType(), state.getShape())))
    return failure();
  return verifyLse(getLseType(), output.getShape());
}

LogicalResult
MergeStatesOp::reifyResultShapes(OpBuilder &builder,
                                 ReifiedRankedShapedTypeDims &shapes) {
  for (Value state : {getOutputs().front(), getLses().front()}) {
    shapes.push_back(tensor::getMixedSizes(builder, getLoc(), state));
    if (getStacked())
      shapes.back().erase(shapes.back().begin());
  }
  return success();
}

namespace {
/// Merging one state changes nothing.
struct ForwardSingleState : OpRewritePattern<MergeStatesOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MergeStatesOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getOutputs().size() != 1 ||
        op.getOperandTypes() != op->getResultTypes())
      return failure();
    rewriter.replaceOp(op, op.getOperands());
    return success();
  }
};
} // namespace

void MergeStatesOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                MLIRContext *context) {
  patterns.add<ForwardSingleState>(context);
}
