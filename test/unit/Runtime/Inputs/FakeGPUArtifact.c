//===- FakeGPUArtifact.c - An artifact for GPUs, by hand --------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// In C what the compiler emits for
//
//   copy(x: float32[?0, 4]) -> (y: float32[?0, 4])
//
// with one kernel of one workgroup per row, which uses scratch memory. With
// FAKE_HIP it is for an AMD GPU, else for one of NVIDIA's.
//
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/Device.h"

#define PROTECTED __attribute__((visibility("protected")))

typedef struct Descriptor {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} Descriptor;

#ifdef FAKE_HIP
#define DEVICE_TYPE kDLROCM
#define DEVICE "\"target\":\"gfx942\",\"device\":\"hip\","
// An ELF header with the machine of a code object, and its metadata's target.
static const unsigned char image[] = {
    [0] = 0x7f, 'E', 'L', 'F', [18] = 224, [64] = 'a', 'm', 'd', 'g', 'c',
    'n',        '-', 'a', 'm', 'd',        '-',        'a', 'm', 'd', 'h',
    's',        'a', '-', '-', 'g',        'f',        'x', '9', '4', '2'};
#else
#define DEVICE_TYPE kDLCUDA
#define DEVICE "\"target\":\"nvidia:sm_90a\",\"device\":\"cuda\","
static const char image[] = ".version 8.0\n.target sm_90a\n";
#endif
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
                                               DEVICE_TYPE,
                                               params,
                                               fovea_invoke_copy,
                                               fovea_runtime_call,
                                               fovea_last_error};

FOVEA_EXPORT int copy(const DLTensor *x, DLTensor *y) {
  const DLTensor *tensors[] = {x, y};
  return fovea_runtime_call(&fovea_entry_copy, tensors);
}

FOVEA_EXPORT const char fovea_manifest[] =
    "{\"version\":2," DEVICE
    "\"entries\":[{\"name\":\"copy\",\"params\":[],\"config\":\"\","
    "\"workspace\":0}]}";
