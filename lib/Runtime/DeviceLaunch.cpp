//===- DeviceLaunch.cpp - Launching a kernel --------------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// No allocation on the host: a call should cost little more than the driver's
// share. Linked into artifacts: only libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceModule.h"
#include "DeviceParameters.h"

using namespace fovea::runtime;

static constexpr int64_t kMaxGrid = INT32_MAX;

namespace {

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
  unsigned countBlocks(int multiprocessors) const;
  bool checkBlocks(unsigned blocks);
  void launch(const LoadedKernel &loaded);
  bool failGrid(const char *expected, int64_t number = 0);

  DeviceCall &call;
  FoveaDeviceKernel &kernel;
  const int64_t *grid;
  void **arguments;
  int64_t workgroups = 1;
  char *scratch = nullptr;
  Parameters parameters;
};

} // namespace

/// Compilers make mistakes too.
bool Launch::checkKernel() {
  for (int32_t i = 0; i < kernel.num_arguments; ++i)
    if (kernel.arguments[i].bytes < 1 || kernel.arguments[i].bytes > 16)
      return keepMalformed(call, kernel, "an argument's element of bytes",
                           kernel.arguments[i].bytes);
  for (int32_t i = 0; i < kernel.num_tensor_maps; ++i) {
    int32_t argument = kernel.tensor_maps[i].argument;
    if (argument < 0 || argument >= kernel.num_arguments)
      return keepMalformed(call, kernel, "a tensor map of argument", argument);
    int32_t rank = kernel.arguments[argument].rank;
    if (rank < 2 || rank > 5)
      return keepMalformed(call, kernel, "a tensor map of rank", rank);
  }
  return call.driver->vendor->checkKernel(call, kernel);
}

/// Appends what the grid is, after which `expected` says what it must be.
bool Launch::failGrid(const char *expected, int64_t number) {
  Message why;
  appendKernel(why, call, kernel);
  why.append("found a grid of ");
  why.appendList(grid, kernel.grid_rank);
  why.append(" workgroups, %s", expected);
  if (number)
    why.append(" %lld", static_cast<long long>(number));
  keepError(call, why);
  return false;
}

bool Launch::countWorkgroups() {
  bool isEmpty = false, isTooLarge = false;
  for (int32_t i = 0; i < kernel.grid_rank; ++i) {
    if (grid[i] < 0)
      return keepMalformed(call, kernel, "a grid size of", grid[i]);
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
  if (kernel.cluster > 1 && !isPersistent(kernel) &&
      workgroups % kernel.cluster)
    return failGrid("expected a multiple of its cluster of", kernel.cluster);
  return true;
}

//===----------------------------------------------------------------------===//
// Scratch memory
//===----------------------------------------------------------------------===//

bool Launch::usesScratch() const {
  if (isPersistent(kernel))
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
      call.driver->MemsetD32Async(scratch, 0, kScratchBytes / 4, call.stream);
  if (error)
    keepKernelError(call, kernel, "cannot clear its scratch memory",
                    {call.driver->vendor->names.MemsetD32Async, error});
  return !error;
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

/// A persistent kernel's blocks take workgroups from the counter until there
/// are none left, so their number is free; clusters must be whole.
unsigned Launch::countBlocks(int multiprocessors) const {
  int64_t cluster = kernel.cluster > 1 ? kernel.cluster : 1;
  if (!isPersistent(kernel))
    return static_cast<unsigned>(workgroups);
  int64_t wanted = (workgroups + cluster - 1) / cluster * cluster;
  int64_t fitting =
      int64_t(multiprocessors) * kernel.persistent / cluster * cluster;
  int64_t blocks = wanted < fitting ? wanted : fitting;
  return static_cast<unsigned>(blocks < cluster ? cluster : blocks);
}

bool Launch::checkBlocks(unsigned blocks) {
  int64_t limit = call.driver->vendor->maxThreads;
  if (!limit || int64_t(blocks) * kernel.threads <= limit)
    return true;
  return failGrid("at most so many are legal with its threads:",
                  limit / kernel.threads);
}

void Launch::launch(const LoadedKernel &loaded) {
  const Driver &driver = *call.driver;
  const Vendor &vendor = *driver.vendor;
  unsigned blocks = countBlocks(loaded.multiprocessors);
  if (!checkBlocks(blocks))
    return;
  Failure failure;
  if (kernel.cluster > 1)
    failure = vendor.launchClusters(call, kernel, loaded.function, blocks,
                                    parameters.pointers);
  else
    failure = {vendor.names.LaunchKernel,
               driver.LaunchKernel(loaded.function, blocks, 1, 1,
                                   kernel.threads, 1, 1, kernel.shared_bytes,
                                   call.stream, parameters.pointers, nullptr)};
  if (!failure)
    return;
  Message why;
  appendKernel(why, call, kernel);
  why.append("cannot launch %u blocks of %d threads with %d bytes "
             "of shared memory in clusters of %d: ",
             blocks, kernel.threads, kernel.shared_bytes,
             kernel.cluster > 1 ? kernel.cluster : 1);
  appendFailure(why, vendor, failure);
  keepError(call, why);
}

void Launch::run() {
  if (!checkKernel() || !countWorkgroups() || workgroups == 0)
    return;
  const LoadedKernel *loaded = loadKernel(call, kernel);
  if (!loaded)
    return;
  if ((!usesScratch() || allocateScratch()) &&
      packParameters(call, kernel, grid, arguments, scratch, parameters))
    launch(*loaded);
  fovea_device_free(scratch);
}

void fovea_device_launch(FoveaDeviceKernel *kernel, const int64_t *grid,
                         void **arguments) {
  DeviceCall &call = deviceCall();
  if (isActive(call))
    Launch(call, *kernel, grid, arguments).run();
}
