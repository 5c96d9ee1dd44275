//===- CudaDevice.cpp - One NVIDIA GPU, for hosts of artifacts --*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/CudaDevice.h"

#include "CudaDriver.h"

#include <algorithm>
#include <dlfcn.h>

using namespace fovea::runtime;
using namespace fovea::runtime::cuda;

// Beyond those that artifacts need. The versions of the symbols are the ones
// that cuda.h maps the plain names to since CUDA 3.2 and 4.0.
#define FOVEA_CUDA_DEVICE_FUNCTIONS(X)                                         \
  X(MemAlloc, "cuMemAlloc_v2", (DevicePointer * pointer, size_t bytes))        \
  X(MemFree, "cuMemFree_v2", (DevicePointer pointer))                          \
  X(MemcpyHtoD, "cuMemcpyHtoD_v2",                                             \
    (DevicePointer to, const void *from, size_t bytes))                        \
  X(MemcpyDtoH, "cuMemcpyDtoH_v2",                                             \
    (void *to, DevicePointer from, size_t bytes))                              \
  X(MemsetD8, "cuMemsetD8_v2",                                                 \
    (DevicePointer to, unsigned char value, size_t bytes))                     \
  X(CtxSynchronize, "cuCtxSynchronize", ())                                    \
  X(EventCreate, "cuEventCreate", (Event * event, unsigned flags))             \
  X(EventRecord, "cuEventRecord", (Event event, Stream stream))                \
  X(EventSynchronize, "cuEventSynchronize", (Event event))                     \
  X(EventElapsedTime, "cuEventElapsedTime",                                    \
    (float *milliseconds, Event start, Event end))                             \
  X(EventDestroy, "cuEventDestroy_v2", (Event event))

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
struct fovea::runtime::CudaFunctions {
  const Driver *driver = nullptr;
#define FOVEA_MEMBER(name, symbol, parameters) Result(*name) parameters;
  FOVEA_CUDA_DEVICE_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};
// NOLINTEND(readability-identifier-naming)

static DevicePointer address(const void *pointer) {
  return reinterpret_cast<DevicePointer>(pointer);
}

/// The driver's functions, or null with the reason in `error`.
static std::unique_ptr<CudaFunctions> findFunctions(std::string &error) {
  auto functions = std::make_unique<CudaFunctions>();
  Message why;
  functions->driver = loadDriver(why);
  if (!functions->driver) {
    error = why.text;
    return nullptr;
  }
  const std::pair<const char *, void *> symbols[] = {
#define FOVEA_SYMBOL(name, symbol, parameters) {symbol, &functions->name},
      FOVEA_CUDA_DEVICE_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
  };
  for (auto [name, slot] : symbols) {
    void *function = dlsym(functions->driver->library, name);
    if (!function) {
      error = std::string("the CUDA driver has no ") + name;
      return nullptr;
    }
    *static_cast<void **>(slot) = function;
  }
  return functions;
}

bool CudaDevice::check(int result, const char *what, std::string &error) const {
  if (!result)
    return true;
  Message why;
  why.append("device %d: cannot %s: ", number, what);
  appendError(why, *functions->driver, result);
  error = why.text;
  return false;
}

CudaDevice::CudaDevice(int ordinal) : number(ordinal) {}

bool CudaDevice::initialize(std::string &error) {
  functions = findFunctions(error);
  if (!functions)
    return false;
  const Driver &driver = *functions->driver;
  Device device = 0;
  Context context = nullptr;
  char text[256] = "";
  int major = 0, minor = 0;
  if (!check(driver.DeviceGet(&device, number), "be opened", error) ||
      !check(driver.DevicePrimaryCtxRetain(&context, device), "make a context",
             error) ||
      !check(driver.CtxSetCurrent(context), "use its context", error) ||
      !check(driver.DeviceGetName(text, sizeof(text) - 1, device),
             "tell its name", error))
    return false;
  const std::pair<int, int *> attributes[] = {
      {kComputeCapabilityMajor, &major},
      {kComputeCapabilityMinor, &minor},
      {kMultiprocessorCount, &numMultiprocessors}};
  for (auto [attribute, value] : attributes)
    if (!check(driver.DeviceGetAttribute(value, attribute, device),
               "tell its attributes", error))
      return false;
  deviceName = text;
  capability = 10 * major + minor;
  for (void *&event : events)
    if (!check(functions->EventCreate(reinterpret_cast<Event *>(&event), 0),
               "create an event", error))
      return false;
  return true;
}

std::unique_ptr<CudaDevice> CudaDevice::open(int ordinal, std::string &error) {
  std::unique_ptr<CudaDevice> device(new CudaDevice(ordinal));
  if (!device->initialize(error))
    return nullptr;
  return device;
}

// The primary context stays: artifacts have modules in it.
CudaDevice::~CudaDevice() {
  for (void *pointer : memory)
    functions->MemFree(address(pointer));
  for (void *event : events)
    if (event)
      functions->EventDestroy(static_cast<Event>(event));
}

void *CudaDevice::allocate(size_t bytes, std::string &error) {
  DevicePointer pointer = 0;
  std::string what = "allocate " + std::to_string(bytes) + " bytes";
  if (!check(functions->MemAlloc(&pointer, bytes ? bytes : 1), what.c_str(),
             error))
    return nullptr;
  memory.push_back(reinterpret_cast<void *>(pointer));
  return memory.back();
}

bool CudaDevice::free(void *pointer, std::string &error) {
  if (!pointer)
    return true;
  auto found = std::find(memory.begin(), memory.end(), pointer);
  if (found == memory.end()) {
    error = "device " + std::to_string(number) +
            ": cannot free memory that it has not allocated";
    return false;
  }
  memory.erase(found);
  return check(functions->MemFree(address(pointer)), "free memory", error);
}

bool CudaDevice::copyToDevice(void *to, const void *from, size_t bytes,
                              std::string &error) {
  return !bytes || check(functions->MemcpyHtoD(address(to), from, bytes),
                         "copy to it", error);
}

bool CudaDevice::copyFromDevice(void *to, const void *from, size_t bytes,
                                std::string &error) {
  return !bytes || check(functions->MemcpyDtoH(to, address(from), bytes),
                         "copy from it", error);
}

bool CudaDevice::fill(void *to, uint8_t value, size_t bytes,
                      std::string &error) {
  return !bytes || check(functions->MemsetD8(address(to), value, bytes),
                         "fill memory", error);
}

bool CudaDevice::synchronize(std::string &error) {
  return check(functions->CtxSynchronize(), "finish its work", error);
}

std::optional<double> CudaDevice::time(const std::function<bool()> &work,
                                       std::string &error) {
  // Events are made without CU_EVENT_DISABLE_TIMING, so they tell the time.
  auto *start = static_cast<Event>(events[0]);
  auto *end = static_cast<Event>(events[1]);
  float milliseconds = 0;
  if (!check(functions->EventRecord(start, nullptr), "record an event",
             error) ||
      !work() ||
      !check(functions->EventRecord(end, nullptr), "record an event", error) ||
      !check(functions->EventSynchronize(end), "finish its work", error) ||
      !check(functions->EventElapsedTime(&milliseconds, start, end),
             "tell the time between events", error))
    return std::nullopt;
  return milliseconds * 1e-3;
}
