//===- Source.cpp - source files with their entries -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Source.h"

#include "fovea/Target/CPU/EntrySignature.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace fovea;

/// The names of a function's arguments in the source, without the percent sign.
/// Bytecode has none.
static std::vector<std::string> getArgumentNames(const AsmParserState &state,
                                                 func::FuncOp function) {
  std::vector<std::string> names;
  const AsmParserState::BlockDefinition *block =
      state.getBlockDef(&function.getBody().front());
  if (!block)
    return names;
  for (const AsmParserState::SMDefinition &argument : block->arguments) {
    StringRef text(argument.loc.Start.getPointer(),
                   argument.loc.End.getPointer() -
                       argument.loc.Start.getPointer());
    names.push_back(text.ltrim('%').str());
  }
  return names;
}

FailureOr<Source> fovea::parseSource(StringRef path, llvm::SourceMgr &sources,
                                     MLIRContext &context) {
  auto fail = [&](const Twine &message) -> FailureOr<Source> {
    llvm::WithColor::error() << message << "\n";
    return failure();
  };
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer)
    return fail(message);
  sources.AddNewSourceBuffer(std::move(buffer), SMLoc());

  AsmParserState state;
  Block block;
  FallbackAsmResourceMap resources;
  ParserConfig config(&context, /*verifyAfterParse=*/true, &resources);
  bool bytecode = isBytecode(
      sources.getMemoryBuffer(sources.getMainFileID())->getMemBufferRef());
  if (failed(bytecode ? parseSourceFile(sources, &block, config)
                      : parseAsmSourceFile(sources, &block, config, &state)))
    return failure();

  Source source;
  source.name = llvm::sys::path::filename(path).str();
  source.module =
      mlir::detail::constructContainerOpForParserIfNecessary<ModuleOp>(
          &block, &context, UnknownLoc::get(&context));
  if (!source.module)
    return failure();
  for (func::FuncOp function : getEntryFunctions(*source.module)) {
    FailureOr<ArtifactEntry> entry =
        describeEntry(function, getArgumentNames(state, function));
    if (failed(entry))
      return failure();
    source.entries.push_back(std::move(*entry));
  }
  if (source.entries.empty())
    return fail(path + ": has no public func.func with a body, so there is "
                       "nothing to compile");
  return source;
}

LogicalResult fovea::verifyComplete(ModuleOp module) {
  SymbolTableCollection symbols;
  SymbolUserMap users(symbols, module);
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isExternal() && !users.useEmpty(function))
      return function.emitError("function '")
             << function.getName()
             << "' is called, but has no body that could be compiled";
  return success();
}
