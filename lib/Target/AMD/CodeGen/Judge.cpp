//===- Judge.cpp - what a kernel's machine code is seen to do -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/AMD/CodeGen.h"
#include "fovea/Target/AMD/MachineCode/Judgement.h"

#include "llvm/Support/raw_ostream.h"

using namespace fovea;

llvm::Error fovea::judgeCodeObject(DeviceImage &image,
                                   mlir::gpu::GPUModuleOp module,
                                   const GPUTarget &target, bool) {
  amd::WaveShape shape;
  shape.wavesPerWorkgroup = image.kernel.threads / target.subgroupSize;
  shape.staggered = module->hasAttr(kStaggeredAttr);
  auto judgement = amd::judgeKernel(image.text, image.kernel.name, shape);
  // A kernel may run although nobody can say how well.
  if (!judgement) {
    image.analysis =
        "    not judged: " + llvm::toString(judgement.takeError()) + "\n";
    return llvm::Error::success();
  }
  if (judgement->resources) {
    constexpr int64_t kRegisterBytes = 4;
    image.registers = judgement->resources->totalVGPRs;
    image.spillBytes = judgement->resources->vgprSpills * kRegisterBytes +
                       judgement->resources->scratchBytes;
  }
  llvm::raw_string_ostream os(image.analysis);
  amd::print(*judgement, os, /*indent=*/4);
  if (auto tiles = module->getAttrOfType<mlir::ArrayAttr>(kSharedTilesAttr))
    for (auto line : tiles.getAsRange<mlir::StringAttr>())
      os << "    " << line.getValue() << "\n";
  return llvm::Error::success();
}
