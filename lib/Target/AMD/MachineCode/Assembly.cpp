//===- Assembly.cpp - a file of AMDGPU assembly -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/MachineCode/Assembly.h"

#include "Metadata.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace fovea::amd;
using llvm::Error, llvm::Expected, llvm::StringRef, llvm::Twine;

const Function *Assembly::lookup(StringRef name) const {
  auto found = llvm::find_if(functions,
                             [&](const Function &f) { return f.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

namespace {

/// Reads line by line. A function goes from its label, which .type announced,
/// to the label .Lfunc_end that LLVM puts behind it.
class AssemblyParser {
public:
  explicit AssemblyParser(StringRef text) : rest(text) {}

  Expected<Assembly> parse() {
    while (!rest.empty())
      if (Error error = parseLine(nextLine()))
        return error;
    if (!finishFunction())
      return makeError("two functions are named '" + current.name + "'");
    for (Function &function : assembly.functions)
      if (auto found = kernels.find(function.name); found != kernels.end())
        function.resources = found->second;
    return std::move(assembly);
  }

private:
  StringRef nextLine() {
    StringRef line;
    std::tie(line, rest) = rest.split('\n');
    ++lineNumber;
    return line;
  }

  Error makeError(const Twine &what) const {
    return llvm::createStringError("line " + Twine(lineNumber) + ": " + what);
  }

  Error parseLine(StringRef line) {
    line = line.split(';').first.split("//").first.trim();
    // A label may have an instruction behind it.
    size_t colon = line.find_first_of(": \t");
    if (colon != StringRef::npos && line[colon] == ':' && colon > 0) {
      if (Error error = addLabel(line.take_front(colon).trim("\"")))
        return error;
      line = line.drop_front(colon + 1).trim();
    }
    if (line.empty())
      return Error::success();
    if (line.starts_with("."))
      return parseDirective(line);
    auto instruction = parseInstruction(line, lineNumber);
    if (!instruction)
      return instruction.takeError();
    current.instructions.push_back(std::move(*instruction));
    return Error::success();
  }

  Error addLabel(StringRef label) {
    bool begins = functionNames.contains(label);
    bool ends = label.starts_with(".Lfunc_end");
    if ((begins || ends) && !finishFunction())
      return makeError("two functions are named '" + current.name + "'");
    if (begins)
      current.name = label.str();
    else if (!ends &&
             !current.labels.try_emplace(label, current.instructions.size())
                  .second)
      return makeError("label '" + label + "' twice");
    return Error::success();
  }

  /// False if there is such a function already.
  bool finishFunction() {
    // Labels alone are those of data.
    if (!current.instructions.empty()) {
      if (!finished.insert(current.name).second)
        return false;
      assembly.functions.push_back(std::move(current));
    }
    current = Function();
    return true;
  }

  Error parseDirective(StringRef line) {
    StringRef name = line.take_until([](char c) { return llvm::isSpace(c); });
    StringRef argument = line.drop_front(name.size()).trim();
    if (name == ".amdgcn_target")
      assembly.chip =
          argument.trim('"').split(':').first.rsplit('-').second.str();
    else if (name == ".type" && argument.ends_with("@function"))
      functionNames.insert(argument.split(',').first.trim(" \"\t"));
    else if (name == ".amdgpu_metadata")
      return readMetadata();
    else if (isData(name) && !current.instructions.empty() &&
             !current.name.empty())
      return makeError("data within code: '" + line + "'");
    return Error::success();
  }

  static bool isData(StringRef name) {
    return name == ".long" || name == ".byte" || name == ".short" ||
           name == ".quad" || name == ".ascii" || name == ".asciz";
  }

  Error readMetadata() {
    StringRef begin = rest;
    while (!rest.empty()) {
      size_t length = rest.data() - begin.data();
      if (nextLine().trim() != ".end_amdgpu_metadata")
        continue;
      auto parsed = parseMetadata(begin.take_front(length));
      if (!parsed)
        return makeError(llvm::toString(parsed.takeError()));
      kernels = std::move(*parsed);
      return Error::success();
    }
    return makeError(".amdgpu_metadata has no .end_amdgpu_metadata");
  }

  StringRef rest;
  unsigned lineNumber = 0;
  Assembly assembly;
  Function current;
  llvm::StringSet<> functionNames, finished;
  llvm::StringMap<Resources> kernels;
};

} // namespace

Expected<Assembly> fovea::amd::parseAssembly(StringRef text) {
  return AssemblyParser(text).parse();
}
