//===- Link.cpp - shared objects from object files -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/CPU/Link.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

Expected<std::string> fovea::findOpenMP() {
  // LLVM's own libraries first: the version that code generation was made for.
  for (StringRef folder :
       {StringRef(FOVEA_LLVM_LIBRARY_DIR), StringRef("/usr/local/lib")}) {
    SmallString<128> path(folder);
    sys::path::append(path, "libomp.so");
    if (sys::fs::exists(path))
      return path.str().str();
  }
  return createStringError("cannot find libomp.so in " FOVEA_LLVM_LIBRARY_DIR
                           " or /usr/local/lib; install Debian's libomp-" +
                           Twine(LLVM_VERSION_MAJOR) + "-dev");
}

static Expected<std::string> findLinker() {
  std::string versioned = "ld.lld-" + std::to_string(LLVM_VERSION_MAJOR);
  for (StringRef name : {StringRef(versioned), StringRef("ld.lld")}) {
    if (ErrorOr<std::string> path = sys::findProgramByName(name))
      return *path;
    if (ErrorOr<std::string> path =
            sys::findProgramByName(name, {FOVEA_LLVM_TOOLS_DIR}))
      return *path;
  }
  return createStringError("cannot find the linker: no " + versioned +
                           " or ld.lld in PATH; install Debian's lld-" +
                           Twine(LLVM_VERSION_MAJOR));
}

/// Folders in which the C library can be.
static std::vector<std::string> getLibraryFolders() {
  Triple triple(sys::getDefaultTargetTriple());
  std::string multiarch = (triple.getArchName() + "-linux-gnu").str();
  return {"/usr/lib/" + multiarch,
          "/lib/" + multiarch,
          "/usr/lib64",
          "/lib64",
          "/usr/lib",
          "/lib"};
}

/// Runs the linker with its messages in a file, so that they become one error.
static Error run(StringRef program, ArrayRef<std::string> arguments) {
  SmallString<128> log;
  if (std::error_code code =
          sys::fs::createTemporaryFile("fovea-link", "log", log))
    return createStringError(
        "cannot write to the folder for temporary files: " + code.message());
  std::vector<StringRef> command(arguments.begin(), arguments.end());
  command.insert(command.begin(), program);
  std::string failure;
  int status = sys::ExecuteAndWait(
      program, command, std::nullopt,
      {StringRef(""), StringRef(log), StringRef(log)}, 0, 0, &failure);
  std::string messages;
  if (auto buffer = MemoryBuffer::getFile(log))
    messages = (*buffer)->getBuffer().str();
  sys::fs::remove(log);
  if (status == 0)
    return Error::success();
  return createStringError("linking failed: " +
                           (failure.empty() ? messages : failure));
}

Error fovea::linkArtifact(StringRef object, StringRef runtime, StringRef soname,
                          StringRef output) {
  Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  Expected<std::string> openMP = findOpenMP();
  if (!openMP)
    return openMP.takeError();
  if (!sys::fs::exists(runtime))
    return createStringError("cannot find Fovea's runtime library " + runtime +
                             "; build the target FoveaRuntime");
  // A missing symbol is an error here, not in the program that loads the
  // artifact. Libraries by their run-time names: no -dev package is needed.
  std::vector<std::string> arguments = {
      "-shared",     "-z",
      "defs",        "--gc-sections",
      "--as-needed", "-soname",
      soname.str(),  "-o",
      output.str(),  object.str(),
      runtime.str(), *openMP,
      "-rpath",      sys::path::parent_path(*openMP).str()};
  for (const std::string &folder : getLibraryFolders())
    if (sys::fs::is_directory(folder))
      arguments.push_back("-L" + folder);
  // __tls_get_addr is in the dynamic loader.
  for (StringRef library :
       {"libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2"})
    arguments.push_back(("-l:" + library).str());
  return run(*linker, arguments);
}
