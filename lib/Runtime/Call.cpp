//===- Call.cpp - Call an entry with DLPack tensors -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into every artifact: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "Call.h"
#include "DeviceCall.h"

using namespace fovea::runtime;

namespace {

/// A strided memref descriptor as compiled code reads it: the sizes take `rank`
/// words, and the strides follow them without a gap.
struct Descriptor {
  void *allocated;
  void *aligned;
  int64_t offset;
  int64_t sizesAndStrides[2 * FOVEA_MAX_RANK];

  /// With the tensor's own strides, or with those that follow from its sizes:
  /// the own ones may be null, and have no meaning in dimensions of size 1.
  void set(const DLTensor &tensor, bool hasOwnStrides) {
    allocated = tensor.data;
    aligned = tensor.data ? firstElement(tensor) : nullptr;
    offset = 0;
    int64_t stride = 1;
    for (int32_t d = tensor.ndim - 1; d >= 0; --d) {
      sizesAndStrides[d] = tensor.shape[d];
      sizesAndStrides[tensor.ndim + d] =
          hasOwnStrides && tensor.strides ? tensor.strides[d] : stride;
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
    descriptors[i].set(*tensors[i], entry.device_type != kDLCPU);
    pointers[i] = &descriptors[i];
  }
  entry.invoke(pointers);
}

// Undefined where nothing else needs the runtime for GPUs: see DeviceCall.h.
namespace fovea::runtime {
__attribute__((weak, visibility("hidden"))) FoveaStatus
beginDeviceCall(const FoveaEntry &entry, int32_t device, StreamFunction stream);
__attribute__((weak, visibility("hidden"))) FoveaStatus endDeviceCall();
} // namespace fovea::runtime

static FoveaStatus invokeOnDevice(const FoveaEntry &entry,
                                  const DLTensor *const *tensors,
                                  StreamFunction stream) {
  // An entry whose code asks nothing of the device has neither.
  if (beginDeviceCall)
    if (FoveaStatus status =
            beginDeviceCall(entry, tensors[0]->device.device_id, stream))
      return status;
  invoke(entry, tensors);
  return endDeviceCall ? endDeviceCall() : FOVEA_OK;
}

FoveaStatus fovea::runtime::callOnStream(const FoveaEntry *entry,
                                         const DLTensor *const *tensors,
                                         StreamFunction stream) {
  Message why;
  FoveaStatus status = checkEntry(entry, why);
  if (status == FOVEA_OK)
    status = checkTensors(*entry, tensors, why);
  if (status != FOVEA_OK) {
    setError(why);
    return status;
  }
  if (entry->device_type != kDLCPU)
    return invokeOnDevice(*entry, tensors, stream);
  invoke(*entry, tensors);
  return FOVEA_OK;
}

int fovea_runtime_call(const FoveaEntry *entry,
                       const DLTensor *const *tensors) {
  return callOnStream(entry, tensors, nullptr);
}
