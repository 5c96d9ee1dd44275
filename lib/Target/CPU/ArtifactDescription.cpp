//===- ArtifactDescription.cpp - What an artifact offers --------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "fovea/Target/CPU/ArtifactDescription.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

using namespace fovea;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Keywords of C11 and C++20: the header serves both.
static bool isKeyword(StringRef name) {
  static const StringRef keywords =
      " alignas alignof and and_eq asm auto bitand bitor bool break case catch "
      "char char8_t char16_t char32_t class co_await co_return co_yield compl "
      "concept const const_cast consteval constexpr constinit continue "
      "decltype default delete do double dynamic_cast else enum explicit "
      "export extern false float for friend goto if inline int long mutable "
      "namespace new noexcept not not_eq nullptr operator or or_eq private "
      "protected public register reinterpret_cast requires restrict return "
      "short signed sizeof static static_assert static_cast struct switch "
      "template this thread_local throw true try typedef typeid typename "
      "typeof union unsigned using virtual void volatile wchar_t while xor "
      "xor_eq ";
  return keywords.contains((" " + name + " ").str());
}

static bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// What speaks against `name` as a symbol of the artifact, or empty.
static std::string objectionToSymbol(StringRef name) {
  if (!isIdentifier(name))
    return "is not a C identifier";
  if (isKeyword(name))
    return "is a keyword of C or C++";
  if (name == "main" || name.starts_with("_") || name.starts_with("fovea_") ||
      name.starts_with("omp_"))
    return "is reserved, as is all that starts with '_', 'fovea_' or 'omp_'";
  // The artifact's own calls of libc and libm would end up in this function.
  llvm::LibFunc function;
  if (llvm::TargetLibraryInfoImpl(llvm::Triple()).getLibFunc(name, function))
    return "is a function of the C library";
  return "";
}

/// C names of the parameters: "0" becomes "_0", "new" becomes "new_".
static llvm::SmallVector<std::string> cParamNames(const ArtifactEntry &entry) {
  llvm::StringSet<> taken;
  llvm::SmallVector<std::string> names;
  for (const ArtifactParam &param : entry.params) {
    std::string name = param.name;
    for (char &c : name)
      if (!llvm::isAlnum(c))
        c = '_';
    if (llvm::isDigit(name.front()))
      name.insert(0, "_");
    while (isKeyword(name) || !taken.insert(name).second)
      name += '_';
    names.push_back(name);
  }
  return names;
}

std::string fovea::artifactTypeName(ArtifactElementKind kind, unsigned bits) {
  switch (kind) {
  case ArtifactElementKind::Int:
    return "int" + llvm::utostr(bits);
  case ArtifactElementKind::UInt:
    return "uint" + llvm::utostr(bits);
  case ArtifactElementKind::Float:
    return "float" + llvm::utostr(bits);
  case ArtifactElementKind::BFloat:
    return "bfloat" + llvm::utostr(bits);
  case ArtifactElementKind::Bool:
    return "bool";
  }
  llvm_unreachable("unknown element kind");
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

template <typename... Args>
static llvm::Error error(const ArtifactEntry &entry, const char *format,
                         const Args &...args) {
  return llvm::createStringError("function '" + entry.name + "' " +
                                 llvm::formatv(format, args...).str());
}

static llvm::Error verifyParam(const ArtifactEntry &entry,
                               const ArtifactParam &param) {
  if (param.shape.size() > kArtifactMaxRank)
    return error(entry,
                 "cannot be in an artifact: parameter '{0}' has rank "
                 "{1}, at most {2} is legal",
                 param.name, param.shape.size(), kArtifactMaxRank);
  if (param.bits != 8 && param.bits != 16 && param.bits != 32 &&
      param.bits != 64)
    return error(entry,
                 "cannot be in an artifact: parameter '{0}' has "
                 "elements of {1} bits, legal are 8, 16, 32 and 64",
                 param.name, int(param.bits));
  return llvm::Error::success();
}

static llvm::Error verifyEntry(const ArtifactEntry &entry) {
  std::string objection = objectionToSymbol(entry.name);
  if (!objection.empty())
    return error(entry, "cannot be in an artifact: its name {0}; rename it",
                 objection);
  if (entry.params.empty() || entry.params.size() > kArtifactMaxParams)
    return error(entry,
                 "cannot be in an artifact: it has {0} parameters and "
                 "results, 1 to {1} are legal",
                 entry.params.size(), kArtifactMaxParams);
  llvm::StringSet<> names;
  bool outputs = false;
  for (const ArtifactParam &param : entry.params) {
    if (param.name.empty() || !names.insert(param.name).second)
      return error(entry,
                   "cannot be in an artifact: two of its parameters "
                   "have the name '{0}'",
                   param.name);
    if (outputs && !param.isOutput)
      return error(entry, "lists input '{0}' after an output", param.name);
    outputs |= param.isOutput;
    if (llvm::Error e = verifyParam(entry, param))
      return e;
  }
  return llvm::Error::success();
}

llvm::Error fovea::verifyArtifact(const ArtifactDescription &artifact) {
  if (artifact.entries.empty())
    return llvm::createStringError(
        "an artifact needs at least one public function, found none");
  llvm::StringSet<> names;
  for (const ArtifactEntry &entry : artifact.entries) {
    if (llvm::Error e = verifyEntry(entry))
      return e;
    if (!names.insert(entry.name).second)
      return error(entry, "is there twice");
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Header
//===----------------------------------------------------------------------===//

/// Text for the inside of a comment.
static std::string commentText(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '/' && !result.empty() && result.back() == '*')
      result += ' ';
    result += llvm::isPrint(c) ? c : ' ';
  }
  return result;
}

static std::string guardName(StringRef fileName) {
  std::string guard = "FOVEA_ARTIFACT_" + fileName.upper();
  for (char &c : guard)
    if (!llvm::isAlnum(c))
      c = '_';
  return guard;
}

static void printShape(llvm::ArrayRef<int64_t> shape, llvm::raw_ostream &os) {
  os << '[';
  llvm::interleaveComma(shape, os, [&](int64_t size) {
    if (size < 0)
      os << '?' << -1 - size;
    else
      os << size;
  });
  os << ']';
}

static void printFunction(const ArtifactEntry &entry, llvm::raw_ostream &os) {
  llvm::SmallVector<std::string> names = cParamNames(entry);
  size_t width = 0;
  for (const std::string &name : names)
    width = std::max(width, name.size());

  os << "\n/* " << entry.name << '\n';
  for (auto [param, name] : llvm::zip_equal(entry.params, names)) {
    os << " *   " << (param.isOutput ? "out  " : "in   ")
       << llvm::left_justify(name, width) << "  "
       << artifactTypeName(param.kind, param.bits) << ' ';
    printShape(param.shape, os);
    os << '\n';
  }
  if (!entry.config.empty())
    os << " * Compiled with " << commentText(entry.config) << ".\n";
  os << " */\nint " << entry.name << '(';
  llvm::ListSeparator comma;
  for (auto [param, name] : llvm::zip_equal(entry.params, names))
    os << comma << (param.isOutput ? "" : "const ") << "DLTensor *" << name;
  os << ");\n";
}

/// A device's name in the manifest, whose GPUs it stands for, and its streams.
namespace {
struct DeviceWords {
  const char *name, *vendor, *stream;
};
} // namespace

static DeviceWords getWords(ArtifactDevice device) {
  switch (device) {
  case ArtifactDevice::CPU:
    return {"cpu", "", ""};
  case ArtifactDevice::CUDA:
    return {"cuda", "NVIDIA", "CUstream"};
  case ArtifactDevice::HIP:
    return {"hip", "AMD", "hipStream_t"};
  }
  llvm_unreachable("unknown device");
}

/// What callers must know, as the lines of a comment.
static std::string getRules(ArtifactDevice device) {
  if (device != ArtifactDevice::CPU)
    return std::string(R"( *
 * Each function returns 0, or another number if it refuses its tensors or the
 * driver fails; then fovea_last_error() says why. It returns when its kernels are
 * in the stream, not when they are done. The caller allocates outputs. All tensors
 * are on one )") +
           getWords(device).vendor +
           R"( GPU; their strides may be anything >= 0, the last one is 1. An
 * output overlaps no other tensor. A size ?0, ?1, ... is free, but the same wherever
 * it occurs in one function. All functions may be called from several threads.
 */
)";
  return R"( *
 * Each function returns 0, or another number if it refuses its tensors; then it
 * has computed nothing, and fovea_last_error() says why. The caller allocates
 * outputs. Tensors are on the CPU and row-major without gaps; an output overlaps
 * no other tensor. A size ?0, ?1, ... is free, but the same wherever it occurs in
 * one function. All functions may be called from several threads.
 */
)";
}

void fovea::printArtifactHeader(const ArtifactDescription &artifact,
                                StringRef fileName, llvm::raw_ostream &os) {
  std::string guard = guardName(fileName);
  os << "/* Generated by fovea-compile from " << commentText(artifact.source)
     << " for " << commentText(artifact.target) << ". Do not edit.\n"
     << getRules(artifact.device) << "#ifndef " << guard << "\n#define "
     << guard << R"(

#include <dlpack/dlpack.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why the last failed call of this thread failed. */
const char *fovea_last_error(void);

/* Names, types, shapes, config: JSON. With several artifacts in one program, look
 * it up with dlsym in the one that is meant. */
extern const char fovea_manifest[];
)";
  if (artifact.device != ArtifactDevice::CPU)
    os << "\n/* The " << getWords(artifact.device).stream
       << R"( that this thread's calls use, until it is set again; the default
 * stream if it never was. Returns 0. */
int fovea_set_stream(void *stream);
)";
  for (const ArtifactEntry &entry : artifact.entries)
    printFunction(entry, os);
  os << R"(
#ifdef __cplusplus
}
#endif

#endif /* )"
     << guard << " */\n";
}

//===----------------------------------------------------------------------===//
// Manifest
//===----------------------------------------------------------------------===//

static void printParam(const ArtifactParam &param, llvm::json::OStream &json) {
  json.object([&] {
    json.attribute("name", param.name);
    json.attribute("dtype", artifactTypeName(param.kind, param.bits));
    json.attributeArray("shape", [&] {
      for (int64_t size : param.shape) {
        if (size < 0)
          json.value("?" + llvm::itostr(-1 - size));
        else
          json.value(size);
      }
    });
    json.attribute("role", param.isOutput ? "out" : "in");
  });
}

void fovea::printArtifactManifest(const ArtifactDescription &artifact,
                                  llvm::raw_ostream &os) {
  llvm::json::OStream json(os);
  json.object([&] {
    json.attribute("version", kArtifactVersion);
    json.attribute("target", artifact.target);
    json.attribute("device", getWords(artifact.device).name);
    json.attributeArray("entries", [&] {
      for (const ArtifactEntry &entry : artifact.entries)
        json.object([&] {
          json.attribute("name", entry.name);
          json.attributeArray("params", [&] {
            for (const ArtifactParam &param : entry.params)
              printParam(param, json);
          });
          json.attribute("config", entry.config);
          json.attribute("workspace", entry.workspaceBytes);
        });
    });
  });
}
