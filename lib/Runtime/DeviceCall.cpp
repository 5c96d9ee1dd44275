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

/// Finds driver and context; otherwise `why` says why not.
static bool enterDevice(DeviceCall &call, const Vendor &vendor, Message &why) {
  call.driver = loadDriver(vendor, why);
  if (!call.driver)
    return false;
  Failure failure = vendor.enter(call);
  if (!failure)
    return true;
  why.append("cannot use device %d: ", call.device);
  appendFailure(why, vendor, failure);
  return false;
}

FoveaStatus fovea::runtime::beginDeviceCall(const FoveaEntry &entry,
                                            int32_t device,
                                            StreamFunction stream) {
  DeviceCall &call = deviceCall();
  call = DeviceCall();
  call.device = device;
  Message reason;
  if (!enterDevice(call, vendorOf(entry.device_type), reason)) {
    endDeviceCall(); // gives the thread its context back
    Message why;
    why.append("%s: %s", entry.name, reason.text);
    setError(why);
    return FOVEA_RUNTIME_ERROR;
  }
  call.stream = static_cast<Stream>(stream ? stream(entry.device_type, device)
                                           : *fovea_stream_slot());
  call.entry = entry.name;
  return FOVEA_OK;
}

FoveaStatus fovea::runtime::endDeviceCall() {
  DeviceCall &call = deviceCall();
  if (call.driver)
    call.driver->vendor->leave(call);
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
