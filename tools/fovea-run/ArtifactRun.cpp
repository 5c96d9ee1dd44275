//===- ArtifactRun.cpp - an artifact, run, checked and timed -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"

#include "fovea/Execution/Progress.h"
#include "fovea/Runtime/Artifact.h"

using namespace llvm;
using namespace fovea;

/// An entry's table as the description that the compiler made it from.
static ArtifactEntry describe(const FoveaEntry &table) {
  ArtifactEntry entry;
  entry.name = table.name;
  for (const FoveaParam &p : ArrayRef(table.params, table.num_params))
    entry.params.push_back(
        {p.name, ArtifactElementKind(p.code), p.bits, p.is_output != 0,
         SmallVector<int64_t, 4>(ArrayRef(p.shape, p.rank))});
  return entry;
}

static DLTensor view(Array &array) {
  DLTensor tensor = {};
  tensor.data = array.data();
  tensor.device = {kDLCPU, 0};
  tensor.ndim = int32_t(array.shape().size());
  tensor.dtype = {uint8_t(array.kind()), uint8_t(array.bits()), 1};
  // DLPack's pointer is not const, but a shape is only read.
  tensor.shape = const_cast<int64_t *>(array.shape().data());
  return tensor;
}

Expected<RunResult> fovea::runArtifact(const RunOptions &options) {
  if (options.check && options.reference.empty())
    return createStringError(
        "--check of an artifact needs its source: --reference FILE.mlir");
  std::string message;
  std::unique_ptr<runtime::Artifact> artifact =
      runtime::Artifact::open(options.file, message);
  if (!artifact)
    return createStringError(message);
  const FoveaEntry *table =
      options.entry.empty() && !artifact->entries().empty()
          ? artifact->entries().front()
          : artifact->lookup(options.entry, message);
  if (!table)
    return createStringError(message);
  ArtifactEntry entry = describe(*table);
  Expected<std::vector<Array>> arrays = makeArrays(entry, options.inputs);
  if (!arrays)
    return arrays.takeError();
  std::vector<DLTensor> tensors;
  for (Array &array : *arrays)
    tensors.push_back(view(array));
  std::vector<const DLTensor *> pointers;
  for (DLTensor &tensor : tensors)
    pointers.push_back(&tensor);
  auto call = [&]() -> Error {
    return runtime::call(*table, pointers, message)
               ? Error::success()
               : createStringError(message);
  };
  if (Error error = call())
    return error;

  if (Error error = writeOutputs(options, entry, *arrays))
    return error;

  RunResult result;
  result.entry = entry.name;
  if (options.check) {
    auto comparisons =
        checkAgainst(options, options.reference, entry.name, *arrays);
    if (!comparisons)
      return comparisons.takeError();
    result.comparisons = std::move(*comparisons);
  }
  if (options.repeat > 0) {
    Progress progress("timing");
    auto timing = timeRuns(options.repeat, call);
    if (!timing)
      return timing.takeError();
    result.timing = *timing;
  }
  return result;
}
