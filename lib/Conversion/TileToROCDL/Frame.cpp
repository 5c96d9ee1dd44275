//===- Frame.cpp - threads and launch bounds of AMD GPUs
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ROCDLWriter.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// SIMDs of a compute unit, over which waves are spread.
static constexpr int64_t kUnits = 4;

ROCDLWriter::ROCDLWriter(KernelOp kernel, const GPUTarget &target,
                         DeviceKernel &description)
    : KernelWriter(kernel, target, description) {
  Builder b(kernel.getContext());
  auto domain =
      LLVM::AliasScopeDomainAttr::get(b.getContext(), b.getStringAttr("lds"));
  auto scope = [&](StringRef name) {
    return b.getArrayAttr(
        LLVM::AliasScopeAttr::get(domain, b.getStringAttr(name)));
  };
  copies = scope("copies");
  reads = scope("reads");
}

/// LLVM gives a wave as many registers as the launch bounds leave, and knows
/// them only when both are said exactly. Quiet NaNs are not made of signalling
/// ones (which no operand is, being a result of arithmetic), nor are denormal
/// floats kept: both would cost instructions.
void ROCDLWriter::annotate(LLVM::LLVMFuncOp function) {
  int64_t workgroups = kernel.getConfig().getSchedule().getWorkgroups();
  int64_t waves = llvm::divideCeil(
      description.threads / target.subgroupSize * workgroups, kUnits);
  std::string threads = std::to_string(description.threads);
  std::string perUnit = std::to_string(waves);
  auto pair = [&](StringRef name, const std::string &value) -> Attribute {
    return b_.getStrArrayAttr({name, value});
  };
  function->setAttr("rocdl.kernel", b_.getUnitAttr());
  function.setPassthroughAttr(b_.getArrayAttr({
      pair("amdgpu-flat-work-group-size", threads + "," + threads),
      pair("amdgpu-waves-per-eu", perUnit + "," + perUnit),
      pair("uniform-work-group-size", "true"),
      pair("amdgpu-ieee", "false"),
      pair("denormal-fp-math-f32", "preserve-sign,preserve-sign"),
  }));
}

void ROCDLWriter::readThread() {
  Type type = b_.getI32Type();
  thread = ROCDL::ThreadIdXOp::create(b_, type);
  lane = band(thread, target.subgroupSize - 1);
  // Through a scalar register, so that the compiler knows that a wave agrees.
  subgroup = ROCDL::ReadfirstlaneOp::create(
      b_, type, shift(thread, llvm::Log2_32(target.subgroupSize)));
}

/// The lane by counting those below it: LLVM would keep values that it computed
/// from the thread's number in registers, or in memory, through the loop.
LogicalResult ROCDLWriter::leaveLoop(Operation *loop) {
  Type type = b_.getI32Type();
  Value all = i32(-1);
  lane = ROCDL::MbcntHiOp::create(
      b_, type, all,
      ROCDL::MbcntLoOp::create(b_, type, all, i32(0), ArrayAttr(), ArrayAttr()),
      ArrayAttr(), ArrayAttr());
  placeLanes();
  return writePlacesAgain(loop);
}

Value ROCDLWriter::readWorkgroup() {
  return ROCDL::BlockIdXOp::create(b_, b_.getI32Type());
}
