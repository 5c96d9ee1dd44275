//===- Link.h - shared objects from object files -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TARGET_CPU_LINK_H
#define FOVEA_TARGET_CPU_LINK_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace fovea {

/// Path of libomp.so, beside LLVM's libraries.
llvm::Expected<std::string> findOpenMP();

/// Links `object` (a file) with the runtime library `runtime` (an archive) and
/// libomp to the shared object `output`, whose name in the dynamic section is
/// `soname`. Uses lld.
llvm::Error linkArtifact(llvm::StringRef object, llvm::StringRef runtime,
                         llvm::StringRef soname, llvm::StringRef output);

} // namespace fovea

#endif
