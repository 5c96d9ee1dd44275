
#include "fovea/Dialect/$Dialect/IR/$Dialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace $namespace;

LogicalResult $Name::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  if (input.getRank() < 1)
    return emitOpError("C1: takes a tensor of rank 1 or more, found ") << input;
  return success();
}
