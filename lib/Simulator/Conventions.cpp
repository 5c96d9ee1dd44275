//===- Conventions.cpp - how a function takes its memrefs -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Launch.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

/// A letter for each parameter: p for pointers, i for numbers, and x for
/// scalars, which may be either.
static std::string getLetters(const DeviceKernel &description,
                              Convention convention) {
  std::string letters;
  for (const DeviceKernel::Argument &argument : description.arguments) {
    std::string numbers(2 * std::max(argument.rank, 0), 'i');
    if (argument.rank < 0)
      letters += 'x';
    else if (convention == Convention::Bare)
      letters += 'p';
    else
      letters += (convention == Convention::Own ? "p" : "ppi") + numbers;
  }
  letters.append(description.tensorMaps.size(), 'p');
  if (convention == Convention::Own)
    letters.append(description.gridRank, 'i')
        .append(description.persistent ? 1 : 0, 'p');
  return letters;
}

LogicalResult fovea::sim::findConvention(Kernel &kernel) {
  auto types = kernel.function.getArgumentTypes();
  for (Convention convention :
       {Convention::Own, Convention::Descriptor, Convention::Bare}) {
    std::string letters = getLetters(kernel.description, convention);
    bool isRight = letters.size() == types.size();
    for (auto [letter, type] : llvm::zip(letters, types))
      isRight &=
          letter == 'x' || (letter == 'p') == isa<LLVM::LLVMPointerType>(type);
    if (!isRight)
      continue;
    kernel.convention = convention;
    return success();
  }
  return kernel.function.emitError("has ")
         << types.size() << " parameters that are not those of its arguments: "
         << kDeviceKernelAttr << " of its module describes "
         << getLetters(kernel.description, Convention::Own).size() << ", or "
         << getLetters(kernel.description, Convention::Descriptor).size()
         << " with descriptors of memrefs, or "
         << getLetters(kernel.description, Convention::Bare).size()
         << " bare pointers and scalars";
}
