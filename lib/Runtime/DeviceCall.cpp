//===- DeviceCall.cpp - One call of an entry on a device --------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Context and stream. Linked into artifacts: only libc may be
// used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceCall.h"

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

DeviceCall &fovea::runtime::deviceCall() {
  // Constant-initialised, hence without a TLS wrapper from the C++ runtime.
  static thread_local DeviceCall call;
  return call;
}

void fovea::runtime::appendCall(Message &why, const DeviceCall &call) {
  why.append("%s: ", call.entry);
}

void fovea::runtime::appendKernel(Message &why, const DeviceCall &call,
                                  const FoveaDeviceKernel &kernel) {
  appendCall(why, call);
  why.append("kernel '%s': ", kernel.name);
}

void fovea::runtime::appendArgument(Message &why, const DeviceCall &call,
                                    const FoveaDeviceKernel &kernel,
                                    int32_t argument) {
  appendKernel(why, call, kernel);
  why.append("argument %d: ", argument);
}

void fovea::runtime::keepError(DeviceCall &call, const Message &why) {
  if (!call.failed)
    setError(why);
  call.failed = true;
}

/// Makes a context of `call.device` current. The thread's own is taken if it is
/// of that device: it is where its tensors and streams live. Otherwise it is
/// the primary context, as the CUDA runtime and PyTorch use; one reference to
/// it is held per such call, and never given back, so it outlives our modules.
static Result enterContext(DeviceCall &call) {
  const Driver &driver = *call.driver;
  Context current = nullptr, primary = nullptr;
  Device device = 0, currentDevice = -1;
  if (Result error = driver.DeviceGet(&device, call.device))
    return error;
  if (Result error = driver.CtxGetCurrent(&current))
    return error;
  if (current && !driver.CtxGetDevice(&currentDevice) &&
      currentDevice == device)
    return driver.CtxGetId(current, &call.contextId);
  if (Result error = driver.DevicePrimaryCtxRetain(&primary, device))
    return error;
  if (Result error = driver.CtxSetCurrent(primary))
    return error;
  call.restore = current;
  return driver.CtxGetId(primary, &call.contextId);
}

/// Finds driver and context; otherwise `why` says why not.
static bool enterDevice(DeviceCall &call, Message &why) {
  call.driver = loadDriver(why);
  if (!call.driver)
    return false;
  Result error = enterContext(call);
  if (!error)
    return true;
  why.append("cannot use device %d: ", call.device);
  appendError(why, *call.driver, error);
  return false;
}

FoveaStatus fovea::runtime::beginDeviceCall(const char *entry, int32_t device,
                                            StreamFunction stream) {
  DeviceCall &call = deviceCall();
  call = DeviceCall();
  call.device = device;
  Message reason;
  if (!enterDevice(call, reason)) {
    endDeviceCall(); // gives the thread its context back
    Message why;
    why.append("%s: %s", entry, reason.text);
    setError(why);
    return FOVEA_RUNTIME_ERROR;
  }
  call.stream =
      static_cast<Stream>(stream ? stream(device) : *fovea_stream_slot());
  call.entry = entry;
  return FOVEA_OK;
}

FoveaStatus fovea::runtime::endDeviceCall() {
  DeviceCall &call = deviceCall();
  if (call.restore)
    call.driver->CtxSetCurrent(call.restore);
  call.entry = nullptr;
  return call.failed ? FOVEA_RUNTIME_ERROR : FOVEA_OK;
}

bool fovea::runtime::keepMalformed(DeviceCall &call,
                                   const FoveaDeviceKernel &kernel,
                                   const char *what, long long found) {
  Message why;
  appendKernel(why, call, kernel);
  why.append("malformed artifact: found %s %lld", what, found);
  keepError(call, why);
  return false;
}

bool fovea::runtime::isActive(DeviceCall &call) {
  if (call.entry)
    return !call.failed;
  Message why;
  why.append("a kernel was launched, or device memory asked for, outside of "
             "the call of an entry for a GPU");
  setError(why);
  return false;
}

int fovea_set_stream(void *stream) {
  *fovea_stream_slot() = stream;
  return FOVEA_OK;
}
