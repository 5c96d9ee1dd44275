//===- FoveaInterfaces.td - what every fovea op offers --------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEA_IR_FOVEAINTERFACES_TD
#define FOVEA_DIALECT_FOVEA_IR_FOVEAINTERFACES_TD

include "mlir/IR/OpBase.td"

def Fovea_MaskAttrInterface : AttrInterface<"MaskAttrInterface"> {
  let cppNamespace = "::fovea";
  let description = [{
    Which keys each query sees. A mask gives an interval of keys,
    `[lower, upper)`, outside of which it hides all; its bounds are affine in
    the query index (`d0`), the number of queries (`s0`) and of keys (`s1`),
    and must not decrease with the query index: generic passes derive from this
    alone which tiles are empty, full or partial. A mask that hides keys within
    the interval too says so (`isInterval`), and its predicate decides there.
  }];
  let methods = [
    InterfaceMethod<"First key that may be visible, or null where the start is unbounded.",
      "::mlir::AffineExpr", "getLowerBound">,
    InterfaceMethod<"One past the last key that may be visible, or null where unbounded.",
      "::mlir::AffineExpr", "getUpperBound">,
    InterfaceMethod<"Whether all keys between the bounds are visible.",
      "bool", "isInterval", (ins), [{}], [{ return true; }]>,
    InterfaceMethod<[{
      The mask's own definition at one point, as an `i1`: what references
      evaluate, and tiles where the bounds do not decide.
      }],
      "::mlir::Value", "buildVisible",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder, "const ::fovea::MaskPoint &":$point), [{}],
      [{ return ::fovea::buildWithinBounds(builder, $_attr, point); }]>,
    InterfaceMethod<[{
      Checks that the mask fits `heads` query heads, `queries` and `keys`, each
      of which may be dynamic.
      }],
      "::mlir::LogicalResult", "verifySizes",
      (ins "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError, "int64_t":$heads,
           "int64_t":$queries, "int64_t":$keys), [{}],
      [{ return ::mlir::success(); }]>,
  ];
}

def Fovea_ReferenceOpInterface : OpInterface<"ReferenceOpInterface"> {
  let cppNamespace = "::fovea";
  let description = [{
    The meaning of an op: its decomposition to linalg, arith, math and tensor,
    so simple that a reader believes it. Shares no code with the fast path.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds the decomposition before the op and returns one value for each
      result, of the result's type. All arithmetic is done in `accumulator`;
      with `roundsOperands`, what it multiplies has been rounded to the element
      type of the op's operands first, as matrix units read it.
      }],
      "::mlir::FailureOr<::llvm::SmallVector<::mlir::Value>>", "buildReference",
      (ins "::mlir::RewriterBase &":$rewriter, "::mlir::FloatType":$accumulator,
           "bool":$roundsOperands)>,
  ];
}

def Fovea_CostModelOpInterface : OpInterface<"CostModelOpInterface"> {
  let cppNamespace = "::fovea";
  let description = [{
    What the op costs at least, whatever the schedule. Failure when a size that
    the cost depends on is dynamic.
  }];
  let methods = [
    InterfaceMethod<"Floating-point operations; a multiply-add counts two. Masked scores are not counted.",
      "::mlir::FailureOr<double>", "getFlops">,
    InterfaceMethod<"Bytes that must cross the device's memory: each operand and result once.",
      "::mlir::FailureOr<double>", "getLeastBytes">,
    InterfaceMethod<[{
      Lower bound on the elements moved between a fast memory of
      `fastMemoryElements` elements and the slow one, up to a constant.
      }],
      "::mlir::FailureOr<double>", "getIOBound", (ins "int64_t":$fastMemoryElements)>,
  ];
}

def Fovea_TileProgramOpInterface : OpInterface<"TileProgramOpInterface"> {
  let cppNamespace = "::fovea";
  let description = [{
    Ops that can be written as one workgroup's program (dialect `fovea_tile`).
    The config is a `#fovea_tile.config`; choosing one and building the program
    from it are separate steps, so that a config can also be written by hand.
  }];
  let methods = [
    InterfaceMethod<"The config the op carries, or null.",
      "::mlir::Attribute", "getTileConfig">,
    InterfaceMethod<"Sets the config the op carries.",
      "void", "setTileConfig", (ins "::mlir::Attribute":$config)>,
    InterfaceMethod<[{
      Checks that `config` is legal for this op, reporting on the op which bound
      fails.
      }],
      "::mlir::LogicalResult", "verifyTileConfig", (ins "::mlir::Attribute":$config)>,
    InterfaceMethod<[{
      Replaces the op by a launch of a new `fovea_tile.kernel`, which is inserted
      into the enclosing symbol table.
      }],
      "::mlir::LogicalResult", "buildTileProgram",
      (ins "::mlir::RewriterBase &":$rewriter, "::mlir::Attribute":$config)>,
  ];
}

#endif
