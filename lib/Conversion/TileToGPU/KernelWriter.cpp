//===- KernelWriter.cpp - the frame of a thread's program -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelWriter.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

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

/// Tiles lie as their type says.
static FragmentAttr getLayoutOf(Type type) {
  return cast<FragmentAttr>(cast<RankedTensorType>(type).getEncoding());
}

SmallVector<std::pair<int64_t, int64_t>> KernelWriter::places(Type type) {
  return getLayoutOf(type).getRegisterPlaces(
      cast<RankedTensorType>(type).getShape(), consumers);
}

std::pair<Value, Value> KernelWriter::lanePlace(Type type) {
  return lanePlaces.lookup(getLayoutOf(type));
}

/// A tile of which each register holds one element.
static bool isRegisterTile(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile && isa_and_nonnull<FragmentAttr>(tile.getEncoding());
}

SmallVector<Type> KernelWriter::flatten(TypeRange types) {
  SmallVector<Type> flat;
  for (Type type : types) {
    auto tile = dyn_cast<RankedTensorType>(type);
    if (!tile) {
      flat.push_back(lowered(type));
      continue;
    }
    if (isa_and_nonnull<OperandAttr>(tile.getEncoding())) {
      llvm::append_range(flat, getOperandTypes(tile));
      continue;
    }
    int64_t width = getCarriedWidth(type);
    Type element = lowered(tile.getElementType());
    flat.append(places(type).size() / width,
                width == 1 ? element : VectorType::get(width, element));
  }
  return flat;
}

Value KernelWriter::makeVector(ArrayRef<Value> elements) {
  Type type = VectorType::get(elements.size(), elements.front().getType());
  Value vector = LLVM::PoisonOp::create(b_, type);
  for (auto [i, element] : llvm::enumerate(elements))
    vector = LLVM::InsertElementOp::create(b_, vector, element, i32(i));
  return vector;
}

void KernelWriter::appendElements(Value vector, Registers &list) {
  int64_t count = cast<VectorType>(vector.getType()).getNumElements();
  for (int64_t i = 0; i < count; ++i)
    list.push_back(LLVM::ExtractElementOp::create(b_, vector, i32(i)));
}

Registers KernelWriter::flatten(ValueRange list) {
  Registers flat;
  for (Value value : list) {
    ArrayRef<Value> held = registers(value);
    size_t width =
        isRegisterTile(value.getType()) ? getCarriedWidth(value.getType()) : 1;
    for (size_t i = 0; i < held.size(); i += width)
      flat.push_back(width == 1 ? held[i] : makeVector(held.slice(i, width)));
  }
  return flat;
}

void KernelWriter::define(ValueRange results, ValueRange flat) {
  for (Value result : results) {
    size_t count = flatten(TypeRange(result.getType())).size();
    Registers held;
    for (Value part : flat.take_front(count)) {
      if (isRegisterTile(result.getType()) && isa<VectorType>(part.getType()))
        appendElements(part, held);
      else
        held.push_back(part);
    }
    values[result] = held;
    flat = flat.drop_front(count);
  }
}

//===----------------------------------------------------------------------===//
// The frame
//===----------------------------------------------------------------------===//

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
  annotate(function);
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
  findShared();
  if (!description.persistent && !gridSizes.empty())
    place(readWorkgroup(), kernel.getGridIds());
}

void KernelWriter::findShared() {
  sharedBase = LLVM::PtrToIntOp::create(
      b_, b_.getI32Type(),
      LLVM::AddressOfOp::create(
          b_, LLVM::LLVMPointerType::get(b_.getContext(), kSharedSpace),
          kSharedMemory));
  auto at = kernel->getAttrOfType<IntegerAttr>(kBarriersAtAttr);
  barriersBase = add(sharedBase, at ? at.getInt() : 0);
  if (auto places = kernel->getAttrOfType<IntegerAttr>(kPlacesAtAttr))
    placesBase = add(sharedBase, places.getInt());
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
// Shared memory
//===----------------------------------------------------------------------===//

std::pair<Value, Value> KernelWriter::getSlot(const Ring &ring, Value number) {
  if (ring.depth == 1)
    return {i32(0), band(number, 1)};
  if (llvm::isPowerOf2_64(ring.depth))
    return {band(number, ring.depth - 1),
            band(shift(number, llvm::Log2_64(ring.depth)), 1)};
  Value turn = arith::DivUIOp::create(b_, number, i32(ring.depth));
  Value slot = arith::SubIOp::create(b_, number, mul(turn, ring.depth));
  return {slot, band(turn, 1)};
}

/// `number` modulo `depth`, if that is known: a sum of constants and of a
/// loop's variable whose start and step are constants.
static std::optional<int64_t> getRemainder(Value number, int64_t depth) {
  APInt constant;
  if (matchPattern(number, m_ConstantInt(&constant)))
    return ((constant.getSExtValue() % depth) + depth) % depth;
  if (auto sum = number.getDefiningOp<arith::AddIOp>()) {
    auto left = getRemainder(sum.getLhs(), depth),
         right = getRemainder(sum.getRhs(), depth);
    return left && right ? std::optional((*left + *right) % depth)
                         : std::nullopt;
  }
  auto argument = dyn_cast<BlockArgument>(number);
  auto loop = argument
                  ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp())
                  : scf::ForOp();
  if (!loop || argument != loop.getInductionVar() ||
      getRemainder(loop.getStep(), depth) != 0)
    return std::nullopt;
  return getRemainder(loop.getLowerBound(), depth);
}

Value KernelWriter::getBuffer(const Ring &ring, Value number) {
  Value first = add(sharedBase, ring.offset);
  if (auto slot = getRemainder(number, ring.depth))
    return add(first, *slot * ring.tileBytes);
  return add(first, mul(getSlot(ring, scalar(number)).first, ring.tileBytes));
}

LogicalResult KernelWriter::writeGet(GetOp get) {
  const Ring &ring = rings.find(get.getChannel())->second;
  values[get.getTile()] = {getBuffer(ring, get.getNumber())};
  return success();
}

LogicalResult KernelWriter::refuse(Operation *op) {
  return op->emitOpError("has no lowering on ") << target.name;
}

bool KernelWriter::hasMatrixOperands(DotOp dot) {
  auto rhs = cast<RankedTensorType>(dot.getRhs().getType());
  Type element = getElementTypeOrSelf(dot.getLhs());
  return isa_and_nonnull<SwizzleAttr, OperandAttr>(rhs.getEncoding()) &&
         (element.isBF16() || element.isF16()) &&
         rhs.getElementType() == element &&
         getElementTypeOrSelf(dot.getAccumulator()).isF32();
}
