//===- Report.cpp - what was chosen, and what it costs at least -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Report.h"

#include "fovea/Conversion/ExplainConfig.h"
#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace fovea;

static std::optional<double> valueOf(FailureOr<double> value) {
  return failed(value) ? std::nullopt : std::optional<double>(*value);
}

/// The reports of the ops; `describe` adds what depends on the target.
static std::vector<KernelReport>
collectReports(ModuleOp module,
               llvm::function_ref<void(Operation *, tile::ConfigAttr,
                                       CostModelOpInterface, KernelReport &)>
                   describe) {
  std::vector<KernelReport> kernels;
  module.walk([&](TileProgramOpInterface op) {
    KernelReport report;
    report.op = op->getName().getStringRef();
    if (auto function = op->getParentOfType<func::FuncOp>())
      report.function = function.getName();
    auto config = dyn_cast_or_null<tile::ConfigAttr>(op.getTileConfig());
    if (config) {
      llvm::raw_string_ostream(report.config) << config;
      report.numKernels = config.getSplits() > 1 ? 2 : 1;
    }
    auto cost = dyn_cast<CostModelOpInterface>(op.getOperation());
    if (cost) {
      report.flops = valueOf(cost.getFlops());
      report.leastBytes = valueOf(cost.getLeastBytes());
    }
    describe(op, config, cost, report);
    kernels.push_back(std::move(report));
  });
  return kernels;
}

std::vector<KernelReport> fovea::reportKernels(ModuleOp module,
                                               const CPUTarget &cpu) {
  return collectReports(module, [&](Operation *op, tile::ConfigAttr config,
                                    CostModelOpInterface cost,
                                    KernelReport &report) {
    if (config)
      report.reason = explainConfig(op, config, cpu);
    if (cost) {
      report.l1Traffic = valueOf(cost.getIOBound(cpu.l1Bytes / 4));
      report.l2Traffic = valueOf(cost.getIOBound(cpu.l2Bytes / 4));
    }
  });
}

std::vector<KernelReport> fovea::reportKernels(ModuleOp module,
                                               const GPUTarget &gpu) {
  return collectReports(module,
                        [&](Operation *, tile::ConfigAttr config,
                            CostModelOpInterface, KernelReport &report) {
                          report.onGPU = true;
                          if (config)
                            report.reason = explainConfig(config, gpu);
                        });
}

KernelReport *fovea::findReport(std::vector<KernelReport> &reports,
                                size_t number) {
  for (KernelReport &report : reports) {
    if (number < report.numKernels)
      return &report;
    number -= report.numKernels;
  }
  return nullptr;
}

void fovea::reportLowered(ModuleOp module, std::vector<KernelReport> &kernels) {
  size_t number = 0;
  for (auto function : module.getOps<func::FuncOp>()) {
    auto bytes = function->getAttrOfType<IntegerAttr>("fovea_tile.stack_bytes");
    if (!bytes)
      continue;
    if (KernelReport *report = findReport(kernels, number++))
      report->stackBytes = std::max(report->stackBytes, bytes.getInt());
  }
}

static void printDevice(llvm::raw_ostream &os, const DeviceReport &device) {
  os << "  kernel " << device.name << ": " << device.sharedBytes
     << " bytes of shared memory a workgroup, ";
  if (device.registers)
    os << device.registers << " registers a thread at launch, "
       << device.spillBytes << " bytes spilled\n";
  else
    os << "registers unknown without an assembler\n";
  os << device.warnings << device.analysis;
}

static void printQuantity(llvm::raw_ostream &os, StringRef name,
                          std::optional<double> value, StringRef unit) {
  os << "  " << name << ": ";
  if (value)
    os << llvm::format("%.4g ", *value) << unit << "\n";
  else
    os << "depends on dynamic sizes\n";
}

void fovea::printReport(ArrayRef<KernelReport> kernels, llvm::raw_ostream &os) {
  for (const KernelReport &kernel : kernels) {
    os << kernel.op << " in @" << kernel.function << "\n"
       << "  config: " << kernel.config << "\n"
       << "  why: " << kernel.reason << "\n";
    printQuantity(os, "work", kernel.flops, "FLOP");
    printQuantity(os, "least memory traffic", kernel.leastBytes, "bytes");
    if (kernel.onGPU) {
      for (const DeviceReport &device : kernel.devices)
        printDevice(os, device);
      continue;
    }
    printQuantity(os, "I/O bound of the first-level cache", kernel.l1Traffic,
                  "elements");
    printQuantity(os, "I/O bound of the second-level cache", kernel.l2Traffic,
                  "elements");
    os << "  stack of a workgroup: " << kernel.stackBytes << " bytes\n";
  }
}
