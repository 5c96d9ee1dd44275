//===- Output.h - writing files whole or not at all -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DRIVER_OUTPUT_H
#define FOVEA_DRIVER_OUTPUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace fovea {

struct OutputFile {
  std::string path;
  llvm::StringRef content;
};

/// Writes all of the files or none. Devices and pipes are written to, never
/// replaced. An error names the file.
llvm::Error writeFiles(llvm::ArrayRef<OutputFile> files);

} // namespace fovea

#endif
