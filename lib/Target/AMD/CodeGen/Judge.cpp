//===- Judge.cpp - what a kernel's machine code is seen to do -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/CodeGen.h"
#include "fovea/Target/AMD/MachineCode/Judgement.h"

#include "llvm/Support/raw_ostream.h"

using namespace fovea;

static void printSharedTiles(mlir::gpu::GPUModuleOp module,
                             llvm::raw_ostream &os) {
  if (auto tiles = module->getAttrOfType<mlir::ArrayAttr>(kSharedTilesAttr))
    for (auto line : tiles.getAsRange<mlir::StringAttr>())
      os << "    " << line.getValue() << "\n";
}

llvm::Error fovea::judgeCodeObject(DeviceImage &image,
                                   mlir::gpu::GPUModuleOp module,
                                   const GPUTarget &target, bool) {
  llvm::raw_string_ostream os(image.analysis);
  printSharedTiles(module, os);
  amd::WaveShape shape;
  shape.wavesPerWorkgroup = image.kernel.threads / target.subgroupSize;
  shape.staggered = module->hasAttr(kStaggeredAttr);
  auto judgement = amd::judgeKernel(image.text, image.kernel.name, shape);
  // A kernel may run although nobody can say how well.
  if (!judgement) {
    os << "    not judged: " << llvm::toString(judgement.takeError()) << "\n";
    return llvm::Error::success();
  }
  if (judgement->resources) {
    constexpr int64_t kRegisterBytes = 4;
    image.registers = judgement->resources->totalVGPRs;
    image.spillBytes = judgement->resources->vgprSpills * kRegisterBytes +
                       judgement->resources->scratchBytes;
  }
  amd::print(*judgement, os, /*indent=*/4);
  image.judgement = amd::toJSON(*judgement);
  return llvm::Error::success();
}
