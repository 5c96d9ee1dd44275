//===- Launch.cpp - one launch of a kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// What the runtime does on a device (fovea/Runtime/Device.h): parameters, and
// then the workgroups, one after the other.
//
//===----------------------------------------------------------------------===//

#include "Launch.h"

#include "Cluster.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

static constexpr int kWarpSize = 32, kWaveSize = 64, kMaxThreads = 1024;
/// Of a workgroup, the most of any target: 227 KiB.
static constexpr uint32_t kMaxShared = 227 << 10;
/// Registers of a multiprocessor, what a warp's share is rounded down to, and
/// the most of a thread (CUDA C++ Programming Guide, "Compute Capabilities").
static constexpr int kRegisters = 65536, kRegisterStep = 8, kMaxRegisters = 255;

namespace {

class Launch {
public:
  Launch(Kernel &kernel, const LaunchSizes &sizes, GlobalMemory &memory,
         LaunchState &state, const SimulatorOptions &options)
      : kernel(kernel), description(kernel.description), sizes(sizes),
        threads(sizes.block[0] * sizes.block[1] * sizes.block[2]),
        memory(memory), state(state), options(options) {}

  LogicalResult run(void *const *arguments);

private:
  int launchRegisters() const;
  int clusterSize() const;
  LogicalResult requireThreads() const;
  /// Of the grid; a persistent kernel launches fewer.
  FailureOr<int64_t> countWorkgroups() const;
  LogicalResult requireClusters(int64_t workgroups) const;
  LogicalResult runGrid(uint32_t workgroups, const Parameters &parameters);

  Kernel &kernel;
  const DeviceKernel &description;
  const LaunchSizes &sizes;
  const int threads;
  GlobalMemory &memory;
  LaunchState &state;
  const SimulatorOptions &options;
};

} // namespace

/// Of at most three numbers.
static Dimensions getDimensions(ArrayRef<int64_t> sizes) {
  Dimensions dimensions{1, 1, 1};
  llvm::copy(sizes, dimensions.begin());
  return dimensions;
}

int Launch::launchRegisters() const {
  int workgroups = 1;
  if (auto least = kernel.function->getAttrOfType<IntegerAttr>(
          NVVM::NVVMDialect::getMinctasmAttrName()))
    workgroups = std::max<int>(1, least.getInt());
  int share = kRegisters / workgroups / threads;
  return std::min(share / kRegisterStep * kRegisterStep, kMaxRegisters);
}

int Launch::clusterSize() const {
  auto sizes = kernel.function->getAttrOfType<DenseI32ArrayAttr>(
      NVVM::NVVMDialect::getClusterDimAttrName());
  int size = 1;
  for (int32_t d : sizes ? sizes.asArrayRef() : ArrayRef<int32_t>())
    size *= d;
  return size;
}

LogicalResult Launch::runGrid(uint32_t workgroups,
                              const Parameters &parameters) {
  Dimensions grid{workgroups, 1, 1};
  if (kernel.convention != Convention::Own)
    grid = getDimensions(sizes.grid);
  Grid launch{workgroups,
              threads,
              grid,
              sizes.block,
              kernel.program.isWave ? kWaveSize : kWarpSize,
              clusterSize(),
              kernel.program.isWave,
              kernel.program.staticShared + sizes.dynamicShared,
              launchRegisters(),
              memory,
              parameters.maps,
              parameters.values,
              state.workgroups,
              options.maxSteps};
  state.workgroups += workgroups;
  for (uint32_t first = 0; first < workgroups; first += launch.clusterSize) {
    Cluster cluster(kernel.program, launch, first, options.seed);
    LogicalResult result = cluster.run();
    state.instructions += cluster.countSteps();
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult Launch::requireThreads() const {
  int subgroupSize = kernel.program.isWave ? kWaveSize : kWarpSize;
  if (threads <= 0 || threads > kMaxThreads || threads % subgroupSize)
    return kernel.function.emitError("has workgroups of ")
           << threads << " threads, expected a multiple of " << subgroupSize
           << ", at most " << kMaxThreads;
  auto required = kernel.function->getAttrOfType<DenseI32ArrayAttr>(
      NVVM::NVVMDialect::getReqntidAttrName());
  if (required && !required.empty() && required[0] != threads)
    return kernel.function.emitError("requires ")
           << required[0] << " threads, and is launched with " << threads;
  uint32_t shared = kernel.program.staticShared + sizes.dynamicShared;
  if (shared > kMaxShared)
    return kernel.function.emitError("has ")
           << shared << " bytes of shared memory, expected at most "
           << kMaxShared;
  return success();
}

FailureOr<int64_t> Launch::countWorkgroups() const {
  int64_t workgroups = 1;
  if (kernel.convention != Convention::Own && sizes.grid.size() > 3)
    return kernel.function.emitError("is launched with a grid of ")
           << sizes.grid.size() << " dimensions, expected at most 3";
  for (int64_t size : sizes.grid)
    if (size < 0 || size > INT32_MAX || (workgroups *= size) > INT32_MAX)
      return kernel.function.emitError("is launched with a grid of more than "
                                       "2^31 - 1 workgroups, or fewer than 0");
  // A persistent kernel's workgroups take places from the counter.
  if (description.persistent)
    workgroups = std::min<int64_t>(workgroups, int64_t(description.persistent) *
                                                   options.multiprocessors);
  return workgroups;
}

/// As CUDA has it without asking for more (Programming Guide, "Thread Block
/// Clusters"); a launch of whole clusters, of neighbours in x.
LogicalResult Launch::requireClusters(int64_t workgroups) const {
  constexpr int kMaxCluster = 8;
  int size = clusterSize();
  if (kernel.convention != Convention::Own)
    workgroups = getDimensions(sizes.grid)[0];
  if (size >= 1 && size <= kMaxCluster && workgroups % size == 0)
    return success();
  return kernel.function.emitError("is launched with ")
         << workgroups << " workgroups in clusters of " << size
         << ", expected clusters of 1 to 8 and a multiple of them";
}

LogicalResult Launch::run(void *const *arguments) {
  auto workgroups = countWorkgroups();
  if (failed(workgroups))
    return failure();
  if (*workgroups == 0)
    return success();
  Parameters parameters;
  LogicalResult result = success();
  if (failed(requireThreads()) || failed(requireClusters(*workgroups)) ||
      failed(packParameters(kernel, sizes.grid, arguments, memory, parameters)))
    result = failure();
  else
    result = runGrid(*workgroups, parameters);
  memory.endLaunch();
  if (parameters.counter)
    memory.release(reinterpret_cast<void *>(parameters.counter));
  return result;
}

FailureOr<LaunchSizes> fovea::sim::getSizes(Kernel &kernel,
                                            ArrayRef<int64_t> grid) {
  if (kernel.block[0] == 0)
    return kernel.function.emitError(
        "has no known_block_size, and its launch names no sizes of its "
        "workgroups");
  return LaunchSizes{grid, kernel.block,
                     uint32_t(kernel.description.sharedBytes)};
}

LogicalResult fovea::sim::runLaunch(Kernel &kernel, const LaunchSizes &sizes,
                                    void *const *arguments,
                                    GlobalMemory &memory, LaunchState &state,
                                    const SimulatorOptions &options) {
  return Launch(kernel, sizes, memory, state, options).run(arguments);
}
