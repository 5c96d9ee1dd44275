//===- CheckCall.h - The checks of one call's tensors -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_CHECKCALL_H
#define FOVEA_LIB_RUNTIME_CHECKCALL_H

#include "Check.h"

namespace fovea::runtime {

/// The tensors of one call, and which of them is being looked at.
struct TensorCheck {
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

  bool isOnGPU() const { return entry.device_type != kDLCPU; }

  FoveaStatus checkType(int32_t i) const;
  FoveaStatus checkDevice(int32_t i) const;
  FoveaStatus checkShape(int32_t i) const;
  FoveaStatus checkSymbol(int32_t i, int32_t dim) const;
  FoveaStatus checkSize(int32_t i) const;
  FoveaStatus checkStrides(int32_t i) const;
  FoveaStatus checkRowMajor(int32_t i) const;
  FoveaStatus checkUnitStride(int32_t i) const;
  FoveaStatus checkSpan(int32_t i) const;
  FoveaStatus checkData(int32_t i) const;
  FoveaStatus checkSelfOverlap(int32_t i) const;
  FoveaStatus checkOverlap(int32_t i) const;
};

/// Elements of the tensor, or -1 if their bytes cannot be counted.
int64_t countElements(const DLTensor &tensor, int64_t bytes);

/// Bytes from the tensor's first element to the end of its last, or -1 if they
/// cannot be counted. Strides are >= 0 where the size is not 1.
int64_t spanBytes(const DLTensor &tensor, int64_t bytes);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_CHECKCALL_H
