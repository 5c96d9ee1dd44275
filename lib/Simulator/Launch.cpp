//===- Launch.cpp - one launch of a kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What the runtime does on a device (fovea/Runtime/Device.h): parameters,
// tensor maps, and then the workgroups, one after the other.
//
//===----------------------------------------------------------------------===//

#include "Launch.h"

#include "NVIDIA/TensorMap.h"
#include "Workgroup.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

static constexpr int kWarpSize = 32, kWaveSize = 64;
/// Registers of a multiprocessor, what a warp's share is rounded down to, and
/// the most of a thread (CUDA C++ Programming Guide, "Compute Capabilities").
static constexpr int kRegisters = 65536, kRegisterStep = 8, kMaxRegisters = 255;

namespace {

/// A strided memref's descriptor.
struct Memref {
  Memref(const void *descriptor, int rank, int bytes)
      : base(static_cast<char *const *>(descriptor)[1]), rank(rank),
        bytes(bytes) {
    auto *numbers = static_cast<const int64_t *>(descriptor) + 2;
    base += numbers[0] * bytes;
    sizes = numbers + 1;
    strides = sizes + rank;
  }
  /// From the first byte to the last, in bytes from `base`.
  std::pair<int64_t, int64_t> extent() const {
    int64_t first = 0, last = bytes;
    for (int d = 0; d < rank; ++d) {
      if (sizes[d] == 0)
        return {0, 0};
      int64_t reach = (sizes[d] - 1) * strides[d] * bytes;
      (reach < 0 ? first : last) += reach;
    }
    return {first, last};
  }

  char *base;
  int rank, bytes;
  const int64_t *sizes, *strides;
};

class Launch {
public:
  Launch(Kernel &kernel, const int64_t *grid, void *const *arguments,
         GlobalMemory &memory, LaunchState &state,
         const SimulatorOptions &options)
      : kernel(kernel), description(kernel.description), sizes(grid),
        arguments(arguments), memory(memory), state(state), options(options) {}

  LogicalResult run();

private:
  Memref view(int argument) const {
    return Memref(arguments[argument], description.arguments[argument].rank,
                  description.arguments[argument].bytes);
  }
  void addArgument(int argument);
  void addTensorMaps();
  LogicalResult requireAlignment(int argument) const;
  LogicalResult pack();
  int launchRegisters() const;
  LogicalResult runGrid(uint32_t workgroups);

  Kernel &kernel;
  const DeviceKernel &description;
  const int64_t *sizes;
  void *const *arguments;
  GlobalMemory &memory;
  LaunchState &state;
  const SimulatorOptions &options;

  std::vector<uint64_t> values;
  std::vector<nvidia::TensorMap> maps;
  uint64_t counter = 0;
};

} // namespace

/// As lib/Runtime/DeviceParameters.cpp refuses it.
LogicalResult Launch::requireAlignment(int argument) const {
  int alignment = description.arguments[argument].alignment;
  Memref v = view(argument);
  if (alignment <= 1 || reinterpret_cast<uintptr_t>(v.base) % alignment == 0)
    return success();
  return kernel.function.emitError("argument ")
         << argument << " of '" << description.name << "' is at "
         << reinterpret_cast<uintptr_t>(v.base) << ", expected a multiple of "
         << alignment << " bytes";
}

void Launch::addArgument(int argument) {
  const DeviceKernel::Argument &a = description.arguments[argument];
  if (a.rank < 0) {
    uint64_t value = 0;
    std::memcpy(&value, arguments[argument], a.bytes);
    values.push_back(value);
    return;
  }
  Memref v = view(argument);
  auto [first, last] = v.extent();
  if (first != last)
    memory.admit(v.base + first, last - first);
  values.push_back(reinterpret_cast<uint64_t>(v.base));
  values.insert(values.end(), v.sizes, v.sizes + a.rank);
  values.insert(values.end(), v.strides, v.strides + a.rank);
}

/// Boxes are {columns, rows, 1, ...}, dimensions innermost first.
void Launch::addTensorMaps() {
  for (const DeviceKernel::TensorMap &map : description.tensorMaps) {
    Memref v = view(map.argument);
    nvidia::TensorMap result;
    result.base = reinterpret_cast<uint64_t>(v.base);
    result.elementBytes = v.bytes;
    result.swizzleBytes = map.swizzleBytes;
    for (int d = v.rank; d-- > 0;) {
      result.sizes.push_back(v.sizes[d]);
      result.strides.push_back(v.strides[d] * v.bytes);
      result.box.push_back(1);
    }
    result.box[0] = map.boxColumns;
    result.box[1] = map.boxRows;
    maps.push_back(std::move(result));
  }
  for (const nvidia::TensorMap &map : maps)
    values.push_back(reinterpret_cast<uint64_t>(&map));
}

LogicalResult Launch::pack() {
  for (int a = 0; a < int(description.arguments.size()); ++a) {
    if (description.arguments[a].rank >= 0 && failed(requireAlignment(a)))
      return failure();
    addArgument(a);
  }
  addTensorMaps();
  values.insert(values.end(), sizes, sizes + description.gridRank);
  if (description.persistent) {
    counter = reinterpret_cast<uint64_t>(memory.allocate(sizeof(uint32_t)));
    // Cleared, as by the runtime; atomics do not ask whether it is defined.
    std::memset(reinterpret_cast<void *>(counter), 0, sizeof(uint32_t));
    values.push_back(counter);
  }
  if (values.size() == kernel.program.arguments.size())
    return success();
  return kernel.function.emitError("has ")
         << kernel.program.arguments.size() << " parameters, but "
         << kDeviceKernelAttr << " of its module describes " << values.size();
}

int Launch::launchRegisters() const {
  int workgroups = 1;
  if (auto least = kernel.function->getAttrOfType<IntegerAttr>(
          NVVM::NVVMDialect::getMinctasmAttrName()))
    workgroups = std::max<int>(1, least.getInt());
  int share = kRegisters / workgroups / description.threads;
  return std::min(share / kRegisterStep * kRegisterStep, kMaxRegisters);
}

LogicalResult Launch::runGrid(uint32_t workgroups) {
  Grid grid{workgroups,
            description.threads,
            kernel.program.isWave ? kWaveSize : kWarpSize,
            kernel.program.isWave,
            uint32_t(description.sharedBytes),
            launchRegisters(),
            memory,
            maps,
            values,
            state.workgroups,
            options.maxSteps};
  state.workgroups += workgroups;
  for (uint32_t index = 0; index < workgroups; ++index) {
    Workgroup workgroup(kernel.program, grid, index, options.seed);
    LogicalResult result = workgroup.run();
    state.instructions += workgroup.countSteps();
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult Launch::run() {
  int64_t workgroups = 1;
  for (int d = 0; d < description.gridRank; ++d)
    workgroups *= sizes[d];
  if (workgroups == 0)
    return success();
  if (workgroups < 0 || workgroups > INT32_MAX)
    return kernel.function.emitError("is launched with ")
           << workgroups << " workgroups, expected at most 2^31 - 1";
  int subgroupSize = kernel.program.isWave ? kWaveSize : kWarpSize;
  if (description.threads <= 0 || description.threads % subgroupSize)
    return kernel.function.emitError("has workgroups of ")
           << description.threads << " threads, expected a multiple of "
           << subgroupSize;
  if (failed(pack()))
    return failure();
  // A persistent kernel's workgroups take places from the counter.
  if (description.persistent)
    workgroups = std::min<int64_t>(workgroups, int64_t(description.persistent) *
                                                   options.multiprocessors);
  LogicalResult result = runGrid(workgroups);
  memory.endLaunch();
  if (counter)
    memory.release(reinterpret_cast<void *>(counter));
  return result;
}

LogicalResult fovea::sim::runLaunch(Kernel &kernel, const int64_t *grid,
                                    void *const *arguments,
                                    GlobalMemory &memory, LaunchState &state,
                                    const SimulatorOptions &options) {
  return Launch(kernel, grid, arguments, memory, state, options).run();
}
