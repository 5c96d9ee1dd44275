//===- TensorMap.cpp - TMA tensor maps of arguments -------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The rules are those of cuTensorMapEncodeTiled (CUDA Driver API, "Tensor Map
// Object Management"); the driver says only that one of them is broken. Linked
// into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"
#include "DeviceCall.h"

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

static constexpr int32_t kMaxTensorMapRank = 5;
static constexpr int64_t kAddressAlignment = 16;
static constexpr int64_t kStrideBound = int64_t(1) << 40;
static_assert(sizeof(TensorMap) == kTensorMapBytes &&
              alignof(TensorMap) == kTensorMapAlignment);

MemrefView::MemrefView(const void *descriptor,
                       const FoveaKernelArgument &argument) {
  // The strided memref descriptor, see FoveaEntry.invoke.
  struct Head {
    void *allocated;
    char *aligned;
    int64_t offset;
  };
  auto *head = static_cast<const Head *>(descriptor);
  base = head->aligned + head->offset * argument.bytes;
  sizes = reinterpret_cast<const int64_t *>(head + 1);
  strides = sizes + argument.rank;
}

bool MemrefView::isEmpty(int32_t rank) const {
  for (int32_t d = 0; d < rank; ++d)
    if (sizes[d] == 0)
      return true;
  return false;
}

namespace {

/// What cuTensorMapEncodeTiled takes, dimensions innermost first. strides[0] is
/// that of the second dimension.
struct TileShape {
  unsigned long long sizes[kMaxTensorMapRank];
  unsigned long long strides[kMaxTensorMapRank];
  unsigned box[kMaxTensorMapRank];
};

/// One map of one launch.
struct Encoder {
  DeviceCall &call;
  const FoveaDeviceKernel &kernel;
  const FoveaTensorMap &map;
  const MemrefView &view;
  const FoveaKernelArgument &argument;

  Message start() const {
    Message why;
    appendArgument(why, call, kernel, map.argument);
    return why;
  }
  bool check() const;
  bool checkStride(int32_t dim) const;
  TileShape shape() const;
  TileShape emptyShape() const;
  bool encode(void *base, const TileShape &shape, TensorMap &result) const;
  void keepRefusal(const TileShape &shape, Result error) const;
};

} // namespace

/// A dimension of size 1 is never stepped along, so its stride may be anything.
bool Encoder::checkStride(int32_t dim) const {
  int64_t stride = view.strides[dim], bytes;
  bool isLast = dim == argument.rank - 1;
  if (view.sizes[dim] == 1 || (isLast && stride == 1))
    return true;
  if (!isLast && !__builtin_mul_overflow(stride, argument.bytes, &bytes) &&
      bytes >= 0 && bytes < kStrideBound && bytes % kAddressAlignment == 0)
    return true;
  Message why = start();
  if (isLast)
    why.append("found stride %lld in the last dimension, TMA loads need 1",
               static_cast<long long>(stride));
  else
    why.append("found stride %lld (elements of %d bytes) in dimension %d, TMA "
               "loads need a multiple of 16 bytes below 2^40",
               static_cast<long long>(stride), argument.bytes, dim);
  keepError(call, why);
  return false;
}

bool Encoder::check() const {
  if (reinterpret_cast<uintptr_t>(view.base) % kAddressAlignment) {
    Message why = start();
    why.append("found data at %p, TMA loads need 16-byte alignment",
               static_cast<void *>(view.base));
    keepError(call, why);
    return false;
  }
  for (int32_t dim = 0; dim < argument.rank; ++dim)
    if (!checkStride(dim))
      return false;
  return true;
}

TileShape Encoder::shape() const {
  TileShape shape;
  // The stride of a dimension of size 1 becomes that of a dense tensor.
  unsigned long long dense = argument.bytes;
  for (int32_t i = 0; i < argument.rank; ++i) {
    int32_t dim = argument.rank - 1 - i;
    shape.sizes[i] = view.sizes[dim];
    if (i > 0) {
      dense = (dense + kAddressAlignment - 1) & -kAddressAlignment;
      if (dense >= kStrideBound)
        dense = kAddressAlignment;
      shape.strides[i - 1] =
          view.sizes[dim] == 1 ? dense : view.strides[dim] * argument.bytes;
      dense = shape.strides[i - 1];
    }
    dense *= shape.sizes[i];
  }
  return shape;
}

/// One element, a zero: every box reads zeros, in or out of bounds.
TileShape Encoder::emptyShape() const {
  TileShape shape;
  for (int32_t i = 0; i < argument.rank; ++i) {
    shape.sizes[i] = 1;
    shape.strides[i] = kAddressAlignment;
  }
  return shape;
}

static int swizzleMode(int32_t bytes) {
  return bytes >= 128 ? 3 : bytes >= 64 ? 2 : bytes >= 32 ? 1 : 0;
}

bool Encoder::encode(void *base, const TileShape &shape,
                     TensorMap &result) const {
  const unsigned ones[kMaxTensorMapRank] = {1, 1, 1, 1, 1};
  Result error = driver().TensorMapEncodeTiled(
      &result, map.element, argument.rank, base, shape.sizes, shape.strides,
      shape.box, ones, kTensorMapInterleaveNone, swizzleMode(map.swizzle_bytes),
      kTensorMapL2Promotion256B, kTensorMapOutOfBoundsZero);
  if (error)
    keepRefusal(shape, error);
  return !error;
}

/// What our own checks have let through.
void Encoder::keepRefusal(const TileShape &shape, Result error) const {
  auto list = [&](Message &why, const auto *values, int32_t count) {
    for (int32_t i = 0; i < count; ++i)
      why.append("%s%llu", i ? ", " : "",
                 static_cast<unsigned long long>(values[i]));
  };
  Message why = start();
  why.append("cannot encode a tensor map of element type %d, swizzle %d, sizes "
             "[",
             map.element, map.swizzle_bytes);
  list(why, shape.sizes, argument.rank);
  why.append("], strides [");
  list(why, shape.strides, argument.rank - 1);
  why.append("] bytes, box [");
  list(why, shape.box, argument.rank);
  why.append("]: ");
  appendFailure(why, *call.driver->vendor, {"cuTensorMapEncodeTiled", error});
  keepError(call, why);
}

bool fovea::runtime::encodeTensorMap(DeviceCall &call,
                                     const FoveaDeviceKernel &kernel,
                                     const FoveaTensorMap &map,
                                     const MemrefView &view, void *zeros,
                                     void *result) {
  const FoveaKernelArgument &argument = kernel.arguments[map.argument];
  Encoder encoder{call, kernel, map, view, argument};
  bool isEmpty = view.isEmpty(argument.rank);
  if (!isEmpty && !encoder.check())
    return false;
  TileShape shape = isEmpty ? encoder.emptyShape() : encoder.shape();
  for (int32_t i = 0; i < argument.rank; ++i)
    shape.box[i] = i == 0 ? map.box_columns : i == 1 ? map.box_rows : 1;
  return encoder.encode(isEmpty ? zeros : view.base, shape,
                        *static_cast<TensorMap *>(result));
}
