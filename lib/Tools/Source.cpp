//===- Source.cpp - MLIR files as the tools read them -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Tools/Source.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace fovea;

Source::~Source() = default;

std::unique_ptr<Source> Source::load(StringRef path, MLIRContext &context) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &error);
  if (!buffer) {
    llvm::errs() << "error: " << error << "\n";
    return nullptr;
  }
  std::unique_ptr<Source> source(new Source());
  source->manager = std::make_shared<llvm::SourceMgr>();
  source->manager->AddNewSourceBuffer(std::move(buffer), SMLoc());
  source->handler = std::make_unique<SourceMgrDiagnosticHandler>(*source->manager, &context);
  if (failed(source->parse(context)))
    return nullptr;
  return source;
}

/// The text of `range` without its `%`.
static std::string getName(SMRange range) {
  StringRef text(range.Start.getPointer(), range.End.getPointer() - range.Start.getPointer());
  text.consume_front("%");
  return text.str();
}

LogicalResult Source::parse(MLIRContext &context) {
  ParserConfig config(&context);
  const llvm::MemoryBuffer *buffer = manager->getMemoryBuffer(manager->getMainFileID());
  if (isBytecode(buffer->getMemBufferRef())) {
    module = parseSourceFile<ModuleOp>(manager, config);
    return success(bool(module));
  }
  // The parser's state for language servers knows where each name is.
  Block block;
  AsmParserState state;
  if (failed(parseAsmSourceFile(*manager, &block, config, &state)))
    return failure();
  Location loc = FileLineColLoc::get(&context, buffer->getBufferIdentifier(), 0, 0);
  module = mlir::detail::constructContainerOpForParserIfNecessary<ModuleOp>(&block, &context, loc);
  if (!module)
    return failure();
  module->walk([&](FunctionOpInterface function) {
    if (function.isExternal())
      return;
    const auto *definition = state.getBlockDef(&function.getFunctionBody().front());
    if (!definition)
      return;
    for (const auto &argument : definition->arguments)
      argumentNames[function.getName()].push_back(getName(argument.loc));
  });
  return success();
}

ArrayRef<std::string> Source::getArgumentNames(StringRef function) const {
  auto entry = argumentNames.find(function);
  return entry == argumentNames.end() ? ArrayRef<std::string>() : entry->second;
}
