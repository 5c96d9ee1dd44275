//===- fovea-compile.cpp - source files to every stage up to an artifact
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Compile.h"
#include "fovea/Driver/Dialects.h"
#include "fovea/Driver/Output.h"
#include "fovea/Driver/Targets.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace fovea;

namespace {
cl::OptionCategory category("fovea-compile options");
cl::opt<std::string> inputFile(cl::Positional, cl::desc("<input.mlir>"),
                               cl::Required, cl::cat(category));
cl::opt<std::string>
    outputFile("o", cl::desc("output file; - is the standard output"),
               cl::value_desc("file"), cl::init("-"), cl::cat(category));
cl::opt<std::string> target("target",
                            cl::desc("what to compile for: cpu, or a GPU such "
                                     "as sm_90a or gfx942"),
                            cl::init("cpu"), cl::cat(category));
cl::opt<std::string> cpu("cpu",
                         cl::desc("which CPU: host, x86-64, avx2, avx512"),
                         cl::init("host"), cl::cat(category));
enum class ReportKind { None, Text, JSON };
cl::opt<ReportKind> report(
    "report",
    cl::desc("print what was chosen for each kernel, and its costs, to the "
             "standard error"),
    cl::ValueOptional, cl::init(ReportKind::None), cl::cat(category),
    cl::values(clEnumValN(ReportKind::Text, "", ""),
               clEnumValN(ReportKind::Text, "text", "for a person"),
               clEnumValN(ReportKind::JSON, "json", "as one JSON value")));
cl::opt<bool> timing("timing",
                     cl::desc("print the time of each stage to the standard "
                              "error"),
                     cl::cat(category));
cl::opt<EmitKind> emit(
    "emit", cl::desc("what to write"), cl::init(EmitKind::Artifact),
    cl::cat(category),
    cl::values(clEnumValN(EmitKind::Fovea, "fovea",
                          "the fovea dialect, with chosen configs"),
               clEnumValN(EmitKind::Tile, "tile", "tile programs"),
               clEnumValN(EmitKind::Target, "target",
                          "the target's level: vectors and loops"),
               clEnumValN(EmitKind::LLVM, "llvm", "LLVM IR"),
               clEnumValN(EmitKind::PTX, "ptx", "PTX of the kernels"),
               clEnumValN(EmitKind::Cubin, "cubin",
                          "machine code of the one kernel, by ptxas"),
               clEnumValN(EmitKind::HSACO, "hsaco",
                          "code object of the one kernel, for an AMD GPU"),
               clEnumValN(EmitKind::Assembly, "asm",
                          "assembly: the host's, with an artifact's entry "
                          "points; for an AMD GPU the kernels'"),
               clEnumValN(EmitKind::Object, "obj",
                          "an object file, with an artifact's entry points"),
               clEnumValN(EmitKind::Artifact, "artifact",
                          "a shared object, with its C header beside it")));
} // namespace

static int fail(const Twine &message) {
  WithColor::error() << message << "\n";
  return 1;
}

/// The runtime archive: beside the tool's folder, in the build and once
/// installed.
static std::string findRuntimeLibrary(const char *argv0) {
  std::string self = sys::fs::getMainExecutable(
      argv0, reinterpret_cast<void *>(&findRuntimeLibrary));
  SmallString<256> path(sys::path::parent_path(sys::path::parent_path(self)));
  sys::path::append(path, "lib", "libFoveaRuntime.a");
  return path.str().str();
}

static int compile(const char *argv0) {
  mlir::DialectRegistry registry;
  registerDriverDialects(registry);
  mlir::MLIRContext context(registry);
  // The source's line says more than the op's generic form.
  context.printOpOnDiagnostic(false);
  SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);

  mlir::FailureOr<Source> source = parseSource(inputFile, sources, context);
  if (failed(source))
    return 1;
  CompileOptions options;
  options.emit = emit;
  options.target = target;
  options.cpu = cpu;
  options.outputName = sys::path::filename(outputFile).str();
  options.runtimeLibrary = findRuntimeLibrary(argv0);
  options.report = report != ReportKind::None;
  options.timing = timing;
  mlir::FailureOr<CompileResult> result = fovea::compile(*source, options);
  if (failed(result))
    return 1;
  if (report == ReportKind::Text)
    printReport(result->kernels, errs());
  if (report == ReportKind::JSON)
    errs() << formatv("{0:2}", toJSON(result->kernels)) << "\n";
  for (auto &[stage, seconds] : result->stages)
    errs() << format("%8.3f s  %s\n", seconds, stage.c_str());
  if (outputFile == "-") {
    outs() << result->code;
    return 0;
  }
  std::vector<OutputFile> files = {{outputFile, result->code}};
  SmallString<256> header(outputFile);
  sys::path::replace_extension(header, "h");
  if (emit == EmitKind::Artifact)
    files.push_back({header.str().str(), result->header});
  if (Error error = writeFiles(files))
    return fail(toString(std::move(error)));
  return 0;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv, "Fovea compiler: attention and its kin to native kernels\n");
  if (std::string why = explainMissingTarget(target); !why.empty())
    return fail(why);
  if (emit == EmitKind::Artifact &&
      (outputFile == "-" || sys::path::extension(outputFile) != ".so"))
    return fail(
        "an artifact needs an output file that ends in .so: -o libNAME.so");
  return compile(argv[0]);
}
