//===- Json.h - A reader for manifests --------------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Reads the JSON that the compiler writes. LLVM's reader would do, but the
// runtime is free of LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_LIB_RUNTIME_JSON_H
#define FOVEA_LIB_RUNTIME_JSON_H

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fovea::runtime {

struct JsonValue {
  enum class Kind { Null, Bool, Number, String, Array, Object };

  Kind kind = Kind::Null;
  double number = 0; // also of a Bool: 0 or 1
  std::string text;
  // Elements of an array (without names), members of an object.
  std::vector<std::pair<std::string, JsonValue>> children;

  /// The member of that name and kind, or null.
  const JsonValue *find(const char *name, Kind wanted) const;
};

/// Nothing if `text` is not JSON.
std::optional<JsonValue> parseJson(const char *text);

} // namespace fovea::runtime

#endif // FOVEA_LIB_RUNTIME_JSON_H
