//===- CudaDevice.h - One NVIDIA GPU, for hosts of artifacts ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Memory and clocks for C++ programs that call artifacts for NVIDIA GPUs and
// have no framework for it. Free of LLVM and of CUDA's headers; the driver is
// loaded when a device is opened, from where artifacts load it too.
//
//===----------------------------------------------------------------------===//

#ifndef FOVEA_RUNTIME_CUDADEVICE_H
#define FOVEA_RUNTIME_CUDADEVICE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::runtime {

struct CudaFunctions;

/// A device whose primary context is current in the thread that has opened it,
/// and in no other. All work is on the default stream, as that of artifacts is
/// unless fovea_set_stream says otherwise. Functions that can fail return
/// false, null or nothing, and leave the reason in `error`.
class CudaDevice {
public:
  /// Null if there is no such device, or no driver.
  static std::unique_ptr<CudaDevice> open(int ordinal, std::string &error);
  /// Frees what was allocated.
  ~CudaDevice();
  CudaDevice(const CudaDevice &) = delete;
  CudaDevice &operator=(const CudaDevice &) = delete;

  int ordinal() const { return number; }
  /// "NVIDIA H100 PCIe".
  const std::string &name() const { return deviceName; }
  /// 10 * major + minor: 90.
  int computeCapability() const { return capability; }
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
  explicit CudaDevice(int ordinal);
  bool initialize(std::string &error);
  bool check(int result, const char *what, std::string &error) const;

  int number;
  std::string deviceName;
  int capability = 0;
  int numMultiprocessors = 0;
  std::unique_ptr<CudaFunctions> functions;
  void *events[2] = {};
  std::vector<void *> memory;
};

} // namespace fovea::runtime

#endif // FOVEA_RUNTIME_CUDADEVICE_H
