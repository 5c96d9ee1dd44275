//===- SharedLayout.cpp - where globals lie in shared memory
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Decoder.h"
#include "SharedMemory.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea::sim;

/// The address space of NVIDIA's shared memory and of AMD's LDS.
static constexpr unsigned kSpace = 3;

namespace {
struct Shape {
  uint64_t bytes, alignment;
};
} // namespace

/// Of a type in memory; LLVM aligns arrays as their elements.
static std::optional<Shape> shapeOf(Type type) {
  if (auto array = dyn_cast<LLVM::LLVMArrayType>(type)) {
    auto element = shapeOf(array.getElementType());
    if (!element)
      return std::nullopt;
    return Shape{element->bytes * array.getNumElements(), element->alignment};
  }
  uint64_t bytes = isa<LLVM::LLVMStructType>(type) ? 0 : sizeOf(type);
  if (!llvm::isPowerOf2_64(bytes))
    return std::nullopt;
  return Shape{bytes, bytes};
}

static bool isUndefined(LLVM::GlobalOp global) {
  Block *init = global.getInitializerBlock();
  return !global.getValueOrNull() &&
         (!init || isa<LLVM::UndefOp, LLVM::PoisonOp>(init->front()));
}

/// The next offset that is as aligned as is promised, and no more: what works
/// with a luckier one is an error.
static uint64_t alignExactly(uint64_t offset, uint64_t alignment) {
  uint64_t address = llvm::alignTo(kSharedBase + offset, alignment);
  if (address % (2 * alignment) == 0)
    address += alignment;
  return address - kSharedBase;
}

LogicalResult fovea::sim::placeShared(LLVM::LLVMFuncOp function,
                                      Program &program) {
  llvm::SetVector<LLVM::GlobalOp> globals;
  function.walk([&](LLVM::AddressOfOp address) {
    auto global = SymbolTable::lookupNearestSymbolFrom<LLVM::GlobalOp>(
        address, address.getGlobalNameAttr());
    if (global && global.getAddrSpace() == kSpace)
      globals.insert(global);
  });
  LLVM::GlobalOp dynamic;
  uint64_t end = 0;
  for (LLVM::GlobalOp global : globals) {
    auto shape = shapeOf(global.getType());
    if (!shape || !isUndefined(global))
      return global.emitOpError("of ")
             << global.getType()
             << " is not known to the simulator, expected shared memory "
                "without a value";
    if (shape->bytes == 0) {
      if (dynamic)
        return global.emitOpError("is dynamic shared memory beside '")
               << dynamic.getSymName() << "', expected one";
      dynamic = global;
      continue;
    }
    end = alignExactly(end, global.getAlignment().value_or(shape->alignment));
    program.shared[global.getSymName()] = end;
    end += shape->bytes;
  }
  // Alone it starts where the device lets it start.
  if (dynamic && end)
    end = alignExactly(end, dynamic.getAlignment().value_or(1));
  if (dynamic)
    program.shared[dynamic.getSymName()] = end;
  program.staticShared = end;
  return success();
}
