//===- Source.h - MLIR files as the tools read them -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TOOLS_SOURCE_H
#define FOVEA_TOOLS_SOURCE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace fovea {

/// A parsed file. While it lives, diagnostics are printed with its lines.
class Source {
public:
  /// Reads text or bytecode, `-` is standard input. Null, after a message, when
  /// the file cannot be read or is not legal.
  static std::unique_ptr<Source> load(llvm::StringRef path, mlir::MLIRContext &context);
  ~Source();

  mlir::ModuleOp getModule() { return *module; }
  /// The names of a function's arguments in the text, without `%`; empty for
  /// functions that come from bytecode.
  llvm::ArrayRef<std::string> getArgumentNames(llvm::StringRef function) const;

private:
  Source() = default;
  mlir::LogicalResult parse(mlir::MLIRContext &context);

  std::shared_ptr<llvm::SourceMgr> manager;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> handler;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::StringMap<std::vector<std::string>> argumentNames;
};

} // namespace fovea

#endif
