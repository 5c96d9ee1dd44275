//===- Check.cpp - Checks of an entry and its tensors -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Each check says what was found and what is legal. Those of strides, data and
// aliasing are in CheckMemory.cpp. Linked into every artifact: only libc may be
// used here.
//
//===----------------------------------------------------------------------===//

#include "CheckCall.h"

using namespace fovea::runtime;

FoveaStatus TensorCheck::checkType(int32_t i) const {
  const FoveaParam &p = param(i);
  if (!tensors[i]) {
    about(i).append("found a null DLTensor pointer, expected a tensor");
    return FOVEA_TYPE_ERROR;
  }
  const DLTensor &t = *tensors[i];
  if (FoveaStatus status = checkDevice(i))
    return status;
  if (t.dtype.code != p.code || t.dtype.bits != p.bits || t.dtype.lanes != 1) {
    about(i).append("found dtype ");
    why.appendType(t.dtype);
    why.append(", expected ");
    why.appendType({p.code, p.bits, 1});
    return FOVEA_TYPE_ERROR;
  }
  return FOVEA_OK;
}

/// What a tensor's device is called, or null: artifacts are for none such.
static const char *deviceName(int32_t deviceType) {
  return deviceType == kDLCPU    ? "the CPU"
         : deviceType == kDLCUDA ? "an NVIDIA GPU"
         : deviceType == kDLROCM ? "an AMD GPU"
                                 : nullptr;
}

FoveaStatus TensorCheck::checkDevice(int32_t i) const {
  const DLDevice &found = tensors[i]->device;
  const DLDevice &first = tensors[0]->device;
  if (found.device_type != entry.device_type) {
    const char *name = deviceName(found.device_type);
    about(i).append("found a tensor on DLPack device type %d%s%s, expected %d: "
                    "%s",
                    int(found.device_type), name ? ": " : "", name ? name : "",
                    int(entry.device_type), deviceName(entry.device_type));
    return FOVEA_TYPE_ERROR;
  }
  // There is one CPU, whatever number its producer gave it.
  if (isOnGPU() && found.device_id != first.device_id) {
    about(i).append("found a tensor on device %d, expected device %d: that of ",
                    int(found.device_id), int(first.device_id));
    why.appendParam(entry, 0);
    return FOVEA_TYPE_ERROR;
  }
  return FOVEA_OK;
}

FoveaStatus TensorCheck::checkShape(int32_t i) const {
  const FoveaParam &p = param(i);
  const DLTensor &t = *tensors[i];
  if (t.ndim != p.rank) {
    about(i).append("found rank %d, expected rank %d, shape ", t.ndim, p.rank);
    why.appendShape(p);
    return FOVEA_VALUE_ERROR;
  }
  if (p.rank && !t.shape) {
    about(i).append("found a null shape, expected %d sizes", p.rank);
    return FOVEA_VALUE_ERROR;
  }
  for (int32_t d = 0; d < p.rank; ++d) {
    if (t.shape[d] < 0 || (p.shape[d] >= 0 && t.shape[d] != p.shape[d])) {
      about(i).append("found shape ");
      why.appendList(t.shape, t.ndim);
      why.append(", expected ");
      why.appendShape(p);
      return FOVEA_VALUE_ERROR;
    }
    if (FoveaStatus status = checkSymbol(i, d))
      return status;
  }
  return FOVEA_OK;
}

/// The first dimension with the same symbol says what this one must be. A
/// search instead of a table: entries have few dimensions, symbols have no
/// bound.
FoveaStatus TensorCheck::checkSymbol(int32_t i, int32_t dim) const {
  int64_t symbol = param(i).shape[dim];
  if (symbol >= 0)
    return FOVEA_OK;
  for (int32_t first = 0; first <= i; ++first) {
    for (int32_t d = 0; d < param(first).rank; ++d) {
      if (param(first).shape[d] != symbol)
        continue;
      long long found = tensors[i]->shape[dim];
      long long expected = tensors[first]->shape[d];
      if (found == expected)
        return FOVEA_OK;
      about(i).append("found size %lld in dimension %d (?%lld), expected %lld: "
                      "the size of dimension %d of ",
                      found, dim, static_cast<long long>(-1 - symbol), expected,
                      d);
      why.appendParam(entry, first);
      return FOVEA_VALUE_ERROR;
    }
  }
  return FOVEA_OK;
}

FoveaStatus TensorCheck::checkSize(int32_t i) const {
  const DLTensor &t = *tensors[i];
  if (countElements(t, elementBytes(param(i))) >= 0)
    return FOVEA_OK;
  about(i).append("found shape ");
  why.appendList(t.shape, t.ndim);
  why.append(", expected at most 2^63 - 1 bytes");
  return FOVEA_VALUE_ERROR;
}

FoveaStatus fovea::runtime::checkEntry(const FoveaEntry *entry, Message &why) {
  if (!entry || !entry->name || !entry->params || !entry->invoke) {
    why.append("malformed artifact: an entry lacks name, parameters or code");
    return FOVEA_RUNTIME_ERROR;
  }
  const char *name = entry->name;
  if (entry->num_params < 1 || entry->num_params > FOVEA_MAX_PARAMS ||
      entry->num_inputs < 0 || entry->num_inputs > entry->num_params) {
    why.append(
        "%s: malformed artifact: found %d parameters of which %d inputs, "
        "legal are 1 to %d",
        name, entry->num_params, entry->num_inputs, FOVEA_MAX_PARAMS);
    return FOVEA_RUNTIME_ERROR;
  }
  if (!deviceName(entry->device_type)) {
    why.append("%s: malformed artifact: it is for DLPack device type %d, legal "
               "are %d: the CPU, %d: NVIDIA GPUs, and %d: AMD GPUs",
               name, entry->device_type, int(kDLCPU), int(kDLCUDA),
               int(kDLROCM));
    return FOVEA_RUNTIME_ERROR;
  }
  for (int32_t i = 0; i < entry->num_params; ++i) {
    const FoveaParam &p = entry->params[i];
    bool wholeBytes = p.bits == 8 || p.bits == 16 || p.bits == 32 ||
                      p.bits == 64 || p.bits == 128;
    if (!p.name || !wholeBytes || p.rank < 0 || p.rank > FOVEA_MAX_RANK ||
        (p.rank && !p.shape) || !p.is_output != (i < entry->num_inputs)) {
      why.append("%s: malformed artifact: parameter %d has %d bits, rank %d; "
                 "legal are 8, 16, 32, 64 or 128 bits, rank 0 to %d, and "
                 "inputs before outputs",
                 name, i, p.bits, p.rank, FOVEA_MAX_RANK);
      return FOVEA_RUNTIME_ERROR;
    }
  }
  return FOVEA_OK;
}

FoveaStatus fovea::runtime::checkTensors(const FoveaEntry &entry,
                                         const DLTensor *const *tensors,
                                         Message &why) {
  using Check = FoveaStatus (TensorCheck::*)(int32_t) const;
  const Check checks[] = {&TensorCheck::checkType, &TensorCheck::checkShape,
                          &TensorCheck::checkSize, &TensorCheck::checkStrides,
                          &TensorCheck::checkData, &TensorCheck::checkOverlap};
  TensorCheck call{entry, tensors, why};
  for (int32_t i = 0; i < entry.num_params; ++i)
    for (Check check : checks)
      if (FoveaStatus status = (call.*check)(i))
        return status;
  return FOVEA_OK;
}
