//===- SourceRun.cpp - a source file, compiled, run, checked and timed -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Driver/CompileCPU.h"
#include "fovea/Driver/Source.h"
#include "fovea/Execution/JIT.h"
#include "fovea/Execution/Progress.h"
#include "fovea/Execution/Roof.h"
#include "fovea/Pipelines/CPU.h"
#include "fovea/Pipelines/Registration.h"
#include "fovea/Target/CPU/CodeGen.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"

#include <unistd.h>

using namespace llvm;
using namespace fovea;

namespace {

/// One parsed file, of which one entry matters.
class Program {
public:
  explicit Program(const RunOptions &options) : options(options), context(makeRegistry()) {}

  Error parse(StringRef path, const std::string &entryName);
  ArtifactEntry &entry() { return *selected; }
  Error call(JIT &jit, StringRef what, std::vector<Array> &arrays);
  Expected<std::vector<KernelReport>> chooseConfigs();
  /// Of one call with these sizes; none where an op's cost is not known.
  Error verifyReferenceFits(const std::vector<Array> &arrays);
  std::optional<double> countFlops(const std::vector<Array> &arrays);
  Error time(JIT &jit, std::vector<Array> &arrays, RunResult &result);
  Expected<JIT> compileFast();
  /// `wide` promotes everything to f64: the oracle.
  Expected<JIT> compileReference(bool wide);

private:
  static mlir::DialectRegistry makeRegistry();
  Error keepOnly(const std::string &name);
  /// A copy of the module whose fovea ops have the arrays' sizes; for costs only.
  mlir::OwningOpRef<mlir::ModuleOp> specialize(const std::vector<Array> &arrays);
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
Error reported() { return createStringError(""); }

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
    return reported();
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

/// What functions are called here, so that one named `exp` does not replace libm's.
static constexpr StringLiteral kPrefix = "fovea_kernel_";

/// Other entries would only cost compile time.
Error Program::keepOnly(const std::string &name) {
  for (auto function : source->module->getOps<mlir::func::FuncOp>())
    if (function.getName() != name)
      function.setPrivate();
  mlir::PassManager pm(&context);
  pm.addPass(mlir::createSymbolDCEPass());
  if (failed(pm.run(*source->module)))
    return reported();
  mlir::SymbolTable symbols(*source->module);
  for (auto function : source->module->getOps<mlir::func::FuncOp>())
    if (!function.isExternal() && failed(symbols.rename(function, (kPrefix + function.getName()).str())))
      return reported();
  return Error::success();
}

Error Program::call(JIT &jit, StringRef what, std::vector<Array> &arrays) {
  Progress progress(("running the " + what).str());
  return jit.call((kPrefix + selected->name).str(), arrays);
}

mlir::OwningOpRef<mlir::ModuleOp> Program::specialize(const std::vector<Array> &arrays) {
  mlir::OwningOpRef<mlir::ModuleOp> module = source->module->clone();
  auto function = module->lookupSymbol<mlir::func::FuncOp>((kPrefix + selected->name).str());
  auto withShape = [](mlir::Value value, ArrayRef<int64_t> shape) {
    value.setType(cast<mlir::RankedTensorType>(value.getType()).clone(shape));
  };
  for (mlir::BlockArgument argument : function.getArguments())
    withShape(argument, arrays[argument.getArgNumber()].shape());
  module->walk([&](mlir::Operation *op) {
    if (auto attention = dyn_cast<AttentionOp>(op)) {
      SmallVector<int64_t> shape(attention.getQueryType().getShape());
      if (attention.getLse())
        withShape(attention.getLse(), ArrayRef(shape).drop_back());
      shape.back() = attention.getValueType().getDimSize(3);
      withShape(attention.getOutput(), shape);
    } else if (auto merge = dyn_cast<MergeStatesOp>(op)) {
      withShape(merge.getOutput(), cast<mlir::RankedTensorType>(merge.getOutputs()[0].getType()).getShape());
      withShape(merge.getLse(), cast<mlir::RankedTensorType>(merge.getLses()[0].getType()).getShape());
    }
  });
  return module;
}

std::optional<double> Program::countFlops(const std::vector<Array> &arrays) {
  mlir::OwningOpRef<mlir::ModuleOp> module = specialize(arrays);
  double flops = 0;
  auto result = module->walk([&](CostModelOpInterface op) {
    mlir::FailureOr<double> cost = op.getFlops();
    flops += succeeded(cost) ? *cost : 0;
    return failed(cost) ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
  });
  return result.wasInterrupted() || flops == 0 ? std::nullopt : std::optional<double>(flops);
}

/// The references hold all scores: better a message than a machine out of memory.
Error Program::verifyReferenceFits(const std::vector<Array> &arrays) {
  mlir::OwningOpRef<mlir::ModuleOp> module = specialize(arrays);
  double bytes = 0;
  module->walk([&](AttentionOp op) {
    ArrayRef<int64_t> q = op.getQueryType().getShape();
    bytes += double(q[0]) * q[1] * q[2] * op.getKeyType().getDimSize(2) * sizeof(double);
  });
  double memory = double(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  constexpr double kGiB = 1 << 30;
  if (bytes <= memory / 2)
    return Error::success();
  return createStringError(formatv("--check needs {0:F1} GiB for the reference's scores, more than half of this "
                                   "machine's {1:F1} GiB; check smaller sizes",
                                   bytes / kGiB, memory / kGiB));
}

Error Program::time(JIT &jit, std::vector<Array> &arrays, RunResult &result) {
  Progress progress("timing");
  Expected<RunTiming> timing = timeRuns(
      options.repeat, [&] { return jit.call((kPrefix + selected->name).str(), arrays); });
  if (!timing)
    return timing.takeError();
  result.timing = *timing;
  result.flops = countFlops(arrays);
  // After the runs, when the clock is what it was during them.
  Expected<double> roof = measureRoof(context, *lookupCPUTarget(options.cpu), isF64() ? 64 : 32);
  if (!roof)
    return roof.takeError();
  result.roof = *roof;
  return Error::success();
}

Expected<std::vector<KernelReport>> Program::chooseConfigs() {
  CompileOptions compile{EmitKind::Fovea, options.cpu, true, "", ""};
  mlir::FailureOr<CompileResult> result = compileForCPU(*source, compile);
  if (failed(result))
    return reported();
  return result->kernels;
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
    return reported();
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

/// Whether an array, perhaps of an artifact, can be passed for a parameter of the source.
bool fits(const ArtifactParam &param, const Array &array) {
  return param.kind == array.kind() && param.bits == array.bits() &&
         equal(param.shape, array.shape(), [](int64_t p, int64_t size) { return p < 0 || p == size; });
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
  for (auto [param, array] : zip(program.entry().params, arrays))
    if (!fits(param, array))
      return createStringError("'" + path + "' has another type for " + param.name + " of '" + entry + "'");
  if (Error error = program.verifyReferenceFits(arrays))
    return error;
  std::vector<Array> unfused = arrays, oracle;
  for (const Array &array : arrays)
    oracle.push_back(array.toF64());
  Expected<JIT> narrow = program.compileReference(/*wide=*/false);
  if (!narrow)
    return narrow.takeError();
  Expected<JIT> wide = program.compileReference(/*wide=*/true);
  if (!wide)
    return wide.takeError();
  if (Error error = program.call(*narrow, "unfused reference", unfused))
    return error;
  if (Error error = program.call(*wide, "f64 oracle", oracle))
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
  Expected<std::vector<KernelReport>> kernels = program.chooseConfigs();
  if (!kernels)
    return kernels.takeError();
  Expected<JIT> jit = program.compileFast();
  if (!jit)
    return jit.takeError();
  if (Error error = program.call(*jit, "kernel", *arrays))
    return error;
  if (Error error = writeOutputs(options, entry, *arrays))
    return error;

  RunResult result;
  result.entry = entry.name;
  for (const KernelReport &kernel : *kernels)
    result.config += (result.config.empty() ? "" : "; ") + kernel.config;
  if (options.check) {
    auto comparisons = checkAgainst(options, options.file, entry.name, *arrays);
    if (!comparisons)
      return comparisons.takeError();
    result.comparisons = std::move(*comparisons);
  }
  if (options.repeat > 0)
    if (Error error = program.time(*jit, *arrays, result))
      return error;
  return result;
}
