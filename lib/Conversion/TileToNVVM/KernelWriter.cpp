//===- KernelWriter.cpp - the frame of a thread's program -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

static constexpr unsigned kGlobalSpace = 1, kSharedSpace = 3;
static constexpr llvm::StringLiteral kSharedMemory = "fovea_shared";

KernelWriter::KernelWriter(KernelOp kernel, const GPUTarget &target,
                           DeviceKernel &description)
    : kernel(kernel), target(target), description(description),
      fragment(getLayout(kernel.getConfig().getSchedule(), target)),
      b_(kernel.getLoc(), kernel.getContext()) {}

//===----------------------------------------------------------------------===//
// Shorthands
//===----------------------------------------------------------------------===//

Value KernelWriter::i32(int64_t value) {
  return arith::ConstantIntOp::create(b_, value, 32);
}
Value KernelWriter::f32(double value) {
  return arith::ConstantOp::create(b_, b_.getF32FloatAttr(value));
}
Value KernelWriter::mul(Value a, int64_t b) {
  return b == 1 ? a : Value(arith::MulIOp::create(b_, a, i32(b)));
}
Value KernelWriter::shift(Value a, int64_t bits) {
  return arith::ShRUIOp::create(b_, a, i32(bits));
}
Value KernelWriter::band(Value a, int64_t mask) {
  return arith::AndIOp::create(b_, a, i32(mask));
}
Value KernelWriter::compare(arith::CmpIPredicate predicate, Value a, Value b) {
  return arith::CmpIOp::create(b_, predicate, a, b);
}
Value KernelWriter::sharedPointer(Value address) {
  return LLVM::IntToPtrOp::create(
      b_, LLVM::LLVMPointerType::get(b_.getContext(), kSharedSpace), address);
}

void KernelWriter::when(Value condition, llvm::function_ref<void()> body) {
  auto choice = scf::IfOp::create(b_, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b_);
  b_.setInsertionPoint(choice.thenBlock()->getTerminator());
  body();
}

Type KernelWriter::lowered(Type type) {
  return type.isIndex() ? b_.getI32Type() : type;
}

SmallVector<std::pair<int64_t, int64_t>> KernelWriter::places(Type type) {
  return fragment.getRegisterPlaces(cast<RankedTensorType>(type).getShape(),
                                    consumers);
}

SmallVector<Type> KernelWriter::flatten(TypeRange types) {
  SmallVector<Type> flat;
  for (Type type : types) {
    auto tile = dyn_cast<RankedTensorType>(type);
    if (!tile)
      flat.push_back(lowered(type));
    else
      flat.append(places(type).size(), lowered(tile.getElementType()));
  }
  return flat;
}

Registers KernelWriter::flatten(ValueRange list) {
  Registers flat;
  for (Value value : list)
    llvm::append_range(flat, registers(value));
  return flat;
}

void KernelWriter::define(ValueRange results, ValueRange flat) {
  for (Value result : results) {
    size_t count = flatten(TypeRange(result.getType())).size();
    values[result] = Registers(flat.take_front(count));
    flat = flat.drop_front(count);
  }
}

//===----------------------------------------------------------------------===//
// The frame
//===----------------------------------------------------------------------===//

/// CUtensorMapDataType (CUDA driver API, cuda.h).
static int32_t getTensorMapType(Type element) {
  return element.isBF16() ? 9 : 6;
}

unsigned KernelWriter::addTensorMap(unsigned argument, Type element,
                                    int64_t rows, int64_t columns) {
  DeviceKernel::TensorMap map{int32_t(argument), getTensorMapType(element),
                              target.swizzle, int32_t(rows), int32_t(columns)};
  for (auto [i, known] : llvm::enumerate(description.tensorMaps))
    if (known.argument == map.argument && known.boxRows == map.boxRows)
      return i;
  description.tensorMaps.push_back(map);
  return description.tensorMaps.size() - 1;
}

static unsigned argumentNumber(KernelOp kernel, Value view) {
  return cast<BlockArgument>(view).getArgNumber() - kernel.getGridRank();
}

/// The copy engine moves blocks of columns as wide as a swizzled line: all rows
/// of a tile at once into a channel, one matrix instruction's rows out of it.
void KernelWriter::addTensorMaps() {
  if (!target.copiesTiles)
    return;
  kernel.walk([&](Operation *op) {
    if (auto put = dyn_cast<PutOp>(op)) {
      RankedTensorType tile = put.getChannel().getType().getTile();
      addTensorMap(argumentNumber(kernel, put.getSource()),
                   tile.getElementType(), tile.getDimSize(0),
                   target.swizzle * 8 / tile.getElementTypeBitWidth());
    } else if (auto store = dyn_cast<StoreOp>(op);
               store && store.getChannel()) {
      RankedTensorType tile = store.getTile().getType();
      addTensorMap(argumentNumber(kernel, store.getDestination()),
                   tile.getElementType(), kernel.getConfig().getRows(),
                   target.swizzle * 8 / tile.getElementTypeBitWidth());
    }
  });
}

LLVM::LLVMFuncOp KernelWriter::createFunction(Block &module) {
  MLIRContext *context = b_.getContext();
  Type i64 = b_.getI64Type(), i32Type = b_.getI32Type();
  SmallVector<Type> types;
  for (Value parameter : kernel.getParameters()) {
    auto view = dyn_cast<MemRefType>(parameter.getType());
    if (!view) {
      Type type = lowered(parameter.getType());
      types.push_back(type);
      description.arguments.push_back(
          {-1, int32_t(llvm::divideCeil(type.getIntOrFloatBitWidth(), 8))});
      continue;
    }
    types.push_back(LLVM::LLVMPointerType::get(context, kGlobalSpace));
    types.append(view.getRank(), i32Type);
    types.append(view.getRank(), i64);
    description.arguments.push_back(
        {int32_t(view.getRank()),
         int32_t(llvm::divideCeil(view.getElementTypeBitWidth(), 8))});
  }
  size_t firstMap = types.size();
  types.append(description.tensorMaps.size(),
               LLVM::LLVMPointerType::get(context));
  types.append(kernel.getGridRank(), i32Type);
  if (description.persistent)
    types.push_back(LLVM::LLVMPointerType::get(context, kGlobalSpace));

  b_.setInsertionPointToEnd(&module);
  auto bytes = LLVM::LLVMArrayType::get(b_.getI8Type(), 0);
  LLVM::GlobalOp::create(b_, bytes, /*isConstant=*/false,
                         LLVM::Linkage::External, kSharedMemory, Attribute(),
                         /*alignment=*/1024, kSharedSpace);
  auto function = LLVM::LLVMFuncOp::create(
      b_, kernel.getSymName(),
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types));
  auto mapType = LLVM::LLVMArrayType::get(b_.getI8Type(), 128);
  for (size_t i = 0; i < description.tensorMaps.size(); ++i) {
    unsigned argument = firstMap + i;
    function.setArgAttr(argument, "llvm.byval", TypeAttr::get(mapType));
    function.setArgAttr(argument, "llvm.align", b_.getI64IntegerAttr(64));
    function.setArgAttr(argument, "nvvm.grid_constant", b_.getUnitAttr());
  }
  function->setAttr("nvvm.kernel", b_.getUnitAttr());
  function->setAttr("nvvm.reqntid",
                    b_.getDenseI32ArrayAttr({description.threads}));
  function->setAttr(
      "nvvm.minctasm",
      b_.getI32IntegerAttr(kernel.getConfig().getSchedule().getWorkgroups()));
  return function;
}

void KernelWriter::readArguments(LLVM::LLVMFuncOp function) {
  Block *entry = function.addEntryBlock(b_);
  b_.setInsertionPointToStart(entry);
  unsigned next = 0;
  auto take = [&] { return entry->getArgument(next++); };
  for (auto [i, parameter] : llvm::enumerate(kernel.getParameters())) {
    auto type = dyn_cast<MemRefType>(parameter.getType());
    if (!type) {
      values[parameter] = {take()};
      continue;
    }
    View view{type, take(), {}, {}, unsigned(i)};
    for (int64_t d = 0; d < type.getRank(); ++d) {
      Value size = take();
      view.sizes.push_back(type.isDynamicDim(d) ? size
                                                : i32(type.getDimSize(d)));
    }
    for (int64_t d = 0; d < type.getRank(); ++d)
      view.strides.push_back(take());
    views[parameter] = view;
  }
  for (size_t i = 0; i < description.tensorMaps.size(); ++i)
    tensorMaps.push_back(take());
  for (int64_t d = 0; d < int64_t(kernel.getGridRank()); ++d)
    gridSizes.push_back(take());
  if (description.persistent)
    counter = take();
  readThread();
  if (!description.persistent && !gridSizes.empty())
    place(NVVM::BlockIdXOp::create(b_, b_.getI32Type()), kernel.getGridIds());
}

void KernelWriter::readThread() {
  Type type = b_.getI32Type();
  thread = NVVM::ThreadIdXOp::create(b_, type);
  lane = band(thread, target.subgroupSize - 1);
  // Through a shuffle, so that the compiler knows that a subgroup agrees.
  subgroup = NVVM::ShflOp::create(
      b_, type, i32(-1), shift(thread, llvm::Log2_32(target.subgroupSize)),
      i32(0), i32(31), NVVM::ShflKind::idx, UnitAttr());
  sharedBase = LLVM::PtrToIntOp::create(
      b_, type,
      LLVM::AddressOfOp::create(
          b_, LLVM::LLVMPointerType::get(b_.getContext(), kSharedSpace),
          kSharedMemory));
  auto at = kernel->getAttrOfType<IntegerAttr>(kBarriersAtAttr);
  barriersBase = add(sharedBase, at ? at.getInt() : 0);
  if (auto places = kernel->getAttrOfType<IntegerAttr>(kPlacesAtAttr))
    placesBase = add(sharedBase, places.getInt());
}

/// Place `linear` of the grid. The last dimension counts tiles of one
/// head, the others heads. `heads` heads are walked together, tile by tile, and
/// with longest_first from the last tile, which sees most keys behind a causal
/// mask.
void KernelWriter::place(Value linear, ValueRange ids) {
  ScheduleAttr schedule = kernel.getConfig().getSchedule();
  auto divide = [&](Value a, Value b) -> Value {
    return arith::DivUIOp::create(b_, a, b);
  };
  auto rest = [&](Value a, Value b) -> Value {
    return arith::RemUIOp::create(b_, a, b);
  };
  Value tiles = gridSizes.back(), heads = i32(1);
  for (Value size : ArrayRef(gridSizes).drop_back())
    heads = arith::MulIOp::create(b_, heads, size);
  Value together = i32(schedule.getHeads());
  Value inGroup = arith::MulIOp::create(b_, tiles, together);
  Value group = divide(linear, inGroup), place = rest(linear, inGroup);
  Value firstHead = arith::MulIOp::create(b_, group, together);
  // The last group may have fewer heads.
  Value width = arith::MinUIOp::create(
      b_, together, arith::SubIOp::create(b_, heads, firstHead));
  Value tile = divide(place, width);
  Value head = add(firstHead, rest(place, width));
  if (schedule.getOrder() == Order::LongestFirst)
    tile = arith::SubIOp::create(b_, arith::SubIOp::create(b_, tiles, i32(1)),
                                 tile);
  values[ids.back()] = {tile};
  for (int64_t d = int64_t(ids.size()) - 2; d >= 0; --d) {
    values[ids[d]] = {d ? rest(head, gridSizes[d]) : head};
    head = divide(head, gridSizes[d]);
  }
}

void KernelWriter::collectRings() {
  int64_t barrier = 0;
  for (auto channel : kernel.getBody().getOps<ChannelOp>()) {
    int64_t depth = channel.getDepth();
    rings[channel.getChannel()] = {channel.getChannel().getType().getTile(),
                                   int64_t(channel.getOffset().value_or(0)),
                                   depth,
                                   channel.getTileBytes(),
                                   barrier,
                                   barrier + depth};
    barrier += 2 * depth;
  }
  for (auto role : kernel.getBody().getOps<RoleOp>()) {
    description.threads += role.getWarps() * target.subgroupSize;
    if (role.getKind() == RoleKind::Consumer)
      consumers = role.getWarps();
  }
}

/// A buffer is filled when the producer's one arrival and all bytes are there,
/// and free when each subgroup of the consumers has arrived.
void KernelWriter::initBarriers() {
  if (rings.empty() || !target.copiesTiles)
    return;
  when(compare(arith::CmpIPredicate::eq, thread, i32(0)), [&] {
    for (auto &[channel, ring] : rings)
      for (int64_t slot = 0; slot < ring.depth; ++slot)
        for (auto [first, count] : {std::pair(ring.filledBarrier, int64_t(1)),
                                    std::pair(ring.freeBarrier, consumers)})
          NVVM::MBarrierInitOp::create(b_, getBarrier(first, i32(slot)),
                                       i32(count), Value());
    if (placesBase)
      for (int64_t slot = 0; slot < kPlaceBuffers; ++slot)
        for (auto [kind, count] : {std::pair(int64_t(0), int64_t(1)),
                                   std::pair(int64_t(1), consumers)})
          NVVM::MBarrierInitOp::create(b_, getPlaceBarrier(kind, i32(slot)),
                                       i32(count), Value());
    NVVM::FenceMbarrierInitOp::create(b_);
  });
  NVVM::BarrierOp::create(b_);
}

LogicalResult KernelWriter::write(Block &module) {
  description.name = kernel.getSymName().str();
  description.gridRank = kernel.getGridRank();
  if (auto bytes = kernel->getAttrOfType<IntegerAttr>(kSharedBytesAttr))
    description.sharedBytes = bytes.getInt();
  collectRings();
  int64_t workgroups = kernel.getConfig().getSchedule().getWorkgroups();
  if (kernel.walk([](RoundsOp) { return WalkResult::interrupt(); })
          .wasInterrupted())
    description.persistent = workgroups;
  if (!consumers)
    return kernel.emitOpError(
        "has no role of consumers; run fovea-tile-split-roles first");
  addTensorMaps();
  LLVM::LLVMFuncOp function = createFunction(module);
  readArguments(function);
  initBarriers();
  if (failed(writeBlock(kernel.getBody().front())))
    return failure();
  LLVM::ReturnOp::create(b_, ValueRange());
  return success();
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

LogicalResult KernelWriter::writeBlock(Block &block) {
  for (Operation &op : block) {
    b_.setLoc(op.getLoc());
    if (failed(writeOp(op)))
      return failure();
  }
  return success();
}

LogicalResult KernelWriter::writeOp(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case<ChannelOp, NextOp, ReturnOp>([](auto) { return success(); })
      .Case([&](RoleOp op) { return writeRole(op); })
      .Case([&](RoundsOp op) { return writeRounds(op); })
      .Case([&](TakeTurnOp op) { return writeTakeTurn(op); })
      .Case([&](PassTurnOp op) { return writePassTurn(op); })
      .Case([&](scf::ForOp op) { return writeFor(op); })
      .Case([&](scf::IfOp op) { return writeIf(op); })
      .Case([&](scf::YieldOp op) { return writeYield(op); })
      .Case([&](PutOp op) {
        return target.copiesTiles ? writePut(op) : writeChunkCopies(op);
      })
      .Case([&](AwaitCopiesOp op) { return writeAwaitCopies(op); })
      .Case([&](GetOp op) { return writeGet(op); })
      .Case([&](ConsumedOp op) { return writeConsumed(op); })
      .Case([&](DotOp op) {
        return target.asynchronousProducts ? writeDot(op)
                                           : writeSubgroupDot(op);
      })
      .Case([&](AwaitOp op) { return writeAwait(op); })
      .Case([&](ReduceOp op) { return writeReduce(op); })
      .Case([&](FoldOp op) { return writeFold(op); })
      .Case([&](AnyOp op) { return writeAny(op); })
      .Case([&](BroadcastOp op) { return writeBroadcast(op); })
      .Case([&](CoordinateOp op) { return writeCoordinate(op); })
      .Case([&](MaskOp op) { return writeMask(op); })
      .Case([&](LoadOp op) { return writeLoad(op); })
      .Case([&](StoreOp op) {
        return op.getChannel() ? writeStagedStore(op) : writeStore(op);
      })
      .Case([&](GatherOp op) { return writeGather(op); })
      .Case([&](memref::DimOp op) { return writeDim(op); })
      .Case([&](memref::LoadOp op) { return writeScalarLoad(op); })
      .Case([&](arith::ConstantOp op) { return writeConstant(op); })
      .Case([&](tensor::SplatOp op) {
        values[op.getResult()] =
            Registers(places(op.getType()).size(), scalar(op.getInput()));
        return success();
      })
      .Default([&](Operation *op) {
        bool onTiles = op->getNumResults() == 1 &&
                       isa<RankedTensorType>(op->getResult(0).getType());
        if (op->getNumResults() != 1 || op->getNumRegions() ||
            !OpTrait::hasElementwiseMappableTraits(op))
          return LogicalResult(op->emitOpError(
              "cannot be lowered within a kernel on a GPU; expected scf.for, "
              "scf.if, fovea_tile ops, element-wise ops, or splats"));
        if (auto round = dyn_cast<arith::TruncFOp>(op); round && onTiles)
          return writeRound(round);
        return onTiles ? writeElementwise(*op) : writeScalar(*op);
      });
}

/// Roles take the workgroup's subgroups one after the other.
LogicalResult KernelWriter::writeRole(RoleOp role) {
  int64_t firstWarp = roleWarps;
  roleWarps += role.getWarps();
  bool moves =
      target.movesRegisters && role.getRegisters() &&
      description.threads > int64_t(role.getWarps()) * target.subgroupSize;
  Value first = i32(firstWarp);
  Value mine = arith::AndIOp::create(
      b_, compare(arith::CmpIPredicate::uge, subgroup, first),
      compare(arith::CmpIPredicate::ult, subgroup, i32(roleWarps)));
  auto choice = scf::IfOp::create(b_, mine, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b_);
  b_.setInsertionPoint(choice.thenBlock()->getTerminator());
  roleSubgroup = arith::SubIOp::create(b_, subgroup, first);
  this->role = role.getKind();
  bool produces = role.getKind() == RoleKind::Producer;
  // A launch of few threads gives consumers more than they ask for.
  int64_t given = target.getLaunchRegisters(
      description.threads, kernel.getConfig().getSchedule().getWorkgroups());
  if (moves)
    NVVM::SetMaxRegisterOp::create(b_, role.getRegisters(),
                                   int64_t(role.getRegisters()) < given
                                       ? NVVM::SetMaxRegisterAction::decrease
                                       : NVVM::SetMaxRegisterAction::increase);
  if (!produces) {
    laneRow = mul(roleSubgroup, fragment.getRows());
    laneColumn = i32(0);
    int64_t divisor = 1;
    for (FragmentDigit digit : fragment.getLanes()) {
      Value number = arith::RemUIOp::create(
          b_, arith::DivUIOp::create(b_, lane, i32(divisor)),
          i32(digit.extent));
      laneRow = digit.row ? add(laneRow, mul(number, digit.row)) : laneRow;
      laneColumn = digit.column ? add(laneColumn, mul(number, digit.column))
                                : laneColumn;
      divisor *= digit.extent;
    }
    passFirstTurn(role);
    return writeBlock(role.getBody().front());
  }
  // One thread speaks to the copy engine.
  LogicalResult result = success();
  when(compare(arith::CmpIPredicate::eq, roleSubgroup, i32(0)), [&] {
    Value elected = NVVM::ElectSyncOp::create(b_, b_.getI1Type(), Value());
    when(elected, [&] { result = writeBlock(role.getBody().front()); });
  });
  return result;
}

LogicalResult KernelWriter::writeFor(scf::ForOp loop) {
  auto copy = scf::ForOp::create(
      b_, scalar(loop.getLowerBound()), scalar(loop.getUpperBound()),
      scalar(loop.getStep()), flatten(loop.getInitArgs()));
  OpBuilder::InsertionGuard guard(b_);
  Block *body = copy.getBody();
  b_.setInsertionPointToEnd(body);
  if (!body->empty())
    b_.setInsertionPoint(body->getTerminator());
  values[loop.getInductionVar()] = {copy.getInductionVar()};
  SmallVector<Value> arguments(copy.getRegionIterArgs());
  define(ValueRange(loop.getRegionIterArgs()), arguments);
  if (failed(writeBlock(*loop.getBody())))
    return failure();
  define(loop.getResults(), copy.getResults());
  return success();
}

LogicalResult KernelWriter::writeIf(scf::IfOp choice) {
  auto copy = scf::IfOp::create(b_, flatten(choice.getResultTypes()),
                                scalar(choice.getCondition()),
                                /*addThenBlock=*/true,
                                /*addElseBlock=*/choice.elseBlock() != nullptr);
  OpBuilder::InsertionGuard guard(b_);
  for (auto [from, to] : llvm::zip(choice->getRegions(), copy->getRegions())) {
    if (from.empty())
      continue;
    b_.setInsertionPointToEnd(&to.front());
    if (failed(writeBlock(from.front())))
      return failure();
  }
  define(choice.getResults(), copy.getResults());
  return success();
}

LogicalResult KernelWriter::writeYield(scf::YieldOp yield) {
  // A loop or condition without values has its terminator already.
  Block *block = b_.getInsertionBlock();
  if (block->empty() || !block->back().hasTrait<OpTrait::IsTerminator>())
    scf::YieldOp::create(b_, flatten(yield.getOperands()));
  return success();
}

/// A scalar op as it is, on i32 in place of index.
LogicalResult KernelWriter::writeScalar(Operation &op) {
  Registers operands;
  for (Value operand : op.getOperands())
    operands.push_back(scalar(operand));
  Value result = writeElement(op, operands, lowered(op.getResult(0).getType()));
  values[op.getResult(0)] = {result};
  return success(bool(result));
}
