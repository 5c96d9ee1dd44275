//===- DeviceCall.h - One call of an entry on a device ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_DEVICECALL_H
#define FOVEA_LIB_RUNTIME_DEVICECALL_H

#include "fovea/Runtime/Device.h"

#include "Call.h"
#include "Driver.h"

namespace fovea::runtime {

/// Where the launches of the thread's current call go.
struct DeviceCall {
  const Driver *driver;
  const char *entry; // its name; null outside of a call
  Device device;
  uintptr_t restore; // current before the call; 0: leave what is
  unsigned long long contextId;
  Stream stream;
  bool failed;
};

/// The thread's. Zero at the start of the thread.
DeviceCall &deviceCall();

/// Starts a message about the call: "attention: ".
void appendCall(Message &why, const DeviceCall &call);

/// Starts a message about a kernel: "attention: kernel 'k': ".
void appendKernel(Message &why, const DeviceCall &call,
                  const FoveaDeviceKernel &kernel);

/// Starts a message about an argument: "attention: kernel 'k': argument 2: ".
void appendArgument(Message &why, const DeviceCall &call,
                    const FoveaDeviceKernel &kernel, int32_t argument);

/// Keeps `why` as the call's error, which the caller of the entry gets to see.
void keepError(DeviceCall &call, const Message &why);

/// Keeps an error of the compiler's: "found WHAT 42". Returns false.
bool keepMalformed(DeviceCall &call, const FoveaDeviceKernel &kernel,
                   const char *what, long long found);

/// Is there a call, without an error so far? Without a call that is an error.
bool isActive(DeviceCall &call);

/// A kernel's handle in one context.
struct LoadedKernel {
  unsigned long long contextId;
  Function function;
  int multiprocessors;
  LoadedKernel *next;
};

/// The kernel in the call's context, loaded if it is the first time. Null
/// after an error, which is kept. Thread-safe.
const LoadedKernel *loadKernel(DeviceCall &call, FoveaDeviceKernel &kernel);

/// A memref as a kernel's parameters and tensor maps need it.
struct MemrefView {
  char *base; // element [0, ...]
  const int64_t *sizes;
  const int64_t *strides; // in elements

  MemrefView(const void *descriptor, const FoveaKernelArgument &argument);
  bool isEmpty(int32_t rank) const;
};

/// Encodes a tensor map (CUtensorMap, of kTensorMapBytes) of `view`. `zeros`
/// are 128 zero bytes on the device, for empty memrefs. Returns false after an
/// error, which is kept.
bool encodeTensorMap(DeviceCall &call, const FoveaDeviceKernel &kernel,
                     const FoveaTensorMap &map, const MemrefView &view,
                     void *zeros, void *result);
constexpr size_t kTensorMapBytes = 128, kTensorMapAlignment = 64;

// Call.cpp refers to these two weakly: only artifacts whose code launches
// something contain them, and with them the rest of the runtime for GPUs.

/// Makes the entry's device current. `stream` null: the thread's stream.
/// Returns FOVEA_RUNTIME_ERROR after setting the thread's error.
FoveaStatus beginDeviceCall(const FoveaEntry &entry, int32_t device,
                            StreamFunction stream);

/// Returns FOVEA_RUNTIME_ERROR if an error was kept since the start.
FoveaStatus endDeviceCall();

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_DEVICECALL_H
