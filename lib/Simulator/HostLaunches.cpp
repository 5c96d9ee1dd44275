//===- HostLaunches.cpp - gpu.launch_func, to calls of the simulator
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Simulator/Host.h"

#include "fovea/Conversion/DeviceKernel.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace fovea;

/// (kernel, {grid x, y, z, block x, y, z, bytes of dynamic shared memory},
/// arguments): see Simulator.cpp.
static constexpr StringLiteral kLaunch = "fovea_simulator_launch";

namespace {

class LaunchRewriter {
public:
  explicit LaunchRewriter(ModuleOp host)
      : host(host), builder(host),
        pointer(LLVM::LLVMPointerType::get(host.getContext())) {}

  LogicalResult rewrite(gpu::LaunchFuncOp launch);

private:
  Value number(int64_t value) {
    return LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                    builder.getI64IntegerAttr(value));
  }
  Value toI64(Value value);
  /// Room for values of one type, on the stack.
  Value makeArray(Type type, ValueRange values);
  /// A pointer to what the argument is for the simulator.
  FailureOr<Value> makeArgument(gpu::LaunchFuncOp launch, Value value);
  Value getKernel(StringRef name);
  LLVM::LLVMFuncOp getFunction();

  ModuleOp host;
  OpBuilder builder;
  Type pointer;
  Location loc = builder.getUnknownLoc();
};

} // namespace

Value LaunchRewriter::toI64(Value value) {
  Type i64 = builder.getI64Type();
  if (value.getType() == i64)
    return value;
  if (value.getType().isIndex())
    return arith::IndexCastOp::create(builder, loc, i64, value);
  return arith::ExtSIOp::create(builder, loc, i64, value);
}

Value LaunchRewriter::makeArray(Type type, ValueRange values) {
  Value array = LLVM::AllocaOp::create(builder, loc, pointer, type,
                                       number(values.size()));
  for (auto [k, value] : llvm::enumerate(values)) {
    Value place = LLVM::GEPOp::create(builder, loc, pointer, type, array,
                                      LLVM::GEPArg(int32_t(k)));
    LLVM::StoreOp::create(builder, loc, value, place);
  }
  return array;
}

FailureOr<Value> LaunchRewriter::makeArgument(gpu::LaunchFuncOp launch,
                                              Value value) {
  Type type = value.getType();
  if (isa<MemRefType>(type)) {
    LLVMTypeConverter converter(host.getContext());
    Type descriptor = converter.convertType(type);
    if (!descriptor)
      return launch.emitOpError("has an operand of ")
             << type << ", which has no descriptor on the host";
    value = UnrealizedConversionCastOp::create(builder, loc, descriptor, value)
                .getResult(0);
  } else if (type.isIndex()) {
    value = toI64(value);
  } else if (!type.isIntOrFloat()) {
    return launch.emitOpError("has an operand of ")
           << type << ", expected memrefs and scalars";
  }
  return makeArray(value.getType(), value);
}

Value LaunchRewriter::getKernel(StringRef name) {
  std::string symbol = (kDeviceKernelSymbol + name).str();
  if (!host.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(host.getBody());
    LLVM::GlobalOp::create(
        builder, loc, LLVM::LLVMArrayType::get(builder.getI8Type(), 0),
        /*isConstant=*/false, LLVM::Linkage::External, symbol, Attribute());
  }
  return LLVM::AddressOfOp::create(builder, loc, pointer, symbol);
}

LLVM::LLVMFuncOp LaunchRewriter::getFunction() {
  if (auto function = host.lookupSymbol<LLVM::LLVMFuncOp>(kLaunch))
    return function;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(host.getBody());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(host.getContext()), {pointer, pointer, pointer});
  return LLVM::LLVMFuncOp::create(builder, loc, kLaunch, type);
}

LogicalResult LaunchRewriter::rewrite(gpu::LaunchFuncOp launch) {
  if (launch.getAsyncToken() || !launch.getAsyncDependencies().empty() ||
      launch.hasClusterSize())
    return launch.emitOpError("with tokens or with the size of clusters is not "
                              "known to the simulator");
  builder.setInsertionPoint(launch);
  loc = launch.getLoc();
  SmallVector<Value> sizes, arguments;
  for (Value size :
       {launch.getGridSizeX(), launch.getGridSizeY(), launch.getGridSizeZ(),
        launch.getBlockSizeX(), launch.getBlockSizeY(), launch.getBlockSizeZ()})
    sizes.push_back(toI64(size));
  Value shared = launch.getDynamicSharedMemorySize();
  sizes.push_back(shared ? toI64(shared) : number(0));
  for (Value operand : launch.getKernelOperands()) {
    auto argument = makeArgument(launch, operand);
    if (failed(argument))
      return failure();
    arguments.push_back(*argument);
  }
  Value kernel = getKernel(launch.getKernelName());
  Value shape = makeArray(builder.getI64Type(), sizes);
  Value list = makeArray(pointer, arguments);
  LLVM::CallOp::create(builder, loc, getFunction(),
                       ValueRange{kernel, shape, list});
  launch.erase();
  return success();
}

LogicalResult sim::lowerLaunches(ModuleOp host) {
  SmallVector<gpu::LaunchFuncOp> launches;
  host.walk([&](gpu::LaunchFuncOp launch) { launches.push_back(launch); });
  LaunchRewriter rewriter(host);
  for (gpu::LaunchFuncOp launch : launches)
    if (failed(rewriter.rewrite(launch)))
      return failure();
  host->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  return success();
}
