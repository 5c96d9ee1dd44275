//===- GPUDevice.h - One GPU, for hosts of artifacts ------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Memory and clocks for C++ programs that call artifacts for GPUs and have no
// framework for it. Free of LLVM and of CUDA's and HIP's headers; the driver is
// loaded when a device is opened, from where artifacts load it too.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_RUNTIME_GPUDEVICE_H
#define FOVEA_RUNTIME_GPUDEVICE_H

#include <dlpack/dlpack.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::runtime {

struct GPUFunctions;

/// A device that is current in the thread that has opened it (of CUDA: its
/// primary context), and in no other. All work is on the default stream, as
/// that of artifacts is unless fovea_set_stream says otherwise. Functions that
/// can fail return false, null or nothing, and leave the reason in `error`.
class GPUDevice {
public:
  /// `type` is kDLCUDA or kDLROCM, as of an artifact. Null if there is no such
  /// device, or no driver.
  static std::unique_ptr<GPUDevice> open(DLDeviceType type, int ordinal,
                                         std::string &error);
  /// Frees what was allocated.
  ~GPUDevice();
  GPUDevice(const GPUDevice &) = delete;
  GPUDevice &operator=(const GPUDevice &) = delete;

  int ordinal() const { return number; }
  /// "NVIDIA H100 PCIe".
  const std::string &name() const { return deviceName; }
  /// 10 * major + minor: 90.
  /// "compute capability 9.0"; of AMD the target ID, with its features.
  const std::string &architecture() const { return architectureName; }
  /// Of AMD: compute units.
  int multiprocessors() const { return numMultiprocessors; }

  /// At least 256-byte aligned; 0 bytes are allocated as 1.
  void *allocate(size_t bytes, std::string &error);
  bool free(void *pointer, std::string &error);

  /// Copies return when they are done. Sizes in bytes.
  bool copyToDevice(void *to, const void *from, size_t bytes,
                    std::string &error);
  bool copyFromDevice(void *to, const void *from, size_t bytes,
                      std::string &error);
  /// Sets each of `bytes` bytes to `value`.
  bool fill(void *to, uint8_t value, size_t bytes, std::string &error);

  /// Waits for all work. Errors of kernels that ran before turn up here.
  bool synchronize(std::string &error);

  /// Seconds that the device spends on what `work` puts into the default
  /// stream; waits for it. Nothing if `work` returns false (`error` is then its
  /// own) or the driver fails.
  std::optional<double> time(const std::function<bool()> &work,
                             std::string &error);

private:
  explicit GPUDevice(int ordinal);
  bool initialize(DLDeviceType type, std::string &error);

  int number;
  std::string deviceName, architectureName;
  int numMultiprocessors = 0;
  std::unique_ptr<GPUFunctions> functions;
  void *events[2] = {};
  std::vector<void *> memory;
};

} // namespace fovea::runtime

#endif // FOVEA_RUNTIME_GPUDEVICE_H
