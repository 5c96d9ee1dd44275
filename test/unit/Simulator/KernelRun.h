//===- KernelRun.h - small kernels, written as text, executed -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TEST_UNIT_SIMULATOR_KERNELRUN_H
#define FOVEA_TEST_UNIT_SIMULATOR_KERNELRUN_H

#include "fovea/Simulator/Simulator.h"

#include <string>
#include <vector>

namespace fovea::sim {

/// What a test's kernel is launched with.
struct KernelSetup {
  int threads = 32, sharedBytes = 0, workgroups = 1;
  /// Tensor maps of `fovea.device_kernel`: argument, element type, swizzle,
  /// rows, columns.
  std::string tensorMaps;
  SimulatorOptions options;
  /// Beside `llvm.func`: "nvvm.kernel".
  std::string attributes = "nvvm.kernel";
  /// A target attribute of the gpu.module: #rocdl.target<...>. "": none.
  std::string target;
};

/// The outputs, and the errors that were reported.
struct KernelResult {
  bool succeeded = false;
  /// Of each diagnostic with its notes, in order.
  std::vector<std::string> messages;
  /// The first one, or "".
  std::string message() const { return messages.empty() ? "" : messages[0]; }
  /// A note of any of them has `text`.
  bool has(const std::string &text) const;
};

/// Runs `body`, the operations of a kernel. Arguments are memrefs of rank 2
/// with `shape` elements of 32 bits (or `elementBytes`): %a, the pointer to the
/// input, and %b, that to the output, in address space 1; with tensor maps
/// %map0, %map1, ... behind. Both buffers are row-major.
KernelResult runKernel(const std::string &body, const KernelSetup &setup,
                       std::vector<uint32_t> &input,
                       std::vector<uint32_t> &output, int64_t rows,
                       int64_t columns, int elementBytes = 4);

/// Runs the kernel @k of a module, on two row-major buffers of 32-bit elements.
KernelResult runModule(const std::string &text, const SimulatorOptions &options,
                       std::vector<int64_t> grid, std::vector<uint32_t> &input,
                       std::vector<uint32_t> &output, int64_t rows,
                       int64_t columns);

} // namespace fovea::sim

#endif
