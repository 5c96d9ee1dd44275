//===- Link.cpp - shared objects from object files -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/CPU/Link.h"

#include "fovea/Target/Tool/Tool.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace fovea;
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
  StringRef versioned = getVersionedLLD();
  std::string path = findTool("", {versioned, "ld.lld"}, getLLVMToolsFolder());
  if (!path.empty())
    return path;
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
  Expected<std::string> messages = runTool(
      *linker, SmallVector<StringRef>(arguments.begin(), arguments.end()));
  return messages ? Error::success()
                  : createStringError("linking failed: " +
                                      toString(messages.takeError()));
}
