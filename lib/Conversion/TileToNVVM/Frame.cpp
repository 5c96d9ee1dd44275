//===- Frame.cpp - threads, barriers and roles of NVIDIA GPUs -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "NVVMWriter.h"

#include <numeric>

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// CUtensorMapDataType (CUDA driver API, cuda.h).
static int32_t getTensorMapType(Type element) {
  return element.isBF16() ? 9 : 6;
}

unsigned NVVMWriter::addTensorMap(unsigned argument, Type element, int64_t rows,
                                  int64_t columns) {
  DeviceKernel::TensorMap map{int32_t(argument), getTensorMapType(element),
                              target.swizzle, int32_t(rows), int32_t(columns)};
  for (auto [i, known] : llvm::enumerate(description.tensorMaps))
    if (known.argument == map.argument && known.boxRows == map.boxRows)
      return i;
  description.tensorMaps.push_back(map);
  return description.tensorMaps.size() - 1;
}

/// Rows that one copy brings: the tile's, or as many as always lie in one page.
int64_t NVVMWriter::getBoxRows(PutOp put) {
  int64_t rows = put.getChannel().getType().getTile().getDimSize(0);
  auto paged = put.getSource().getDefiningOp<PagedViewOp>();
  if (!paged)
    return rows;
  auto type = cast<MemRefType>(paged.getSource().getType());
  int64_t size = type.getDimSize(type.getRank() - 2);
  // Of pages whose size comes at run time, one row.
  return ShapedType::isDynamic(size) ? 1 : std::gcd(rows, size);
}

/// The parameter that a view is, or is a part of.
static unsigned argumentNumber(KernelOp kernel, Value view) {
  while (Operation *part = view.getDefiningOp())
    view = part->getOperand(0);
  return cast<BlockArgument>(view).getArgNumber() - kernel.getGridRank();
}

/// The copy engine moves blocks of columns as wide as a swizzled line: all rows
/// of a tile at once into a channel, one matrix instruction's rows out of it.
void NVVMWriter::addTensorMaps() {
  if (!target.copiesTiles)
    return;
  kernel.walk([&](Operation *op) {
    if (auto put = dyn_cast<PutOp>(op)) {
      RankedTensorType tile = put.getChannel().getType().getTile();
      addTensorMap(argumentNumber(kernel, put.getSource()),
                   tile.getElementType(), getBoxRows(put),
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

void NVVMWriter::annotate(LLVM::LLVMFuncOp function) {
  auto mapType = LLVM::LLVMArrayType::get(b_.getI8Type(), 128);
  unsigned maps = description.tensorMaps.size(),
           last = function.getNumArguments() - kernel.getGridRank() -
                  (description.persistent ? 1 : 0);
  for (unsigned argument = last - maps; argument < last; ++argument) {
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
}

void NVVMWriter::readThread() {
  Type type = b_.getI32Type();
  thread = NVVM::ThreadIdXOp::create(b_, type);
  lane = band(thread, target.subgroupSize - 1);
  // Through a shuffle, so that the compiler knows that a subgroup agrees.
  subgroup = NVVM::ShflOp::create(
      b_, type, i32(-1), shift(thread, llvm::Log2_32(target.subgroupSize)),
      i32(0), i32(31), NVVM::ShflKind::idx, UnitAttr());
}

Value NVVMWriter::readWorkgroup() {
  return NVVM::BlockIdXOp::create(b_, b_.getI32Type());
}

/// A buffer is filled when the producer's one arrival and all bytes are there,
/// and free when each subgroup of the consumers has arrived.
void NVVMWriter::initBarriers() {
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

void NVVMWriter::enterRole(RoleOp role) {
  bool moves =
      target.movesRegisters && role.getRegisters() &&
      description.threads > int64_t(role.getWarps()) * target.subgroupSize;
  // A launch of few threads gives consumers more than they ask for.
  int64_t given = target.getLaunchRegisters(
      description.threads, kernel.getConfig().getSchedule().getWorkgroups());
  if (moves)
    NVVM::SetMaxRegisterOp::create(b_, role.getRegisters(),
                                   int64_t(role.getRegisters()) < given
                                       ? NVVM::SetMaxRegisterAction::decrease
                                       : NVVM::SetMaxRegisterAction::increase);
  if (role.getKind() == RoleKind::Consumer)
    passFirstTurn(role);
}

/// One thread speaks to the copy engine.
LogicalResult NVVMWriter::writeProducer(RoleOp role) {
  LogicalResult result = success();
  when(compare(arith::CmpIPredicate::eq, roleSubgroup, i32(0)), [&] {
    Value elected = NVVM::ElectSyncOp::create(b_, b_.getI1Type(), Value());
    when(elected, [&] { result = writeBlock(role.getBody().front()); });
  });
  return result;
}
