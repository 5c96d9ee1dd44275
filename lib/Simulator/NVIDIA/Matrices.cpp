//===- Matrices.cpp - ldmatrix and stmatrix -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Decoder.h"
#include "../Memory.h"

#include "fovea/Simulator/NVIDIA/Layouts.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;
using namespace fovea::sim;
using namespace fovea::sim::nvidia;

//===----------------------------------------------------------------------===//
// ldmatrix and stmatrix
//===----------------------------------------------------------------------===//

static constexpr int kRows = 8, kRowBytes = 16;

/// The address of each row of `count` matrices.
static bool findRows(Warp &w, const Instruction &i, int count,
                     uint32_t (&rows)[4][kRows]) {
  if (!w.requireConverged(i) || !w.requireDefined(i, 0, "address"))
    return false;
  for (int m = 0; m < count; ++m)
    for (int row = 0; row < kRows; ++row) {
      uint64_t address = w.in<uint64_t>(i, 0)[addressLane(m, row)];
      if (!requireShared(w, i, address, kRowBytes, kRowBytes))
        return false;
      rows[m][row] = address;
    }
  return true;
}

/// immediate: .trans.
static Step loadMatrices(Warp &w, const Instruction &i) {
  uint32_t rows[4][kRows];
  int count = i.results.size();
  if (!findRows(w, i, count, rows))
    return Step::Failed;
  Access access = accessOf(w, i);
  SharedMemory &shared = w.workgroup.shared;
  for (int m = 0; m < count; ++m) {
    for (uint32_t row : rows[m])
      if (!recordSharedRead(w, i, row, kRowBytes, access))
        return Step::Failed;
    Register &r = w.reg(i.results[m]);
    for (int lane = 0; lane < w.size; ++lane) {
      r.poison[lane] = 0;
      for (int half = 0; half < 2; ++half) {
        Place place = placeInMatrix(lane, half, i.immediate);
        uint32_t address = rows[m][place.row] + 2 * place.column;
        std::memcpy(r.bytes + lane * 4 + half * 2, shared.data(address), 2);
        for (int b = 0; b < 2; ++b)
          r.poison[lane] |= (shared.poison(address)[b] & 1) << (half * 2 + b);
      }
    }
    w.defineByPoison(i.results[m]);
  }
  return Step::Next;
}

/// Operands: the address, then a register for each matrix.
static Step storeMatrices(Warp &w, const Instruction &i) {
  uint32_t rows[4][kRows];
  int count = i.operands.size() - 1;
  if (!findRows(w, i, count, rows) || !w.requireFinished(i))
    return Step::Failed;
  Access access = accessOf(w, i);
  SharedMemory &shared = w.workgroup.shared;
  for (int m = 0; m < count; ++m) {
    for (uint32_t row : rows[m])
      if (!recordSharedWrite(w, i, row, kRowBytes, access))
        return Step::Failed;
    const Register &r = w.reg(i.operands[1 + m]);
    for (int lane = 0; lane < w.size; ++lane)
      for (int half = 0; half < 2; ++half) {
        Place place = placeInMatrix(lane, half, i.immediate);
        uint32_t address = rows[m][place.row] + 2 * place.column;
        std::memcpy(shared.data(address), r.bytes + lane * 4 + half * 2, 2);
        for (int b = 0; b < 2; ++b)
          shared.poison(address)[b] =
              !r.isClean && r.poison[lane] >> (half * 2 + b) & 1 ? 0xff : 0;
      }
  }
  return Step::Next;
}

template <typename Op>
static LogicalResult decodeMatrices(Decoder &d, Operation *op,
                                    Handler handler) {
  auto matrices = cast<Op>(op);
  if (matrices.getShape().getM() != 8 || matrices.getShape().getN() != 8 ||
      matrices.getEltType() != NVVM::LdStMatrixEltType::B16)
    return op->emitOpError("is not known to the simulator unless it is of 8x8 "
                           "matrices of b16");
  auto instruction = d.emit(op, handler);
  if (failed(instruction))
    return failure();
  (*instruction)->immediate = matrices.getLayout() == NVVM::MMALayout::col;
  return success();
}

void nvidia::registerMatrices(Registry &r) {
  r.add<NVVM::LdMatrixOp>(OpDecoder([](Decoder &d, Operation *op) {
    return decodeMatrices<NVVM::LdMatrixOp>(d, op, loadMatrices);
  }));
  r.add<NVVM::StMatrixOp>(OpDecoder([](Decoder &d, Operation *op) {
    return decodeMatrices<NVVM::StMatrixOp>(d, op, storeMatrices);
  }));
}
