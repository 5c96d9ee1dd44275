//===- Roof.cpp - what this machine's multiply-adds can reach -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/Roof.h"

#include "fovea/Execution/JIT.h"
#include "fovea/Pipelines/CPU.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"

#include <chrono>

using namespace fovea;

// Enough chains to hide the latency of two units, few enough for 16 registers.
static constexpr int kChains = 10;
static constexpr int64_t kSteps = 100000;
/// Several pieces for each thread, so that a busy one does not hold up the
/// rest.
static constexpr int64_t kPieces = 64;

/// Each piece: x = x * 0.999 + 0.001 on `kChains` vectors, `kSteps` times.
static std::string writeProgram(const CPUTarget &cpu, unsigned bits) {
  std::string vector =
      llvm::formatv("vector<{0}xf{1}>", cpu.vectorBits / bits, bits);
  std::string starts, types, steps, results, sum;
  for (int c = 0; c < kChains; ++c) {
    const char *comma = c ? ", " : "";
    starts += llvm::formatv("{0}%x{1} = %start", comma, c);
    types += comma + vector;
    steps += llvm::formatv(
        "      %y{0} = vector.fma %x{0}, %factor, %addend : {1}\n", c, vector);
    results += llvm::formatv("{0}%y{1}", comma, c);
    if (c)
      sum += llvm::formatv("    %s{0} = arith.addf %s{1}, %r#{0} : {2}\n", c,
                           c - 1, vector);
  }
  return llvm::formatv(R"(
func.func @roof(%out: memref<{0}x{1}xf{2}>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %pieces = arith.constant {0} : index
  %steps = arith.constant {3} : index
  %factor = arith.constant dense<0.999> : {4}
  %addend = arith.constant dense<0.001> : {4}
  scf.parallel (%p) = (%c0) to (%pieces) step (%c1) {{
    %start = vector.load %out[%p, %c0] : memref<{0}x{1}xf{2}>, {4}
    %r:{5} = scf.for %i = %c0 to %steps step %c1 iter_args({6}) -> ({7}) {{
{8}      scf.yield {9} : {7}
    }
    %s0 = arith.addf %start, %r#0 : {4}
{10}    vector.store %s{11}, %out[%p, %c0] : memref<{0}x{1}xf{2}>, {4}
  }
  return
})",
                       kPieces, cpu.vectorBits / bits, bits, kSteps, vector,
                       kChains, starts, types, steps, results, sum,
                       kChains - 1);
}

llvm::Expected<double> fovea::measureRoof(mlir::MLIRContext &context,
                                          const CPUTarget &cpu, unsigned bits) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(writeProgram(cpu, bits),
                                                        &context);
  mlir::PassManager pm(&context);
  CPUPipelineOptions options;
  options.cpu = cpu.name.str();
  buildCPUToLLVMPipeline(pm, options);
  if (!module || failed(pm.run(*module)))
    return llvm::createStringError("cannot compile the roof measurement");
  llvm::Expected<JIT> jit = JIT::create(*module, cpu);
  if (!jit)
    return jit.takeError();

  Array out(ArtifactElementKind::Float, bits, {kPieces, cpu.vectorBits / bits});
  double flops = 2.0 * out.size() * kChains * kSteps, best = 0;
  for (int run = 0; run < 5; ++run) {
    auto start = std::chrono::steady_clock::now();
    if (llvm::Error error = jit->call("roof", out))
      return error;
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    best = std::max(best, flops / seconds.count());
  }
  return best;
}
