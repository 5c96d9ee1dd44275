//===- ArtifactDescription.h - What an artifact offers ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The entries of an artifact as plain data, and the two texts that are made of
// them: the C header beside the shared object, and the manifest inside. The
// constants that the compiled code carries (fovea/Runtime/Entry.h) hold the
// same.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TARGET_CPU_ARTIFACTDESCRIPTION_H
#define FOVEA_TARGET_CPU_ARTIFACTDESCRIPTION_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace fovea {

/// The version of the artifact's interface, FOVEA_ARTIFACT_VERSION.
constexpr int kArtifactVersion = 2;
/// FOVEA_MAX_RANK and FOVEA_MAX_PARAMS: the runtime's descriptors are on its
/// stack.
constexpr int kArtifactMaxRank = 8;
constexpr int kArtifactMaxParams = 64;

/// DLPack's type codes (DLDataTypeCode), of those that a parameter can have.
enum class ArtifactElementKind : uint8_t {
  Int = 0,
  UInt = 1,
  Float = 2,
  BFloat = 4,
  Bool = 6
};

/// DLPack's device types (DLDeviceType), of those that artifacts are for.
enum class ArtifactDevice : int32_t { CPU = 1, CUDA = 2, HIP = 10 };

/// One tensor parameter.
struct ArtifactParam {
  /// As written in the source. Unique in its entry; need not be legal in C.
  std::string name;
  ArtifactElementKind kind = ArtifactElementKind::Float;
  uint8_t bits = 32;
  bool isOutput = false;
  /// >= 0: static size; < 0: the symbol -1 - s, equal symbols have equal sizes.
  llvm::SmallVector<int64_t, 4> shape;
};

/// One public function: inputs first, then outputs.
struct ArtifactEntry {
  std::string name;
  llvm::SmallVector<ArtifactParam, 4> params;
  /// The kernel's config attribute as printed, or empty.
  std::string config;
  /// Bytes of scratch memory that a call allocates for itself.
  int64_t workspaceBytes = 0;
};

struct ArtifactDescription {
  /// File name of the source, without folders.
  std::string source;
  /// As given to --target.
  std::string target;
  llvm::SmallVector<ArtifactEntry, 2> entries;
  /// Where all tensors are.
  ArtifactDevice device = ArtifactDevice::CPU;
};

/// NumPy's name of an element type: "float32", "bfloat16", "bool".
std::string artifactTypeName(ArtifactElementKind kind, unsigned bits);

/// Can this be an artifact? Function names become C symbols: they must be legal
/// in C and C++ and must not hide what the artifact itself calls.
llvm::Error verifyArtifact(const ArtifactDescription &artifact);

/// The C header, for a file of this name ("libattention.h").
void printArtifactHeader(const ArtifactDescription &artifact,
                         llvm::StringRef fileName, llvm::raw_ostream &os);

/// The manifest: one line of JSON, to be stored zero-terminated.
void printArtifactManifest(const ArtifactDescription &artifact,
                           llvm::raw_ostream &os);

} // namespace fovea

#endif // FOVEA_TARGET_CPU_ARTIFACTDESCRIPTION_H
