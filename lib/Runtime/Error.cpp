//===- Error.cpp - The thread's last error message --------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// A program may hold several artifacts, each with a copy of this file. Linked
// in the ordinary way, or opened with RTLD_GLOBAL, all of them call the first
// copy's exported functions; dlsym on one artifact finds that artifact's own.
// So that every reader finds the message, it is written both to the own buffer
// and through the exported name.
//
//===----------------------------------------------------------------------===//

#include "Message.h"

#include <string.h>

using namespace fovea::runtime;

// Constant-initialised, hence without a TLS wrapper from the C++ runtime.
static thread_local char lastError[kMessageBytes];

void fovea::runtime::setOwnError(const char *message) {
  strncpy(lastError, message, kMessageBytes - 1);
  lastError[kMessageBytes - 1] = 0;
}

const char *fovea_last_error(void) { return lastError; }

void fovea_set_last_error(const char *message) { setOwnError(message); }
