//===- FakeArtifact.c - An artifact, written by hand ------------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// In C what the compiler emits for
//
//   twice(x: float32[?0]) -> (y: float32[?0])
//   thrice(x: float32[?0]) -> (y: float32[?0])
//
// FAKE_MANIFEST replaces the manifest, to make artifacts that are wrong.
// FAKE_PREFIX makes an artifact that can be told from another one.
//
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/Entry.h"

#include <stddef.h>

#ifndef FAKE_PREFIX
#define FAKE_PREFIX ""
#endif

#define PROTECTED __attribute__((visibility("protected")))

typedef struct Descriptor {
  float *allocated, *aligned;
  int64_t offset, size, stride;
} Descriptor;

static void multiply(void **descriptors, float factor) {
  Descriptor *x = descriptors[0], *y = descriptors[1];
  for (int64_t i = 0; i < x->size; ++i)
    y->aligned[i * y->stride] = factor * x->aligned[i * x->stride];
}

static const int64_t shape[] = {-1};
static const FoveaParam params[] = {{"x", kDLFloat, 32, 0, 0, 1, shape},
                                    {"y", kDLFloat, 32, 1, 0, 1, shape}};

#define ENTRY(name, factor)                                                    \
  static void fovea_invoke_##name(void **descriptors) {                        \
    multiply(descriptors, factor);                                             \
  }                                                                            \
  PROTECTED const FoveaEntry fovea_entry_##name = {FAKE_PREFIX #name,          \
                                                   2,                          \
                                                   1,                          \
                                                   kDLCPU,                     \
                                                   params,                     \
                                                   fovea_invoke_##name,        \
                                                   fovea_runtime_call,         \
                                                   fovea_last_error};          \
  FOVEA_EXPORT int name(const DLTensor *x, DLTensor *y) {                      \
    const DLTensor *tensors[] = {x, y};                                        \
    return fovea_runtime_call(&fovea_entry_##name, tensors);                   \
  }                                                                            \
  FOVEA_EXPORT int __tvm_ffi_##name(void *self, const void *args,              \
                                    int32_t num_args, void *result) {          \
    (void)self;                                                                \
    return fovea_runtime_tvm_ffi_call(&fovea_entry_##name, args, num_args,     \
                                      result);                                 \
  }

ENTRY(twice, 2)
ENTRY(thrice, 3)

#define PARAMS                                                                 \
  "[{\"name\":\"x\",\"dtype\":\"float32\",\"shape\":[\"?0\"],"                 \
  "\"role\":\"in\"},{\"name\":\"y\",\"dtype\":\"float32\","                    \
  "\"shape\":[\"?0\"],\"role\":\"out\"}]"

#ifndef FAKE_MANIFEST
#define FAKE_MANIFEST                                                          \
  "{\"version\":2,\"target\":\"cpu\",\"device\":\"cpu\",\"entries\":["         \
  "{\"name\":\"twice\",\"params\":" PARAMS                                     \
  ",\"config\":\"\",\"workspace\":0},"                                         \
  "{\"name\":\"thrice\",\"params\":" PARAMS                                    \
  ",\"config\":\"\",\"workspace\":0}]}"
#endif

FOVEA_EXPORT const char fovea_manifest[] = FAKE_MANIFEST;
