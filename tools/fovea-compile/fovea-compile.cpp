//===- fovea-compile.cpp - source files to every stage up to an artifact -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/CompileCPU.h"
#include "fovea/Pipelines/Registration.h"
#include "fovea/Target/CPU/CodeGen.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace fovea;

namespace {
cl::OptionCategory category("fovea-compile options");
cl::opt<std::string> inputFile(cl::Positional, cl::desc("<input.mlir>"), cl::Required, cl::cat(category));
cl::opt<std::string> outputFile("o", cl::desc("output file; - is the standard output"),
                                cl::value_desc("file"), cl::init("-"), cl::cat(category));
cl::opt<std::string> target("target", cl::desc("what to compile for: cpu"), cl::init("cpu"), cl::cat(category));
cl::opt<std::string> cpu("cpu", cl::desc("which CPU: host, x86-64, avx2, avx512"), cl::init("host"), cl::cat(category));
cl::opt<bool> report("report", cl::desc("print what was chosen for each kernel, and its costs, to the standard error"),
                     cl::cat(category));
cl::opt<EmitKind> emit(
    "emit", cl::desc("what to write"), cl::init(EmitKind::Artifact), cl::cat(category),
    cl::values(clEnumValN(EmitKind::Fovea, "fovea", "the fovea dialect, with chosen configs"),
               clEnumValN(EmitKind::Tile, "tile", "tile programs"),
               clEnumValN(EmitKind::Target, "target", "the target's level: vectors and loops"),
               clEnumValN(EmitKind::LLVM, "llvm", "LLVM IR"),
               clEnumValN(EmitKind::Assembly, "asm", "assembly"),
               clEnumValN(EmitKind::Object, "obj", "an object file"),
               clEnumValN(EmitKind::Artifact, "artifact", "a shared object, with its C header beside it")));
} // namespace

static int fail(const Twine &message) {
  WithColor::error() << message << "\n";
  return 1;
}

/// Writes a whole file or none: to a temporary beside it, then renamed.
static Error writeFile(StringRef path, StringRef text) {
  if (path == "-") {
    outs() << text;
    return Error::success();
  }
  return writeToOutput(path, [&](raw_ostream &os) {
    os << text;
    return Error::success();
  });
}

/// The runtime archive: beside the tool's folder, in the build and once installed.
static std::string findRuntimeLibrary(const char *argv0) {
  std::string self = sys::fs::getMainExecutable(argv0, reinterpret_cast<void *>(&findRuntimeLibrary));
  SmallString<256> path(sys::path::parent_path(sys::path::parent_path(self)));
  sys::path::append(path, "lib", "libFoveaRuntime.a");
  return path.str().str();
}

static int compile(const char *argv0) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerDialects(registry);
  registerTranslations(registry);
  mlir::MLIRContext context(registry);
  SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);

  mlir::FailureOr<Source> source = parseSource(inputFile, sources, context);
  if (failed(source))
    return 1;
  CompileOptions options{emit, cpu, /*parallel=*/true, sys::path::filename(outputFile).str(),
                         findRuntimeLibrary(argv0)};
  mlir::FailureOr<CompileResult> result = compileForCPU(*source, options);
  if (failed(result))
    return 1;
  if (report)
    printReport(result->kernels, errs());
  // The header first: an artifact that is there has its header.
  if (emit == EmitKind::Artifact) {
    SmallString<256> header(outputFile);
    sys::path::replace_extension(header, "h");
    if (Error error = writeFile(header, result->header))
      return fail("cannot write " + header + ": " + toString(std::move(error)));
  }
  if (Error error = writeFile(outputFile, result->code))
    return fail("cannot write " + outputFile + ": " + toString(std::move(error)));
  return 0;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "Fovea compiler: attention and its kin to native kernels\n");
  if (target != "cpu")
    return fail("target '" + target + "' is not built yet; expected cpu");
  if (emit == EmitKind::Artifact && (outputFile == "-" || sys::path::extension(outputFile) != ".so"))
    return fail("an artifact needs an output file that ends in .so: -o libNAME.so");
  return compile(argv[0]);
}
