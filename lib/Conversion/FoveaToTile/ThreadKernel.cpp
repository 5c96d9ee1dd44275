//===- ThreadKernel.cpp - kernels of one thread for each place --*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ThreadKernel.h"

#include "ChooseGPUConfig.h"
#include "KernelSkeleton.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace fovea;

/// Threads of a workgroup: a few subgroups, to spread over the machine.
static constexpr int64_t kThreads = 64;

static Value multiplyAll(TileBuilder &b, ValueRange factors) {
  Value product = b.index(1);
  for (Value factor : factors)
    product = arith::MulIOp::create(b, product, factor);
  return product;
}

/// Place `number` of a grid of `sizes`, the last dimension fastest.
static SmallVector<Value> delinearize(TileBuilder &b, Value number,
                                      ValueRange sizes) {
  SmallVector<Value> place(sizes.size());
  for (int64_t d = int64_t(sizes.size()) - 1; d > 0; --d) {
    place[d] = arith::RemUIOp::create(b, number, sizes[d]);
    number = arith::DivUIOp::create(b, number, sizes[d]);
  }
  place.front() = number;
  return place;
}

SmallVector<Value> ThreadKernel::launch(StringRef purpose, ValueRange sizes,
                                        ValueRange inputs,
                                        ArrayRef<Value> results, Body body) {
  SmallVector<Value> operands(inputs);
  llvm::append_range(operands, sizes);
  SmallVector<Type> types(ValueRange(operands).getTypes());
  llvm::append_range(types, ValueRange(results).getTypes());
  tile::KernelOp kernel =
      createKernel(rewriter, op, getThreadConfig(config, kThreads),
                   /*gridRank=*/1, types, purpose);
  auto parameters = kernel.getParameters();
  b.setInsertionPointToStart(&kernel.getBody().front());
  Value number = arith::AddIOp::create(
      b,
      arith::MulIOp::create(b, kernel.getGridIds().front(), b.index(kThreads)),
      tile::ThreadOp::create(b, b.getIndexType()));
  auto gridSizes = parameters.slice(inputs.size(), sizes.size());
  Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, number,
                                       multiplyAll(b, gridSizes));
  auto exists = scf::IfOp::create(b, inside, /*withElseRegion=*/false);
  tile::ReturnOp::create(b);
  b.setInsertionPointToStart(exists.thenBlock());
  body(delinearize(b, number, gridSizes), parameters);

  Value groups = arith::CeilDivSIOp::create(host, multiplyAll(host, sizes),
                                            host.index(kThreads));
  return tile::LaunchOp::create(host, ValueRange(results).getTypes(),
                                FlatSymbolRefAttr::get(kernel.getSymNameAttr()),
                                groups, operands, results)
      .getResults();
}
