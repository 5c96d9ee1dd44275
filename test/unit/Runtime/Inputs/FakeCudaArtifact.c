//===- FakeCudaArtifact.c - An artifact for GPUs, by hand -------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// In C what the compiler emits for
//
//   copy(x: float32[?0, 4]) -> (y: float32[?0, 4])
//
// with one kernel of one workgroup per row, which uses scratch memory.
//
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/Device.h"

#define PROTECTED __attribute__((visibility("protected")))

typedef struct Descriptor {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} Descriptor;

static const char image[] = ".version 8.0\n.target sm_90a\n";
static const FoveaKernelArgument arguments[] = {
    {2, 4, 0}, {2, 4, 0}, {1, 4, 0}};
static FoveaDeviceKernel kernel = {.name = "copy_kernel",
                                   .image = image,
                                   .image_bytes = sizeof(image),
                                   .threads = 32,
                                   .grid_rank = 1,
                                   .num_arguments = 3,
                                   .arguments = arguments};

static void fovea_invoke_copy(void **descriptors) {
  Descriptor *x = descriptors[0];
  struct {
    void *allocated, *aligned;
    int64_t offset, sizes[1], strides[1];
  } scratch = {0, 0, 0, {x->sizes[0]}, {1}};
  scratch.allocated = fovea_device_alloc(4 * (uint64_t)x->sizes[0]);
  scratch.aligned = scratch.allocated;
  void *values[] = {x, descriptors[1], &scratch};
  fovea_device_launch(&kernel, x->sizes, values);
  fovea_device_free(scratch.allocated);
}

static const int64_t shape[] = {-1, 4};
static const FoveaParam params[] = {{"x", kDLFloat, 32, 0, 0, 2, shape},
                                    {"y", kDLFloat, 32, 1, 0, 2, shape}};
PROTECTED const FoveaEntry fovea_entry_copy = {"copy",
                                               2,
                                               1,
                                               kDLCUDA,
                                               params,
                                               fovea_invoke_copy,
                                               fovea_runtime_call,
                                               fovea_last_error};

FOVEA_EXPORT int copy(const DLTensor *x, DLTensor *y) {
  const DLTensor *tensors[] = {x, y};
  return fovea_runtime_call(&fovea_entry_copy, tensors);
}

FOVEA_EXPORT const char fovea_manifest[] =
    "{\"version\":2,\"target\":\"nvidia:sm_90a\",\"device\":\"cuda\","
    "\"entries\":[{\"name\":\"copy\",\"params\":[],\"config\":\"\","
    "\"workspace\":0}]}";
