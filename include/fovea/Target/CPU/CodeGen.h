//===- CodeGen.h - LLVM dialect to machine code for a CPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_CPU_CODEGEN_H
#define FOVEA_TARGET_CPU_CODEGEN_H

#include "fovea/Target/CPU/ArtifactDescription.h"
#include "fovea/Target/CPU/CPUTarget.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace fovea {

/// Registers what translates a module of the LLVM and OpenMP dialects.
void registerTranslations(mlir::DialectRegistry &registry);

/// LLVM's machine for position-independent code on `cpu`.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const CPUTarget &cpu);

/// Translates a module of the LLVM dialect for `machine`. Null, after a
/// diagnostic, when that fails.
std::unique_ptr<llvm::Module> translateToLLVMIR(mlir::ModuleOp module,
                                                llvm::LLVMContext &context,
                                                llvm::TargetMachine &machine);

/// Makes everything internal but, for each entry, a hidden function
/// `void fovea_invoke_NAME(void **descriptors)` that calls its C interface.
void addInvokeFunctions(llvm::Module &module,
                        llvm::ArrayRef<ArtifactEntry> entries);

/// Adds what callers of an artifact see: entry points, tables and the manifest
/// (see fovea/Runtime/Entry.h). After addInvokeFunctions.
void addEntryPoints(llvm::Module &module, const ArtifactDescription &artifact);

/// LLVM's -O3, with or without unrolling of loops.
void optimize(llvm::Module &module, llvm::TargetMachine &machine,
              bool unroll = true);

/// Assembly text or an object file.
llvm::Expected<std::string> emitMachineCode(llvm::Module &module,
                                            llvm::TargetMachine &machine,
                                            llvm::CodeGenFileType type);

} // namespace fovea

#endif
