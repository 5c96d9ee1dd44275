//===- Source.h - source files with their entries -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_SOURCE_H
#define FOVEA_DRIVER_SOURCE_H

#include "fovea/Target/CPU/ArtifactDescription.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <memory>
#include <vector>

namespace fovea {

/// A parsed file. Diagnostics on its ops print lines of the file, so it lives
/// as long as they can occur.
struct Source {
  /// The file's name without folders.
  std::string name;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// The public functions, with the parameters' names as they are written.
  std::vector<ArtifactEntry> entries;
};

/// Reads and verifies `path` ("-" is the standard input) and describes its
/// public functions. Fails after one error message: no such file, a syntax
/// error, an op that does not verify, no public function, a parameter that is
/// not a tensor.
mlir::FailureOr<Source> parseSource(llvm::StringRef path,
                                    llvm::SourceMgr &sources,
                                    mlir::MLIRContext &context);

/// Fails with an error where a function without a body is used: nothing that is
/// linked or run afterwards has one for it.
mlir::LogicalResult verifyComplete(mlir::ModuleOp module);

} // namespace fovea

#endif
