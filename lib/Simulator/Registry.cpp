//===- Registry.cpp - all that the simulator knows -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Decoder.h"

using namespace fovea;
using namespace fovea::sim;

const Registry &fovea::sim::getRegistry() {
  static const Registry registry = [] {
    Registry r;
    registerAccesses(r);
    registerAggregates(r);
    registerComparisons(r);
    registerConstants(r);
    registerControlFlow(r);
    registerConversions(r);
    registerFloats(r);
    registerIntegers(r);
    registerLLVM(r);
    registerPointers(r);
    registerVectors(r);
    amd::registerBarriers(r);
    amd::registerBuffers(r);
    amd::registerConversions(r);
    amd::registerDataParallel(r);
    amd::registerLanes(r);
    amd::registerLoadsToLocal(r);
    amd::registerMatrices(r);
    amd::registerScalars(r);
    nvidia::registerBarriers(r);
    nvidia::registerBulkCopies(r);
    nvidia::registerChunkCopies(r);
    nvidia::registerClusters(r);
    nvidia::registerLanes(r);
    nvidia::registerMBarriers(r);
    nvidia::registerMatrices(r);
    nvidia::registerProducts(r);
    nvidia::registerScalars(r);
    nvidia::registerWarpgroupProducts(r);
    return r;
  }();
  return registry;
}
