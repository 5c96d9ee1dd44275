//===- Program.cpp - one entry of a source file, compiled in several ways
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Program.h"

#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Driver/Dialects.h"
#include "fovea/Execution/Progress.h"
#include "fovea/Execution/Roof.h"
#include "fovea/Pipelines/CPU.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/Passes.h"

using namespace llvm;
using namespace fovea;

Error fovea::reported() { return createStringError(""); }

/// What functions are called here, so that one named `exp` does not replace
/// libm's.
static constexpr StringLiteral kPrefix = "fovea_kernel_";

static mlir::DialectRegistry makeRegistry() {
  mlir::DialectRegistry registry;
  registerDriverDialects(registry);
  return registry;
}

Program::Program(const RunOptions &options)
    : options(options), context(makeRegistry()) {
  // The source's line says more than the op's generic form.
  context.printOpOnDiagnostic(false);
}

Error Program::parse(StringRef path, const std::string &entryName) {
  handler =
      std::make_unique<mlir::SourceMgrDiagnosticHandler>(sources, &context);
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
    return createStringError("'" + path + "' has no public function '" +
                             entryName + "', expected one of " + names);
  symbol = (kPrefix + selected->name).str();
  if (Error error = keepOnly(selected->name))
    return error;
  return succeeded(verifyComplete(*source->module)) ? Error::success()
                                                    : reported();
}

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
    if (!function.isExternal() &&
        failed(symbols.rename(function, (kPrefix + function.getName()).str())))
      return reported();
  return Error::success();
}

Error Program::call(JIT &jit, StringRef what, std::vector<Array> &arrays) {
  Progress progress(("running the " + what).str());
  return jit.call(symbol, arrays);
}

Error Program::time(JIT &jit, std::vector<Array> &arrays, RunResult &result) {
  Progress progress("timing");
  Expected<RunTiming> timing =
      timeRuns(options.repeat, [&] { return jit.call(symbol, arrays); });
  if (!timing)
    return timing.takeError();
  result.timing = *timing;
  result.flops = countFlops(getShapes(arrays));
  // After the runs, when the clock is what it was during them.
  Expected<double> roof =
      measureRoof(context, *lookupCPUTarget(options.cpu), isF64() ? 64 : 32);
  if (!roof)
    return roof.takeError();
  result.roof = *roof;
  return Error::success();
}

Expected<std::vector<KernelReport>> Program::chooseConfigs() {
  CompileOptions compile;
  compile.emit = EmitKind::Fovea;
  compile.target = options.target;
  compile.cpu = options.cpu;
  mlir::FailureOr<CompileResult> result = fovea::compile(*source, compile);
  if (failed(result))
    return reported();
  return result->kernels;
}

Expected<JIT>
Program::compile(StringRef what,
                 function_ref<void(mlir::OpPassManager &)> build) {
  Progress progress(("compiling the " + what).str());
  const CPUTarget *cpu = lookupCPUTarget(options.cpu);
  if (!cpu)
    return createStringError("unknown CPU '" + options.cpu +
                             "', expected one of " + listCPUTargets());
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
  return compile(wide ? "f64 oracle" : "unfused reference",
                 [&](mlir::OpPassManager &pm) {
                   if (wide)
                     pm.addPass(createPromoteToF64());
                   ReferencePipelineOptions reference;
                   reference.accumulator = wide || isF64() ? "f64" : "f32";
                   // A GPU's matrix unit multiplies what it was given.
                   reference.roundsOperands = !wide && options.target != "cpu";
                   buildReferencePipeline(pm, reference);
                 });
}
