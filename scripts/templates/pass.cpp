
#include "fovea/$where/Passes.h"

#include "fovea/Dialect/$Dialect/IR/$Dialect.h"

namespace $namespace {
#define GEN_PASS_DEF_$NAME
#include "fovea/$where/Passes.h.inc"
} // namespace $namespace

using namespace mlir;

namespace {
struct $Name : $namespace::impl::${Name}Base<$Name> {
  void runOnOperation() override {
    // TODO: signalPassFailure() after an error that names what would be legal.
  }
};
} // namespace
