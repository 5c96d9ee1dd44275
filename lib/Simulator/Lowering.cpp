//===- Lowering.cpp - kernels in upstream's dialects -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The passes of upstream's gpu-lower-to-nvvm-pipeline
// (mlir/lib/Dialect/GPU/Pipelines/GPUToNVVMPipeline.cpp), and their like for
// AMD. Two things differ. scf stays, since lanes meet where its regions end;
// and nothing is simplified, since a race in code without effect is one, too.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

#include "fovea/Simulator/Dialects.h"

#include "mlir/Conversion/AMDGPUToROCDL/AMDGPUToROCDL.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/GPUToROCDL/GPUToROCDLPass.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/NVGPUToNVVM/NVGPUToNVVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::sim;

/// The first op that is none of what is executed.
static Operation *findUpstream(gpu::GPUModuleOp device) {
  Operation *found = nullptr;
  device.getBodyRegion().walk([&](Operation *op) {
    if (!llvm::is_contained({"gpu", "nvgpu", "amdgpu", "memref", "vector"},
                            op->getName().getDialectNamespace()))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

bool fovea::sim::isUpstream(gpu::GPUModuleOp device) {
  return findUpstream(device) != nullptr;
}

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

/// Bytes of a type in memory, or 0.
static int32_t bytesOf(Type type) {
  if (type.isIndex())
    return sizeof(int64_t);
  unsigned bits = type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0;
  return bits % 8 == 0 && bits <= 64 ? bits / 8 : bits == 1 ? 1 : 0;
}

static LogicalResult addArgument(Kernel &kernel, gpu::GPUFuncOp function,
                                 Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  int32_t bytes = bytesOf(memref ? memref.getElementType() : type);
  if (!bytes)
    return function.emitOpError("has a parameter of ")
           << type
           << ", expected memrefs and scalars of whole bytes; tensor maps need "
              "a "
           << kDeviceKernelAttr << " that says what they are of";
  int32_t rank = memref ? memref.getRank() : -1;
  kernel.description.arguments.push_back({rank, bytes, 0});
  return success();
}

static FailureOr<std::unique_ptr<Kernel>>
describeKernel(gpu::GPUFuncOp function, const DeviceKernel *description) {
  auto kernel = std::make_unique<Kernel>();
  for (Type type : function.getFunctionType().getInputs())
    kernel->types.push_back(dyn_cast<MemRefType>(type));
  if (auto block = function.getKnownBlockSize())
    llvm::copy(*block, kernel->block.begin());
  if (description) {
    kernel->description = *description;
    if (kernel->block[0] == 0)
      kernel->block = {uint32_t(description->threads), 1, 1};
    return kernel;
  }
  kernel->description.name = function.getName();
  kernel->description.gridRank = 3;
  for (Type type : function.getFunctionType().getInputs())
    if (failed(addArgument(*kernel, function, type)))
      return failure();
  return kernel;
}

LogicalResult
fovea::sim::describeKernels(gpu::GPUModuleOp device,
                            const DeviceKernel *description,
                            std::vector<std::unique_ptr<Kernel>> &kernels) {
  for (auto function : device.getOps<gpu::GPUFuncOp>()) {
    if (!function.isKernel() ||
        (description && function.getName() != description->name))
      continue;
    auto kernel = describeKernel(function, description);
    if (failed(kernel))
      return failure();
    kernels.push_back(std::move(*kernel));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

namespace {

/// What scf carries, and counts by: the types that the passes leave to it.
class ConvertSCFTypes
    : public PassWrapper<ConvertSCFTypes, OperationPass<gpu::GPUModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertSCFTypes)
  explicit ConvertSCFTypes(bool forWaves) : forWaves(forWaves) {}

protected:
  void runOnOperation() override {
    LLVMTypeConverter converter(&getContext());
    if (forWaves)
      amdgpu::populateCommonGPUTypeAndAttributeConversions(converter);
    else
      configureGpuToNVVMTypeConverter(converter);
    RewritePatternSet patterns(&getContext());
    ConversionTarget target(getContext());
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                         target);
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }

private:
  const bool forWaves;
};

} // namespace

/// math is not among them: upstream makes calls of libraries of it.
static const SmallVector<std::string> &getDialects() {
  static const SmallVector<std::string> dialects{"arith",  "cf", "index",
                                                 "memref", "ub", "vector"};
  return dialects;
}

static void buildForNVIDIA(OpPassManager &pm) {
  pm.addPass(createConvertNVGPUToNVVMPass());
  ConvertGpuOpsToNVVMOpsOptions options;
  options.allowedDialects = getDialects();
  pm.addPass(createConvertGpuOpsToNVVMOps(options));
}

static void buildForAMD(OpPassManager &pm, StringRef chip) {
  ConvertAMDGPUToROCDLPassOptions amdgpu;
  amdgpu.chipset = chip;
  pm.addPass(createConvertAMDGPUToROCDLPass(amdgpu));
  ConvertGpuOpsToROCDLOpsOptions options;
  options.chipset = chip;
  options.runtime = gpu::amd::Runtime::HIP;
  options.allowedDialects = getDialects();
  pm.addPass(createConvertGpuOpsToROCDLOps(options));
}

/// The first target of the type.
template <typename Target>
static Target findTarget(gpu::GPUModuleOp device) {
  ArrayAttr targets = device.getTargetsAttr();
  for (Attribute target : targets ? targets.getValue() : ArrayRef<Attribute>())
    if (auto found = dyn_cast<Target>(target))
      return found;
  return nullptr;
}

/// Parameters that are tensor maps become pointers, as upstream's outlining
/// leaves them: its conversion of functions does not know their type.
static void convertTensorMaps(gpu::GPUFuncOp function) {
  Block &body = function.getBody().front();
  auto pointer = LLVM::LLVMPointerType::get(function.getContext());
  auto builder = OpBuilder::atBlockBegin(&body);
  // The others are attributions.
  unsigned count = function.getFunctionType().getNumInputs();
  for (BlockArgument argument : body.getArguments().take_front(count)) {
    Type type = argument.getType();
    if (!isa<mlir::nvgpu::TensorMapDescriptorType>(type))
      continue;
    argument.setType(pointer);
    auto cast = UnrealizedConversionCastOp::create(builder, argument.getLoc(),
                                                   type, argument);
    argument.replaceAllUsesExcept(cast.getResult(0), cast);
  }
  ValueRange inputs(body.getArguments().take_front(count));
  function.setType(
      FunctionType::get(function.getContext(), inputs.getTypes(), {}));
}

LogicalResult fovea::sim::lowerUpstream(gpu::GPUModuleOp device) {
  DialectRegistry registry;
  registerSimulatorDialects(registry);
  device->getContext()->appendDialectRegistry(registry);
  auto amd = findTarget<ROCDL::ROCDLTargetAttr>(device);
  auto nvidia = findTarget<NVVM::NVVMTargetAttr>(device);
  if (!amd == !nvidia)
    return device.emitOpError("is for ")
           << (amd ? "two targets" : "no target")
           << ", expected one of #nvvm.target and #rocdl.target, which says by "
              "what it is lowered";
  for (auto function : device.getOps<gpu::GPUFuncOp>())
    convertTensorMaps(function);
  PassManager pm(device->getContext(), gpu::GPUModuleOp::getOperationName());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  if (amd)
    buildForAMD(pm, amd.getChip());
  else
    buildForNVIDIA(pm);
  pm.addPass(std::make_unique<ConvertSCFTypes>(amd != nullptr));
  pm.addPass(createReconcileUnrealizedCastsPass());
  if (failed(pm.run(device)))
    return failure();
  // Better than the casts around it.
  if (Operation *left = findUpstream(device))
    return left->emitOpError(
        "is not known to the simulator: none of upstream's "
        "passes lowers it");
  return success();
}
