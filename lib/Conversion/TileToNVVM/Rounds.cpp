//===- Rounds.cpp - places of the grid, and consumers' turns -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "NVVMWriter.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace fovea;
using namespace fovea::tile;

/// Named barriers of turns, one for each consumer (there are 16 in all).
static constexpr int64_t kFirstTurnBarrier = 8;

//===----------------------------------------------------------------------===//
// Turns
//===----------------------------------------------------------------------===//

/// The barrier at which consumer `group` waits for its turn.
Value NVVMWriter::getTurn(Value group) { return add(group, kFirstTurnBarrier); }

/// A turn is passed by arriving at the next one's barrier, without waiting.
LogicalResult NVVMWriter::writeTakeTurn(TakeTurnOp) {
  int64_t threads = int64_t(target.productSubgroups) * target.subgroupSize;
  Value group = shift(roleSubgroup, llvm::Log2_32(target.productSubgroups));
  NVVM::BarrierOp::create(b_, Type(), getTurn(group), i32(2 * threads),
                          NVVM::BarrierReductionAttr(), Value());
  return success();
}

LogicalResult NVVMWriter::writePassTurn(PassTurnOp) {
  int64_t threads = int64_t(target.productSubgroups) * target.subgroupSize;
  Value group = shift(roleSubgroup, llvm::Log2_32(target.productSubgroups));
  Value next = arith::RemUIOp::create(b_, add(group, 1),
                                      i32(consumers / target.productSubgroups));
  nvgpu::BarrierArriveOp::create(b_, getTurn(next), 2 * threads);
  return success();
}

/// The first consumer's first turn is passed by the last one.
void NVVMWriter::passFirstTurn(RoleOp role) {
  bool turns = role.walk([](TakeTurnOp) { return WalkResult::interrupt(); })
                   .wasInterrupted();
  if (!turns)
    return;
  Value last = i32(consumers - target.productSubgroups);
  when(compare(arith::CmpIPredicate::uge, roleSubgroup, last),
       [&] { (void)writePassTurn(PassTurnOp()); });
}

//===----------------------------------------------------------------------===//
// Rounds
//===----------------------------------------------------------------------===//

/// Barrier `kind` (0: a place is there, 1: its buffer is free) of a buffer,
/// behind the buffers themselves.
Value NVVMWriter::getPlaceBarrier(int64_t kind, Value slot) {
  return sharedPointer(
      add(add(placesBase, (1 + kind) * kPlaceBuffers * kBarrierBytes),
          mul(slot, kBarrierBytes)));
}

/// Consumers read the place that the producer has handed on.
Value NVVMWriter::takePlace(Value round) {
  Value slot = band(round, kPlaceBuffers - 1);
  Value parity = band(shift(round, llvm::Log2_64(kPlaceBuffers)), 1);
  wait(getPlaceBarrier(0, slot), parity);
  Value address = sharedPointer(add(placesBase, mul(slot, kBarrierBytes)));
  Value place = LLVM::LoadOp::create(b_, b_.getI32Type(), address,
                                     /*alignment=*/4, /*isVolatile=*/true);
  place = NVVM::ShflOp::create(b_, b_.getI32Type(), i32(-1), place, i32(0),
                               i32(31), NVVM::ShflKind::idx, UnitAttr());
  arrive(getPlaceBarrier(1, slot));
  return place;
}

/// The producer, one thread, hands a place on.
void NVVMWriter::handPlace(Value round, Value place) {
  Value slot = band(round, kPlaceBuffers - 1);
  Value parity = band(shift(round, llvm::Log2_64(kPlaceBuffers)), 1);
  wait(getPlaceBarrier(1, slot), arith::XOrIOp::create(b_, parity, i32(1)));
  LLVM::StoreOp::create(
      b_, place, sharedPointer(add(placesBase, mul(slot, kBarrierBytes))),
      /*alignment=*/4, /*isVolatile=*/true);
  nvgpu::MBarrierArriveOp::create(b_, getPlaceBarrier(0, slot), Value());
}

/// A workgroup's places: its own number, then every so-manieth, or with a
/// dynamic grid the next one that none has taken. Which one is loop-carried by
/// the producer and handed on to the consumers, an end included.
LogicalResult NVVMWriter::writeRounds(RoundsOp rounds) {
  Type i32Type = b_.getI32Type();
  bool dynamic = kernel.getConfig().getSchedule().getGrid() == Grid::Dynamic;
  bool takes = dynamic && role == RoleKind::Consumer;
  Value own = NVVM::BlockIdXOp::create(b_, i32Type);
  Value workgroups = NVVM::GridDimXOp::create(b_, i32Type);
  Value places = i32(1);
  for (Value size : gridSizes)
    places = arith::MulIOp::create(b_, places, size);

  // Carried: the place, the round, and what the body passes on.
  SmallVector<Value> inits = {own, i32(0)};
  llvm::append_range(inits, flatten(rounds.getInits()));
  SmallVector<Type> types(inits.size(), i32Type);
  SmallVector<Location> locations(inits.size(), rounds.getLoc());
  auto loop = scf::WhileOp::create(b_, types, inits);
  OpBuilder::InsertionGuard guard(b_);
  Block *before = b_.createBlock(&loop.getBefore(), {}, types, locations);
  SmallVector<Value> carried(before->getArguments());
  if (takes)
    carried[0] = takePlace(carried[1]);
  else if (dynamic)
    handPlace(carried[1], carried[0]);
  scf::ConditionOp::create(
      b_, compare(arith::CmpIPredicate::ult, carried[0], places), carried);

  Block *body = b_.createBlock(&loop.getAfter(), {}, types, locations);
  carried.assign(body->args_begin(), body->args_end());
  place(carried[0], rounds.getGridIds());
  values[rounds.getRound()] = {carried[1]};
  for (auto [argument, value] :
       llvm::zip(rounds.getCarried(), ArrayRef(carried).drop_front(2)))
    values[argument] = {value};
  // Asked for before the round's work, which hides the latency.
  Value next = takes ? carried[0] : add(carried[0], workgroups);
  if (dynamic && !takes)
    next =
        add(workgroups,
            LLVM::AtomicRMWOp::create(b_, LLVM::AtomicBinOp::add, counter,
                                      i32(1), LLVM::AtomicOrdering::monotonic));
  if (failed(writeBlock(rounds.getBody().front())))
    return failure();
  SmallVector<Value> yields = {next, add(carried[1], 1)};
  auto terminator = cast<NextOp>(rounds.getBody().front().getTerminator());
  llvm::append_range(yields, flatten(terminator.getValues()));
  scf::YieldOp::create(b_, yields);
  return success();
}
