//===- Json.cpp - A reader for manifests ------------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Json.h"

#include <cstdlib>
#include <cstring>

using namespace fovea::runtime;
using Kind = JsonValue::Kind;

namespace {

/// A manifest is four levels deep; more is not one of ours.
constexpr int kMaxDepth = 32;

/// Recursive descent over zero-terminated text. Each function stops behind what
/// it has read, or returns false.
class Reader {
public:
  explicit Reader(const char *text) : at(text) {}

  bool document(JsonValue &value) {
    bool read = element(value, 0);
    skipSpace();
    return read && *at == 0;
  }

private:
  void skipSpace() { at += strspn(at, " \t\r\n"); }

  bool eat(const char *token) {
    skipSpace();
    size_t length = strlen(token);
    if (strncmp(at, token, length))
      return false;
    at += length;
    return true;
  }

  bool element(JsonValue &value, int depth) {
    if (depth > kMaxDepth)
      return false;
    if (eat("{"))
      return children(value, Kind::Object, "}", depth);
    if (eat("["))
      return children(value, Kind::Array, "]", depth);
    if (eat("\"")) {
      value.kind = Kind::String;
      return string(value.text);
    }
    if (eat("null"))
      return true;
    if (eat("true"))
      return boolean(value, true);
    if (eat("false"))
      return boolean(value, false);
    return number(value);
  }

  bool boolean(JsonValue &value, bool given) {
    value.kind = Kind::Bool;
    value.number = given;
    return true;
  }

  bool children(JsonValue &value, Kind kind, const char *close, int depth) {
    value.kind = kind;
    if (eat(close))
      return true;
    do {
      auto &[name, child] = value.children.emplace_back();
      if (kind == Kind::Object && !(eat("\"") && string(name) && eat(":")))
        return false;
      if (!element(child, depth + 1))
        return false;
    } while (eat(","));
    return eat(close);
  }

  bool number(JsonValue &value) {
    // strtod also takes "inf", "nan" and hexadecimal; JSON does not.
    if (*at != '-' && (*at < '0' || *at > '9'))
      return false;
    char *end;
    value.kind = Kind::Number;
    value.number = strtod(at, &end);
    bool read = end != at;
    at = end;
    return read;
  }

  /// The rest of a string, after its opening quote.
  bool string(std::string &text) {
    for (; *at && *at != '"'; ++at) {
      if (*at != '\\')
        text += *at;
      else if (!escape(text))
        return false;
    }
    return *at && *at++ == '"';
  }

  /// One escape; `at` stays on its last character.
  bool escape(std::string &text) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    ++at;
    if (*at == 'u')
      return unicode(text);
    const char *name = *at ? strchr(names, *at) : nullptr;
    if (name)
      text += values[name - names];
    return name;
  }

  /// \uXXXX as UTF-8. Surrogates stay two units: names have none.
  bool unicode(std::string &text) {
    if (strspn(at + 1, "0123456789abcdefABCDEF") < 4)
      return false;
    unsigned code = static_cast<unsigned>(
        strtoul(std::string(at + 1, 4).c_str(), nullptr, 16));
    at += 4;
    if (code < 0x80) {
      text += static_cast<char>(code);
      return true;
    }
    if (code >= 0x800)
      text += static_cast<char>(0xe0 | code >> 12);
    text += static_cast<char>(code >= 0x800 ? 0x80 | (code >> 6 & 0x3f)
                                            : 0xc0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3f));
    return true;
  }

  const char *at;
};

} // namespace

const JsonValue *JsonValue::find(const char *name, Kind wanted) const {
  if (kind == Kind::Object)
    for (const auto &[key, child] : children)
      if (key == name && child.kind == wanted)
        return &child;
  return nullptr;
}

std::optional<JsonValue> fovea::runtime::parseJson(const char *text) {
  JsonValue value;
  if (!Reader(text).document(value))
    return std::nullopt;
  return value;
}
