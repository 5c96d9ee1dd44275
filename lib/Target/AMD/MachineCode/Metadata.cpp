//===- Metadata.cpp - the resources of an assembly's kernels -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The YAML that LLVM prints has one key on each line, and each kernel's own
// keys at the indentation of the first; that is all that is read here, so that
// no odd text can trouble a YAML parser.
//===----------------------------------------------------------------------===//

#include "Metadata.h"

#include <array>

using namespace fovea::amd;
using llvm::Error, llvm::Expected, llvm::StringRef, llvm::Twine;

using Entry = llvm::StringMap<StringRef>;

static Error makeError(const Twine &what) {
  return llvm::createStringError("metadata: " + what);
}

static Expected<Resources> readResources(const Entry &entry, StringRef name) {
  Resources resources;
  const std::array<std::pair<const char *, int64_t *>, 8> fields = {{
      {".vgpr_count", &resources.totalVGPRs},
      {".agpr_count", &resources.agprs},
      {".sgpr_count", &resources.sgprs},
      {".vgpr_spill_count", &resources.vgprSpills},
      {".sgpr_spill_count", &resources.sgprSpills},
      {".private_segment_fixed_size", &resources.scratchBytes},
      {".group_segment_fixed_size", &resources.ldsBytes},
      {".max_flat_workgroup_size", &resources.maxThreads},
  }};
  for (auto [key, value] : fields) {
    auto found = entry.find(key);
    if (found == entry.end())
      return makeError("kernel '" + name + "' has no " + key);
    if (found->second.getAsInteger(10, *value) || *value < 0)
      return makeError(Twine(key) + " of kernel '" + name +
                       "' is not a count: '" + found->second + "'");
  }
  // AGPRs begin at a multiple of 4 registers (.amdhsa_accum_offset).
  resources.vgprs = resources.totalVGPRs - resources.agprs;
  if (resources.vgprs < 0)
    return makeError("kernel '" + name + "' has more AGPRs than registers");
  return resources;
}

static Error finishEntry(Entry &entry, llvm::StringMap<Resources> &kernels) {
  if (entry.empty())
    return Error::success();
  StringRef name = entry.lookup(".name").trim("'\"");
  if (name.empty())
    return makeError("a kernel has no .name");
  auto resources = readResources(entry, name);
  if (!resources)
    return resources.takeError();
  if (!kernels.try_emplace(name, *resources).second)
    return makeError("two kernels are named '" + name + "'");
  entry.clear();
  return Error::success();
}

Expected<llvm::StringMap<Resources>> fovea::amd::parseMetadata(StringRef text) {
  llvm::StringMap<Resources> kernels;
  llvm::SmallVector<StringRef, 0> lines;
  text.split(lines, '\n');
  Entry entry;
  bool inKernels = false;
  size_t listIndent = StringRef::npos;
  for (StringRef full : lines) {
    StringRef content = full.trim();
    size_t indent = full.find_first_not_of(' ');
    if (indent == 0 && content.contains(':'))
      inKernels = content.starts_with("amdhsa.kernels:");
    if (!inKernels || indent == 0 || content.empty())
      continue;
    bool begins = content.consume_front("- ");
    if (begins && listIndent == StringRef::npos)
      listIndent = indent;
    begins &= indent == listIndent;
    if (begins)
      if (Error error = finishEntry(entry, kernels))
        return error;
    // Deeper lines are the arguments'.
    if (!begins && indent != listIndent + 2)
      continue;
    auto [key, value] = content.split(':');
    entry[key.trim()] = value.trim();
  }
  if (Error error = finishEntry(entry, kernels))
    return error;
  return kernels;
}
