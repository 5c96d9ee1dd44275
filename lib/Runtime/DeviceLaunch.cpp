//===- DeviceLaunch.cpp - Launching a kernel --------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// No allocation on the host: a call should cost little more than the driver's
// share. Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceCall.h"

#include <string.h>

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

/// Bytes of parameters that every device and driver takes (CUDA C++ Programming
/// Guide, "Function Parameters").
static constexpr size_t kMaxParameterBytes = 4096;
static constexpr int64_t kMaxGrid = INT32_MAX;

/// Device memory of a launch: the counter of a persistent kernel, then what
/// empty memrefs are mapped to. All zero.
static constexpr size_t kScratchBytes = 256;
static constexpr size_t kScratchZeros = 128;

void fovea::runtime::appendArgument(Message &why, const DeviceCall &call,
                                    const FoveaDeviceKernel &kernel,
                                    int32_t argument) {
  appendCall(why, call);
  why.append("kernel '%s': argument %d: ", kernel.name, argument);
}

namespace {

/// The values of a kernel's parameters, and a pointer to each as cuLaunchKernel
/// takes them.
struct Parameters {
  alignas(64) char bytes[kMaxParameterBytes];
  void *pointers[kMaxParameterBytes / sizeof(int32_t)];
  size_t used = 0, count = 0;
  bool isFull = false;

  /// Room for one parameter, or null if there is none.
  void *add(size_t size, size_t alignment) {
    size_t start = (used + alignment - 1) / alignment * alignment;
    if (start + size > kMaxParameterBytes ||
        count == sizeof(pointers) / sizeof(*pointers)) {
      isFull = true;
      return nullptr;
    }
    used = start + size;
    return pointers[count++] = bytes + start;
  }
  template <typename T>
  void add(T value) {
    if (void *room = add(sizeof(T), alignof(T)))
      memcpy(room, &value, sizeof(T));
  }
};

/// One launch.
class Launch {
public:
  Launch(DeviceCall &call, FoveaDeviceKernel &kernel, const int64_t *grid,
         void **arguments)
      : call(call), kernel(kernel), grid(grid), arguments(arguments) {}
  void run();

private:
  bool checkKernel();
  bool countWorkgroups();
  bool usesScratch() const;
  bool allocateScratch();
  bool pack();
  bool packArgument(int32_t index);
  bool packTensorMap(const FoveaTensorMap &map);
  unsigned countBlocks(int multiprocessors) const;
  void launch(const LoadedKernel &loaded);
  bool fail(const char *what, Result error);
  bool malformed(const char *what, long long found);
  bool failGrid(const char *expected, int32_t number = 0);

  bool isPersistent() const { return kernel.flags & FOVEA_KERNEL_PERSISTENT; }

  DeviceCall &call;
  FoveaDeviceKernel &kernel;
  const int64_t *grid;
  void **arguments;
  int64_t workgroups = 1;
  char *scratch = nullptr;
  Parameters parameters;
};

} // namespace

bool Launch::fail(const char *what, Result error) {
  Message why;
  appendCall(why, call);
  why.append("kernel '%s': %s: ", kernel.name, what);
  appendError(why, *call.driver, error);
  keepError(call, why);
  return false;
}

bool Launch::malformed(const char *what, long long found) {
  Message why;
  appendCall(why, call);
  why.append("kernel '%s': malformed artifact: found %s %lld", kernel.name,
             what, found);
  keepError(call, why);
  return false;
}

/// Compilers make mistakes too.
bool Launch::checkKernel() {
  for (int32_t i = 0; i < kernel.num_tensor_maps; ++i) {
    int32_t argument = kernel.tensor_maps[i].argument;
    if (argument < 0 || argument >= kernel.num_arguments)
      return malformed("a tensor map of argument", argument);
    int32_t rank = kernel.arguments[argument].rank;
    if (rank < 2 || rank > 5)
      return malformed("a tensor map of rank", rank);
  }
  return true;
}

/// Appends what the grid is, after which `expected` says what it must be.
bool Launch::failGrid(const char *expected, int32_t number) {
  Message why;
  appendCall(why, call);
  why.append("kernel '%s': found a grid of ", kernel.name);
  why.appendList(grid, kernel.grid_rank);
  why.append(" workgroups, %s", expected);
  if (number)
    why.append(" %d", number);
  keepError(call, why);
  return false;
}

bool Launch::countWorkgroups() {
  bool isEmpty = false, isTooLarge = false;
  for (int32_t i = 0; i < kernel.grid_rank; ++i) {
    if (grid[i] < 0)
      return malformed("a grid size of", grid[i]);
    isEmpty |= grid[i] == 0;
    isTooLarge |= __builtin_mul_overflow(workgroups, grid[i], &workgroups) ||
                  workgroups > kMaxGrid;
  }
  if (isEmpty) {
    workgroups = 0;
    return true;
  }
  if (isTooLarge)
    return failGrid("at most 2^31 - 1 are legal");
  // A persistent kernel's blocks are not its workgroups.
  if (kernel.cluster > 1 && !isPersistent() && workgroups % kernel.cluster)
    return failGrid("expected a multiple of its cluster of", kernel.cluster);
  return true;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

bool Launch::usesScratch() const {
  if (isPersistent())
    return true;
  for (int32_t i = 0; i < kernel.num_tensor_maps; ++i) {
    int32_t argument = kernel.tensor_maps[i].argument;
    MemrefView view(arguments[argument], kernel.arguments[argument]);
    if (view.isEmpty(kernel.arguments[argument].rank))
      return true;
  }
  return false;
}

/// In stream order, not kept from launch to launch: the same kernel may run on
/// several streams, and in graphs, at the same time.
bool Launch::allocateScratch() {
  scratch = static_cast<char *>(fovea_device_alloc(kScratchBytes));
  if (!scratch)
    return false;
  Result error =
      call.driver->MemsetD32Async(reinterpret_cast<DevicePointer>(scratch), 0,
                                  kScratchBytes / 4, call.stream);
  return !error || fail("cannot clear its scratch memory", error);
}

bool Launch::packArgument(int32_t index) {
  const FoveaKernelArgument &argument = kernel.arguments[index];
  if (argument.rank < 0) {
    if (void *room = parameters.add(argument.bytes, argument.bytes))
      memcpy(room, arguments[index], argument.bytes);
    return true;
  }
  MemrefView view(arguments[index], argument);
  parameters.add(view.base);
  for (int32_t d = 0; d < argument.rank; ++d) {
    // Kernels count elements of a dimension in int32.
    if (view.sizes[d] > INT32_MAX) {
      Message why;
      appendArgument(why, call, kernel, index);
      why.append("found size %lld in dimension %d, at most 2^31 - 1 is legal",
                 static_cast<long long>(view.sizes[d]), d);
      keepError(call, why);
      return false;
    }
    parameters.add(static_cast<int32_t>(view.sizes[d]));
  }
  for (int32_t d = 0; d < argument.rank; ++d)
    parameters.add(view.strides[d]);
  return true;
}

bool Launch::packTensorMap(const FoveaTensorMap &map) {
  void *room = parameters.add(sizeof(TensorMap), alignof(TensorMap));
  if (!room)
    return true;
  MemrefView view(arguments[map.argument], kernel.arguments[map.argument]);
  return encodeTensorMap(call, kernel, map, view, scratch + kScratchZeros,
                         *static_cast<TensorMap *>(room));
}

bool Launch::pack() {
  for (int32_t i = 0; i < kernel.num_arguments; ++i)
    if (!packArgument(i))
      return false;
  for (int32_t i = 0; i < kernel.num_tensor_maps; ++i)
    if (!packTensorMap(kernel.tensor_maps[i]))
      return false;
  for (int32_t i = 0; i < kernel.grid_rank; ++i)
    parameters.add(static_cast<int32_t>(grid[i]));
  if (isPersistent())
    parameters.add(scratch);
  return !parameters.isFull ||
         malformed("parameters of more bytes than", kMaxParameterBytes);
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

/// A persistent kernel's blocks take workgroups from the counter until there
/// are none left, so their number is free; clusters must be whole.
unsigned Launch::countBlocks(int multiprocessors) const {
  int64_t cluster = kernel.cluster > 1 ? kernel.cluster : 1;
  if (!isPersistent())
    return static_cast<unsigned>(workgroups);
  int64_t wanted = (workgroups + cluster - 1) / cluster * cluster;
  int64_t fitting = multiprocessors / cluster * cluster;
  int64_t blocks = wanted < fitting ? wanted : fitting;
  return static_cast<unsigned>(blocks < cluster ? cluster : blocks);
}

void Launch::launch(const LoadedKernel &loaded) {
  const Driver &driver = *call.driver;
  unsigned blocks = countBlocks(loaded.multiprocessors);
  Result error;
  if (kernel.cluster > 1) {
    LaunchAttribute attribute = {};
    attribute.id = kLaunchAttributeClusterDimension;
    attribute.value.clusterDim[0] = kernel.cluster;
    attribute.value.clusterDim[1] = attribute.value.clusterDim[2] = 1;
    LaunchConfig config = {{blocks, 1, 1},
                           {unsigned(kernel.threads), 1, 1},
                           unsigned(kernel.shared_bytes),
                           call.stream,
                           &attribute,
                           1};
    error = driver.LaunchKernelEx(&config, loaded.function, parameters.pointers,
                                  nullptr);
  } else {
    error = driver.LaunchKernel(loaded.function, blocks, 1, 1, kernel.threads,
                                1, 1, kernel.shared_bytes, call.stream,
                                parameters.pointers, nullptr);
  }
  if (!error)
    return;
  Message why;
  appendCall(why, call);
  why.append("kernel '%s': cannot launch %u blocks of %d threads with %d bytes "
             "of shared memory in clusters of %d: ",
             kernel.name, blocks, kernel.threads, kernel.shared_bytes,
             kernel.cluster > 1 ? kernel.cluster : 1);
  appendError(why, driver, error);
  keepError(call, why);
}

void Launch::run() {
  if (!checkKernel() || !countWorkgroups() || workgroups == 0)
    return;
  const LoadedKernel *loaded = loadKernel(call, kernel);
  if (!loaded)
    return;
  if ((!usesScratch() || allocateScratch()) && pack())
    launch(*loaded);
  fovea_device_free(scratch);
}

void fovea_device_launch(FoveaDeviceKernel *kernel, const int64_t *grid,
                         void **arguments) {
  DeviceCall &call = deviceCall();
  if (isActive(call))
    Launch(call, *kernel, grid, arguments).run();
}
