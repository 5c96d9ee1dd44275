//===- VerifyKernel.cpp - what the lowering to a GPU takes -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The writer takes for granted what is checked here. Passes leave kernels so;
// one by hand gets a message that names the pass.

#include "KernelWriter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Rows that the copy engine moves at once (CUDA driver API,
/// cuTensorMapEncodeTiled: boxDim).
static constexpr int64_t kMostCopiedRows = 256;
/// The period of the swizzle.
static constexpr int64_t kBufferAlignment = 1024;

namespace {

class Verifier {
public:
  Verifier(KernelOp kernel, const GPUTarget &target)
      : kernel(kernel), target(target),
        fragment(getLayout(kernel.getConfig().getSchedule(), target)) {}

  LogicalResult verify();

private:
  LogicalResult verifyParameters();
  LogicalResult verifyThreads();
  LogicalResult verifyRoles();
  LogicalResult verifyShared();
  LogicalResult verifyLayout(Operation *op);
  LogicalResult verifyChannel(ChannelOp channel);
  LogicalResult verifyOp(Operation *op);
  LogicalResult verifyPlace(Operation *op);
  LogicalResult verifyOperands(Operation *op);
  LogicalResult verifyResults(Operation *op, TypeRange types);

  /// Held in registers: what may be carried and computed with.
  bool isRegisters(Type type) {
    if (auto tile = dyn_cast<RankedTensorType>(type))
      return (isLayout(tile.getEncoding()) ||
              isa_and_nonnull<OperandAttr>(tile.getEncoding())) &&
             isNumber(tile.getElementType());
    return isNumber(type);
  }
  /// The schedule's layout, or one whose rows lie in lanes as its rows do.
  bool isLayout(Attribute encoding) {
    auto layout = dyn_cast_or_null<FragmentAttr>(encoding);
    return layout && layout.hasRowsOf(fragment);
  }
  static bool isNumber(Type type) {
    return type.isIntOrIndex() || type.isF16() || type.isBF16() ||
           type.isF32() || type.isF64();
  }

  KernelOp kernel;
  const GPUTarget &target;
  FragmentAttr fragment;
};

} // namespace

static bool isLoadable(Type element) {
  return element.isF16() || element.isBF16() || element.isF32() ||
         element.isF64() || element.isSignlessInteger(1) ||
         element.isSignlessInteger(8) || element.isSignlessInteger(16) ||
         element.isSignlessInteger(32) || element.isSignlessInteger(64);
}

LogicalResult Verifier::verifyParameters() {
  for (BlockArgument parameter : kernel.getParameters()) {
    auto view = dyn_cast<MemRefType>(parameter.getType());
    bool fits =
        view ? isLoadable(view.getElementType()) &&
                   (!view.getRank() || view.isLastDimUnitStride())
             : parameter.getType().isIndex() || isLoadable(parameter.getType());
    if (!fits)
      return kernel.emitOpError("has a parameter of type ")
             << parameter.getType()
             << ", expected i1 to i64, f16, bf16, f32 or f64, and in memory "
                "unit stride in the last dimension";
  }
  return success();
}

LogicalResult Verifier::verifyRoles() {
  int64_t threads = 0, consumers = 0, producers = 0, subgroups = 0;
  for (auto role : kernel.getBody().getOps<RoleOp>()) {
    threads += int64_t(role.getWarps()) * target.subgroupSize;
    bool produces = role.getKind() == RoleKind::Producer;
    ++(produces ? producers : consumers);
    subgroups += produces ? 0 : role.getWarps();
  }
  if (consumers != 1 || producers > 1)
    return kernel.emitOpError("has ")
           << consumers << " roles of consumers and " << producers
           << " of producers, expected 1 and at most 1; run "
              "fovea-tile-split-roles first";
  if (threads > target.maxThreads)
    return kernel.emitOpError("has ")
           << threads << " threads, expected at most " << target.maxThreads
           << " on " << target.name;
  ConfigAttr config = kernel.getConfig();
  int64_t rows = fragment.getRows() * target.productSubgroups;
  // Subgroups with products of their own may hold several times their rows.
  int64_t each = target.asynchronousProducts ? rows : config.getRows();
  if (config.getRows() % rows || config.getRows() != each ||
      subgroups * each != config.getM() * target.productSubgroups)
    return kernel.emitOpError("has ")
           << subgroups << " subgroups of consumers for " << config.getM()
           << " rows, " << config.getRows() << " for each consumer; expected "
           << target.productSubgroups << " for each " << rows << " rows on "
           << target.name;
  if (fragment.getSubgroupSize() != target.subgroupSize)
    return kernel.emitOpError("has a layout of ")
           << fragment.getSubgroupSize() << " lanes, expected "
           << target.subgroupSize << " on " << target.name;
  return success();
}

/// The matrix unit and stores through shared memory know one layout.
LogicalResult Verifier::verifyLayout(Operation *op) {
  auto store = dyn_cast<StoreOp>(op);
  bool needsUnit = isa<DotOp>(op) || (store && store.getChannel());
  FragmentAttr unit = getFragment(target, kernel.getContext());
  if (!needsUnit || fragment == unit)
    return success();
  return op->emitOpError("needs the layout of the matrix unit, ")
         << unit << ", but the schedule's is " << fragment;
}

/// What fovea-tile-allocate-shared writes on the kernel.
LogicalResult Verifier::verifyShared() {
  bool shares = !kernel.getBody().getOps<ChannelOp>().empty();
  SmallVector<StringRef> names;
  if (shares)
    names = {kSharedBytesAttr, kBarriersAtAttr};
  if (kernel.getConfig().getSchedule().getGrid() == Grid::Dynamic)
    names.push_back(kPlacesAtAttr);
  for (StringRef name : names) {
    auto value = kernel->getAttrOfType<IntegerAttr>(name);
    if (!value || value.getInt() < 0 || value.getInt() > target.sharedBytes)
      return kernel.emitOpError("has no '")
             << name << "' of at most " << target.sharedBytes
             << "; run fovea-tile-allocate-shared first";
  }
  return success();
}

LogicalResult Verifier::verifyChannel(ChannelOp channel) {
  if (channel->getParentOp() != kernel)
    return channel.emitOpError("stands in a role, expected the kernel's body");
  RankedTensorType tile = channel.getChannel().getType().getTile();
  auto swizzle = dyn_cast_or_null<SwizzleAttr>(tile.getEncoding());
  if (!swizzle || swizzle.getBytes() != target.swizzle ||
      !(swizzle.isIdentity() || target.sharedMemory) ||
      !(tile.getElementType().isBF16() || tile.getElementType().isF16()) ||
      tile.getDimSize(0) > kMostCopiedRows)
    return channel.emitOpError("holds ")
           << tile << ", expected bf16 or f16, at most " << kMostCopiedRows
           << " rows and the layout #fovea_tile.swizzle<" << target.swizzle
           << "> on " << target.name;
  int64_t offset = channel.getOffset().value_or(-1);
  if (offset < 0 || offset % kBufferAlignment ||
      offset + channel.getBytes() > target.sharedBytes)
    return channel.emitOpError("is not placed in shared memory at a multiple "
                               "of ")
           << kBufferAlignment << "; run fovea-tile-allocate-shared first";
  return success();
}

/// Copies start in the producer, arithmetic is for consumers; what stands
/// before the roles is for both. Canonicalisation moves constants there, tiles
/// among them.
LogicalResult Verifier::verifyPlace(Operation *op) {
  if (op->hasTrait<OpTrait::ConstantLike>())
    return success();
  auto role = op->getParentOfType<RoleOp>();
  bool inProducer = role && role.getKind() == RoleKind::Producer;
  bool inConsumer = role && !inProducer;
  bool onTiles =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>) ||
      llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
  if (isa<RoleOp>(op) && op->getParentOp() != kernel)
    return op->emitOpError("stands in a role");
  if (isa<PutOp>(op) && !(target.copiesTiles ? inProducer : inConsumer))
    return op->emitOpError("stands outside of a ")
           << (target.copiesTiles ? "producer" : "consumer");
  if ((onTiles || isa<GetOp, ConsumedOp, AwaitCopiesOp, TakeTurnOp, PassTurnOp,
                      NextPhaseOp, StaggerOp>(op)) &&
      !inConsumer)
    return op->emitOpError("stands outside of a consumer");
  if (isa<RoundsOp>(op) &&
      (op->getParentOp() != role || kernel.getGridRank() == 0))
    return op->emitOpError("stands outside of a role's body, or has no grid");
  if (isa<TakeTurnOp, PassTurnOp>(op) &&
      int64_t(role.getWarps()) == target.productSubgroups)
    return op->emitOpError("has no other consumer to take turns with");
  return success();
}

LogicalResult Verifier::verifyOperands(Operation *op) {
  for (Value operand : op->getOperands()) {
    bool isPart = isa_and_nonnull<memref::SubViewOp, PagedViewOp>(
        operand.getDefiningOp());
    if (isa<BaseMemRefType>(operand.getType()) && !isPart &&
        !llvm::is_contained(kernel.getParameters(), operand))
      return op->emitOpError("uses a view that is no parameter of the kernel, "
                             "nor a part of one");
    if (isa<ChannelType>(operand.getType()) &&
        !operand.getDefiningOp<ChannelOp>())
      return op->emitOpError(
          "uses a channel by another name; expected the channel op's result");
    auto tile = dyn_cast<RankedTensorType>(operand.getType());
    if (!tile || isLayout(tile.getEncoding()))
      continue;
    bool carries = isa<scf::ForOp, scf::YieldOp>(op);
    if (isa_and_nonnull<OperandAttr>(tile.getEncoding()) ? carries
                                                         : isa<ReadOp>(op))
      continue;
    auto dot = dyn_cast<DotOp>(op);
    if (!dot || operand == dot.getAccumulator())
      return op->emitOpError("reads ")
             << tile << ", expected the layout " << fragment
             << "; run fovea-tile-assign-layouts first";
  }
  return success();
}

LogicalResult Verifier::verifyResults(Operation *op, TypeRange types) {
  for (Type type : types) {
    if (isRegisters(type) ||
        isa<ChannelOp, GetOp, memref::SubViewOp, PagedViewOp>(op))
      continue;
    return op->emitOpError("makes a value of type ")
           << type
           << ", expected integers, f16, bf16, f32 or f64 as a scalar, or as a "
              "tile with the layout "
           << fragment << "; run fovea-tile-assign-layouts first";
  }
  for (Type type : types) {
    auto tile = dyn_cast<RankedTensorType>(type);
    if (!tile || !isLayout(tile.getEncoding()))
      continue;
    auto layout = cast<FragmentAttr>(tile.getEncoding());
    ArrayRef<int64_t> shape = tile.getShape();
    if (shape.empty() || shape.size() > 2 ||
        shape[0] != kernel.getConfig().getM() ||
        (shape.size() == 2 && shape[1] % layout.getColumns()))
      return op->emitOpError("makes ")
             << tile << ", expected the config's " << kernel.getConfig().getM()
             << " rows, and whole blocks of " << layout.getRows() << "x"
             << layout.getColumns() << " elements";
  }
  return success();
}

LogicalResult Verifier::verifyOp(Operation *op) {
  if (auto channel = dyn_cast<ChannelOp>(op))
    return verifyChannel(channel);
  if (failed(verifyPlace(op)) || failed(verifyLayout(op)) ||
      failed(verifyOperands(op)) ||
      failed(verifyResults(op, op->getResultTypes())))
    return failure();
  if (auto store = dyn_cast<StoreOp>(op);
      store && store.getChannel() &&
      (store.getIndices().size() < 2 || store.getIndices().size() > 5))
    return store.emitOpError("passes through a channel to a view of rank ")
           << store.getIndices().size() << ", expected 2 to 5";
  return success();
}

/// Each thread for itself: scalars, and elements of the parameters.
LogicalResult Verifier::verifyThreads() {
  if (kernel.getConfig().getM() > target.maxThreads)
    return kernel.emitOpError("has ")
           << kernel.getConfig().getM() << " threads, expected at most "
           << target.maxThreads << " on " << target.name;
  WalkResult result = kernel.getBody().walk([&](Operation *op) {
    return succeeded(verifyOperands(op)) &&
                   succeeded(verifyResults(op, op->getResultTypes()))
               ? WalkResult::advance()
               : WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult Verifier::verify() {
  if (kernel.getPerThread())
    return failure(failed(verifyParameters()) || failed(verifyThreads()));
  if (failed(verifyParameters()) || failed(verifyRoles()) ||
      failed(verifyShared()))
    return failure();
  WalkResult result =
      kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
        return succeeded(verifyOp(op)) ? WalkResult::advance()
                                       : WalkResult::interrupt();
      });
  return failure(result.wasInterrupted());
}

LogicalResult fovea::tile::verifyForDevice(KernelOp kernel,
                                           const GPUTarget &target) {
  return Verifier(kernel, target).verify();
}
