//===- fovea-plugin.cpp - Fovea's dialects and passes for a stock mlir-opt
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// mlir-opt --load-dialect-plugin=FoveaPlugin.so
// --load-pass-plugin=FoveaPlugin.so
//          --pass-pipeline='builtin.module(fovea-cpu-pipeline)' FILE

#include "fovea/Pipelines/Registration.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Compiler.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Fovea", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            fovea::registerDialects(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "FoveaPasses", LLVM_VERSION_STRING,
          []() { fovea::registerPasses(); }};
}
