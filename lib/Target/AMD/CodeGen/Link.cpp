//===- Link.cpp - code objects by lld -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/CodeGen.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace fovea;
using namespace llvm;

std::string fovea::findLLD() {
  if (auto given = sys::Process::GetEnv("FOVEA_LLD"))
    return sys::fs::can_execute(*given) ? *given : std::string();
  std::string name = ("ld.lld-" + Twine(LLVM_VERSION_MAJOR)).str();
  if (ErrorOr<std::string> found = sys::findProgramByName(name))
    return *found;
  std::string folder =
      ("/usr/lib/llvm-" + Twine(LLVM_VERSION_MAJOR) + "/bin").str();
  ErrorOr<std::string> own = sys::findProgramByName("ld.lld", {folder});
  return own ? *own : "";
}

Expected<std::string> fovea::linkCodeObject(StringRef object) {
  std::string lld = findLLD();
  if (lld.empty())
    return createStringError("cannot find ld.lld-" + Twine(LLVM_VERSION_MAJOR) +
                             ", which links code objects: install lld-" +
                             Twine(LLVM_VERSION_MAJOR) +
                             " or name it in FOVEA_LLD");
  SmallString<128> from, to, log;
  if (sys::fs::createTemporaryFile("fovea", "o", from) ||
      sys::fs::createTemporaryFile("fovea", "hsaco", to) ||
      sys::fs::createTemporaryFile("fovea", "log", log))
    return createStringError("cannot write to the folder for temporary files");
  FileRemover removeFrom(from), removeTo(to), removeLog(log);
  {
    std::error_code code;
    raw_fd_ostream stream(from, code);
    stream << object;
    stream.close();
    if (code || stream.has_error()) {
      stream.clear_error();
      return createStringError("cannot write " + Twine(from));
    }
  }
  StringRef arguments[] = {lld, "-shared", "--no-undefined", from, "-o", to};
  std::string failure;
  int status = sys::ExecuteAndWait(
      lld, arguments, std::nullopt,
      {StringRef(""), StringRef(log), StringRef(log)}, 0, 0, &failure);
  if (status) {
    auto messages = MemoryBuffer::getFile(log);
    return createStringError("lld failed on a code object: " +
                             (failure.empty() && messages
                                  ? (*messages)->getBuffer().str()
                                  : failure));
  }
  auto linked = MemoryBuffer::getFile(to);
  if (!linked || (*linked)->getBufferSize() == 0)
    return createStringError("lld (" + Twine(lld) + ") wrote no code object");
  return (*linked)->getBuffer().str();
}
