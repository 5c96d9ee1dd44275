//===- Message.h - Text of an error, without allocation ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Linked into every artifact: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_MESSAGE_H
#define FOVEA_LIB_RUNTIME_MESSAGE_H

#include "fovea/Runtime/Entry.h"

#include <stddef.h>

namespace fovea::runtime {

constexpr size_t kMessageBytes = 1024;

/// A message that grows by pieces; what does not fit is cut.
struct Message {
  char text[kMessageBytes];
  size_t used = 0;

  Message() { text[0] = 0; }

  void append(const char *format, ...) __attribute__((format(printf, 2, 3)));
  /// "[1, 8, 2048, 64]".
  void appendList(const int64_t *values, int32_t count);
  /// The shape that a parameter wants: "[1, 8, ?0, 64]".
  void appendShape(const FoveaParam &param);
  /// NumPy's name of the type: "float32", "bfloat16", "int8x4".
  void appendType(DLDataType type);
  /// "input 'q' (argument 0)".
  void appendParam(const FoveaEntry &entry, int32_t index);
};

/// Makes `why` the thread's last error, for whoever asks (see Error.cpp).
void setError(const Message &why);

/// Sets the message in this copy of the runtime only.
void setOwnError(const char *message);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_MESSAGE_H
