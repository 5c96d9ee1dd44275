//===- FoveaDialect.cpp - registration of the dialect -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "fovea/Dialect/Fovea/IR/FoveaAttrInterfaces.cpp.inc"
#include "fovea/Dialect/Fovea/IR/FoveaDialect.cpp.inc"
#include "fovea/Dialect/Fovea/IR/FoveaEnums.cpp.inc"
#include "fovea/Dialect/Fovea/IR/FoveaOpInterfaces.cpp.inc"

/// `[1, 2]`, in the assembly of attributes and types.
static ParseResult parseSizes(AsmParser &parser, SmallVector<int64_t> &sizes) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
    return parser.parseInteger(sizes.emplace_back());
  });
}
static void printSizes(AsmPrinter &printer, ArrayRef<int64_t> sizes) {
  printer << "[";
  llvm::interleaveComma(sizes, printer);
  printer << "]";
}

#define GET_ATTRDEF_CLASSES
#include "fovea/Dialect/Fovea/IR/FoveaAttrs.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "fovea/Dialect/Fovea/IR/FoveaTypes.cpp.inc"

#define GET_OP_CLASSES
#include "fovea/Dialect/Fovea/IR/FoveaOps.cpp.inc"

namespace {
/// fovea ops have value semantics, so a function that holds one inlines freely.
struct FoveaInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void fovea::FoveaDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "fovea/Dialect/Fovea/IR/FoveaAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "fovea/Dialect/Fovea/IR/FoveaTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "fovea/Dialect/Fovea/IR/FoveaOps.cpp.inc"
      >();
  addInterfaces<FoveaInlinerInterface>();
  declarePromisedInterfaces<ReferenceOpInterface, AttentionOp, MergeStatesOp>();
  declarePromisedInterfaces<TileProgramOpInterface, AttentionOp,
                            MergeStatesOp>();
}

FloatType fovea::getAccumulatorType(Type element) {
  Builder builder(element.getContext());
  return element.isF64() ? builder.getF64Type() : builder.getF32Type();
}
