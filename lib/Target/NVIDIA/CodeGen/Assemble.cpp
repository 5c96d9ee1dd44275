//===- Assemble.cpp - PTX to machine code by ptxas -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/NVIDIA/CodeGen.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

using namespace fovea;
using namespace llvm;

std::string fovea::findPtxas() {
  if (auto given = sys::Process::GetEnv("FOVEA_PTXAS"))
    return sys::fs::can_execute(*given) ? *given : std::string();
  if (ErrorOr<std::string> found = sys::findProgramByName("ptxas"))
    return *found;
  ErrorOr<std::string> usual =
      sys::findProgramByName("ptxas", {"/usr/local/cuda/bin"});
  return usual ? *usual : "";
}

/// A temporary file that goes away with its name.
namespace {
class Temporary {
public:
  explicit Temporary(StringRef suffix) {
    failed = bool(sys::fs::createTemporaryFile("fovea", suffix, path));
    remover.setFile(path);
  }
  SmallString<128> path;
  bool failed;

private:
  FileRemover remover;
};
} // namespace

static std::string readAll(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

static int64_t findNumber(StringRef pattern, StringRef text) {
  SmallVector<StringRef> matches;
  int64_t number = 0;
  if (Regex(pattern).match(text, &matches))
    (void)matches[1].getAsInteger(10, number);
  return number;
}

Error fovea::assemble(DeviceImage &image, const GPUTarget &target) {
  std::string ptxas = findPtxas();
  if (ptxas.empty())
    return Error::success();
  Temporary source("ptx"), object("cubin"), log("log");
  if (source.failed || object.failed || log.failed)
    return createStringError("cannot write to the folder for temporary files");
  {
    std::error_code code;
    raw_fd_ostream stream(source.path, code);
    stream << image.text;
    stream.close();
    if (code || stream.has_error()) {
      stream.clear_error();
      return createStringError("cannot write " + Twine(source.path));
    }
  }
  std::string chip = ("-arch=" + Twine(target.chip)).str();
  StringRef arguments[] = {ptxas, chip, "-v", source.path, "-o", object.path};
  std::string failure;
  int status = sys::ExecuteAndWait(
      ptxas, arguments, std::nullopt,
      {StringRef(""), StringRef(log.path), StringRef(log.path)}, 0, 0,
      &failure);
  std::string messages = readAll(log.path);
  if (status)
    return createStringError("ptxas failed on the kernel '" +
                             image.kernel.name +
                             "': " + (failure.empty() ? messages : failure));
  image.binary = readAll(object.path);
  image.registers = findNumber("Used ([0-9]+) registers", messages);
  image.spillBytes = findNumber("([0-9]+) bytes spill stores", messages) +
                     findNumber("([0-9]+) bytes spill loads", messages);
  for (StringRef line : llvm::split(messages, '\n'))
    if (line.contains("warning") || line.contains("(C7"))
      image.warnings += (line + "\n").str();
  return Error::success();
}
