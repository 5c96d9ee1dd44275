//===- DeviceModule.h - What is said of kernels that do not load -*- C++-*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_DEVICEMODULE_H
#define FOVEA_LIB_RUNTIME_DEVICEMODULE_H

#include "DeviceCall.h"

namespace fovea::runtime {

/// Appends what the kernel's image was compiled for, as its assembler names it;
/// of AMD with the features that the code insists on.
void appendImageTarget(Message &why, const FoveaDeviceKernel &kernel);

/// Is the kernel's image a code object of AMD's?
bool isCodeObject(const FoveaDeviceKernel &kernel);

/// Keeps that the image does not load on the call's device. `failure` may be
/// without a call, `log` empty.
void keepLoadError(DeviceCall &call, const FoveaDeviceKernel &kernel,
                   Failure failure, const char *log);

/// Keeps that the device has less shared memory than the kernel needs.
/// `failure` may be empty.
void keepSharedError(DeviceCall &call, const FoveaDeviceKernel &kernel,
                     Failure failure);

/// Keeps that `what` of the kernel has failed.
void keepKernelError(DeviceCall &call, const FoveaDeviceKernel &kernel,
                     const char *what, Failure failure);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_DEVICEMODULE_H
