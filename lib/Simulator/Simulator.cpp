//===- Simulator.cpp - GPU kernels, executed on the CPU -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/Simulator.h"

#include "Description.h"
#include "Lowering.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

class Simulator::Impl {
public:
  Impl(OwningOpRef<ModuleOp> module, const SimulatorOptions &options)
      : module(std::move(module)), options(options) {}

  LogicalResult decode();
  void launch(Kernel &kernel, FailureOr<LaunchSizes> sizes, void **arguments);

  /// The simulator whose host runs in this thread.
  static thread_local Impl *current;

  OwningOpRef<ModuleOp> module;
  const SimulatorOptions options;
  std::vector<std::unique_ptr<Kernel>> kernels;
  GlobalMemory memory;
  LaunchState state;
  bool hasFailed = false;

private:
  LogicalResult describe(gpu::GPUModuleOp device);
  LogicalResult decode(gpu::GPUModuleOp device);
};

thread_local Simulator::Impl *Simulator::Impl::current = nullptr;

/// Adds the module's kernels, before it is lowered.
LogicalResult Simulator::Impl::describe(gpu::GPUModuleOp device) {
  auto attribute = device->getAttrOfType<DictionaryAttr>(kDeviceKernelAttr);
  std::optional<DeviceKernel> description;
  if (attribute) {
    if (failed(verifyDescription(device, attribute)))
      return failure();
    description = DeviceKernel::fromAttribute(device.getName(), attribute);
  }
  bool hasFunctions = !device.getOps<gpu::GPUFuncOp>().empty();
  if (hasFunctions)
    return describeKernels(device, description ? &*description : nullptr,
                           kernels);
  if (!description)
    return device.emitOpError("has no ")
           << kDeviceKernelAttr
           << ", which says how it is launched; expected a module that "
              "fovea-compile --emit=target has printed, or kernels as gpu.func";
  kernels.push_back(std::make_unique<Kernel>());
  kernels.back()->description = *description;
  kernels.back()->block = {uint32_t(description->threads), 1, 1};
  return success();
}

LogicalResult Simulator::Impl::decode(gpu::GPUModuleOp device) {
  size_t first = kernels.size();
  if (failed(describe(device)) ||
      (isUpstream(device) && failed(lowerUpstream(device))))
    return failure();
  if (first == kernels.size())
    return device.emitOpError("has no kernel '") << device.getName() << "'";
  for (auto &kernel : llvm::drop_begin(kernels, first)) {
    StringRef name = kernel->description.name;
    // The host finds kernels by their names alone.
    if (llvm::count_if(kernels, [&](auto &other) {
          return other->description.name == name;
        }) > 1)
      return device.emitOpError("has a kernel '")
             << name << "' as another module has, expected other names";
    kernel->function = device.lookupSymbol<LLVM::LLVMFuncOp>(name);
    if (!kernel->function)
      return device.emitOpError("has no function '") << name << "'";
    if (failed(
            Decoder(getRegistry(), kernel->program).decode(kernel->function)) ||
        failed(findConvention(*kernel)))
      return failure();
  }
  return success();
}

LogicalResult Simulator::Impl::decode() {
  for (auto device : module->getOps<gpu::GPUModuleOp>())
    if (failed(decode(device)))
      return failure();
  return success();
}

void Simulator::Impl::launch(Kernel &kernel, FailureOr<LaunchSizes> sizes,
                             void **arguments) {
  if (hasFailed)
    return;
  hasFailed = failed(sizes) || failed(runLaunch(kernel, *sizes, arguments,
                                                memory, state, options));
}

/// gpu.launch_func's: sizes of the grid and of a workgroup, and dynamic shared
/// memory.
static FailureOr<LaunchSizes> getSizes(Kernel &kernel, const int64_t *shape) {
  if (kernel.convention == Convention::Own)
    return kernel.function.emitError("takes its grid as parameters, which "
                                     "gpu.launch_func does not give");
  Dimensions block;
  for (int d = 0; d < 3; ++d) {
    int64_t size = shape[3 + d], known = kernel.block[d];
    if (size < 1 || size > 1024 || (kernel.block[0] && size != known))
      return kernel.function.emitError("is launched with workgroups of ")
             << size << " threads in dimension " << d << ", expected "
             << (kernel.block[0] ? std::to_string(known) : "1 to 1024");
    block[d] = size;
  }
  if (shape[6] < 0 || shape[6] > INT32_MAX)
    return kernel.function.emitError("is launched with ")
           << shape[6] << " bytes of dynamic shared memory";
  return LaunchSizes{ArrayRef(shape, 3), block, uint32_t(shape[6])};
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
    ArrayRef sizes(grid, kernel->description.gridRank);
    Impl::current->launch(*kernel, sim::getSizes(*kernel, sizes), arguments);
  };
  auto launchShape =
      +[](Kernel *kernel, const int64_t *shape, void **arguments) {
        Impl::current->launch(*kernel, ::getSizes(*kernel, shape), arguments);
      };
  auto allocate = +[](uint64_t bytes) -> void * {
    return Impl::current->memory.allocate(bytes);
  };
  auto release = +[](void *memory) { Impl::current->memory.release(memory); };
  llvm::StringMap<void *> symbols;
  symbols["fovea_device_launch"] = reinterpret_cast<void *>(launch);
  symbols["fovea_simulator_launch"] = reinterpret_cast<void *>(launchShape);
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
    auto sizes = sim::getSizes(*kernel, grid);
    if (failed(sizes))
      return failure();
    return runLaunch(*kernel, *sizes, arguments.data(), impl->memory,
                     impl->state, impl->options);
  }
  return impl->module->emitError("has no kernel '") << name << "'";
}

uint64_t Simulator::countInstructions() const {
  return impl->state.instructions;
}
