//===- PatternMasks.cpp - masks of static sparse patterns -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea;

namespace {
/// Arithmetic on indices that are not negative, with constants.
struct Indices {
  ImplicitLocOpBuilder &b;

  Value constant(int64_t x) const {
    return arith::ConstantIndexOp::create(b, x);
  }
  Value add(Value x, int64_t c) const {
    return c ? Value(arith::AddIOp::create(b, x, constant(c))) : x;
  }
  Value add(Value x, Value y) const { return arith::AddIOp::create(b, x, y); }
  Value subtract(Value x, Value y) const {
    return arith::SubIOp::create(b, x, y);
  }
  Value multiply(Value x, int64_t c) const {
    return c == 1 ? x : Value(arith::MulIOp::create(b, x, constant(c)));
  }
  Value divide(Value x, int64_t c) const {
    return c == 1 ? x : Value(arith::DivUIOp::create(b, x, constant(c)));
  }
  Value remainder(Value x, int64_t c) const {
    return c == 1 ? constant(0)
                  : Value(arith::RemUIOp::create(b, x, constant(c)));
  }
  Value minimum(Value x, Value y) const {
    return arith::MinSIOp::create(b, x, y);
  }
  Value maximum(Value x, Value y) const {
    return arith::MaxSIOp::create(b, x, y);
  }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) const {
    return arith::CmpIOp::create(b, predicate, x, y);
  }
  Value both(Value x, Value y) const { return arith::AndIOp::create(b, x, y); }
  Value either(Value x, Value y) const { return arith::OrIOp::create(b, x, y); }
};

/// One axis of a grid of tokens.
struct Axis {
  int64_t shape, window, stride, dilation;
  bool causal;

  static Axis get(NDWindowAttr mask, unsigned axis) {
    auto at = [&](ArrayRef<int64_t> values, int64_t otherwise) {
      return values.empty() ? otherwise : values[axis];
    };
    return {mask.getShape()[axis], mask.getWindow()[axis],
            at(mask.getStride(), 1), at(mask.getDilation(), 1),
            at(mask.getCausal(), 0) != 0};
  }

  Value isVisible(const Indices &i, Value query, Value key) const;
};
} // namespace

/// In the query's class, by the positions of both in it.
Value Axis::isVisible(const Indices &i, Value query, Value key) const {
  using arith::CmpIPredicate;
  Value x = i.divide(query, dilation), y = i.divide(key, dilation);
  Value residue = i.remainder(query, dilation);
  // Classes differ in length by one where the dilation divides no axis.
  Value last = i.divide(i.subtract(i.constant(shape - 1), residue), dilation);
  Value group = i.multiply(i.divide(x, stride), stride);
  Value visible;
  if (causal) {
    Value leader = i.minimum(i.add(group, stride - 1), last);
    visible = i.both(i.compare(CmpIPredicate::sle, y, x),
                     i.compare(CmpIPredicate::slt, i.subtract(leader, y),
                               i.constant(window)));
  } else {
    Value leader = i.minimum(i.add(group, stride / 2), last);
    int64_t right = llvm::divideCeil(window, 2) - 1;
    Value centre = i.maximum(i.minimum(leader, i.add(last, -right)),
                             i.constant(window / 2));
    visible =
        i.both(i.compare(CmpIPredicate::sge, y, i.add(centre, -(window / 2))),
               i.compare(CmpIPredicate::sle, y, i.add(centre, right)));
  }
  if (dilation == 1)
    return visible;
  return i.both(visible, i.compare(CmpIPredicate::eq, residue,
                                   i.remainder(key, dilation)));
}

AffineExpr NDWindowAttr::getLowerBound() const { return {}; }
AffineExpr NDWindowAttr::getUpperBound() const { return {}; }
bool NDWindowAttr::isInterval() const { return false; }

Value NDWindowAttr::buildVisible(ImplicitLocOpBuilder &builder,
                                 const MaskPoint &point) const {
  Indices i{builder};
  Value query = point.query, key = point.key, visible;
  for (unsigned axis = getShape().size(); axis-- > 0;) {
    Axis a = Axis::get(*this, axis);
    // The first axis takes what is left: no remainder.
    Value x = axis ? i.remainder(query, a.shape) : query;
    Value y = axis ? i.remainder(key, a.shape) : key;
    Value one = a.isVisible(i, x, y);
    visible = visible ? i.both(visible, one) : one;
    if (axis)
      query = i.divide(query, a.shape), key = i.divide(key, a.shape);
  }
  return visible;
}

LogicalResult NDWindowAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> window,
                                   ArrayRef<int64_t> stride,
                                   ArrayRef<int64_t> dilation,
                                   ArrayRef<int64_t> causal) {
  constexpr int64_t kLongest = 1 << 20;
  size_t rank = shape.size();
  if (rank < 1 || rank > 3)
    return emitError() << "nd_window has a shape of " << rank
                       << " axes, expected 1 to 3";
  for (auto [name, values, optional] :
       {std::tuple("window", window, false), std::tuple("stride", stride, true),
        std::tuple("dilation", dilation, true),
        std::tuple("causal", causal, true)})
    if (values.size() != rank && !(optional && values.empty()))
      return emitError() << "nd_window has " << values.size() << " values of '"
                         << name << "', expected one for each of " << rank
                         << " axes";
  for (size_t axis = 0; axis < rank; ++axis) {
    int64_t size = shape[axis], k = window[axis];
    int64_t s = stride.empty() ? 1 : stride[axis];
    int64_t d = dilation.empty() ? 1 : dilation[axis];
    if (size < 1 || size > kLongest)
      return emitError() << "nd_window's axis " << axis << " has the length "
                         << size << ", expected 1 to " << kLongest;
    if (k < 1 || d < 1 || k > size / d)
      return emitError() << "nd_window's axis " << axis << " has a window of "
                         << k << " with dilation " << d
                         << ", expected both at least 1 and window * dilation "
                            "at most the axis' length "
                         << size;
    if (s < 1 || s > k)
      return emitError() << "nd_window's axis " << axis << " has the stride "
                         << s << ", expected 1 to the window " << k;
    if (!causal.empty() && causal[axis] != 0 && causal[axis] != 1)
      return emitError() << "nd_window's axis " << axis << " has causal "
                         << causal[axis] << ", expected 0 or 1";
  }
  return success();
}

LogicalResult
NDWindowAttr::verifySizes(function_ref<InFlightDiagnostic()> emitError, int64_t,
                          int64_t queries, int64_t keys) const {
  int64_t tokens = 1;
  for (int64_t size : getShape())
    tokens *= size;
  for (auto [name, size] :
       {std::pair("queries", queries), std::pair("keys", keys)})
    if (!ShapedType::isDynamic(size) && size != tokens)
      return emitError() << "nd_window's shape has " << tokens
                         << " tokens, but there are " << size << " " << name;
  return success();
}

AffineExpr LocalStrideAttr::getLowerBound() const { return {}; }
AffineExpr LocalStrideAttr::getUpperBound() const { return {}; }
bool LocalStrideAttr::isInterval() const { return false; }

Value LocalStrideAttr::buildVisible(ImplicitLocOpBuilder &builder,
                                    const MaskPoint &point) const {
  using arith::CmpIPredicate;
  Indices i{builder};
  Value position = i.add(point.query, i.subtract(point.keys, point.queries));
  // Rows before the first key see nothing.
  Value exists = i.compare(CmpIPredicate::sge, position, i.constant(0));
  Value row = i.divide(i.maximum(position, i.constant(0)), getBlock());
  Value column = i.divide(point.key, getBlock());
  Value distance = i.subtract(row, column);
  int64_t step = std::max<int64_t>(1, getStride() / getHeads());
  Value shift = i.multiply(i.divide(point.head, getGroup()), step);
  Value phase =
      i.remainder(i.add(i.add(column, shift), getOffset()), getStride());
  Value kept =
      i.either(i.compare(CmpIPredicate::slt, distance, i.constant(getLocal())),
               i.compare(CmpIPredicate::eq, phase, i.constant(0)));
  if (getDense())
    kept = i.either(
        kept, i.compare(CmpIPredicate::sge, point.head,
                        i.constant(getHeads() * getGroup() - getDense())));
  Value earlier = i.compare(CmpIPredicate::sge, distance, i.constant(0));
  return i.both(exists, i.both(earlier, kept));
}

LogicalResult
LocalStrideAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        int64_t block, int64_t local, int64_t stride,
                        int64_t heads, int64_t group, int64_t offset,
                        int64_t dense) {
  constexpr int64_t kMost = 1 << 20;
  // Without a local block a row could see nothing.
  for (auto [name, value] :
       {std::pair("block", block), std::pair("local", local),
        std::pair("stride", stride), std::pair("heads", heads),
        std::pair("group", group)})
    if (value < 1 || value > kMost)
      return emitError() << "local_stride has '" << name << "' " << value
                         << ", expected 1 to " << kMost;
  if (offset < 0 || offset > kMost)
    return emitError() << "local_stride has 'offset' " << offset
                       << ", expected 0 to " << kMost;
  if (dense < 0 || dense > heads * group)
    return emitError() << "local_stride has 'dense' " << dense
                       << ", expected 0 to all " << heads * group
                       << " query heads";
  return success();
}

LogicalResult
LocalStrideAttr::verifySizes(function_ref<InFlightDiagnostic()> emitError,
                             int64_t heads, int64_t, int64_t) const {
  if (ShapedType::isDynamic(heads) || heads == getHeads() * getGroup())
    return success();
  return emitError() << "local_stride is for " << getHeads() << " key heads of "
                     << getGroup() << " query heads each, but there are "
                     << heads << " query heads";
}
