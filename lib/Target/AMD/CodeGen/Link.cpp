//===- Link.cpp - code objects by lld -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/CodeGen.h"
#include "fovea/Target/Tool/Tool.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace fovea;
using namespace llvm;

/// One without a version in its name only from LLVM's own folder: an older lld,
/// as Debian's, refuses the objects.
std::string fovea::findLLD() {
  StringRef folder = getLLVMToolsFolder();
  std::string versioned = findTool("FOVEA_LLD", {getVersionedLLD()}, folder);
  if (!versioned.empty() || sys::Process::GetEnv("FOVEA_LLD"))
    return versioned;
  ErrorOr<std::string> own = sys::findProgramByName("ld.lld", {folder});
  return own ? *own : "";
}

Expected<std::string> fovea::linkCodeObject(StringRef object) {
  std::string lld = findLLD();
  if (lld.empty())
    return createStringError("cannot find " + getVersionedLLD() +
                             ", which links code objects: install lld-" +
                             Twine(LLVM_VERSION_MAJOR) +
                             " or name it in FOVEA_LLD");
  auto from = TemporaryFile::create("o");
  if (!from)
    return from.takeError();
  auto to = TemporaryFile::create("hsaco");
  if (!to)
    return to.takeError();
  if (Error error = (*from)->write(object))
    return error;
  Expected<std::string> ran =
      runTool(lld, {"-shared", "--no-undefined", (*from)->getPath(), "-o",
                    (*to)->getPath()});
  if (!ran)
    return createStringError("lld failed on a code object: " +
                             toString(ran.takeError()));
  std::string linked = (*to)->read();
  if (linked.empty())
    return createStringError("lld (" + Twine(lld) + ") wrote no code object");
  return linked;
}
