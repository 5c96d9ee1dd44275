//===- AttentionSyntax.cpp - assembly format of fovea.attention -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// fovea.attention(%q, %k, %v) scale(0.125) mask(#fovea.causal) sinks(%s)
//     score(%s: f32, %b: index, ...) { ... } where(%b: index, ...) { ... }
//     config(#attr) {attributes} : (types) -> types

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace fovea;

static ParseResult parseScale(OpAsmParser &parser, OperationState &state) {
  double scale;
  if (failed(parser.parseOptionalKeyword("scale")))
    return success();
  if (parser.parseLParen() || parser.parseFloat(scale) || parser.parseRParen())
    return failure();
  state.addAttribute("scale", parser.getBuilder().getF64FloatAttr(scale));
  return success();
}

static ParseResult parseMasks(OpAsmParser &parser, OperationState &state) {
  SmallVector<Attribute> masks;
  auto parseMask = [&] { return parser.parseAttribute(masks.emplace_back()); };
  if (succeeded(parser.parseOptionalKeyword("mask")) &&
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, parseMask))
    return failure();
  state.addAttribute("masks", parser.getBuilder().getArrayAttr(masks));
  return success();
}

namespace {
/// Operands behind a keyword of their own: `first` is the number of the first
/// one among the op's groups of operands, `least` how many must be given.
struct Clause {
  StringLiteral keyword;
  unsigned first, least, most;
};
} // namespace

/// In the order of the op's operands.
static constexpr Clause kClauses[] = {
    {"bias", 3, 1, 1},    {"factors", 4, 2, 2}, {"weights", 6, 1, 1},
    {"sinks", 7, 1, 1},   {"state", 8, 2, 2},   {"segments", 10, 2, 2},
    {"ragged", 12, 1, 2}, {"paged", 14, 3, 3},  {"blocks", 17, 1, 1},
};
static constexpr unsigned kOperandGroups = 18;

static ParseResult
parseClauses(OpAsmParser &parser, OperationState &state,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &operands) {
  std::array<int32_t, kOperandGroups> sizes = {1, 1, 1};
  for (const Clause &clause : kClauses) {
    if (failed(parser.parseOptionalKeyword(clause.keyword)))
      continue;
    SMLoc location = parser.getCurrentLocation();
    SmallVector<OpAsmParser::UnresolvedOperand> group;
    if (parser.parseOperandList(group, AsmParser::Delimiter::Paren))
      return failure();
    if (group.size() < clause.least || group.size() > clause.most)
      return parser.emitError(location)
             << clause.keyword << " has " << group.size()
             << " operands, expected " << clause.least
             << (clause.most > clause.least ? " or more" : "");
    for (unsigned i = 0; i < group.size(); ++i)
      sizes[clause.first + i] = 1;
    llvm::append_range(operands, group);
  }
  state.getOrAddProperties<AttentionOp::Properties>().operandSegmentSizes =
      sizes;
  return success();
}

static void printClauses(OpAsmPrinter &printer, AttentionOp op) {
  for (const Clause &clause : kClauses) {
    SmallVector<Value> group;
    for (unsigned i = clause.first; i < clause.first + clause.most; ++i)
      llvm::append_range(group, op.getODSOperands(i));
    if (!group.empty())
      printer << " " << clause.keyword << "(" << group << ")";
  }
}

/// `keyword(%args...) { body }`; the region stays empty without the keyword.
static ParseResult parseRegion(OpAsmParser &parser, OperationState &state,
                               StringRef keyword) {
  Region *region = state.addRegion();
  SmallVector<OpAsmParser::Argument> arguments;
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  return failure(parser.parseArgumentList(arguments,
                                          AsmParser::Delimiter::Paren,
                                          /*allowType=*/true) ||
                 parser.parseRegion(*region, arguments));
}

static ParseResult parseConfig(OpAsmParser &parser, OperationState &state) {
  Attribute config;
  if (failed(parser.parseOptionalKeyword("config")))
    return success();
  if (parser.parseLParen() || parser.parseAttribute(config) ||
      parser.parseRParen())
    return failure();
  state.addAttribute("config", config);
  return success();
}

ParseResult AttentionOp::parse(OpAsmParser &parser, OperationState &state) {
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SMLoc operandsLoc = parser.getCurrentLocation();
  FunctionType type;
  return failure(
      parser.parseOperandList(operands, 3, AsmParser::Delimiter::Paren) ||
      parseScale(parser, state) || parseMasks(parser, state) ||
      parseClauses(parser, state, operands) ||
      parseRegion(parser, state, "score") ||
      parseRegion(parser, state, "where") || parseConfig(parser, state) ||
      parser.parseOptionalAttrDict(state.attributes) ||
      parser.parseColonType(type) ||
      parser.resolveOperands(operands, type.getInputs(), operandsLoc,
                             state.operands) ||
      parser.addTypesToList(type.getResults(), state.types));
}

static void printRegion(OpAsmPrinter &printer, StringRef keyword,
                        Region &region) {
  if (region.empty())
    return;
  printer << " " << keyword << "(";
  llvm::interleaveComma(region.getArguments(), printer, [&](BlockArgument a) {
    printer.printRegionArgument(a);
  });
  printer << ") ";
  printer.printRegion(region, /*printEntryBlockArgs=*/false);
}

void AttentionOp::print(OpAsmPrinter &printer) {
  printer << "(" << getOperands().take_front(3) << ")";
  if (FloatAttr scale = getScaleAttr()) {
    printer << " scale(";
    printer.printFloat(scale.getValue());
    printer << ")";
  }
  if (!getMasks().empty()) {
    printer << " mask(";
    llvm::interleaveComma(getMasks(), printer);
    printer << ")";
  }
  printClauses(printer, *this);
  printRegion(printer, "score", getScore());
  printRegion(printer, "where", getWhere());
  if (Attribute config = getConfigAttr())
    printer << " config(" << config << ")";
  printer.printOptionalAttrDict(
      (*this)->getAttrs(), {"scale", "masks", "config", "operandSegmentSizes"});
  printer << " : ";
  printer.printFunctionalType(getOperation());
}
