//===- Message.cpp - Text of an error, without allocation -------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Message.h"

#include <stdarg.h>
#include <stdio.h>

using namespace fovea::runtime;

void Message::append(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int wanted = vsnprintf(text + used, kMessageBytes - used, format, arguments);
  va_end(arguments);
  if (wanted > 0)
    used += wanted;
  if (used > kMessageBytes - 1)
    used = kMessageBytes - 1;
}

void Message::appendList(const int64_t *values, int32_t count) {
  append("[");
  for (int32_t i = 0; i < count; ++i)
    append("%s%lld", i ? ", " : "", static_cast<long long>(values[i]));
  append("]");
}

void Message::appendShape(const FoveaParam &param) {
  append("[");
  for (int32_t d = 0; d < param.rank; ++d) {
    long long size = param.shape[d];
    append("%s%s%lld", d ? ", " : "", size < 0 ? "?" : "",
           size < 0 ? -1 - size : size);
  }
  append("]");
}

void Message::appendType(DLDataType type) {
  switch (type.code) {
  case kDLInt:
    append("int%d", type.bits);
    break;
  case kDLUInt:
    append("uint%d", type.bits);
    break;
  case kDLFloat:
    append("float%d", type.bits);
    break;
  case kDLBfloat:
    append("bfloat%d", type.bits);
    break;
  case kDLComplex:
    append("complex%d", type.bits);
    break;
  case kDLBool:
    append("bool");
    break;
  default:
    append("DLPack type %d of %d bits", type.code, type.bits);
  }
  if (type.lanes != 1)
    append("x%d", type.lanes);
}

void Message::appendParam(const FoveaEntry &entry, int32_t index) {
  const FoveaParam &param = entry.params[index];
  append("%s '%s' (argument %d)", param.is_output ? "output" : "input",
         param.name, index);
}

// Not in Error.cpp: within one file a compiler may bind or inline the exported
// function, which must go through the dynamic linker.
void fovea::runtime::setError(const Message &why) {
  setOwnError(why.text);
  fovea_set_last_error(why.text);
}
