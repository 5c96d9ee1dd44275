//===- Tool.h - other programs: linkers and assemblers -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_TOOL_TOOL_H
#define FOVEA_TARGET_TOOL_TOOL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileUtilities.h"

#include <string>

namespace fovea {

/// A file in the folder for temporary files, which goes away with this object.
class TemporaryFile {
public:
  static llvm::Expected<std::unique_ptr<TemporaryFile>>
  create(llvm::StringRef suffix);

  llvm::StringRef getPath() const { return path; }
  llvm::Error write(llvm::StringRef data) const;
  /// Empty when it cannot be read.
  std::string read() const;

private:
  TemporaryFile() = default;

  llvm::SmallString<128> path;
  llvm::FileRemover remover;
};

/// The path of a program: what the environment variable `variable` says, if it
/// is set; else the first of `names`, in PATH or in `folder`. Empty when there
/// is none.
std::string findTool(llvm::StringRef variable,
                     llvm::ArrayRef<llvm::StringRef> names,
                     llvm::StringRef folder);

/// LLVM's folder of programs, and names of some with LLVM's version, as Debian
/// has them.
llvm::StringRef getLLVMToolsFolder();
llvm::StringRef getVersionedLLD();
llvm::StringRef getVersionedMCA();

/// Runs `program`. Its messages, or an error of them alone.
llvm::Expected<std::string> runTool(llvm::StringRef program,
                                    llvm::ArrayRef<llvm::StringRef> arguments);

} // namespace fovea

#endif
