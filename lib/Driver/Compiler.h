//===- Compiler.h - what compilations for any target share -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DRIVER_COMPILER_H
#define FOVEA_LIB_DRIVER_COMPILER_H

#include "fovea/Driver/Compile.h"

#include "mlir/Pass/PassManager.h"

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace fovea {

/// One source on its way through the stages of one target.
class Compiler {
public:
  Compiler(Source &source, const CompileOptions &options)
      : source(source), options(options) {}
  virtual ~Compiler() = default;

  virtual mlir::FailureOr<CompileResult> compile() = 0;

protected:
  /// Runs the passes that `build` adds, as the stage `name`.
  mlir::LogicalResult
  run(llvm::StringRef name,
      llvm::function_ref<void(mlir::OpPassManager &)> build);
  /// Runs a stage that is not made of passes.
  mlir::LogicalResult time(llvm::StringRef name,
                           llvm::function_ref<mlir::LogicalResult()> stage);
  mlir::LogicalResult fail(const llvm::Twine &message);
  mlir::LogicalResult fail(llvm::Error error);

  /// The module as text, as the result.
  mlir::FailureOr<CompileResult> finishWithModule();
  /// Whether the result has an artifact's entry points.
  bool hasEntryPoints() const { return options.emit >= EmitKind::Assembly; }
  ArtifactDescription describe(ArtifactDevice device);
  /// The source, lowered to the LLVM dialect, as LLVM IR for `cpu`, or with
  /// entry points as assembly, an object file or an artifact. `extend` adds
  /// what the host's module holds of a device.
  mlir::LogicalResult emitHost(const CPUTarget &cpu, ArtifactDevice device,
                               llvm::function_ref<void(llvm::Module &)> extend);
  mlir::LogicalResult finishHost(llvm::Module &module,
                                 llvm::TargetMachine &machine,
                                 const ArtifactDescription &description);
  /// Makes the object file in `result` a shared object, and its header.
  mlir::LogicalResult link(const ArtifactDescription &description);

  Source &source;
  const CompileOptions &options;
  CompileResult result;
};

std::unique_ptr<Compiler> createCPUCompiler(Source &source,
                                            const CompileOptions &options);
std::unique_ptr<Compiler> createGPUCompiler(Source &source,
                                            const CompileOptions &options);

} // namespace fovea

#endif
