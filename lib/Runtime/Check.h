//===- Check.h - Checks of an entry and its tensors -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_CHECK_H
#define FOVEA_LIB_RUNTIME_CHECK_H

#include "fovea/Runtime/Entry.h"

#include "Message.h"

namespace fovea::runtime {

/// Bytes of one element of `param`; checkEntry has made sure that it is whole.
inline int64_t elementBytes(const FoveaParam &param) { return param.bits / 8; }

/// First byte of the tensor's elements.
inline char *firstElement(const DLTensor &tensor) {
  return static_cast<char *>(tensor.data) + tensor.byte_offset;
}

/// Can this runtime call `entry` at all? Compilers make mistakes too.
FoveaStatus checkEntry(const FoveaEntry *entry, Message &why);

/// Checks every tensor against its parameter and against the others.
FoveaStatus checkTensors(const FoveaEntry &entry,
                         const DLTensor *const *tensors, Message &why);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_CHECK_H
