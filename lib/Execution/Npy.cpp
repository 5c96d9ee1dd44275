//===- Npy.cpp - NumPy's .npy files -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/Npy.h"

#include "fovea/Driver/Output.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstring>

using namespace fovea;
using llvm::createStringError;
using llvm::StringRef;

namespace {
struct Header {
  StringRef type;
  llvm::SmallVector<int64_t> shape;
  size_t dataOffset;
};
} // namespace

/// The text after `'key':` in the header's dictionary.
static StringRef getField(StringRef dictionary, StringRef key) {
  size_t at = dictionary.find(("'" + key + "':").str());
  return at == StringRef::npos ? StringRef()
                               : dictionary.substr(at + key.size() + 3).ltrim();
}

static llvm::Error malformed(StringRef path, const llvm::Twine &why) {
  return createStringError("'" + path +
                           "' is not a .npy file that can be read: " + why);
}

static llvm::Error parseShape(StringRef path, StringRef text, Header &header) {
  if (!text.consume_front("("))
    return malformed(path, "its header has no shape");
  text = text.take_until([](char c) { return c == ')'; });
  llvm::SmallVector<StringRef> parts;
  text.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t size;
    if (part.trim().empty())
      continue;
    if (part.trim().getAsInteger(10, size) || size < 0)
      return malformed(path, "its shape is (" + text + ")");
    header.shape.push_back(size);
  }
  return llvm::Error::success();
}

static llvm::Expected<Header> parseHeader(StringRef path, StringRef file) {
  if (!file.starts_with("\x93NUMPY") || file.size() < 12)
    return malformed(path, "it does not start with NumPy's magic string");
  bool wide = file[6] >= 2;
  size_t start = wide ? 12 : 10;
  size_t length = wide ? llvm::support::endian::read32le(file.data() + 8)
                       : llvm::support::endian::read16le(file.data() + 8);
  if (start + length > file.size())
    return malformed(path, "it ends within its header");
  StringRef dictionary = file.substr(start, length);
  Header header{{}, {}, start + length};
  if (!getField(dictionary, "fortran_order").starts_with("False"))
    return malformed(path,
                     "it is in Fortran order; save numpy.ascontiguousarray(x)");
  StringRef type = getField(dictionary, "descr");
  if (!type.consume_front("'"))
    return malformed(path, "its element type is not a plain one");
  header.type = type.take_until([](char c) { return c == '\''; });
  if (llvm::Error error =
          parseShape(path, getField(dictionary, "shape"), header))
    return error;
  return header;
}

/// NumPy's codes for an element type, the one to write first.
static llvm::SmallVector<std::string> getTypeCodes(ArtifactElementKind kind,
                                                   unsigned bits) {
  std::string bytes = std::to_string(bits / 8);
  switch (kind) {
  case ArtifactElementKind::BFloat:
    return {"<V2", "|V2", "<u2"};
  case ArtifactElementKind::Float:
    return {"<f" + bytes};
  case ArtifactElementKind::Bool:
    return {"|b1"};
  case ArtifactElementKind::Int:
    return {"<i" + bytes, "|i" + bytes};
  case ArtifactElementKind::UInt:
    return {"<u" + bytes, "|u" + bytes};
  }
  return {};
}

static std::string printShape(llvm::ArrayRef<int64_t> shape) {
  std::string text = "[";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(shape, os, [&](int64_t size) {
    if (size < 0)
      os << "?";
    else
      os << size;
  });
  return text + "]";
}

llvm::Expected<Array> fovea::readNpy(StringRef path,
                                     const ArtifactParam &param) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  StringRef file = (*buffer)->getBuffer();
  llvm::Expected<Header> header = parseHeader(path, file);
  if (!header)
    return header.takeError();
  llvm::SmallVector<std::string> codes = getTypeCodes(param.kind, param.bits);
  if (!llvm::is_contained(codes, header->type))
    return createStringError("'" + path + "' has element type '" +
                             header->type + "', but " + param.name + " is " +
                             artifactTypeName(param.kind, param.bits) +
                             ": expected '" + codes.front() + "'");
  bool fits = header->shape.size() == param.shape.size();
  for (size_t d = 0; fits && d < header->shape.size(); ++d)
    fits = param.shape[d] < 0 || param.shape[d] == header->shape[d];
  if (!fits)
    return createStringError("'" + path + "' has shape " +
                             printShape(header->shape) + ", but " + param.name +
                             " is " + printShape(param.shape));
  Array array(param.kind, param.bits, header->shape);
  size_t bytes = array.size() * (param.bits / 8);
  if (file.size() - header->dataOffset < bytes)
    return malformed(path, "it ends within its elements");
  std::memcpy(array.data(), file.data() + header->dataOffset, bytes);
  return array;
}

llvm::Error fovea::writeNpy(StringRef path, const Array &array) {
  std::string shape;
  for (int64_t size : array.shape())
    shape += std::to_string(size) + ",";
  std::string header = "{'descr': '" +
                       getTypeCodes(array.kind(), array.bits()).front() +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  // The elements start at a multiple of 64, after a line break.
  constexpr size_t kPrefix = 10;
  header.append(63 - (kPrefix + header.size()) % 64, ' ');
  header += '\n';
  std::string content("\x93NUMPY\x01\0", 8);
  content += char(header.size() & 255);
  content += char(header.size() >> 8);
  content += header;
  content.append(array.data(), array.size() * (array.bits() / 8));
  return writeFiles({{path.str(), content}});
}
