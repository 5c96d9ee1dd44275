//===- Target.cpp - what differs between CDNA's chips
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Target.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace fovea::sim;

StringRef amd::getChip(Operation *op) {
  auto device = op->getParentOfType<gpu::GPUModuleOp>();
  if (!device || !device.getTargetsAttr())
    return "";
  for (Attribute target : device.getTargetsAttr())
    if (auto rocdl = dyn_cast<ROCDL::ROCDLTargetAttr>(target))
      return rocdl.getChip();
  return "";
}

FailureOr<bool> amd::hasOCPFloats(Operation *op) {
  StringRef chip = getChip(op);
  if (chip == "gfx950")
    return true;
  if (chip == "gfx940" || chip == "gfx941" || chip == "gfx942")
    return false;
  return op->emitOpError("is on 8-bit floats, whose format the chip '")
         << chip
         << "' does not say; expected a gpu.module with "
            "#rocdl.target<chip = \"gfx942\"> or <chip = \"gfx950\">";
}

std::optional<int64_t> amd::getConstant(Value value) {
  APInt number;
  if (!matchPattern(value, m_ConstantInt(&number)))
    return std::nullopt;
  return number.getSExtValue();
}

LogicalResult amd::requireBits(Operation *op, Value value, StringRef what,
                               int64_t allowed) {
  std::optional<int64_t> bits = getConstant(value);
  if (bits && (*bits & ~allowed) == 0)
    return success();
  return op->emitOpError("is not known to the simulator unless its ")
         << what << " is a constant "
         << (allowed ? "without other bits than " : "") << allowed;
}
