//===- EntrySignature.cpp - public functions as entries of an artifact
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Target/CPU/EntrySignature.h"

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace fovea;

SmallVector<func::FuncOp> fovea::getEntryFunctions(ModuleOp module) {
  SmallVector<func::FuncOp> entries;
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      entries.push_back(function);
  return entries;
}

namespace {
/// Which sizes of a function's tensors must be equal.
class SizeClasses {
public:
  explicit SizeClasses(func::FuncOp function);

  /// The size of a dimension, or -1 - s for the symbol s. Symbols are numbered
  /// in the order in which this is asked.
  int64_t getSize(Value tensor, int64_t dim);

private:
  using Dimension = std::pair<Value, int64_t>;

  unsigned getId(Value tensor, int64_t dim);
  void unite(Value a, int64_t dimA, Value b, int64_t dimB);
  void unite(AttentionOp op);
  void uniteClauses(AttentionOp op);
  void unite(MergeStatesOp op);

  DenseMap<Dimension, unsigned> ids;
  SmallVector<int64_t> sizes;
  llvm::EquivalenceClasses<unsigned> classes;
  DenseMap<unsigned, int64_t> symbols;
};
} // namespace

SizeClasses::SizeClasses(func::FuncOp function) {
  function.walk([&](Operation *op) {
    if (auto attention = dyn_cast<AttentionOp>(op))
      unite(attention);
    else if (auto merge = dyn_cast<MergeStatesOp>(op))
      unite(merge);
    else if (auto cast = dyn_cast<tensor::CastOp>(op)) {
      auto type = dyn_cast<RankedTensorType>(cast.getType());
      for (int64_t d = 0;
           type && cast.getSource().getType().hasRank() && d < type.getRank();
           ++d)
        unite(cast.getSource(), d, cast.getResult(), d);
    }
  });
}

unsigned SizeClasses::getId(Value tensor, int64_t dim) {
  auto [entry, isNew] = ids.try_emplace({tensor, dim}, sizes.size());
  if (isNew) {
    sizes.push_back(cast<RankedTensorType>(tensor.getType()).getDimSize(dim));
    classes.insert(entry->second);
  }
  return entry->second;
}

void SizeClasses::unite(Value a, int64_t dimA, Value b, int64_t dimB) {
  unsigned idA = getId(a, dimA), idB = getId(b, dimB);
  int64_t size = sizes[classes.getLeaderValue(idA)];
  if (ShapedType::isDynamic(size))
    size = sizes[classes.getLeaderValue(idB)];
  classes.unionSets(idA, idB);
  sizes[classes.getLeaderValue(idA)] = size;
}

void SizeClasses::unite(AttentionOp op) {
  Value q = op.getQuery(), k = op.getKey(), v = op.getValue(),
        o = op.getOutput();
  unite(q, 0, o, 0);
  unite(k, 0, v, 0);
  // The first dimension of pages is their number.
  if (!op.isPaged())
    unite(q, 0, k, 0);
  for (int64_t d : {1, 2}) {
    unite(k, d, v, d);
    unite(q, d, o, d);
  }
  unite(q, 3, k, 3);
  unite(v, 3, o, 3);
  for (int64_t d = 0; op.getLse() && d < 3; ++d)
    unite(o, d, op.getLse(), d);
  uniteClauses(op);
}

/// A clause's size of 1, which is repeated, is no other's.
void SizeClasses::uniteClauses(AttentionOp op) {
  using Sizes = ArrayRef<Dimension>;
  Value q = op.getQuery(), k = op.getKey(), o = op.getOutput();
  auto uniteAll = [&](Value clause, Sizes others) {
    for (auto [d, other] : llvm::enumerate(others))
      if (clause && cast<RankedTensorType>(clause.getType()).getDimSize(d) != 1)
        unite(clause, d, other.first, other.second);
  };
  uniteAll(op.getBias(), Sizes{{q, 0}, {q, 1}, {q, 2}, {k, 2}});
  uniteAll(op.getQueryFactors(), Sizes{{q, 0}, {q, 1}, {q, 2}});
  uniteAll(op.getKeyFactors(),
           Sizes{{q, 0}, {k, 1}, {k, 2}, {op.getQueryFactors(), 3}});
  uniteAll(op.getWeights(), Sizes{{q, 0}, {k, 1}, {k, 2}});
  uniteAll(op.getSinks(), Sizes{{q, 1}});
  uniteAll(op.getInitialOutput(), Sizes{{o, 0}, {o, 1}, {o, 2}, {o, 3}});
  uniteAll(op.getInitialLse(), Sizes{{o, 0}, {o, 1}, {o, 2}});
  uniteAll(op.getQuerySegments(), Sizes{{q, 0}, {q, 2}});
  uniteAll(op.getKeySegments(), Sizes{{q, 0}, {k, 2}});
  if (op.getKeyOffsets())
    uniteAll(op.getKeyOffsets(), Sizes{{op.getQueryOffsets(), 0}});
  if (op.isPaged() && op.isRagged())
    uniteAll(op.getPageOffsets(), Sizes{{op.getQueryOffsets(), 0}});
}

void SizeClasses::unite(MergeStatesOp op) {
  int64_t rank = op.getOutputType().getRank();
  // Behind the number of stacked states.
  int64_t first = op.getStacked() ? 1 : 0;
  for (Value state : op.getOutputs())
    for (int64_t d = 0; d < rank; ++d)
      unite(state, first + d, op.getOutput(), d);
  for (int64_t d = 0; d < rank - 1; ++d) {
    for (Value lse : op.getLses())
      unite(lse, first + d, op.getOutput(), d);
    unite(op.getLse(), d, op.getOutput(), d);
  }
  if (op.getStacked())
    unite(op.getLses().front(), 0, op.getOutputs().front(), 0);
}

int64_t SizeClasses::getSize(Value tensor, int64_t dim) {
  unsigned leader = classes.getLeaderValue(getId(tensor, dim));
  if (!ShapedType::isDynamic(sizes[leader]))
    return sizes[leader];
  return symbols.try_emplace(leader, -1 - int64_t(symbols.size()))
      .first->second;
}

/// DLPack's description of an element type, false if it has none.
static bool describeElement(Type element, ArtifactParam &param) {
  param.bits = element.isIndex()        ? 64
               : element.isIntOrFloat() ? element.getIntOrFloatBitWidth()
                                        : 0;
  if (element.isBF16())
    param.kind = ArtifactElementKind::BFloat;
  else if (isa<Float16Type, Float32Type, Float64Type>(element))
    param.kind = ArtifactElementKind::Float;
  else if (element.isUnsignedInteger())
    param.kind = ArtifactElementKind::UInt;
  else if (isa<IntegerType, IndexType>(element))
    param.kind = ArtifactElementKind::Int;
  else
    return false;
  return true;
}

static FailureOr<ArtifactParam> describeParam(func::FuncOp function,
                                              Value value, const Twine &what,
                                              SizeClasses &sizes) {
  ArtifactParam param;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !describeElement(type.getElementType(), param))
    return function.emitError("function '")
           << function.getName() << "' cannot be called from outside: " << what
           << " has type " << value.getType()
           << ", expected a ranked tensor of f64, f32, bf16, f16 or integers";
  for (int64_t d = 0; d < type.getRank(); ++d)
    param.shape.push_back(sizes.getSize(value, d));
  return param;
}

FailureOr<ArtifactEntry> fovea::describeEntry(func::FuncOp function,
                                              ArrayRef<std::string> names) {
  if (!function.getBody().hasOneBlock())
    return function.emitError("function '")
           << function.getName() << "' cannot be called from outside: it has "
           << function.getBody().getBlocks().size() << " blocks, expected one";
  ArtifactEntry entry;
  entry.name = function.getName().str();
  SizeClasses sizes(function);
  llvm::StringSet<> taken;
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    auto param =
        describeParam(function, argument, "argument " + Twine(i), sizes);
    if (failed(param))
      return failure();
    param->name = i < names.size() ? names[i] : "arg" + std::to_string(i);
    taken.insert(param->name);
    entry.params.push_back(*param);
  }
  OperandRange results =
      function.getBody().front().getTerminator()->getOperands();
  for (auto [i, result] : llvm::enumerate(results)) {
    auto param = describeParam(function, result, "result " + Twine(i), sizes);
    if (failed(param))
      return failure();
    param->isOutput = true;
    param->name = results.size() == 1 ? "out" : "out" + std::to_string(i);
    while (!taken.insert(param->name).second)
      param->name += "_";
    entry.params.push_back(*param);
  }
  return entry;
}
