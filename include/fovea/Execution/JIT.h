//===- JIT.h - modules of the LLVM dialect, compiled and called in this process
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_JIT_H
#define FOVEA_EXECUTION_JIT_H

#include "fovea/Execution/Array.h"
#include "fovea/Target/CPU/CPUTarget.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace mlir {
class ExecutionEngine;
}

namespace fovea {

class CodeMemory;

/// Code of one module. Functions are called through their C interface, with
/// arrays for their memref arguments.
class JIT {
public:
  /// Compiles `module`, which is in the LLVM dialect, for `cpu` with LLVM's
  /// -O3. `symbols` are what it may refer to beside libraries.
  static llvm::Expected<JIT>
  create(mlir::ModuleOp module, const CPUTarget &cpu,
         const llvm::StringMap<void *> &symbols = {});
  JIT(JIT &&);
  ~JIT();

  /// Calls the function `name` on `arrays`, inputs and outputs in order.
  llvm::Error call(llvm::StringRef name, llvm::MutableArrayRef<Array> arrays);

private:
  JIT(std::unique_ptr<CodeMemory> memory,
      std::unique_ptr<mlir::ExecutionEngine> engine);
  /// Outlives the engine.
  std::unique_ptr<CodeMemory> memory;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace fovea

#endif
