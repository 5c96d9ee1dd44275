//===- KernelOps.cpp - syntax and verification of kernels and launches
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea::tile;

// fovea_tile.kernel @name(%p: type, ...) grid(%b, %h, ...) config(#...)
// attributes {...} { body }
ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &state) {
  StringAttr name;
  SmallVector<OpAsmParser::Argument> parameters, arguments;
  ConfigAttr config;
  Builder &b = parser.getBuilder();
  if (parser.parseSymbolName(name, "sym_name", state.attributes) ||
      parser.parseArgumentList(parameters, AsmParser::Delimiter::Paren,
                               /*allowType=*/true) ||
      parser.parseKeyword("grid") ||
      parser.parseArgumentList(arguments, AsmParser::Delimiter::Paren))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("per_thread")))
    state.addAttribute("per_thread", b.getUnitAttr());
  if (parser.parseKeyword("config") || parser.parseLParen() ||
      parser.parseAttribute(config, "config", state.attributes) ||
      parser.parseRParen() ||
      parser.parseOptionalAttrDictWithKeyword(state.attributes))
    return failure();
  for (OpAsmParser::Argument &id : arguments)
    id.type = b.getIndexType();
  state.addAttribute("grid_rank", b.getI64IntegerAttr(arguments.size()));
  llvm::append_range(arguments, parameters);
  return parser.parseRegion(*state.addRegion(), arguments);
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer << " ";
  printer.printSymbolName(getSymName());
  printer << "(";
  llvm::interleaveComma(getParameters(), printer, [&](BlockArgument a) {
    printer.printRegionArgument(a);
  });
  printer << ") grid(";
  llvm::interleaveComma(getGridIds(), printer,
                        [&](BlockArgument a) { printer.printOperand(a); });
  printer << (getPerThread() ? ") per_thread" : ")");
  printer << " config(" << getConfig() << ")";
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {"sym_name", "grid_rank", "config", "per_thread"});
  printer << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult KernelOp::verifyRegions() {
  int64_t rank = getGridRank();
  if (rank < 0 || rank > int64_t(getBody().getNumArguments()) ||
      !llvm::all_of(getGridIds(),
                    [](Value v) { return v.getType().isIndex(); }))
    return emitOpError("C1: expected an index argument for each of its ")
           << rank << " grid dimensions";
  for (BlockArgument parameter : getParameters())
    if (!isa<MemRefType>(parameter.getType()) &&
        !parameter.getType().isIntOrIndexOrFloat())
      return emitOpError("C2: has a parameter of type ")
             << parameter.getType() << ", expected a memref or a scalar";
  if (getBody().front().empty() || !isa<ReturnOp>(getBody().front().back()))
    return emitOpError("C3: must end in fovea_tile.return");
  if (!getPerThread())
    return success();
  auto result = getBody().walk([](Operation *op) {
    if (llvm::none_of(op->getOperandTypes(), llvm::IsaPred<TensorType>) &&
        llvm::none_of(op->getResultTypes(), llvm::IsaPred<TensorType>))
      return WalkResult::advance();
    op->emitOpError("C4: works on tiles in a kernel per_thread, expected "
                    "scalars alone");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult ThreadOp::verify() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  if (kernel && kernel.getPerThread())
    return success();
  return emitOpError("C1: stands in no kernel per_thread");
}

// fovea_tile.launch @k grid(%x) ins(%a) outs(%d) {attrs} : (input types) ->
// (destination types)
ParseResult LaunchOp::parse(OpAsmParser &parser, OperationState &state) {
  FlatSymbolRefAttr kernel;
  SmallVector<OpAsmParser::UnresolvedOperand> grid, inputs, destinations;
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<Type> inputTypes, destinationTypes;
  Builder &b = parser.getBuilder();
  auto group = [&](StringRef keyword, auto &operands) -> ParseResult {
    return failure(
        parser.parseKeyword(keyword) ||
        parser.parseOperandList(operands, AsmParser::Delimiter::Paren));
  };
  auto types = [&](SmallVectorImpl<Type> &list) {
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&] {
      return parser.parseType(list.emplace_back());
    });
  };
  if (parser.parseAttribute(kernel, "kernel", state.attributes) ||
      group("grid", grid) || group("ins", inputs) ||
      group("outs", destinations) ||
      parser.parseOptionalAttrDict(state.attributes) || parser.parseColon() ||
      types(inputTypes) || parser.parseArrow() || types(destinationTypes) ||
      parser.resolveOperands(grid, b.getIndexType(), state.operands) ||
      parser.resolveOperands(inputs, inputTypes, loc, state.operands) ||
      parser.resolveOperands(destinations, destinationTypes, loc,
                             state.operands))
    return failure();
  state.addAttribute(
      "operandSegmentSizes",
      b.getDenseI32ArrayAttr({int32_t(grid.size()), int32_t(inputs.size()),
                              int32_t(destinations.size())}));
  for (Type type : destinationTypes)
    if (isa<RankedTensorType>(type))
      state.addTypes(type);
  return success();
}

void LaunchOp::print(OpAsmPrinter &printer) {
  printer << " " << getKernelAttr() << " grid(" << getGrid() << ") ins("
          << getInputs() << ") outs(" << getDestinations() << ")";
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"kernel", "operandSegmentSizes"});
  printer << " : (" << getInputs().getTypes() << ") -> ("
          << getDestinations().getTypes() << ")";
}

/// Whether an operand of type `type` can be passed for a parameter.
static bool fitsParameter(Type type, Type parameter) {
  auto shaped = dyn_cast<ShapedType>(type);
  auto view = dyn_cast<MemRefType>(parameter);
  if (!shaped || !view)
    return type == parameter;
  return shaped.hasRank() && shaped.getElementType() == view.getElementType() &&
         succeeded(verifyCompatibleShape(shaped, view));
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel =
      symbols.lookupNearestSymbolFrom<KernelOp>(*this, getKernelAttr());
  if (!kernel)
    return emitOpError("C1: ")
           << getKernelAttr() << " is not a fovea_tile.kernel in reach";
  if (getGrid().size() != kernel.getGridRank())
    return emitOpError("C2: has ")
           << getGrid().size() << " grid sizes, expected "
           << kernel.getGridRank();
  auto parameters = kernel.getParameters();
  if (parameters.size() != getInputs().size() + getDestinations().size())
    return emitOpError("C3: passes ")
           << getInputs().size() + getDestinations().size()
           << " values, expected " << parameters.size();
  for (auto [index, operand, parameter] : llvm::enumerate(
           llvm::drop_begin((*this)->getOperands(), getGrid().size()),
           parameters))
    if (!fitsParameter(operand.getType(), parameter.getType()))
      return emitOpError("C4: value ")
             << index << " of type " << operand.getType()
             << " does not fit the parameter " << parameter.getType();
  return success();
}

void LaunchOp::getEffects(
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &operand : getInputsMutable())
    if (isa<BaseMemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  for (OpOperand &operand : getDestinationsMutable())
    if (isa<BaseMemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
}
