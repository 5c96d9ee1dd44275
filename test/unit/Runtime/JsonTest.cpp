//===- JsonTest.cpp - The reader for manifests ------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "../../../lib/Runtime/Json.h"

#include "gtest/gtest.h"

using namespace fovea::runtime;
using Kind = JsonValue::Kind;

TEST(Json, ReadsWhatTheCompilerWrites) {
  auto value = parseJson(
      "{\"a\": [1, -2.5e1, true, false, null, {}, []], \"b\" : \"x\"}\n");
  ASSERT_TRUE(value);
  const JsonValue *a = value->find("a", Kind::Array);
  ASSERT_TRUE(a);
  ASSERT_EQ(a->children.size(), 7u);
  EXPECT_EQ(a->children[0].second.number, 1);
  EXPECT_EQ(a->children[1].second.number, -25);
  EXPECT_EQ(a->children[2].second.number, 1);
  EXPECT_EQ(a->children[3].second.kind, Kind::Bool);
  EXPECT_EQ(a->children[4].second.kind, Kind::Null);
  EXPECT_EQ(a->children[5].second.kind, Kind::Object);
  ASSERT_TRUE(value->find("b", Kind::String));
  EXPECT_EQ(value->find("b", Kind::String)->text, "x");
  EXPECT_FALSE(value->find("b", Kind::Number));
  EXPECT_FALSE(value->find("c", Kind::String));
}

TEST(Json, Escapes) {
  auto value = parseJson(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac")");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac");
}

TEST(Json, RefusesOtherText) {
  for (const char *text :
       {"", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "1 2", "nan",
        "tru", "\"x", "\"\\", "\"\\u12\"", "\"\\x\"", "+1", "0x"})
    EXPECT_FALSE(parseJson(text)) << text;
}

TEST(Json, RefusesDeepNesting) {
  EXPECT_TRUE(parseJson((std::string(20, '[') + std::string(20, ']')).c_str()));
  EXPECT_FALSE(parseJson(std::string(1000000, '[').c_str()));
}
