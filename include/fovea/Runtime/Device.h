//===- Device.h - What compiled host code asks of a device ------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Launches and scratch memory of artifacts for GPUs of NVIDIA (CUDA) and AMD
// (HIP). C99, free of LLVM and of both vendors' libraries: the driver is loaded
// when the first entry is called, from the library that the environment
// variable FOVEA_LIBCUDA or FOVEA_LIBHIP names, else from libcuda.so.1 or
// libamdhip64.so. The entry's device type says which of the two it is.
//
// A kernel's parameters, each of natural alignment, in this order:
//
//   per argument   memref: a pointer to element [0, ...], `rank` x int32 sizes,
//                  `rank` x int64 strides in elements; scalar: its bytes
//   per tensor map 128 bytes by value, 64-byte aligned (CUDA only)
//   grid           `grid_rank` x int32
//   persistent     a pointer to an int32 counter that is zero at the start
//
// The launch is one-dimensional: gridDim.x is the product of the grid's sizes.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_RUNTIME_DEVICE_H
#define FOVEA_RUNTIME_DEVICE_H

#include "fovea/Runtime/Entry.h"

#include <stdint.h>

// NOLINTBEGIN(readability-identifier-naming): a C interface, in snake_case.

#ifdef __cplusplus
extern "C" {
#endif

// One argument of a device kernel: a memref or a scalar.
typedef struct FoveaKernelArgument {
  int32_t rank;  // of the memref; -1 is a scalar
  int32_t bytes; // of an element, or of the scalar
  // Bytes of which a memref's base and its strides but the last must be
  // multiples; 0 is any.
  int32_t alignment;
} FoveaKernelArgument;

// A TMA tensor map (CUtensorMap) of an argument of rank 2 to 5. It is encoded
// at each launch: dimensions innermost first, box {box_columns, box_rows, 1,
// ...}, no interleave, zeros out of bounds.
typedef struct FoveaTensorMap {
  int32_t argument;      // which argument
  int32_t element;       // CUtensorMapDataType
  int32_t swizzle_bytes; // 0, 32, 64 or 128
  int32_t box_rows;      // elements of the last dimension but one
  int32_t box_columns;   // elements of the last dimension
} FoveaTensorMap;

// One kernel, in writable memory: `state` belongs to the runtime.
typedef struct FoveaDeviceKernel {
  const char *name; // of the function in the image
  // Cubin, or zero-terminated PTX; for AMD a code object (ELF, HSACO), without
  // a bundle around it.
  const void *image;
  uint64_t image_bytes; // with PTX's zero
  int32_t threads;      // per block
  int32_t shared_bytes; // of dynamic shared memory per block
  int32_t cluster;      // blocks per cluster; 0 and 1 are none, as for AMD
  int32_t grid_rank;
  int32_t num_arguments;
  int32_t num_tensor_maps;
  const FoveaKernelArgument *arguments;
  const FoveaTensorMap *tensor_maps;
  // Of a persistent kernel: launch at most so many blocks per multiprocessor,
  // and pass the counter; else 0.
  int32_t persistent;
  void *state; // loaded modules, one per context; starts null
} FoveaDeviceKernel;

// The functions below are for an entry's invoke. Each keeps the first error of
// the call, and does nothing after one; fovea_runtime_call then returns
// FOVEA_RUNTIME_ERROR. Errors inside a running kernel show up in a later call
// or when the stream is synchronized.

// Launches on the call's stream. `grid` has grid_rank sizes. arguments[i]
// points to the memref descriptor of argument i (see FoveaEntry.invoke), or to
// the scalar.
void fovea_device_launch(FoveaDeviceKernel *kernel, const int64_t *grid,
                         void **arguments);

// Scratch memory in stream order, 256-byte aligned; null after an error.
void *fovea_device_alloc(uint64_t bytes);
void fovea_device_free(void *pointer);

// The CUstream or hipStream_t that this thread's calls of C entry points use,
// until it is set again. Null, which is also the start, is the default stream.
// It must belong to the device of the tensors. Calls through TVM-FFI use that
// environment's stream instead. Returns FOVEA_OK.
FOVEA_EXPORT int fovea_set_stream(void *stream);

// Where the thread's stream is kept. Exported for the artifacts themselves: all
// those that are linked into one program must find the same one.
FOVEA_EXPORT void **fovea_stream_slot(void);

#ifdef __cplusplus
}
#endif

// NOLINTEND(readability-identifier-naming)

#endif // FOVEA_RUNTIME_DEVICE_H
