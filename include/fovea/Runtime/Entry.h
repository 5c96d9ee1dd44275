//===- Entry.h - The C interface of compiled artifacts ----------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What an artifact contains, and the two functions that its entry points call.
// C99, and free of LLVM: the only dependency is <dlpack/dlpack.h>.
//
// An artifact is a shared object. For each public function NAME it exports
//
//   int NAME(const DLTensor *input..., DLTensor *output...);
//   int __tvm_ffi_NAME(void *, const TVMFFIAny *, int32_t, TVMFFIAny *);
//   const FoveaEntry fovea_entry_NAME;
//
// and once
//
//   const char fovea_manifest[];           JSON, zero-terminated
//   const char *fovea_last_error(void);
//
// Inputs come first, then outputs; the caller allocates both. Tensors are
// aligned to their element. An output overlaps no other tensor. Nothing is
// computed unless every check passes.
//
// An entry for the CPU takes tensors on the CPU, row-major without gaps. An
// entry for NVIDIA or AMD GPUs takes tensors on one of them, with any strides
// >= 0 as long as the last is 1 and no two elements of an output share memory.
// It returns when its kernels are in the stream (fovea/Runtime/Device.h), not
// when they are done.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_RUNTIME_ENTRY_H
#define FOVEA_RUNTIME_ENTRY_H

#include <dlpack/dlpack.h>
#include <stdint.h>

// NOLINTBEGIN(readability-identifier-naming): a C interface, in snake_case.

#ifdef __cplusplus
extern "C" {
#endif

// Version of everything in this file; the manifest's "version" states it.
#define FOVEA_ARTIFACT_VERSION 2

// Descriptors are built on the stack, hence the bounds.
#define FOVEA_MAX_RANK 8
#define FOVEA_MAX_PARAMS 64

#define FOVEA_EXPORT __attribute__((visibility("default")))

// What an entry point returns. A TVM-FFI entry point returns 0 or -1 instead,
// and raises the exception that is named here.
enum FoveaStatus {
  FOVEA_OK = 0,
  FOVEA_TYPE_ERROR = 1,   // TypeError: dtype, device, number or kind of args
  FOVEA_VALUE_ERROR = 2,  // ValueError: shape, strides, data, aliasing
  FOVEA_RUNTIME_ERROR = 3 // RuntimeError: malformed entry, device or driver
};

// One tensor parameter.
typedef struct FoveaParam {
  const char *name;
  uint8_t code; // DLDataType.code; lanes are always 1
  uint8_t bits; // DLDataType.bits
  uint8_t is_output;
  uint8_t pad; // zero
  int32_t rank;
  // `rank` numbers: >= 0 is a static size, < 0 is the symbol -1 - s. All
  // dimensions of an entry with equal symbols must have equal sizes in a call.
  const int64_t *shape;
} FoveaParam;

// One callable function: inputs first, then outputs.
typedef struct FoveaEntry {
  const char *name;
  int32_t num_params;
  int32_t num_inputs;
  int32_t device_type; // of all tensors: kDLCPU, kDLCUDA or kDLROCM (AMD)
  const FoveaParam *params;
  // The compiled code. descriptors[i] points to the strided memref descriptor
  // of parameter i: {void *allocated; void *aligned; int64_t offset;
  // int64_t sizes[rank]; int64_t strides[rank];}, strides in elements: those of
  // the tensor for a GPU, those of row-major order for the CPU.
  void (*invoke)(void **descriptors);
  // The artifact's own fovea_runtime_call and fovea_last_error, for those who
  // have found this table: another copy of the runtime, that of a loader, knows
  // nothing of what this artifact's code asks of a device.
  int (*call)(const struct FoveaEntry *entry, const DLTensor *const *tensors);
  const char *(*last_error)(void);
} FoveaEntry;

// Checks `tensors` (entry->num_params pointers) against the entry, builds the
// descriptors and invokes the compiled code. Returns a FoveaStatus; when it is
// not FOVEA_OK, fovea_last_error() says why, and nothing was computed; only
// after FOVEA_RUNTIME_ERROR on a GPU some of the kernels may have run.
int fovea_runtime_call(const FoveaEntry *entry, const DLTensor *const *tensors);

// The same behind TVM-FFI's safe-call convention: `args` is const TVMFFIAny *,
// `result` is TVMFFIAny *, which becomes None. Each argument is a DLTensor * or
// a Tensor object. Returns 0, or -1 with the error raised in TVM-FFI. The
// symbol for raising is looked up when needed, so artifacts load without
// tvm-ffi.
int fovea_runtime_tvm_ffi_call(const FoveaEntry *entry, const void *args,
                               int32_t num_args, void *result);

// Why the last failed call of this thread failed; "" if none did. Valid until
// the next failed call of this thread.
FOVEA_EXPORT const char *fovea_last_error(void);

// Sets what fovea_last_error returns, cut to 1023 bytes. Artifacts export it,
// so that those which are linked into one program share one message.
FOVEA_EXPORT void fovea_set_last_error(const char *message);

#ifdef __cplusplus
}
#endif

// NOLINTEND(readability-identifier-naming)

#endif // FOVEA_RUNTIME_ENTRY_H
