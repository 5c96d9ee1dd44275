//===- Call.cpp - Call an entry with DLPack tensors -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into every artifact: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "Check.h"

using namespace fovea::runtime;

namespace {

/// A strided memref descriptor as compiled code reads it: the sizes take `rank`
/// words, and the strides follow them without a gap.
struct Descriptor {
  void *allocated;
  void *aligned;
  int64_t offset;
  int64_t sizesAndStrides[2 * FOVEA_MAX_RANK];

  void set(const DLTensor &tensor) {
    allocated = tensor.data;
    aligned = tensor.data ? firstElement(tensor) : nullptr;
    offset = 0;
    // The strides come from the sizes: the tensor's own may be null, and have
    // no meaning in dimensions of size 1.
    int64_t stride = 1;
    for (int32_t d = tensor.ndim - 1; d >= 0; --d) {
      sizesAndStrides[d] = tensor.shape[d];
      sizesAndStrides[tensor.ndim + d] = stride;
      // An empty tensor may have sizes whose product does not fit.
      stride = static_cast<int64_t>(static_cast<uint64_t>(stride) *
                                    static_cast<uint64_t>(tensor.shape[d]));
    }
  }
};

} // namespace

static void invoke(const FoveaEntry &entry, const DLTensor *const *tensors) {
  Descriptor descriptors[FOVEA_MAX_PARAMS];
  void *pointers[FOVEA_MAX_PARAMS];
  for (int32_t i = 0; i < entry.num_params; ++i) {
    descriptors[i].set(*tensors[i]);
    pointers[i] = &descriptors[i];
  }
  entry.invoke(pointers);
}

int fovea_runtime_call(const FoveaEntry *entry,
                       const DLTensor *const *tensors) {
  Message why;
  FoveaStatus status = checkEntry(entry, why);
  if (status == FOVEA_OK)
    status = checkTensors(*entry, tensors, why);
  if (status == FOVEA_OK)
    invoke(*entry, tensors);
  else
    setError(why);
  return status;
}
