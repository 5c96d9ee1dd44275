//===- Compile.h - from a module to machine code, in steps -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TOOLS_COMPILE_H
#define FOVEA_TOOLS_COMPILE_H

#include "fovea/Target/CPU/ArtifactDescription.h"
#include "fovea/Target/CPU/CodeGen.h"
#include "fovea/Tools/Source.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace fovea {

/// Everything that an input file may contain and the pipelines need.
void registerToolDialects(mlir::DialectRegistry &registry);

/// Runs what `build` adds to a pass manager.
mlir::LogicalResult
runPasses(mlir::ModuleOp module,
          llvm::function_ref<void(mlir::OpPassManager &)> build);

/// The entries of a source for the CPU.
mlir::FailureOr<ArtifactDescription> describeSource(Source &source, llvm::StringRef path);

/// LLVM IR and the machine that it is for.
struct NativeCode {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

/// Translates and optimizes a module of the LLVM dialect, with a hidden
/// fovea_invoke_NAME for each entry, and entry points where `withEntryPoints`.
llvm::Expected<std::unique_ptr<NativeCode>>
translate(mlir::ModuleOp module, const ArtifactDescription &artifact,
          const CPUTarget &cpu, bool withEntryPoints);

} // namespace fovea

#endif
