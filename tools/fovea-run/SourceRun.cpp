//===- SourceRun.cpp - a source file, compiled, run, checked and timed -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"

#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Driver/CompileCPU.h"
#include "fovea/Driver/Source.h"
#include "fovea/Execution/JIT.h"
#include "fovea/Execution/Progress.h"
#include "fovea/Pipelines/CPU.h"
#include "fovea/Pipelines/Registration.h"
#include "fovea/Target/CPU/CodeGen.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace llvm;
using namespace fovea;

namespace {

/// One parsed file, of which one entry matters.
class Program {
public:
  explicit Program(const RunOptions &options) : options(options), context(makeRegistry()) {}

  Error parse(StringRef path, const std::string &entryName);
  ArtifactEntry &entry() { return *selected; }
  std::vector<KernelReport> chooseConfigs();
  Expected<JIT> compileFast();
  /// `wide` promotes everything to f64: the oracle.
  Expected<JIT> compileReference(bool wide);

private:
  static mlir::DialectRegistry makeRegistry();
  Error keepOnly(const std::string &name);
  Expected<JIT> compile(StringRef what, function_ref<void(mlir::OpPassManager &)> build);
  bool isF64() const;

  const RunOptions &options;
  mlir::MLIRContext context;
  SourceMgr sources;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> handler;
  std::optional<Source> source;
  ArtifactEntry *selected = nullptr;
};

/// Diagnostics have been printed already; what remains is to stop.
Error reported(StringRef what) { return createStringError("cannot " + what); }

mlir::DialectRegistry Program::makeRegistry() {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerDialects(registry);
  registerTranslations(registry);
  return registry;
}

Error Program::parse(StringRef path, const std::string &entryName) {
  handler = std::make_unique<mlir::SourceMgrDiagnosticHandler>(sources, &context);
  mlir::FailureOr<Source> parsed = parseSource(path, sources, context);
  if (failed(parsed))
    return reported("run '" + path.str() + "'");
  source = std::move(*parsed);
  std::string names;
  for (ArtifactEntry &candidate : source->entries) {
    if (!selected && (entryName.empty() || candidate.name == entryName))
      selected = &candidate;
    names += (names.empty() ? "" : ", ") + candidate.name;
  }
  if (!selected)
    return createStringError("'" + path + "' has no public function '" + entryName + "', expected one of " + names);
  return keepOnly(selected->name);
}

/// Other entries would only cost compile time.
Error Program::keepOnly(const std::string &name) {
  for (auto function : source->module->getOps<mlir::func::FuncOp>())
    if (function.getName() != name)
      function.setPrivate();
  mlir::PassManager pm(&context);
  pm.addPass(mlir::createSymbolDCEPass());
  return failed(pm.run(*source->module)) ? reported("prepare '" + name + "'") : Error::success();
}

std::vector<KernelReport> Program::chooseConfigs() {
  CompileOptions compile{EmitKind::Fovea, options.cpu, true, "", ""};
  mlir::FailureOr<CompileResult> result = compileForCPU(*source, compile);
  return failed(result) ? std::vector<KernelReport>() : result->kernels;
}

Expected<JIT> Program::compile(StringRef what, function_ref<void(mlir::OpPassManager &)> build) {
  Progress progress(("compiling the " + what).str());
  const CPUTarget *cpu = lookupCPUTarget(options.cpu);
  if (!cpu)
    return createStringError("unknown CPU '" + options.cpu + "', expected one of " + listCPUTargets());
  mlir::OwningOpRef<mlir::ModuleOp> module = source->module->clone();
  mlir::PassManager pm(&context);
  build(pm);
  if (failed(pm.run(*module)))
    return reported(("compile the " + what).str());
  return JIT::create(*module, *cpu);
}

Expected<JIT> Program::compileFast() {
  return compile("kernel", [&](mlir::OpPassManager &pm) {
    CPUPipelineOptions pipeline;
    pipeline.cpu = options.cpu;
    buildCPUPipeline(pm, pipeline);
  });
}

bool Program::isF64() const {
  return llvm::any_of(selected->params, [](const ArtifactParam &p) {
    return p.kind == ArtifactElementKind::Float && p.bits == 64;
  });
}

Expected<JIT> Program::compileReference(bool wide) {
  return compile(wide ? "f64 oracle" : "unfused reference", [&](mlir::OpPassManager &pm) {
    if (wide)
      pm.addPass(createPromoteToF64());
    ReferencePipelineOptions reference;
    reference.accumulator = wide || isF64() ? "f64" : "f32";
    buildReferencePipeline(pm, reference);
  });
}

/// `arrays` with fresh outputs, computed by `jit`.
Error computeWith(JIT &jit, const std::string &name, StringRef what, std::vector<Array> &arrays) {
  Progress progress(("running the " + what).str());
  return jit.call(name, arrays);
}

} // namespace

Expected<std::vector<Comparison>> fovea::checkAgainst(const RunOptions &options, StringRef path,
                                                      const std::string &entry,
                                                      const std::vector<Array> &arrays) {
  Program program(options);
  if (Error error = program.parse(path, entry))
    return error;
  if (program.entry().params.size() != arrays.size())
    return createStringError("'" + path + "' has " + Twine(program.entry().params.size()) +
                             " parameters in '" + entry + "', expected " + Twine(arrays.size()));
  std::vector<Array> unfused = arrays, oracle;
  for (const Array &array : arrays)
    oracle.push_back(array.toF64());
  Expected<JIT> narrow = program.compileReference(/*wide=*/false);
  if (!narrow)
    return narrow.takeError();
  Expected<JIT> wide = program.compileReference(/*wide=*/true);
  if (!wide)
    return wide.takeError();
  if (Error error = computeWith(*narrow, program.entry().name, "unfused reference", unfused))
    return error;
  if (Error error = computeWith(*wide, program.entry().name, "f64 oracle", oracle))
    return error;
  std::vector<Comparison> comparisons;
  for (auto [index, param] : enumerate(program.entry().params))
    if (param.isOutput)
      comparisons.push_back(compare(param.name, arrays[index], unfused[index], oracle[index]));
  return comparisons;
}

Expected<RunResult> fovea::runSource(const RunOptions &options) {
  Program program(options);
  if (Error error = program.parse(options.file, options.entry))
    return error;
  ArtifactEntry entry = program.entry();
  Expected<std::vector<Array>> arrays = makeArrays(entry, options.inputs);
  if (!arrays)
    return arrays.takeError();
  std::vector<KernelReport> kernels = program.chooseConfigs();
  Expected<JIT> jit = program.compileFast();
  if (!jit)
    return jit.takeError();
  if (Error error = computeWith(*jit, entry.name, "kernel", *arrays))
    return error;

  RunResult result;
  result.entry = entry.name;
  for (const KernelReport &kernel : kernels) {
    result.config = kernel.config;
    if (kernel.flops)
      result.flops = result.flops.value_or(0) + *kernel.flops;
  }
  if (options.check) {
    auto comparisons = checkAgainst(options, options.file, entry.name, *arrays);
    if (!comparisons)
      return comparisons.takeError();
    result.comparisons = std::move(*comparisons);
  }
  if (options.repeat > 0) {
    Progress progress("timing");
    auto timing = timeRuns(options.repeat, [&] { return jit->call(entry.name, *arrays); });
    if (!timing)
      return timing.takeError();
    result.timing = *timing;
  }
  return result;
}
