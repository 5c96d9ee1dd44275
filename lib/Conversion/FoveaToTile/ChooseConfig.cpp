//===- ChooseConfig.cpp - sizes of tile programs from caches and registers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ChooseGPUConfig.h"

#include "fovea/Conversion/ExplainConfig.h"
#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"
#include "fovea/Target/CPU/CPUTarget.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/MathExtras.h"

namespace fovea {
#define GEN_PASS_DEF_CHOOSECONFIG
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

namespace {

/// The register tile: as many accumulators as registers allow beside a line of
/// the right-hand side and a broadcast, two vectors wide so that each broadcast
/// is used twice: 6 x 2 of 16 registers (12 + 2 + 1). With 32, 8 x 2 is enough
/// to hide the latency of a multiply-add and leaves the softmax beside it fewer
/// spills (12 x 2 measured 2% slower).
struct RegisterTile {
  int64_t rows, columns;
  RegisterTile(const CPUTarget &cpu, int64_t elementBits)
      : rows(cpu.vectorRegisters >= 32 ? 8 : 6),
        columns(2 * cpu.vectorBits / elementBits) {}
};

/// Keys of a step: the packed keys and values take half of the second-level
/// cache.
int64_t chooseKeys(const CPUTarget &cpu, const RegisterTile &tile, int64_t keys,
                   int64_t width, int64_t elementBits) {
  int64_t fit = cpu.l2Bytes / 2 / (width * elementBits / 8);
  int64_t n = std::clamp<int64_t>(llvm::bit_floor<uint64_t>(fit),
                                  2 * tile.columns, 256);
  if (!ShapedType::isDynamic(keys))
    n = std::min<int64_t>(
        n, llvm::alignTo(std::max<int64_t>(keys, 1), tile.columns));
  return std::max<int64_t>(llvm::alignDown(n, tile.columns), tile.columns);
}

/// Beyond this packing is paid for, and long sequences want work for many
/// threads.
constexpr int64_t kMostRows = 384;

/// Query rows of a workgroup: enough to pay for packing the keys, few enough
/// that the query and output blocks stay in the second-level cache too.
int64_t chooseRows(const CPUTarget &cpu, const RegisterTile &tile,
                   int64_t queries, int64_t width, int64_t elementBits) {
  int64_t fit = cpu.l2Bytes / 4 / (width * elementBits / 8);
  int64_t m = std::clamp<int64_t>(fit, tile.rows, kMostRows);
  if (!ShapedType::isDynamic(queries))
    m = std::min<int64_t>(m, std::max<int64_t>(queries, 1));
  return std::max<int64_t>(llvm::alignTo(m, tile.rows), tile.rows);
}

tile::ConfigAttr choose(AttentionOp op, const CPUTarget &cpu) {
  int64_t bits = op.getAccumulatorType().getWidth();
  RegisterTile tile(cpu, bits);
  // Dynamic head dimensions are refused later, with their own message.
  // (Bounded, so that bytes stay far from overflow.)
  auto size = [](int64_t dim) { return std::clamp<int64_t>(dim, 1, 1 << 30); };
  int64_t width = size(op.getKeyType().getDimSize(3)) +
                  size(op.getValueType().getDimSize(3));
  int64_t m =
      chooseRows(cpu, tile, op.getQueryType().getDimSize(2), width, bits);
  // Of pages, the type says nothing of a sequence's length.
  int64_t keys =
      op.isPaged() ? ShapedType::kDynamic : op.getKeyType().getDimSize(2);
  int64_t n = chooseKeys(cpu, tile, keys, width, bits);
  return tile::ConfigAttr::get(op.getContext(), m, n, tile.rows, tile.columns);
}

tile::ConfigAttr choose(MergeStatesOp op, const CPUTarget &cpu) {
  RegisterTile tile(
      cpu, cast<FloatType>(op.getLseType().getElementType()).getWidth());
  return tile::ConfigAttr::get(op.getContext(), 4 * tile.rows, tile.columns,
                               tile.rows, tile.columns);
}

/// Whether there may be tiles of keys that are not worth a visit, which no
/// bound tells, and enough of them to pay for a list.
bool isWorthLists(AttentionOp op, tile::ConfigAttr config) {
  constexpr int64_t kFewTiles = 2;
  if ((!op.hasWhere() && !op.getBlocks()) || config.getSplits() > 1 ||
      op.isRagged() || op.isPaged())
    return false;
  int64_t keys = op.getKeyType().getDimSize(2);
  return ShapedType::isDynamic(keys) || keys > kFewTiles * config.getN();
}

/// Says what was chosen, or found written by hand, and what that takes.
void remarkConfig(TileProgramOpInterface op, bool chosen,
                  const std::string &explanation) {
  remark::analysis(op.getLoc(),
                   remark::RemarkOpts::name(chosen ? "chosen" : "by-hand")
                       .category("fovea-choose-config"))
      << remark::add("{0}", explanation);
}

struct ChooseConfig : fovea::impl::ChooseConfigBase<ChooseConfig> {
  using Base::Base;

  void runOnOperation() override {
    gpu = lookupGPUTarget(target);
    cpuTarget = lookupCPUTarget(cpu);
    if (target == "cpu" && !cpuTarget) {
      getOperation()->emitError("unknown CPU target '")
          << cpu << "', expected one of " << listCPUTargets();
      return signalPassFailure();
    }
    auto result = getOperation()->walk([&](TileProgramOpInterface op) {
      return failed(configure(op)) ? WalkResult::interrupt()
                                   : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult configure(TileProgramOpInterface op) {
    if (target != "cpu" && !gpu)
      return op.emitError("unknown target '")
             << target << "', expected cpu, " << listGPUTargets();
    bool chosen = !op.getTileConfig();
    if (chosen) {
      FailureOr<tile::ConfigAttr> config = chooseFor(op);
      if (failed(config))
        return failure();
      op.setTileConfig(*config);
    }
    if (failed(op.verifyTileConfig(op.getTileConfig())))
      return failure();
    auto config = cast<tile::ConfigAttr>(op.getTileConfig());
    remarkConfig(op, chosen,
                 gpu ? explainConfig(config, *gpu)
                     : explainConfig(op, config, *cpuTarget));
    return success();
  }

  FailureOr<tile::ConfigAttr> chooseFor(Operation *op) {
    if (auto attention = dyn_cast<AttentionOp>(op)) {
      FailureOr<tile::ConfigAttr> config =
          gpu ? chooseGPUConfig(attention, *gpu)
              : choose(attention, *cpuTarget);
      return failed(config)
                 ? config
                 : config->withListed(isWorthLists(attention, *config));
    }
    auto merge = cast<MergeStatesOp>(op);
    return gpu ? chooseGPUConfig(merge, *gpu) : choose(merge, *cpuTarget);
  }

  const GPUTarget *gpu = nullptr;
  const CPUTarget *cpuTarget = nullptr;
};

} // namespace
