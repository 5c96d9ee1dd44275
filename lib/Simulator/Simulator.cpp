//===- Simulator.cpp - GPU kernels, executed on the CPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/Simulator.h"

#include "Launch.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

class Simulator::Impl {
public:
  Impl(OwningOpRef<ModuleOp> module, const SimulatorOptions &options)
      : module(std::move(module)), options(options) {}

  LogicalResult decode();
  void launch(Kernel &kernel, const int64_t *grid, void **arguments);

  /// The simulator whose host runs in this thread.
  static thread_local Impl *current;

  OwningOpRef<ModuleOp> module;
  const SimulatorOptions options;
  std::vector<std::unique_ptr<Kernel>> kernels;
  GlobalMemory memory;
  LaunchState state;
  bool hasFailed = false;
};

thread_local Simulator::Impl *Simulator::Impl::current = nullptr;

static const Registry &getRegistry() {
  static const Registry registry = [] {
    Registry r;
    registerAccesses(r);
    registerComparisons(r);
    registerConstants(r);
    registerControlFlow(r);
    registerConversions(r);
    registerFloats(r);
    registerIntegers(r);
    registerLLVM(r);
    registerVectors(r);
    amd::registerBarriers(r);
    amd::registerBuffers(r);
    amd::registerConversions(r);
    amd::registerDataParallel(r);
    amd::registerLanes(r);
    amd::registerLoadsToLocal(r);
    amd::registerMatrices(r);
    amd::registerScalars(r);
    nvidia::registerBarriers(r);
    nvidia::registerBulkCopies(r);
    nvidia::registerChunkCopies(r);
    nvidia::registerClusters(r);
    nvidia::registerLanes(r);
    nvidia::registerMBarriers(r);
    nvidia::registerMatrices(r);
    nvidia::registerScalars(r);
    nvidia::registerWarpgroupProducts(r);
    return r;
  }();
  return registry;
}

/// The dictionary has what DeviceKernel reads, of legal values.
static LogicalResult verifyDescription(gpu::GPUModuleOp device,
                                       DictionaryAttr description) {
  auto isNumber = [&](StringRef key, int64_t least, int64_t most) {
    auto number = description.getAs<IntegerAttr>(key);
    return number && number.getType().isSignlessInteger(32) &&
           number.getInt() >= least && number.getInt() <= most;
  };
  auto isList = [&](StringRef key, int64_t step) {
    auto list = description.getAs<DenseI32ArrayAttr>(key);
    return list && list.size() % step == 0;
  };
  // The most of any target: 227 KiB.
  constexpr int64_t kMaxThreads = 1024, kMaxShared = 227 << 10;
  if (!isNumber("threads", 32, kMaxThreads) ||
      !isNumber("shared_bytes", 0, kMaxShared) ||
      !isNumber("grid_rank", 0, 8) || !isNumber("persistent", 0, 64) ||
      !isList("arguments", 3) || !isList("tensor_maps", 5))
    return device.emitOpError("has an incomplete ")
           << kDeviceKernelAttr
           << "; expected threads, shared_bytes, grid_rank, persistent, "
              "arguments and tensor_maps as fovea-compile prints them";
  DeviceKernel kernel =
      DeviceKernel::fromAttribute(device.getName(), description);
  if (kernel.threads % 32)
    return device.emitOpError("has ")
           << kernel.threads << " threads, expected a multiple of 32";
  for (const DeviceKernel::Argument &argument : kernel.arguments)
    if (argument.rank < -1 || argument.rank > 8 || argument.bytes < 1 ||
        argument.bytes > 8)
      return device.emitOpError("has an argument of rank ")
             << argument.rank << " with elements of " << argument.bytes
             << " bytes, expected a rank of -1 to 8, and 1 to 8 bytes";
  for (const DeviceKernel::TensorMap &map : kernel.tensorMaps) {
    bool isKnown =
        map.argument >= 0 && map.argument < int32_t(kernel.arguments.size());
    int32_t rank = isKnown ? kernel.arguments[map.argument].rank : 0;
    bool isSwizzle = llvm::is_contained({0, 32, 64, 128}, map.swizzleBytes);
    if (rank < 2 || rank > 5 || !isSwizzle || map.boxRows < 1 ||
        map.boxRows > 256 || map.boxColumns < 1 || map.boxColumns > 256)
      return device.emitOpError("has a tensor map that is none: expected an "
                                "argument of rank 2 to 5, a swizzle of 0, 32, "
                                "64 or 128 bytes, and boxes of 1 to 256 rows "
                                "and columns");
  }
  return success();
}

LogicalResult Simulator::Impl::decode() {
  for (auto device : module->getOps<gpu::GPUModuleOp>()) {
    auto description = device->getAttrOfType<DictionaryAttr>(kDeviceKernelAttr);
    if (!description)
      return device.emitOpError("has no ")
             << kDeviceKernelAttr
             << ", which says how it is launched; expected a module that "
                "fovea-compile --emit=target has printed";
    if (failed(verifyDescription(device, description)))
      return failure();
    auto kernel = std::make_unique<Kernel>();
    kernel->description =
        DeviceKernel::fromAttribute(device.getName(), description);
    kernel->function = device.lookupSymbol<LLVM::LLVMFuncOp>(device.getName());
    if (!kernel->function)
      return device.emitOpError("has no function '") << device.getName() << "'";
    if (failed(
            Decoder(getRegistry(), kernel->program).decode(kernel->function)))
      return failure();
    kernels.push_back(std::move(kernel));
  }
  return success();
}

void Simulator::Impl::launch(Kernel &kernel, const int64_t *grid,
                             void **arguments) {
  if (hasFailed)
    return;
  hasFailed =
      failed(runLaunch(kernel, grid, arguments, memory, state, options));
}

//===----------------------------------------------------------------------===//
// What the host's code calls
//===----------------------------------------------------------------------===//

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
Simulator::~Simulator() = default;

std::unique_ptr<Simulator> Simulator::create(OwningOpRef<ModuleOp> module,
                                             const SimulatorOptions &options) {
  auto impl = std::make_unique<Impl>(std::move(module), options);
  if (failed(impl->decode()))
    return nullptr;
  return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
}

llvm::StringMap<void *> Simulator::getSymbols() {
  auto launch = +[](Kernel *kernel, const int64_t *grid, void **arguments) {
    Impl::current->launch(*kernel, grid, arguments);
  };
  auto allocate = +[](uint64_t bytes) -> void * {
    return Impl::current->memory.allocate(bytes);
  };
  auto release = +[](void *memory) { Impl::current->memory.release(memory); };
  llvm::StringMap<void *> symbols;
  symbols["fovea_device_launch"] = reinterpret_cast<void *>(launch);
  symbols["_mlir_memref_to_llvm_alloc"] = reinterpret_cast<void *>(allocate);
  symbols["_mlir_memref_to_llvm_free"] = reinterpret_cast<void *>(release);
  for (auto &kernel : impl->kernels)
    symbols[(kDeviceKernelSymbol + kernel->description.name).str()] =
        kernel.get();
  return symbols;
}

LogicalResult Simulator::run(llvm::function_ref<void()> host) {
  Impl *outer = Impl::current;
  Impl::current = impl.get();
  host();
  Impl::current = outer;
  return failure(impl->hasFailed);
}

LogicalResult Simulator::launch(StringRef name, ArrayRef<int64_t> grid,
                                ArrayRef<void *> arguments) {
  for (auto &kernel : impl->kernels) {
    const DeviceKernel &description = kernel->description;
    if (description.name != name)
      continue;
    if (int64_t(grid.size()) != description.gridRank ||
        arguments.size() != description.arguments.size())
      return kernel->function.emitError("is launched with ")
             << grid.size() << " sizes and " << arguments.size()
             << " arguments, expected " << description.gridRank << " and "
             << description.arguments.size();
    return runLaunch(*kernel, grid.data(), arguments.data(), impl->memory,
                     impl->state, impl->options);
  }
  return impl->module->emitError("has no kernel '") << name << "'";
}

uint64_t Simulator::countInstructions() const {
  return impl->state.instructions;
}
