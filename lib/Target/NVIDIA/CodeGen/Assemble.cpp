//===- Assemble.cpp - PTX to machine code by ptxas -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/NVIDIA/CodeGen.h"

#include "fovea/Target/Tool/Tool.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace fovea;
using namespace llvm;

std::string fovea::findPtxas() {
  return findTool("FOVEA_PTXAS", {"ptxas"}, "/usr/local/cuda/bin");
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
  auto source = TemporaryFile::create("ptx");
  if (!source)
    return source.takeError();
  auto object = TemporaryFile::create("cubin");
  if (!object)
    return object.takeError();
  if (Error error = (*source)->write(image.text))
    return error;
  std::string chip = ("-arch=" + Twine(target.chip)).str();
  Expected<std::string> ran = runTool(
      ptxas, {chip, "-v", (*source)->getPath(), "-o", (*object)->getPath()});
  if (!ran)
    return createStringError("ptxas failed on the kernel '" +
                             image.kernel.name +
                             "': " + toString(ran.takeError()));
  const std::string &messages = *ran;
  image.binary = (*object)->read();
  image.registers = findNumber("Used ([0-9]+) registers", messages);
  image.spillBytes = findNumber("([0-9]+) bytes spill stores", messages) +
                     findNumber("([0-9]+) bytes spill loads", messages);
  for (StringRef line : llvm::split(messages, '\n'))
    if (line.contains("warning") || line.contains("(C7"))
      image.warnings += (line + "\n").str();
  return Error::success();
}
