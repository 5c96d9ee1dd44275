//===- Check.cpp - Checks of an entry and its tensors -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Each check says what was found and what is legal. Linked into every artifact:
// only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "Check.h"

using namespace fovea::runtime;

namespace {

/// The tensors of one call, and which of them is being looked at.
struct Call {
  const FoveaEntry &entry;
  const DLTensor *const *tensors;
  Message &why;

  const FoveaParam &param(int32_t i) const { return entry.params[i]; }

  /// Starts a message about parameter `i`.
  Message &about(int32_t i) const {
    why.append("%s: ", entry.name);
    why.appendParam(entry, i);
    why.append(": ");
    return why;
  }

  FoveaStatus checkType(int32_t i) const;
  FoveaStatus checkShape(int32_t i) const;
  FoveaStatus checkSymbol(int32_t i, int32_t dim) const;
  FoveaStatus checkSize(int32_t i) const;
  FoveaStatus checkStrides(int32_t i) const;
  FoveaStatus checkData(int32_t i) const;
  FoveaStatus checkOverlap(int32_t i) const;
};

} // namespace

/// Elements of the tensor, or -1 if their bytes cannot be counted.
static int64_t countElements(const DLTensor &tensor, int64_t bytes) {
  int64_t count = bytes;
  bool empty = false, tooLarge = false;
  for (int32_t d = 0; d < tensor.ndim; ++d) {
    empty |= tensor.shape[d] == 0;
    tooLarge |= __builtin_mul_overflow(count, tensor.shape[d], &count);
  }
  if (empty)
    return 0;
  return tooLarge ? -1 : count / bytes;
}

FoveaStatus Call::checkType(int32_t i) const {
  const FoveaParam &p = param(i);
  if (!tensors[i]) {
    about(i).append("found a null DLTensor pointer, expected a tensor");
    return FOVEA_TYPE_ERROR;
  }
  const DLTensor &t = *tensors[i];
  if (t.device.device_type != kDLCPU) {
    about(i).append("found a tensor on DLPack device type %d, expected %d: the "
                    "CPU",
                    int(t.device.device_type), int(kDLCPU));
    return FOVEA_TYPE_ERROR;
  }
  if (t.dtype.code != p.code || t.dtype.bits != p.bits || t.dtype.lanes != 1) {
    about(i).append("found dtype ");
    why.appendType(t.dtype);
    why.append(", expected ");
    why.appendType({p.code, p.bits, 1});
    return FOVEA_TYPE_ERROR;
  }
  return FOVEA_OK;
}

FoveaStatus Call::checkShape(int32_t i) const {
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
FoveaStatus Call::checkSymbol(int32_t i, int32_t dim) const {
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

FoveaStatus Call::checkSize(int32_t i) const {
  const DLTensor &t = *tensors[i];
  if (countElements(t, elementBytes(param(i))) >= 0)
    return FOVEA_OK;
  about(i).append("found shape ");
  why.appendList(t.shape, t.ndim);
  why.append(", expected at most 2^63 - 1 bytes");
  return FOVEA_VALUE_ERROR;
}

/// Row-major without gaps. The stride of a dimension of size 1 has no meaning,
/// and producers fill in what they like; null strides are DLPack before 1.2.
FoveaStatus Call::checkStrides(int32_t i) const {
  const DLTensor &t = *tensors[i];
  if (!t.strides || countElements(t, elementBytes(param(i))) == 0)
    return FOVEA_OK;
  int64_t expected[FOVEA_MAX_RANK];
  int64_t next = 1;
  bool legal = true;
  for (int32_t d = t.ndim - 1; d >= 0; --d) {
    expected[d] = next;
    next *= t.shape[d];
    legal &= t.shape[d] == 1 || t.strides[d] == expected[d];
  }
  if (legal)
    return FOVEA_OK;
  about(i).append("found strides ");
  why.appendList(t.strides, t.ndim);
  why.append(", expected the row-major ");
  why.appendList(expected, t.ndim);
  why.append(": pass a contiguous copy");
  return FOVEA_VALUE_ERROR;
}

FoveaStatus Call::checkData(int32_t i) const {
  const DLTensor &t = *tensors[i];
  int64_t bytes = elementBytes(param(i));
  if (countElements(t, bytes) == 0)
    return FOVEA_OK;
  if (!t.data) {
    about(i).append("found null data, legal only in an empty tensor");
    return FOVEA_VALUE_ERROR;
  }
  if (reinterpret_cast<uintptr_t>(firstElement(t)) % bytes) {
    about(i).append("found data at %p, expected alignment to the element: %d "
                    "bytes",
                    static_cast<void *>(firstElement(t)), int(bytes));
    return FOVEA_VALUE_ERROR;
  }
  return FOVEA_OK;
}

/// Kernels write outputs while other threads still read inputs, so a result in
/// place would be wrong without notice.
FoveaStatus Call::checkOverlap(int32_t i) const {
  auto range = [&](int32_t p, uintptr_t &begin, uintptr_t &end) {
    int64_t bytes = elementBytes(param(p));
    begin = reinterpret_cast<uintptr_t>(firstElement(*tensors[p]));
    end = begin + countElements(*tensors[p], bytes) * bytes;
    return begin != end;
  };
  uintptr_t begin, end, otherBegin, otherEnd;
  if (!param(i).is_output || !range(i, begin, end))
    return FOVEA_OK;
  for (int32_t other = 0; other < i; ++other) {
    if (!range(other, otherBegin, otherEnd) || begin >= otherEnd ||
        otherBegin >= end)
      continue;
    about(i).append("found memory that overlaps ");
    why.appendParam(entry, other);
    why.append(", expected memory of its own");
    return FOVEA_VALUE_ERROR;
  }
  return FOVEA_OK;
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
  using Check = FoveaStatus (Call::*)(int32_t) const;
  const Check checks[] = {&Call::checkType, &Call::checkShape,
                          &Call::checkSize, &Call::checkStrides,
                          &Call::checkData, &Call::checkOverlap};
  Call call{entry, tensors, why};
  for (int32_t i = 0; i < entry.num_params; ++i)
    for (Check check : checks)
      if (FoveaStatus status = (call.*check)(i))
        return status;
  return FOVEA_OK;
}
