//===- NVGPUToLLVM.cpp - fovea_nvgpu as inline assembly -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// LLVM has no intrinsics for these instructions. Accumulators are tied in and
// out: two copies of them would not fit in a thread's registers.

#include "fovea/Conversion/Passes.h"
#include "fovea/Dialect/FoveaNVGPU/IR/FoveaNVGPU.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"

namespace fovea {
#define GEN_PASS_DEF_CONVERTFOVEANVGPUTOLLVM
#include "fovea/Conversion/Passes.h.inc"
} // namespace fovea

using namespace mlir;
using namespace fovea;

namespace {

/// Inline assembly with numbered operands: results first.
class Assembly {
public:
  Assembly(Operation *op) : op(op), b(op->getLoc(), op) {
    for (size_t i = 0; i < op->getNumResults(); ++i)
      constraints += i ? ",=f" : "=f";
  }

  /// The operand's name in the text.
  std::string add(Value value, StringRef constraint) {
    if (!constraints.empty())
      constraints += ",";
    constraints += constraint;
    values.push_back(value);
    return "$" + std::to_string(op->getNumResults() + values.size() - 1);
  }
  /// Gives `inputs` to the registers of the results.
  void tie(ValueRange inputs) {
    for (auto [i, value] : llvm::enumerate(inputs))
      add(value, std::to_string(i));
  }
  std::string listResults() const {
    std::string text = "{";
    for (size_t i = 0; i < op->getNumResults(); ++i)
      text += (i ? ", $" : "$") + std::to_string(i);
    return text + "}";
  }

  /// Replaces the op.
  void emit(const Twine &text, bool hasEffects = true) {
    TypeRange types = op->getResultTypes();
    SmallVector<Type> result(types);
    if (types.size() > 1)
      result = {LLVM::LLVMStructType::getLiteral(b.getContext(), result)};
    auto assembly = LLVM::InlineAsmOp::create(
        b, result, values, text.str(), constraints, hasEffects,
        /*is_align_stack=*/false, LLVM::tailcallkind::TailCallKind::None,
        LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT),
        ArrayAttr());
    for (auto [i, old] : llvm::enumerate(op->getResults()))
      old.replaceAllUsesWith(
          types.size() > 1
              ? Value(LLVM::ExtractValueOp::create(b, assembly.getResult(0), i))
              : assembly.getResult(0));
    op->erase();
  }

private:
  Operation *op;
  ImplicitLocOpBuilder b;
  SmallVector<Value> values;
  std::string constraints;
};

} // namespace

static void convert(nvgpu::WgmmaOp op) {
  Assembly assembly(op);
  auto lhs = op.getLhs();
  bool shared = lhs.size() == 1;
  std::string left;
  for (Value value : lhs)
    left +=
        (left.empty() ? "" : ", ") + assembly.add(value, shared ? "l" : "r");
  if (!shared)
    left = "{" + left + "}";
  std::string right = assembly.add(op.getRhs(), "l");
  std::string scale = op.getAccumulators().empty() ? "0" : "1", before, after;
  if (Value accumulates = op.getAccumulates()) {
    before = "{ .reg .pred p; setp.ne.b32 p, " +
             assembly.add(accumulates, "r") + ", 0; ";
    after = " }";
    scale = "p";
  }
  assembly.tie(op.getAccumulators());
  std::string type = op.getElement().isBF16() ? "bf16" : "f16";
  assembly.emit(before + "wgmma.mma_async.sync.aligned.m64n" +
                Twine(op.getColumns()) + "k16.f32." + type + "." + type + " " +
                assembly.listResults() + ", " + left + ", " + right + ", " +
                scale + ", 1, 1" + (shared ? ", 0" : "") +
                (op.getTransposed() ? ", 1;" : ", 0;") + after);
}

static void convert(nvgpu::WgmmaWaitOp op) {
  Assembly assembly(op);
  assembly.tie(op.getValues());
  assembly.emit("wgmma.wait_group.sync.aligned " + Twine(op.getPending()) +
                ";");
}

static void convert(nvgpu::BarrierArriveOp op) {
  Assembly assembly(op);
  std::string id = assembly.add(op.getId(), "r");
  assembly.emit("bar.arrive " + id + ", " + Twine(op.getThreads()) + ";");
}

static void convert(nvgpu::MBarrierArriveOp op) {
  Assembly assembly(op);
  std::string barrier = assembly.add(op.getBarrier(), "r");
  std::string arrive = "mbarrier.arrive.shared::cta.b64 _, [" + barrier + "];";
  if (Value predicate = op.getPredicate())
    arrive = "{ .reg .pred p; setp.ne.b32 p, " + assembly.add(predicate, "r") +
             ", 0; @p " + arrive + " }";
  assembly.emit(arrive);
}

static void convert(nvgpu::TanhOp op) {
  Assembly assembly(op);
  std::string x = assembly.add(op.getX(), "f");
  assembly.emit("tanh.approx.f32 $0, " + x + ";", /*hasEffects=*/false);
}

namespace {
struct ConvertFoveaNVGPUToLLVM
    : fovea::impl::ConvertFoveaNVGPUToLLVMBase<ConvertFoveaNVGPUToLLVM> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      llvm::TypeSwitch<Operation *>(op)
          .Case<nvgpu::WgmmaOp, nvgpu::WgmmaWaitOp, nvgpu::BarrierArriveOp,
                nvgpu::MBarrierArriveOp, nvgpu::TanhOp>(
              [](auto op) { convert(op); });
    });
  }
};
} // namespace
