//===- Artifact.h - Load and call a compiled artifact -----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// For C++ programs that choose their artifact at run time. Free of LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_RUNTIME_ARTIFACT_H
#define FOVEA_RUNTIME_ARTIFACT_H

#include "fovea/Runtime/Entry.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::runtime {

struct JsonValue;

/// Time of one call, over several of them.
struct Timing {
  double medianSeconds;
  double minSeconds;
  int runs;
};

/// How to time.
struct TimingOptions {
  int runs = 10;
  /// Calls before the clock starts: caches, page faults, the thread pool.
  int warmups = 1;
  /// Called after each run with the number of runs done.
  std::function<void(int done)> progress;
};

/// A loaded shared object with its entries. Functions that can fail return an
/// empty value, and leave the reason in `error`.
class Artifact {
public:
  static std::unique_ptr<Artifact> open(const std::string &path,
                                        std::string &error);
  ~Artifact();
  Artifact(const Artifact &) = delete;
  Artifact &operator=(const Artifact &) = delete;

  const std::string &path() const { return filePath; }
  /// The JSON text.
  const char *manifest() const { return manifestText; }
  /// The manifest's "target": what the artifact was compiled for.
  const std::string &target() const { return targetName; }
  /// Where the tensors of all entries are: kDLCPU, kDLCUDA or kDLROCM.
  DLDeviceType device() const { return deviceType; }
  /// In the order of the manifest. They live as long as the artifact.
  const std::vector<const FoveaEntry *> &entries() const { return entryList; }
  const FoveaEntry *lookup(const std::string &name, std::string &error) const;

private:
  Artifact(std::string path, void *library);
  bool readManifest(std::string &error);
  bool readEntries(const JsonValue &manifest, std::string &error);
  bool fail(std::string &error, const std::string &why) const;

  std::string filePath;
  void *library;
  const char *manifestText = nullptr;
  std::string targetName;
  DLDeviceType deviceType = kDLCPU;
  std::vector<const FoveaEntry *> entryList;
};

/// Checks the tensors and calls the entry; inputs first, then outputs.
bool call(const FoveaEntry &entry, const std::vector<const DLTensor *> &tensors,
          std::string &error);

/// Calls the entry repeatedly.
std::optional<Timing> timeCalls(const FoveaEntry &entry,
                                const std::vector<const DLTensor *> &tensors,
                                const TimingOptions &options,
                                std::string &error);

} // namespace fovea::runtime

#endif // FOVEA_RUNTIME_ARTIFACT_H
