//===- Program.h - one entry of a source file, compiled in several ways
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TOOLS_FOVEA_RUN_PROGRAM_H
#define FOVEA_TOOLS_FOVEA_RUN_PROGRAM_H

#include "Run.h"

#include "fovea/Driver/Compile.h"
#include "fovea/Driver/Source.h"
#include "fovea/Execution/JIT.h"
#include "fovea/Simulator/Simulator.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/SourceMgr.h"

namespace fovea {

/// Diagnostics have been printed already; what remains is to stop.
llvm::Error reported();

/// The shapes of an entry's parameters.
using Shapes = llvm::SmallVector<llvm::ArrayRef<int64_t>>;
Shapes getShapes(const std::vector<Array> &arrays);
Shapes getShapes(const ArtifactEntry &entry);

/// A GPU's kernels, and the host's code that launches them.
struct Simulation {
  std::unique_ptr<sim::Simulator> simulator;
  JIT host;
};

/// One parsed file, of which one entry matters. Errors without a message follow
/// diagnostics that were printed.
class Program {
public:
  explicit Program(const RunOptions &options);

  llvm::Error parse(llvm::StringRef path, const std::string &entryName);
  ArtifactEntry &entry() { return *selected; }

  llvm::Expected<std::vector<KernelReport>> chooseConfigs();
  llvm::Expected<JIT> compileFast();
  /// Simulation.cpp: for a GPU, whose kernels are executed here.
  llvm::Expected<Simulation> compileSimulated();
  /// `wide` promotes everything to f64: the oracle.
  llvm::Expected<JIT> compileReference(bool wide);
  /// Calls the entry; `what` is for who waits.
  llvm::Error call(JIT &jit, llvm::StringRef what, std::vector<Array> &arrays);
  llvm::Error call(Simulation &simulation, std::vector<Array> &arrays);
  llvm::Error time(JIT &jit, std::vector<Array> &arrays, RunResult &result);

  /// Costs.cpp: of one call with these sizes; none where an op's cost is not
  /// known.
  std::optional<double> countFlops(const Shapes &shapes);
  /// Costs.cpp: the references hold all scores: better a message than a machine
  /// out of memory.
  llvm::Error verifyReferenceFits(const Shapes &shapes);

private:
  llvm::Error keepOnly(const std::string &name);
  mlir::OwningOpRef<mlir::ModuleOp> lower();
  llvm::Expected<JIT>
  compile(llvm::StringRef what,
          llvm::function_ref<void(mlir::OpPassManager &)> build);
  bool isF64() const;
  /// A copy of the module whose fovea ops have the parameters' sizes.
  mlir::OwningOpRef<mlir::ModuleOp> specialize(const Shapes &shapes);

  const RunOptions &options;
  mlir::MLIRContext context;
  llvm::SourceMgr sources;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> handler;
  std::optional<Source> source;
  /// The entry in the code that runs.
  std::string symbol;
  ArtifactEntry *selected = nullptr;
};

} // namespace fovea

#endif
