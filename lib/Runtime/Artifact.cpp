//===- Artifact.cpp - Load and call a compiled artifact ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/Artifact.h"

#include "Json.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <dlfcn.h>
#include <iterator>
#include <unistd.h>

using namespace fovea::runtime;

Artifact::Artifact(std::string path, void *library)
    : filePath(std::move(path)), library(library) {}

Artifact::~Artifact() { dlclose(library); }

bool Artifact::fail(std::string &error, const std::string &why) const {
  error = "artifact '" + filePath + "': " + why;
  return false;
}

std::unique_ptr<Artifact> Artifact::open(const std::string &path,
                                         std::string &error) {
  // dlopen's own message for this case names the loader's search, not the file.
  if (access(path.c_str(), R_OK)) {
    error = "cannot read artifact '" + path + "': " + strerror(errno);
    return nullptr;
  }
  // Without a slash dlopen would search the library path instead.
  bool hasSlash = path.find('/') != std::string::npos;
  void *library =
      dlopen((hasSlash ? path : "./" + path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    error = "cannot load artifact '" + path + "': " + dlerror();
    return nullptr;
  }
  std::unique_ptr<Artifact> artifact(new Artifact(path, library));
  if (!artifact->readManifest(error))
    return nullptr;
  return artifact;
}

bool Artifact::readManifest(std::string &error) {
  manifestText = static_cast<const char *>(dlsym(library, "fovea_manifest"));
  if (!manifestText)
    return fail(error,
                "is a shared object, but not a Fovea artifact: it has no "
                "symbol fovea_manifest");
  std::optional<JsonValue> manifest = parseJson(manifestText);
  if (!manifest)
    return fail(error, "its manifest is not JSON");
  const JsonValue *version = manifest->find("version", JsonValue::Kind::Number);
  if (!version)
    return fail(error, "its manifest has no version");
  if (version->number != FOVEA_ARTIFACT_VERSION)
    return fail(error, "has artifact version " +
                           std::to_string(int64_t(version->number)) +
                           ", this runtime calls version " +
                           std::to_string(FOVEA_ARTIFACT_VERSION) +
                           ": compile it again");
  if (const JsonValue *target =
          manifest->find("target", JsonValue::Kind::String))
    targetName = target->text;
  const JsonValue *device = manifest->find("device", JsonValue::Kind::String);
  const std::pair<const char *, DLDeviceType> known[] = {
      {"cpu", kDLCPU}, {"cuda", kDLCUDA}, {"hip", kDLROCM}};
  auto *found =
      std::find_if(std::begin(known), std::end(known), [&](const auto &pair) {
        return device && device->text == pair.first;
      });
  if (found == std::end(known))
    return fail(error, "its manifest has " +
                           (device ? "device '" + device->text + "'"
                                   : std::string("no device")) +
                           ", expected cpu, cuda or hip");
  deviceType = found->second;
  return readEntries(*manifest, error);
}

bool Artifact::readEntries(const JsonValue &manifest, std::string &error) {
  const JsonValue *list = manifest.find("entries", JsonValue::Kind::Array);
  if (!list)
    return fail(error, "its manifest has no entries");
  for (const auto &child : list->children) {
    const JsonValue *name = child.second.find("name", JsonValue::Kind::String);
    std::string symbol = "fovea_entry_" + (name ? name->text : "");
    auto *entry =
        static_cast<const FoveaEntry *>(dlsym(library, symbol.c_str()));
    if (!entry)
      return fail(error,
                  "its manifest names an entry without a symbol " + symbol);
    if (!entry->call || !entry->last_error)
      return fail(error, "its symbol " + symbol + " has no functions to call");
    if (entry->device_type != deviceType)
      return fail(error, "its manifest and its symbol " + symbol +
                             " are of different devices");
    entryList.push_back(entry);
  }
  return true;
}

const FoveaEntry *Artifact::lookup(const std::string &name,
                                   std::string &error) const {
  std::string known;
  for (const FoveaEntry *entry : entryList) {
    if (name == entry->name)
      return entry;
    known += (known.empty() ? "" : ", ") + std::string(entry->name);
  }
  fail(error, "has no entry '" + name +
                  "'; it has: " + (known.empty() ? "none" : known));
  return nullptr;
}

bool fovea::runtime::call(const FoveaEntry &entry,
                          const std::vector<const DLTensor *> &tensors,
                          std::string &error) {
  if (tensors.size() != static_cast<size_t>(entry.num_params)) {
    error = std::string(entry.name) + ": found " +
            std::to_string(tensors.size()) + " tensors, expected " +
            std::to_string(entry.num_params);
    return false;
  }
  if (!entry.call(&entry, tensors.data()))
    return true;
  error = entry.last_error();
  return false;
}

std::optional<Timing>
fovea::runtime::timeCalls(const FoveaEntry &entry,
                          const std::vector<const DLTensor *> &tensors,
                          const TimingOptions &options, std::string &error) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  if (options.runs < 1) {
    error = "found " + std::to_string(options.runs) +
            " runs to time, expected at least 1";
    return std::nullopt;
  }
  for (int run = -options.warmups; run < options.runs; ++run) {
    Clock::time_point start = Clock::now();
    if (!call(entry, tensors, error))
      return std::nullopt;
    std::chrono::duration<double> elapsed = Clock::now() - start;
    if (run < 0)
      continue;
    seconds.push_back(elapsed.count());
    if (options.progress)
      options.progress(run + 1);
  }
  std::sort(seconds.begin(), seconds.end());
  size_t middle = seconds.size() / 2;
  double median = seconds.size() % 2
                      ? seconds[middle]
                      : (seconds[middle - 1] + seconds[middle]) / 2;
  return Timing{median, seconds.front(), options.runs};
}
