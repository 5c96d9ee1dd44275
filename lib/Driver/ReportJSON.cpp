//===- ReportJSON.cpp - the reports as data -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Report.h"

using namespace fovea;
using llvm::json::Array, llvm::json::Object, llvm::json::Value;

static Value toJSON(const DeviceReport &device) {
  return Object{
      {"name", device.name},           {"shared_bytes", device.sharedBytes},
      {"registers", device.registers}, {"spill_bytes", device.spillBytes},
      {"warnings", device.warnings},   {"judgement", device.judgement}};
}

static Value toJSON(const KernelReport &kernel) {
  Array devices;
  for (const DeviceReport &device : kernel.devices)
    devices.push_back(::toJSON(device));
  Object object{{"op", kernel.op},         {"function", kernel.function},
                {"config", kernel.config}, {"why", kernel.reason},
                {"flops", kernel.flops},   {"least_bytes", kernel.leastBytes}};
  if (kernel.onGPU) {
    object["kernels"] = std::move(devices);
    return object;
  }
  object["l1_traffic"] = kernel.l1Traffic;
  object["l2_traffic"] = kernel.l2Traffic;
  object["stack_bytes"] = kernel.stackBytes;
  return object;
}

Value fovea::toJSON(llvm::ArrayRef<KernelReport> kernels) {
  Array array;
  for (const KernelReport &kernel : kernels)
    array.push_back(::toJSON(kernel));
  return array;
}
