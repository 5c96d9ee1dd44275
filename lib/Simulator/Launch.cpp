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

#include "Cluster.h"
#include "NVIDIA/TensorMap.h"

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
  LogicalResult requireAlignment(int argument, int alignment) const;
  LogicalResult requireEncodable(const DeviceKernel::TensorMap &map) const;
  LogicalResult pack();
  int launchRegisters() const;
  int clusterSize() const;
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

/// Base and strides, as the runtime refuses them
/// (lib/Runtime/DeviceParameters.cpp, TensorMap.cpp).
LogicalResult Launch::requireAlignment(int argument, int alignment) const {
  Memref v = view(argument);
  auto fail = [&](const Twine &what) -> LogicalResult {
    return kernel.function.emitError("argument ")
           << argument << " of '" << description.name << "' has " << what
           << ", expected a multiple of " << alignment << " bytes";
  };
  auto [first, last] = v.extent();
  if (alignment <= 1 || first == last)
    return success();
  auto base = reinterpret_cast<uintptr_t>(v.base);
  if (base % alignment)
    return fail("its data at 0x" + Twine::utohexstr(base));
  for (int d = 0; d + 1 < v.rank; ++d)
    if (v.sizes[d] > 1 && v.strides[d] * v.bytes % alignment)
      return fail("a stride of " + Twine(v.strides[d] * v.bytes) +
                  " bytes in dimension " + Twine(d));
  return success();
}

/// The rules of cuTensorMapEncodeTiled (CUDA Driver API, "Tensor Map Object
/// Management").
LogicalResult
Launch::requireEncodable(const DeviceKernel::TensorMap &map) const {
  constexpr int kAlignment = 16;
  // By CUtensorMapDataType: 8, 16 and 32 bits, 64 bits, and floats.
  constexpr int kBytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2};
  Memref v = view(map.argument);
  if (map.element < 0 || map.element >= int(std::size(kBytes)) ||
      kBytes[map.element] != v.bytes || map.boxColumns * v.bytes % kAlignment)
    return kernel.function.emitError("has a tensor map of element type ")
           << map.element << " and " << map.boxColumns
           << " columns for elements of " << v.bytes
           << " bytes, expected their type, and rows of a multiple of 16 bytes";
  if (v.sizes[v.rank - 1] > 1 && v.strides[v.rank - 1] != 1)
    return kernel.function.emitError("has a tensor map of a tensor whose last "
                                     "dimension has a stride of ")
           << v.strides[v.rank - 1] << ", expected 1";
  for (int d = 0; d < v.rank; ++d)
    if (v.strides[d] < 0 && v.sizes[d] > 1)
      return kernel.function.emitError("has a tensor map of a tensor with a "
                                       "stride of ")
             << v.strides[d] << ", expected none below 0";
  return requireAlignment(map.argument, kAlignment);
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
    const DeviceKernel::Argument &argument = description.arguments[a];
    if (argument.rank >= 0 && failed(requireAlignment(a, argument.alignment)))
      return failure();
    addArgument(a);
  }
  for (const DeviceKernel::TensorMap &map : description.tensorMaps)
    if (failed(requireEncodable(map)))
      return failure();
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

int Launch::clusterSize() const {
  auto sizes = kernel.function->getAttrOfType<DenseI32ArrayAttr>(
      NVVM::NVVMDialect::getClusterDimAttrName());
  int size = 1;
  for (int32_t d : sizes ? sizes.asArrayRef() : ArrayRef<int32_t>())
    size *= d;
  return size;
}

LogicalResult Launch::runGrid(uint32_t workgroups) {
  Grid grid{workgroups,
            description.threads,
            kernel.program.isWave ? kWaveSize : kWarpSize,
            clusterSize(),
            kernel.program.isWave,
            uint32_t(description.sharedBytes),
            launchRegisters(),
            memory,
            maps,
            values,
            state.workgroups,
            options.maxSteps};
  state.workgroups += workgroups;
  for (uint32_t first = 0; first < workgroups; first += grid.clusterSize) {
    Cluster cluster(kernel.program, grid, first, options.seed);
    LogicalResult result = cluster.run();
    state.instructions += cluster.countSteps();
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult Launch::run() {
  int64_t workgroups = 1;
  for (int d = 0; d < description.gridRank; ++d) {
    if (sizes[d] < 0 || sizes[d] > INT32_MAX ||
        (workgroups *= sizes[d]) > INT32_MAX)
      return kernel.function.emitError("is launched with a grid of more than "
                                       "2^31 - 1 workgroups, or fewer than 0");
  }
  if (workgroups == 0)
    return success();
  int subgroupSize = kernel.program.isWave ? kWaveSize : kWarpSize;
  if (description.threads <= 0 || description.threads % subgroupSize)
    return kernel.function.emitError("has workgroups of ")
           << description.threads << " threads, expected a multiple of "
           << subgroupSize;
  if (failed(pack())) {
    memory.endLaunch();
    return failure();
  }
  // A persistent kernel's workgroups take places from the counter.
  if (description.persistent)
    workgroups = std::min<int64_t>(workgroups, int64_t(description.persistent) *
                                                   options.multiprocessors);
  // As CUDA has it without asking for more (Programming Guide, "Thread Block
  // Clusters"); a launch of whole clusters.
  constexpr int kMaxCluster = 8;
  if (clusterSize() < 1 || clusterSize() > kMaxCluster ||
      workgroups % clusterSize())
    return kernel.function.emitError("is launched with ")
           << workgroups << " workgroups in clusters of " << clusterSize()
           << ", expected clusters of 1 to 8 and a multiple of them";
  auto required = kernel.function->getAttrOfType<DenseI32ArrayAttr>(
      NVVM::NVVMDialect::getReqntidAttrName());
  if (required && !required.empty() && required[0] != description.threads)
    return kernel.function.emitError("requires ")
           << required[0] << " threads, and is launched with "
           << description.threads;
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
