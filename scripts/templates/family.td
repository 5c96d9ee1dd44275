
#ifndef $GUARD
#define $GUARD

include "fovea/Dialect/$Dialect/IR/${Dialect}Dialect.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

#endif
