//===- CheckMemory.cpp - Checks of strides, data and aliasing ---*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into every artifact: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "CheckCall.h"

using namespace fovea::runtime;

int64_t fovea::runtime::countElements(const DLTensor &tensor, int64_t bytes) {
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

int64_t fovea::runtime::spanBytes(const DLTensor &tensor, int64_t bytes) {
  int64_t count = countElements(tensor, bytes);
  if (!tensor.strides || count == 0)
    return count * bytes;
  int64_t last = 0, step;
  for (int32_t d = 0; d < tensor.ndim; ++d)
    if (tensor.shape[d] != 1 &&
        (__builtin_mul_overflow(tensor.shape[d] - 1, tensor.strides[d],
                                &step) ||
         __builtin_add_overflow(last, step, &last)))
      return -1;
  int64_t span;
  if (__builtin_add_overflow(last, 1, &last) ||
      __builtin_mul_overflow(last, bytes, &span))
    return -1;
  return span;
}

/// The stride of a dimension of size 1 has no meaning, and producers fill in
/// what they like; null strides, which mean row-major, are DLPack before 1.2.
FoveaStatus TensorCheck::checkStrides(int32_t i) const {
  const DLTensor &t = *tensors[i];
  if (!t.strides || countElements(t, elementBytes(param(i))) == 0)
    return FOVEA_OK;
  if (!isOnGPU())
    return checkRowMajor(i);
  if (FoveaStatus status = checkUnitStride(i))
    return status;
  if (FoveaStatus status = checkSpan(i))
    return status;
  return checkSelfOverlap(i);
}

/// Kernels for GPUs index rows through strides, and elements of a row one after
/// the other.
FoveaStatus TensorCheck::checkUnitStride(int32_t i) const {
  const DLTensor &t = *tensors[i];
  bool legal = true;
  for (int32_t d = 0; d < t.ndim; ++d)
    legal &= t.shape[d] == 1 ||
             (d == t.ndim - 1 ? t.strides[d] == 1 : t.strides[d] >= 0);
  if (legal)
    return FOVEA_OK;
  about(i).append("found strides ");
  why.appendList(t.strides, t.ndim);
  why.append(" of shape ");
  why.appendList(t.shape, t.ndim);
  why.append(", expected 1 in the last dimension and none below 0: pass a "
             "contiguous copy");
  return FOVEA_VALUE_ERROR;
}

FoveaStatus TensorCheck::checkSpan(int32_t i) const {
  const DLTensor &t = *tensors[i];
  if (spanBytes(t, elementBytes(param(i))) >= 0)
    return FOVEA_OK;
  about(i).append("found strides ");
  why.appendList(t.strides, t.ndim);
  why.append(", expected a span of at most 2^63 - 1 bytes");
  return FOVEA_VALUE_ERROR;
}

/// Two elements of an output must not be one in memory. From the smallest
/// stride to the largest, each must step over all that the smaller ones reach;
/// that is more than is needed, but holds for every slice and permutation of a
/// dense tensor.
FoveaStatus TensorCheck::checkSelfOverlap(int32_t i) const {
  const DLTensor &t = *tensors[i];
  int64_t reach = 0; // index of the last element that the checked strides reach
  uint32_t checked = 0;
  for (int32_t round = 0; param(i).is_output && round < t.ndim; ++round) {
    int32_t next = -1;
    for (int32_t d = 0; d < t.ndim; ++d)
      if (!(checked >> d & 1) && t.shape[d] != 1 &&
          (next < 0 || t.strides[d] < t.strides[next]))
        next = d;
    if (next < 0)
      break;
    if (t.strides[next] <= reach) {
      about(i).append("found strides ");
      why.appendList(t.strides, t.ndim);
      why.append(" of shape ");
      why.appendList(t.shape, t.ndim);
      why.append(", expected memory of its own for each element");
      return FOVEA_VALUE_ERROR;
    }
    reach += t.strides[next] * (t.shape[next] - 1);
    checked |= 1u << next;
  }
  return FOVEA_OK;
}

FoveaStatus TensorCheck::checkRowMajor(int32_t i) const {
  const DLTensor &t = *tensors[i];
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

FoveaStatus TensorCheck::checkData(int32_t i) const {
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
FoveaStatus TensorCheck::checkOverlap(int32_t i) const {
  auto range = [&](int32_t p, uintptr_t &begin, uintptr_t &end) {
    int64_t bytes = elementBytes(param(p));
    begin = reinterpret_cast<uintptr_t>(firstElement(*tensors[p]));
    end = begin + spanBytes(*tensors[p], bytes);
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
