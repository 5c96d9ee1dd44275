//===- Tool.cpp - other programs: linkers and assemblers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/Tool/Tool.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace fovea;
using namespace llvm;

Expected<std::unique_ptr<TemporaryFile>>
TemporaryFile::create(StringRef suffix) {
  std::unique_ptr<TemporaryFile> file(new TemporaryFile());
  if (std::error_code code =
          sys::fs::createTemporaryFile("fovea", suffix, file->path))
    return createStringError(
        "cannot write to the folder for temporary files: " + code.message());
  file->remover.setFile(file->path);
  return file;
}

Error TemporaryFile::write(StringRef data) const {
  std::error_code code;
  raw_fd_ostream stream(path, code);
  stream << data;
  stream.close();
  if (!code && !stream.has_error())
    return Error::success();
  stream.clear_error();
  return createStringError("cannot write " + Twine(path));
}

std::string TemporaryFile::read() const {
  auto buffer = MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

std::string fovea::findTool(StringRef variable, ArrayRef<StringRef> names,
                            StringRef folder) {
  if (!variable.empty())
    if (auto given = sys::Process::GetEnv(variable))
      return sys::fs::can_execute(*given) ? *given : std::string();
  for (StringRef name : names) {
    if (ErrorOr<std::string> path = sys::findProgramByName(name))
      return *path;
    if (ErrorOr<std::string> path = sys::findProgramByName(name, {folder}))
      return *path;
  }
  return "";
}

StringRef fovea::getLLVMToolsFolder() { return FOVEA_LLVM_TOOLS_DIR; }

#define FOVEA_TEXT(number) #number
#define FOVEA_VERSIONED(name, number) name "-" FOVEA_TEXT(number)
StringRef fovea::getVersionedLLD() {
  return FOVEA_VERSIONED("ld.lld", LLVM_VERSION_MAJOR);
}

StringRef fovea::getVersionedMCA() {
  return FOVEA_VERSIONED("llvm-mca", LLVM_VERSION_MAJOR);
}

Expected<std::string> fovea::runTool(StringRef program,
                                     ArrayRef<StringRef> arguments) {
  auto log = TemporaryFile::create("log");
  if (!log)
    return log.takeError();
  SmallVector<StringRef> command = {program};
  command.append(arguments.begin(), arguments.end());
  StringRef path = (*log)->getPath();
  std::string failure;
  int status = sys::ExecuteAndWait(program, command, std::nullopt,
                                   {StringRef(""), path, path}, 0, 0, &failure);
  std::string messages = (*log)->read();
  if (status)
    return createStringError(failure.empty() ? messages : failure);
  return messages;
}
