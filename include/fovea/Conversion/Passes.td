//===- Passes.td - conversions between dialects -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_CONVERSION_PASSES_TD
#define FOVEA_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ChooseConfig : Pass<"fovea-choose-config"> {
  let summary = "choose the sizes of tile programs";
  let description = [{
    Sets the config of every op with a `TileProgramOpInterface` that has none,
    from the target's cache and register sizes and the op's shapes. A config
    written by hand is kept, and checked.

    Before: `fovea.attention(%q, %k, %v) : ...`
    After:  `fovea.attention(%q, %k, %v) config(#fovea_tile.config<m = 192, n = 256, rows = 8, columns = 32>) : ...`

    An analysis remark says of each config what it takes of the registers and
    the caches: `fovea-opt --remark-format=emitRemark --remarks-filter=fovea-choose-config`.

    Companion: `convert-fovea-to-tile`.
  }];
  let options = [Option<"target", "target", "std::string", "\"cpu\"",
                        "cpu, or a GPU by its name in Target/">,
                 Option<"cpu", "cpu", "std::string", "\"host\"",
                        "host, or a CPU target by name: x86-64, avx2, avx512">];
  let dependentDialects = ["::fovea::tile::FoveaTileDialect"];
}

def ConvertFoveaToTile : Pass<"convert-fovea-to-tile"> {
  let summary = "build the tile program of each fovea op";
  let description = [{
    Replaces each op that has a config by a `fovea_tile.launch` of a new
    `fovea_tile.kernel`. For attention this is the online softmax of
    FlashAttention-2 (arXiv:2307.08691): a running maximum, a running sum and an
    unnormalised output for each row; fully masked key tiles are not visited,
    only boundary tiles are masked, and the score and where regions are inlined
    as arithmetic on tiles.

    Preconditions: `fovea-choose-config` ran, or configs are written by hand;
    head dimensions are static. Numerics: as any flash attention, the sums'
    order changes.
  }];
  let dependentDialects = ["::fovea::tile::FoveaTileDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def ConvertFoveaTileToCPU : Pass<"convert-fovea-tile-to-cpu", "::mlir::ModuleOp"> {
  let summary = "lower tile kernels to loops over vectors";
  let description = [{
    A kernel becomes a function, a launch a parallel loop over the grid. Within a
    workgroup the rows are processed in strips of the register tile's height:
    dots are register-tiled over packed panels, element-wise ops are fused into
    the column loop before or after them, and only what crosses such a loop is
    stored, in a buffer that stays in the first-level cache.

    Preconditions: launches are on memrefs (`one-shot-bufferize`), right-hand
    operands are packed (`fovea-tile-pack-operands`).
    Companion: `fovea-expand-exp2`.
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "256", "width of a vector register">,
                 Option<"stackBytes", "stack-bytes", "int64_t", "2097152",
                        "most bytes that a workgroup may keep on its thread's stack">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def ConvertFoveaLaunchToRuntime : Pass<"convert-fovea-launch-to-runtime", "::mlir::ModuleOp"> {
  let summary = "lower launches of device kernels to calls of the runtime";
  let description = [{
    Each `fovea_tile.launch` of a kernel with a schedule for a GPU becomes a
    call of `fovea_device_launch` (fovea/Runtime/Device.h) with the kernel's
    description, the grid, and pointers to the operands' descriptors. Views and
    allocations stay; other ops that touch memory would run on the host and are
    an error. Runs before `convert-fovea-tile-to-nvvm`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def ConvertFoveaNVGPUToLLVM : Pass<"convert-fovea-nvgpu-to-llvm"> {
  let summary = "lower instructions that NVVM lacks to inline assembly";
  let description = [{
    Every op of `fovea_nvgpu` becomes one `llvm.inline_asm`. Accumulators and what
    passes through a wait are tied to the results' registers. Numerics do not
    change.

    Before: `%t:2 = fovea_nvgpu.wgmma_wait 1 (%a, %b)`
    After:  `%s = llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 1;", "=f,=f,0,1" %a, %b`

    Companion: upstream's `convert-nvvm-to-llvm`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ConvertFoveaTileToNVVM : Pass<"convert-fovea-tile-to-nvvm", "::mlir::ModuleOp"> {
  let summary = "lower scheduled tile kernels to functions for NVIDIA GPUs";
  let description = [{
    Each `fovea_tile.kernel` becomes a `gpu.module` of its name with one function,
    which all threads run: tiles become registers by their layout, channels
    mbarriers and copies by the tensor memory accelerator, dots wgmma. What the
    host must know for a launch is the module's attribute `fovea.device_kernel`.
    Launches stay.

    Expects roles, waits, layouts and shared memory to be assigned
    (`fovea-tile-to-device-pipeline`).
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
                           "::fovea::nvgpu::FoveaNVGPUDialect",
                           "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect"];
}

def ConvertFoveaTileToROCDL : Pass<"convert-fovea-tile-to-rocdl", "::mlir::ModuleOp"> {
  let summary = "lower scheduled tile kernels to functions for AMD GPUs";
  let description = [{
    As `convert-fovea-tile-to-nvvm`, for kernels that are scheduled for an AMD
    GPU: channels become buffer loads to LDS, waits for them counts of loads that
    may still run (vmcnt), dots MFMA instructions that compute the transposed
    result, so that it feeds the next dot from the registers where it lies.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
                           "::mlir::ROCDL::ROCDLDialect", "::mlir::scf::SCFDialect"];
}

def Bufferize : Pass<"fovea-bufferize", "::mlir::ModuleOp"> {
  let summary = "bufferize a module around its tile kernels";
  let description = [{
    Upstream's one-shot bufferization, across functions and with identity layouts
    at their boundaries (strides known at run time with `dynamic-layouts`), of all ops that are not in a `fovea_tile.kernel`: the
    tensors there are register tiles and never become buffers.

    Before: `%r = fovea_tile.launch @k grid(%n) ins(%a) outs(%d) : (tensor<8xf32>) -> (tensor<8xf32>)`
    After:  `fovea_tile.launch @k grid(%n) ins(%a) outs(%d) : (memref<8xf32>) -> (memref<8xf32>)`
  }];
  let options = [Option<"dynamicLayouts", "dynamic-layouts", "bool", "false",
                        "arguments of functions may have any strides">];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ExpandExp2 : Pass<"fovea-expand-exp2"> {
  let summary = "expand exp2 on vectors to a polynomial";
  let description = [{
    `2^x = 2^round(x) p(x - round(x))` with the rounding by a magic addend and a
    minimax polynomial `p` on [-1/2, 1/2] with `p(0) = 1`: degree 5 and at most
    2 ulp in f32, degree 11 in f64. Results below the smallest normal
    number may be flushed; `x = -inf` gives exactly 0, NaN stays NaN, and
    arguments above the largest exponent give inf. Arguments marked with the unit
    attribute `fovea_tile.nonpositive` (at most 0, or NaN) need no upper clamp.
    The library function would halve the speed of attention.

    Before: `%y = math.exp2 %x : vector<8xf32>`
    After:  arith ops and `math.fma`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def ApproximateMath : Pass<"fovea-approximate-math"> {
  let summary = "approximate math functions on f32 vectors by polynomials";
  let description = [{
    Upstream's polynomial approximations (`tanh`, `log`, `exp`, `erf`, `sin`, ...) for
    vectors of f32, so that score regions such as a softcap stay in vector
    registers; within a few ulp of the library's. Other types and scalars go to the
    library.

    Before: `%y = math.tanh %x : vector<8xf32>`
    After:  arith ops and `math.fma`.

    Companion: `fovea-expand-exp2`, which has an own polynomial.
  }];
  let options = [Option<"scalars", "scalars", "bool", "false",
                        "scalars too, for devices without a math library">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

def ScheduleOpenMP : Pass<"fovea-schedule-openmp"> {
  let summary = "give worksharing loops a dynamic schedule";
  let description = [{
    Sets `schedule(dynamic)` on each `omp.wsloop` without a schedule: workgroups
    of a masked attention differ in length, and threads may not be equally fast.
  }];
  let dependentDialects = ["::mlir::omp::OpenMPDialect"];
}

#endif
