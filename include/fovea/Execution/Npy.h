//===- Npy.h - NumPy's .npy files -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_NPY_H
#define FOVEA_EXECUTION_NPY_H

#include "fovea/Execution/Array.h"

#include "llvm/Support/Error.h"

namespace fovea {

/// Reads a .npy file (versions 1 to 3, C order, little-endian) into an array
/// for `param`, whose element type it must have; bfloat16 is stored as `|V2` or
/// `<u2`. Sizes are checked against the static ones. Format:
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
llvm::Expected<Array> readNpy(llvm::StringRef path, const ArtifactParam &param);

/// Writes `array` to a .npy file (version 1); bfloat16 as `<V2`.
llvm::Error writeNpy(llvm::StringRef path, const Array &array);

} // namespace fovea

#endif
