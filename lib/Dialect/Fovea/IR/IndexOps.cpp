//===- IndexOps.cpp - sparse indices and the ops that make them -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/Fovea/IR/Fovea.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace fovea;

LogicalResult
SparseIndexType::verify(function_ref<InFlightDiagnostic()> emitError,
                        ArrayRef<int64_t> block, IndexOrder) {
  constexpr int64_t kMost = 1 << 20;
  if (block.size() != 2)
    return emitError() << "an index has blocks of " << block.size()
                       << " sizes, expected 2: queries and keys";
  for (int64_t size : block)
    if (size < 1 || size > kMost)
      return emitError() << "an index has blocks of " << block[0] << " x "
                         << block[1] << ", expected 1 to " << kMost << " each";
  return success();
}

LogicalResult CSROp::verify() {
  RankedTensorType offsets = getOffsets().getType(),
                   members = getMembers().getType();
  for (auto [name, type] :
       {std::pair("offsets", offsets), std::pair("members", members)})
    if (type.getRank() != 3)
      return emitOpError("C1: ") << name << " have rank " << type.getRank()
                                 << ", expected 3: [batch, heads, entries]";
  for (auto [dim, what] : {std::pair(0, "batch size"), std::pair(1, "heads")})
    if (failed(verifyCompatibleShape(offsets.getShape().slice(dim, 1),
                                     members.getShape().slice(dim, 1))))
      return emitOpError("C1: offsets and members differ in ")
             << what << ": " << offsets.getDimSize(dim) << " and "
             << members.getDimSize(dim);
  if (offsets.getDimSize(2) == 0)
    return emitOpError("C1: offsets have no entry, expected rows + 1");
  if (offsets.getElementType() != members.getElementType())
    return emitOpError("C2: offsets have element type ")
           << offsets.getElementType() << ", but members "
           << members.getElementType();
  return success();
}
