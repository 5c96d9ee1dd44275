//===- KernelOps.td - kernels and their launches -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_KERNELOPS_TD
#define FOVEA_DIALECT_FOVEATILE_IR_KERNELOPS_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def FoveaTile_KernelOp : FoveaTile_Op<"kernel", [
    IsolatedFromAbove, Symbol, SingleBlock, AutomaticAllocationScope]> {
  let summary = "the program of one workgroup";
  let description = [{
    The entry block takes the workgroup's place in the grid (`index` each), then
    the parameters: memory views with strides known at run time, and scalars.

    A kernel `per_thread` has no tiles: each of the config's `m` threads of a
    workgroup runs the body for itself, on scalars, knows itself by
    `fovea_tile.thread`, and writes what no other thread does.

    Constraints:
    - C1: there are at least as many arguments as grid dimensions, and the first ones are `index`.
    - C2: the other arguments are memrefs or scalars.
    - C3: the body ends in `fovea_tile.return`.
    - C4: with `per_thread`, no op of the body works on tiles.

    Example:

    ```mlir
    fovea_tile.kernel @copy(%src: memref<?x64xf32>, %dst: memref<?x64xf32>)
        grid(%t) config(#fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>) {
      %c8 = arith.constant 8 : index
      %c0 = arith.constant 0 : index
      %row = arith.muli %t, %c8 : index
      %x = fovea_tile.load %src[%row, %c0] : memref<?x64xf32> -> tensor<8x64xf32>
      fovea_tile.store %x, %dst[%row, %c0] : tensor<8x64xf32>, memref<?x64xf32>
      fovea_tile.return
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$grid_rank,
                       FoveaTile_ConfigAttr:$config, UnitAttr:$per_thread);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block::BlockArgListType getGridIds() {
      return getBody().getArguments().take_front(getGridRank());
    }
    ::mlir::Block::BlockArgListType getParameters() {
      return getBody().getArguments().drop_front(getGridRank());
    }
  }];
}

def FoveaTile_ThreadOp : FoveaTile_Op<"thread", [Pure]> {
  let summary = "the number of the thread in its workgroup";
  let description = [{
    From 0 to the config's `m - 1`, in a kernel `per_thread`.

    Constraints:
    - C1: the kernel is `per_thread`.
  }];
  let results = (outs Index:$number);
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}

def FoveaTile_ReturnOp : FoveaTile_Op<"return", [Pure, Terminator, HasParent<"KernelOp">]> {
  let summary = "ends a kernel";
  let assemblyFormat = "attr-dict";
}

def FoveaTile_LaunchOp : FoveaTile_Op<"launch", [
    AttrSizedOperandSegments, DestinationStyleOpInterface, 
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "runs a kernel once for every point of a grid";
  let description = [{
    On tensors: reads the inputs and replaces the contents of the destinations,
    which must be written completely by the grid. On memrefs, after
    bufferization: no results. The kernel's parameters are the inputs, then the
    destinations.

    Constraints:
    - C1: the symbol names a kernel.
    - C2: there are as many grid sizes as the kernel has grid dimensions.
    - C3: there are as many inputs and destinations as the kernel has parameters.
    - C4: each operand fits its parameter: the same element type, rank and static sizes, or the same scalar type.

    Example:

    ```mlir
    %r = fovea_tile.launch @copy grid(%n) ins(%a) outs(%d)
        : (tensor<?x64xf32>) -> (tensor<?x64xf32>)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<Index>:$grid,
                       Variadic<AnyType>:$inputs, Variadic<AnyShaped>:$destinations);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getDestinationsMutable(); }
  }];
}

#endif
