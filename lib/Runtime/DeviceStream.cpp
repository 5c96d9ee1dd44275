//===- DeviceStream.cpp - The thread's stream -------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A file of its own, for the reason that Error.cpp has: artifacts that are
// linked into one program all use the first one's slot, as long as the compiler
// cannot inline it.
//
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/Device.h"

static thread_local void *stream;

void **fovea_stream_slot(void) { return &stream; }
