//===- LaunchToRuntime.cpp - launches as calls of the runtime -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Conversion/DeviceKernel.h"
#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace fovea {
#define GEN_PASS_DEF_CONVERTFOVEALAUNCHTORUNTIME
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

namespace {

/// Lowers one launch after the other; the runtime's function and the kernels'
/// descriptions are declared once.
class LaunchLowering {
public:
  explicit LaunchLowering(ModuleOp module)
      : module(module), converter(module.getContext()) {}

  LogicalResult lower(tile::LaunchOp launch);

private:
  Value getKernel(ImplicitLocOpBuilder &b, StringRef name);
  void callRuntime(ImplicitLocOpBuilder &b, Value kernel, Value grid,
                   Value operands);
  /// An array on the stack of the function that holds `values`.
  Value spill(ImplicitLocOpBuilder &b, ArrayRef<Value> values);

  ModuleOp module;
  LLVMTypeConverter converter;
};

} // namespace

Value LaunchLowering::getKernel(ImplicitLocOpBuilder &b, StringRef name) {
  std::string symbol = kDeviceKernelSymbol.str() + name.str();
  if (!module.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    LLVM::GlobalOp::create(b, LLVM::LLVMArrayType::get(b.getI8Type(), 0),
                           /*isConstant=*/false, LLVM::Linkage::External,
                           symbol, Attribute());
  }
  return LLVM::AddressOfOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext()), symbol);
}

void LaunchLowering::callRuntime(ImplicitLocOpBuilder &b, Value kernel,
                                 Value grid, Value operands) {
  constexpr StringRef kName = "fovea_device_launch";
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  if (!module.lookupSymbol(kName)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    LLVM::LLVMFuncOp::create(
        b, kName,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                    {pointer, pointer, pointer}));
  }
  LLVM::CallOp::create(b, TypeRange(), kName,
                       ValueRange{kernel, grid, operands});
}

Value LaunchLowering::spill(ImplicitLocOpBuilder &b, ArrayRef<Value> values) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  Type element = values.empty() ? b.getI64Type() : values.front().getType();
  Value array;
  {
    // In the entry block: a launch in a loop must not grow the stack.
    OpBuilder::InsertionGuard guard(b);
    auto function =
        b.getInsertionBlock()->getParentOp()->getParentOfType<func::FuncOp>();
    if (!function)
      function = cast<func::FuncOp>(b.getInsertionBlock()->getParentOp());
    b.setInsertionPointToStart(&function.getBody().front());
    Value count = LLVM::ConstantOp::create(
        b, b.getI64Type(),
        b.getI64IntegerAttr(std::max<int64_t>(1, values.size())));
    array = LLVM::AllocaOp::create(b, pointer, element, count);
  }
  for (auto [i, value] : llvm::enumerate(values)) {
    Value place = LLVM::GEPOp::create(b, pointer, element, array,
                                      ArrayRef<LLVM::GEPArg>{int32_t(i)});
    LLVM::StoreOp::create(b, value, place);
  }
  return array;
}

LogicalResult LaunchLowering::lower(tile::LaunchOp launch) {
  auto kernel = module.lookupSymbol<tile::KernelOp>(launch.getKernelAttr());
  if (!kernel || !kernel.getConfig().getSchedule())
    return launch.emitOpError("launches ")
           << launch.getKernelAttr()
           << ", expected a kernel of this module with a schedule for a GPU";
  ImplicitLocOpBuilder b(launch.getLoc(), launch);
  if (llvm::any_of(launch->getOperandTypes(), llvm::IsaPred<TensorType>))
    return launch.emitOpError(
        "is on tensors, expected memrefs; run fovea-bufferize first");
  SmallVector<Value> grid, places;
  for (Value size : launch.getGrid())
    grid.push_back(arith::IndexCastOp::create(b, b.getI64Type(), size));
  for (Value operand :
       llvm::drop_begin(launch->getOperands(), launch.getGrid().size())) {
    auto view = dyn_cast<MemRefType>(operand.getType());
    Type type = view && !view.isStrided()
                    ? Type()
                    : converter.convertType(operand.getType());
    if (!type)
      return launch.emitOpError("passes a value of type ")
             << operand.getType() << ", which has no strides";
    Value value =
        UnrealizedConversionCastOp::create(b, type, operand).getResult(0);
    places.push_back(spill(b, value));
  }
  callRuntime(b, getKernel(b, launch.getKernel()), spill(b, grid),
              spill(b, places));
  launch.erase();
  return success();
}

/// The host cannot read the device's memory.
static LogicalResult verifyHost(Operation *op) {
  if (isMemoryEffectFree(op) ||
      isa<memref::AllocOp, memref::DeallocOp, tile::LaunchOp, func::FuncOp,
          func::CallOp, func::ReturnOp>(op) ||
      (op->getNumRegions() && !isa<MemoryEffectOpInterface>(op)))
    return success();
  if (llvm::none_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>))
    return success();
  return op->emitOpError("touches the elements of a tensor outside of a "
                         "kernel, where the host runs; on a GPU a function may "
                         "hold fovea ops and views of tensors");
}

namespace {
struct ConvertFoveaLaunchToRuntime
    : fovea::impl::ConvertFoveaLaunchToRuntimeBase<
          ConvertFoveaLaunchToRuntime> {
  void runOnOperation() override {
    SmallVector<tile::LaunchOp> launches;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto result = function.walk([&](Operation *op) {
        if (auto launch = dyn_cast<tile::LaunchOp>(op))
          launches.push_back(launch);
        return verifyHost(op).succeeded() ? WalkResult::advance()
                                          : WalkResult::interrupt();
      });
      if (result.wasInterrupted())
        return signalPassFailure();
    }
    LaunchLowering lowering(getOperation());
    for (tile::LaunchOp launch : launches)
      if (failed(lowering.lower(launch)))
        return signalPassFailure();
  }
};
} // namespace
