//===- KernelRun.cpp - small kernels, written as text, executed
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelRun.h"

#include "fovea/Driver/Dialects.h"
#include "fovea/Simulator/Dialects.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

bool KernelResult::has(const std::string &text) const {
  return llvm::any_of(messages, [&](const std::string &message) {
    return message.find(text) != std::string::npos;
  });
}

/// The module around a kernel's operations.
static std::string wrap(const std::string &body, const KernelSetup &setup,
                        int elementBytes) {
  std::string maps, types;
  int numMaps =
      llvm::count(setup.tensorMaps, ';') + (setup.tensorMaps.empty() ? 0 : 1);
  for (int m = 0; m < numMaps; ++m)
    types += ", %map" + std::to_string(m) + ": !llvm.ptr";
  maps = setup.tensorMaps;
  for (char &c : maps)
    c = c == ';' ? ',' : c;
  return llvm::formatv(
      R"(module {{
  gpu.module @k {8} attributes {{fovea.device_kernel = {{
      arguments = array<i32: 2, {0}, 0, 2, {0}, 0>, grid_rank = 1 : i32,
      persistent = 0 : i32, shared_bytes = {1} : i32,
      tensor_maps = array<i32{2}{3}>, threads = {4} : i32}} {{
    llvm.mlir.global external @shared() {{addr_space = 3 : i32,
        alignment = 1024 : i64} : !llvm.array<0 x i8>
    llvm.func @k(%a: !llvm.ptr<1>, %a0: i32, %a1: i32, %as0: i64, %as1: i64,
                 %b: !llvm.ptr<1>, %b0: i32, %b1: i32, %bs0: i64, %bs1: i64{5},
                 %grid: i32) attributes {{{6}} {{
{7}
      llvm.return
    }
  }
})",
      elementBytes, setup.sharedBytes, maps.empty() ? "" : ": ", maps,
      setup.threads, types, setup.attributes, body,
      setup.target.empty() ? "" : "[" + setup.target + "]");
}

namespace {

/// {allocated, aligned, offset, sizes, strides} of a dense matrix.
struct Descriptor {
  Descriptor(void *data, int64_t rows, int64_t columns)
      : allocated(data), aligned(data), sizes{rows, columns},
        strides{columns, 1} {}
  void *allocated, *aligned;
  int64_t offset = 0, sizes[2], strides[2];
};

} // namespace

KernelResult fovea::sim::runModule(const std::string &text,
                                   const SimulatorOptions &options,
                                   std::vector<int64_t> grid,
                                   std::vector<uint32_t> &input,
                                   std::vector<uint32_t> &output, int64_t rows,
                                   int64_t columns) {
  DialectRegistry registry;
  registerDriverDialects(registry);
  registerSimulatorDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  KernelResult result;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    std::string text = diagnostic.str();
    for (Diagnostic &note : diagnostic.getNotes())
      text += "\nnote: " + note.str();
    result.messages.push_back(text);
  });
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return result;
  auto simulator = Simulator::create(std::move(module), options);
  if (!simulator)
    return result;
  Descriptor a(input.data(), rows, columns), b(output.data(), rows, columns);
  result.succeeded = succeeded(simulator->launch("k", grid, {&a, &b}));
  return result;
}

KernelResult fovea::sim::runKernel(const std::string &body,
                                   const KernelSetup &setup,
                                   std::vector<uint32_t> &input,
                                   std::vector<uint32_t> &output, int64_t rows,
                                   int64_t columns, int elementBytes) {
  return runModule(wrap(body, setup, elementBytes), setup.options,
                   {setup.workgroups}, input, output, rows, columns);
}
