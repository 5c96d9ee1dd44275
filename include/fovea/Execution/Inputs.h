//===- Inputs.h - the inputs of a run: files, sizes, random numbers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_INPUTS_H
#define FOVEA_EXECUTION_INPUTS_H

#include "fovea/Execution/Array.h"

#include "llvm/Support/Error.h"

#include <string>

namespace fovea {

/// What the command line says of a run's inputs.
struct InputOptions {
  /// `name=file.npy`
  std::vector<std::string> files;
  /// `name=AxBxC`: sizes for a parameter's dynamic dimensions.
  std::vector<std::string> sizes;
  uint64_t seed = 0;
};

/// One array for each parameter of `entry`: inputs from files, or else random
/// (floats normal with unit variance, integers 0 to 7, booleans); outputs full
/// of NaN. Dynamic sizes come from the files and sizes given, others are small
/// and different for each symbol. `entry`'s parameters get the sizes found.
/// `admit` sees them before anything is filled with numbers: what is too large
/// is refused at once.
llvm::Expected<std::vector<Array>> makeArrays(
    ArtifactEntry &entry, const InputOptions &options,
    llvm::function_ref<llvm::Error(const ArtifactEntry &)> admit =
        [](const ArtifactEntry &) { return llvm::Error::success(); });

} // namespace fovea

#endif
