//===- FoveaNVGPUOps.td - instructions that NVVM lacks --------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEANVGPU_IR_FOVEANVGPUOPS_TD
#define FOVEA_DIALECT_FOVEANVGPU_IR_FOVEANVGPUOPS_TD

include "mlir/Dialect/LLVMIR/LLVMOpBase.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def FoveaNVGPU_Dialect : Dialect {
  let name = "fovea_nvgpu";
  let cppNamespace = "::fovea::nvgpu";
  let summary = "instructions of NVIDIA GPUs that the nvvm dialect lacks";
  let description = [{
    What one thread runs beside `nvvm`, `llvm` and `arith`; as in PTX, some
    instructions are collective. `convert-fovea-nvgpu-to-llvm` makes inline
    assembly of them. All shapes and layouts are those of PTX ISA 9.0.
  }];
}

class FoveaNVGPU_Op<string mnemonic, list<Trait> traits = []>
    : Op<FoveaNVGPU_Dialect, mnemonic, traits>;

def FoveaNVGPU_WgmmaOp : FoveaNVGPU_Op<"wgmma", [
    AttrSizedOperandSegments, InferTypeOpAdaptor]> {
  let summary = "asynchronous product of a warpgroup";
  let description = [{
    `wgmma.mma_async.sync.aligned.m64nNk16.f32.T.T`: 64 rows and N columns of the
    result, 16 of the contraction. Unlike upstream's op, its accumulators are
    values, its left operand may lie in registers, and `if` decides at run time
    whether it accumulates (scale-d). Without accumulators the result is the
    product alone.

    | operand        | what                                                                            |
    |----------------|---------------------------------------------------------------------------------|
    | `lhs`          | i64: a matrix descriptor in shared memory, K-major; or 4 x i32: a fragment of pairs of T |
    | `rhs`          | i64: a matrix descriptor, K-major, or with `transposed` N-major                 |
    | `accumulators` | N / 2 x f32, or none                                                            |

    The results are undefined until a `wgmma_wait` for the group that was committed
    behind this op; all threads of the warpgroup run it.

    Constraints:
    - C1: `element` is f16 or bf16.
    - C2: `columns` is a multiple of 8 from 8 to 256.
    - C3: lhs is one i64 or four i32.
    - C4: there are no accumulators, or columns / 2.
    - C5: `if` has accumulators.

    Example:

    ```mlir
    %s:32 = fovea_nvgpu.wgmma bf16 n 64 (%q : i64) * (%k)
    %o:32 = fovea_nvgpu.wgmma bf16 n 64 (%a, %b, %c, %d : i32, i32, i32, i32) * (%v) transposed onto (%s#0, ...)
    ```

    Source: PTX ISA 9.0, "Asynchronous Warpgroup Level Matrix Multiply-Accumulate Instructions".
  }];
  let arguments = (ins TypeAttr:$element, I32Attr:$columns,
                       Variadic<AnyTypeOf<[I32, I64]>>:$lhs, I64:$rhs, UnitAttr:$transposed,
                       Variadic<F32>:$accumulators, Optional<I1>:$accumulates);
  let results = (outs Variadic<F32>:$results);
  let assemblyFormat = [{
    $element `n` $columns `(` $lhs `:` type($lhs) `)` `*` `(` $rhs `)` (`transposed` $transposed^)?
    (`onto` `(` $accumulators^ `)` (`if` $accumulates^)?)? attr-dict
  }];
  let hasVerifier = 1;
}

def FoveaNVGPU_WgmmaWaitOp : FoveaNVGPU_Op<"wgmma_wait", [
    InferTypeOpAdaptor]> {
  let summary = "waits for products, and passes their results on";
  let description = [{
    `wgmma.wait_group.sync.aligned`: waits until at most `pending` younger groups
    are running. The results are the operands: what uses them cannot move before
    the wait.

    Constraints:
    - C1: `pending` is 0 to 7.

    Example: `%t:2 = fovea_nvgpu.wgmma_wait 1 (%s#0, %s#1)`
  }];
  let arguments = (ins I32Attr:$pending, Variadic<F32>:$values);
  let results = (outs Variadic<F32>:$results);
  let assemblyFormat = "$pending `(` $values `)` attr-dict";
  let hasVerifier = 1;
}

def FoveaNVGPU_BarrierArriveOp : FoveaNVGPU_Op<"barrier_arrive"> {
  let summary = "arrives at a named barrier without waiting";
  let description = [{
    `bar.arrive`: counts this warp at barrier `id`, which is complete when
    `threads` threads have arrived or wait there (`nvvm.barrier`).

    Constraints:
    - C1: `threads` is a multiple of 32 from 32 to 1024.

    Example: `fovea_nvgpu.barrier_arrive %id of 256`
  }];
  let arguments = (ins I32:$id, I32Attr:$threads);
  let assemblyFormat = "$id `of` $threads attr-dict";
  let hasVerifier = 1;
}

def FoveaNVGPU_MBarrierArriveOp : FoveaNVGPU_Op<"mbarrier_arrive"> {
  let summary = "arrives at a barrier in shared memory, or not";
  let description = [{
    `mbarrier.arrive.shared::cta.b64`, predicated: without a branch, unlike a
    conditional `nvvm.mbarrier.arrive`.

    Example: `fovea_nvgpu.mbarrier_arrive %barrier if %first : <3>`
  }];
  let arguments = (ins Arg<LLVM_PointerInAddressSpace<3>, "", [MemRead, MemWrite]>:$barrier,
                       Optional<I1>:$predicate);
  let assemblyFormat = "$barrier (`if` $predicate^)? attr-dict `:` type($barrier)";
}

def FoveaNVGPU_TanhOp : FoveaNVGPU_Op<"tanh", [Pure, SameOperandsAndResultType]> {
  let summary = "hyperbolic tangent of the special-function unit";
  let description = [{
    `tanh.approx.f32`: relative error 2^-11.

    Example: `%y = fovea_nvgpu.tanh %x`
  }];
  let arguments = (ins F32:$x);
  let results = (outs F32:$y);
  let assemblyFormat = "$x attr-dict";
}

#endif
