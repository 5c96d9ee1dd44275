//===- Registration.cpp - everything that a tool registers, in one place
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Pipelines/Registration.h"

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/Fovea/Transforms/Passes.h"
#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Dialect/FoveaTile/Transforms/Passes.h"
#include "fovea/Pipelines/CPU.h"
#include "fovea/Pipelines/GPU.h"

void fovea::registerDialects(mlir::DialectRegistry &registry) {
  registry
      .insert<FoveaDialect, nvgpu::FoveaNVGPUDialect, tile::FoveaTileDialect>();
  registerReferenceModels(registry);
  registerTileProgramModels(registry);
  tile::registerBufferizableOpInterfaceModels(registry);
}

void fovea::registerPasses() {
  registerFoveaTransformsPasses();
  tile::registerFoveaTileTransformsPasses();
  registerFoveaConversionPasses();
  registerCPUPipelines();
  registerGPUPipelines();
}
