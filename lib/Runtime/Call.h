//===- Call.h - Call an entry with DLPack tensors ---------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_CALL_H
#define FOVEA_LIB_RUNTIME_CALL_H

#include "Check.h"

namespace fovea::runtime {

/// Finds the stream (CUstream, hipStream_t) for a call on that device.
using StreamFunction = void *(*)(int32_t deviceType, int32_t device);

/// fovea_runtime_call with a stream. `stream` null: the thread's, as
/// fovea_set_stream has set it. Entries for the CPU need none.
FoveaStatus callOnStream(const FoveaEntry *entry,
                         const DLTensor *const *tensors, StreamFunction stream);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_CALL_H
