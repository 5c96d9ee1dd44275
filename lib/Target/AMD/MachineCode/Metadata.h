//===- Metadata.h - the resources of an assembly's kernels -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_TARGET_AMD_MACHINECODE_METADATA_H
#define FOVEA_LIB_TARGET_AMD_MACHINECODE_METADATA_H

#include "fovea/Target/AMD/MachineCode/Assembly.h"

namespace fovea::amd {

/// Reads what stands between .amdgpu_metadata and .end_amdgpu_metadata.
llvm::Expected<llvm::StringMap<Resources>> parseMetadata(llvm::StringRef text);

} // namespace fovea::amd

#endif
