//===- DeviceKernel.h - how the host launches a device's kernel -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_CONVERSION_DEVICEKERNEL_H
#define FOVEA_CONVERSION_DEVICEKERNEL_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <string>

namespace fovea {

/// On a device module: half of its subgroups run a phase behind the others.
constexpr llvm::StringLiteral kStaggeredAttr = "fovea.staggered";
/// What is known of bank conflicts, a line for each tile of shared memory;
/// absent: nothing.
constexpr llvm::StringLiteral kSharedTilesAttr = "fovea.shared_tiles";

/// What FoveaDeviceKernel (fovea/Runtime/Device.h) says of a compiled kernel,
/// but for its code. It travels on the kernel's function as the dictionary
/// attribute `fovea.device_kernel`.
struct DeviceKernel {
  /// A memref of this rank, or a scalar (-1), the bytes of an element, and
  /// those to which a memref's base and strides must be aligned.
  struct Argument {
    int32_t rank, bytes, alignment = 0;
  };
  struct TensorMap {
    int32_t argument;
    /// CUtensorMapDataType.
    int32_t element;
    int32_t swizzleBytes, boxRows, boxColumns;
  };

  std::string name;
  int32_t threads = 0, sharedBytes = 0, gridRank = 0;
  /// Workgroups of a multiprocessor that stay and share the grid, by a counter;
  /// 0: one workgroup for each place.
  int32_t persistent = 0;
  llvm::SmallVector<Argument> arguments;
  llvm::SmallVector<TensorMap> tensorMaps;

  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
  static DeviceKernel fromAttribute(llvm::StringRef name,
                                    mlir::DictionaryAttr attribute);
};

constexpr llvm::StringLiteral kDeviceKernelAttr = "fovea.device_kernel";

/// Prefix of the symbol under which the host finds a kernel's
/// FoveaDeviceKernel.
constexpr llvm::StringLiteral kDeviceKernelSymbol = "fovea_device_kernel_";

} // namespace fovea

#endif
