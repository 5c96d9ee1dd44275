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

// fovea.merge_states outputs(%oa, %ob) lses(%la, %lb) config(#attr) {attrs} :
// (output type, lse type)
ParseResult MergeStatesOp::parse(OpAsmParser &parser, OperationState &state) {
  SmallVector<OpAsmParser::UnresolvedOperand> outputs, lses;
  SmallVector<Type> types;
  Attribute config;
  SMLoc loc = parser.getCurrentLocation();
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
      parser.parseRParen())
    return failure();
  if (types.size() != 2)
    return parser.emitError(loc,
                            "expected the types of one output and one lse");
  if (outputs.size() != lses.size())
    return parser.emitError(loc, "C1: has ")
           << outputs.size() << " outputs and " << lses.size()
           << " lses, expected as many of one as of the other";
  state.addTypes(types);
  return failure(parser.resolveOperands(outputs, types[0], state.operands) ||
                 parser.resolveOperands(lses, types[1], state.operands));
}

void MergeStatesOp::print(OpAsmPrinter &printer) {
  printer << " outputs(" << getOutputs() << ") lses(" << getLses() << ")";
  if (Attribute config = getConfigAttr())
    printer << " config(" << config << ")";
  printer.printOptionalAttrDict((*this)->getAttrs(), {"config"});
  printer << " : (" << getOutputType() << ", " << getLseType() << ")";
}

LogicalResult MergeStatesOp::verify() {
  if (getOutputs().empty())
    return emitOpError("C1: has no state, expected at least one");
  RankedTensorType output = getOutputType(), lse = getLseType();
  for (Type type : getOutputs().getTypes()) {
    auto state = cast<RankedTensorType>(type);
    if (output.getRank() < 2 ||
        state.getElementType() != output.getElementType() ||
        failed(verifyCompatibleShape(state, output)))
      return emitOpError("C2: output ")
             << state << " does not fit the result " << output;
  }
  auto expected = RankedTensorType::get(output.getShape().drop_back(),
                                        lse.getElementType());
  SmallVector<Type> lses(getLses().getTypes());
  lses.push_back(lse);
  for (Type type : lses)
    if (failed(verifyCompatibleShape(type, expected)) ||
        cast<RankedTensorType>(type).getElementType() != lse.getElementType())
      return emitOpError("C3: lse ") << type << " does not fit " << expected;
  if (lse.getElementType() != getAccumulatorType(output.getElementType()))
    return emitOpError("C4: lse has element type ")
           << lse.getElementType() << ", expected "
           << getAccumulatorType(output.getElementType());
  return success();
}

LogicalResult
MergeStatesOp::reifyResultShapes(OpBuilder &builder,
                                 ReifiedRankedShapedTypeDims &shapes) {
  shapes.push_back(
      tensor::getMixedSizes(builder, getLoc(), getOutputs().front()));
  shapes.push_back(tensor::getMixedSizes(builder, getLoc(), getLses().front()));
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
