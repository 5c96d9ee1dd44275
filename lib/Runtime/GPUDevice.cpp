//===- GPUDevice.cpp - One GPU, for hosts of artifacts ----------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "fovea/Runtime/GPUDevice.h"

#include "Driver.h"

#include <algorithm>
#include <dlfcn.h>

using namespace fovea::runtime;

// Beyond those that artifacts need; as in Driver.h. The versions of CUDA's
// symbols are the ones that cuda.h maps the plain names to since CUDA 3.2 and
// 4.0.
#define FOVEA_GPU_DEVICE_FUNCTIONS(X)                                          \
  X(MemAlloc, "cuMemAlloc_v2", "hipMalloc",                                    \
    (DevicePointer * pointer, size_t bytes))                                   \
  X(MemFree, "cuMemFree_v2", "hipFree", (DevicePointer pointer))               \
  X(MemcpyHtoD, "cuMemcpyHtoD_v2", "hipMemcpyHtoD",                            \
    (DevicePointer to, const void *from, size_t bytes))                        \
  X(MemcpyDtoH, "cuMemcpyDtoH_v2", "hipMemcpyDtoH",                            \
    (void *to, DevicePointer from, size_t bytes))                              \
  X(MemsetD8, "cuMemsetD8_v2", "hipMemsetD8",                                  \
    (DevicePointer to, unsigned char value, size_t bytes))                     \
  X(Synchronize, "cuCtxSynchronize", "hipDeviceSynchronize", ())               \
  X(EventCreate, "cuEventCreate", "hipEventCreateWithFlags",                   \
    (Event * event, unsigned flags))                                           \
  X(EventRecord, "cuEventRecord", "hipEventRecord",                            \
    (Event event, Stream stream))                                              \
  X(EventSynchronize, "cuEventSynchronize", "hipEventSynchronize",             \
    (Event event))                                                             \
  X(EventElapsedTime, "cuEventElapsedTime", "hipEventElapsedTime",             \
    (float *milliseconds, Event start, Event end))                             \
  X(EventDestroy, "cuEventDestroy_v2", "hipEventDestroy", (Event event))

// NOLINTBEGIN(readability-identifier-naming): the driver's names.
struct fovea::runtime::GPUFunctions {
  const Driver *driver = nullptr;
#define FOVEA_MEMBER(name, cuda, hip, parameters)                              \
  Result(*name) parameters;                                                    \
  const char *name##Symbol;
  FOVEA_GPU_DEVICE_FUNCTIONS(FOVEA_MEMBER)
#undef FOVEA_MEMBER
};
// NOLINTEND(readability-identifier-naming)

/// The driver's functions, or null with the reason in `error`.
static std::unique_ptr<GPUFunctions> findFunctions(DLDeviceType type,
                                                   std::string &error) {
  auto functions = std::make_unique<GPUFunctions>();
  Message why;
  functions->driver = loadDriver(vendorOf(type), why);
  if (!functions->driver) {
    error = why.text;
    return nullptr;
  }
  bool isHIP = type == kDLROCM;
#define FOVEA_NAME(name, cuda, hip, parameters)                                \
  functions->name##Symbol = isHIP ? hip : cuda;
  FOVEA_GPU_DEVICE_FUNCTIONS(FOVEA_NAME)
#undef FOVEA_NAME
  const std::pair<const char *, void *> symbols[] = {
#define FOVEA_SYMBOL(name, cuda, hip, parameters)                              \
  {functions->name##Symbol, &functions->name},
      FOVEA_GPU_DEVICE_FUNCTIONS(FOVEA_SYMBOL)
#undef FOVEA_SYMBOL
  };
  for (auto [name, slot] : symbols) {
    void *function = dlsym(functions->driver->library, name);
    if (!function) {
      error = std::string("the driver of ") +
              functions->driver->vendor->devices + " has no " + name;
      return nullptr;
    }
    *static_cast<void **>(slot) = function;
  }
  return functions;
}

static bool check(const GPUDevice &device, const Vendor &vendor,
                  Failure failure, const char *what, std::string &error) {
  if (!failure)
    return true;
  Message why;
  why.append("device %d: cannot %s: ", device.ordinal(), what);
  appendFailure(why, vendor, failure);
  error = why.text;
  return false;
}

/// Calls a function of FOVEA_GPU_DEVICE_FUNCTIONS in a member.
#define FOVEA_CALL(name, what, ...)                                            \
  check(*this, *functions->driver->vendor,                                     \
        {functions->name##Symbol, functions->name(__VA_ARGS__)}, what, error)

GPUDevice::GPUDevice(int ordinal) : number(ordinal) {}

bool GPUDevice::initialize(DLDeviceType type, std::string &error) {
  functions = findFunctions(type, error);
  if (!functions)
    return false;
  const Driver &driver = *functions->driver;
  const Vendor &vendor = *driver.vendor;
  char text[256] = "";
  if (!check(*this, vendor, vendor.makeCurrent(number), "be opened", error) ||
      !check(*this, vendor,
             {vendor.names.DeviceGetName,
              driver.DeviceGetName(text, sizeof(text) - 1, number)},
             "tell its name", error) ||
      !check(*this, vendor,
             {vendor.names.DeviceGetAttribute,
              driver.DeviceGetAttribute(&numMultiprocessors,
                                        vendor.multiprocessorCount, number)},
             "tell its attributes", error))
    return false;
  deviceName = text;
  Message architecture;
  vendor.appendArchitecture(architecture, number);
  architectureName = architecture.text;
  for (void *&event : events)
    if (!FOVEA_CALL(EventCreate, "create an event",
                    reinterpret_cast<Event *>(&event), 0))
      return false;
  return true;
}

std::unique_ptr<GPUDevice> GPUDevice::open(DLDeviceType type, int ordinal,
                                           std::string &error) {
  if (type != kDLCUDA && type != kDLROCM) {
    error = "found DLPack device type " + std::to_string(int(type)) +
            ", GPUs are 2 (NVIDIA) and 10 (AMD)";
    return nullptr;
  }
  std::unique_ptr<GPUDevice> device(new GPUDevice(ordinal));
  if (!device->initialize(type, error))
    return nullptr;
  return device;
}

// The primary context stays: artifacts have modules in it.
GPUDevice::~GPUDevice() {
  for (void *pointer : memory)
    functions->MemFree(pointer);
  for (void *event : events)
    if (event)
      functions->EventDestroy(static_cast<Event>(event));
}

void *GPUDevice::allocate(size_t bytes, std::string &error) {
  DevicePointer pointer = nullptr;
  std::string what = "allocate " + std::to_string(bytes) + " bytes";
  if (!FOVEA_CALL(MemAlloc, what.c_str(), &pointer, bytes ? bytes : 1))
    return nullptr;
  memory.push_back(pointer);
  return pointer;
}

bool GPUDevice::free(void *pointer, std::string &error) {
  if (!pointer)
    return true;
  auto found = std::find(memory.begin(), memory.end(), pointer);
  if (found == memory.end()) {
    error = "device " + std::to_string(number) +
            ": cannot free memory that it has not allocated";
    return false;
  }
  memory.erase(found);
  return FOVEA_CALL(MemFree, "free memory", pointer);
}

bool GPUDevice::copyToDevice(void *to, const void *from, size_t bytes,
                             std::string &error) {
  return !bytes || FOVEA_CALL(MemcpyHtoD, "copy to it", to, from, bytes);
}

bool GPUDevice::copyFromDevice(void *to, const void *from, size_t bytes,
                               std::string &error) {
  return !bytes || FOVEA_CALL(MemcpyDtoH, "copy from it", to,
                              const_cast<void *>(from), bytes);
}

bool GPUDevice::fill(void *to, uint8_t value, size_t bytes,
                     std::string &error) {
  return !bytes || FOVEA_CALL(MemsetD8, "fill memory", to, value, bytes);
}

bool GPUDevice::synchronize(std::string &error) {
  return FOVEA_CALL(Synchronize, "finish its work");
}

std::optional<double> GPUDevice::time(const std::function<bool()> &work,
                                      std::string &error) {
  // Events are made without flags, so they tell the time.
  auto *start = static_cast<Event>(events[0]);
  auto *end = static_cast<Event>(events[1]);
  float milliseconds = 0;
  if (!FOVEA_CALL(EventRecord, "record an event", start, nullptr) || !work() ||
      !FOVEA_CALL(EventRecord, "record an event", end, nullptr) ||
      !FOVEA_CALL(EventSynchronize, "finish its work", end) ||
      !FOVEA_CALL(EventElapsedTime, "tell the time between events",
                  &milliseconds, start, end))
    return std::nullopt;
  return milliseconds * 1e-3;
}
