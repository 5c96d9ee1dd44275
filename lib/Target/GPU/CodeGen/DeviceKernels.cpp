//===- DeviceKernels.cpp - device code within the host's module
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Mirrors include/fovea/Runtime/Device.h in LLVM IR.

#include "fovea/Target/GPU/DeviceImage.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace fovea;
using llvm::Constant;
using llvm::ConstantArray;
using llvm::ConstantDataArray;
using llvm::ConstantStruct;
using llvm::GlobalValue;
using llvm::GlobalVariable;
using llvm::StringRef;

namespace {
/// The constants of one kernel.
class KernelTables {
public:
  KernelTables(llvm::Module &module, const DeviceImage &image)
      : module(module), image(image), b(module.getContext()) {}

  /// struct FoveaDeviceKernel.
  Constant *build() {
    const DeviceKernel &kernel = image.kernel;
    // Text ends with a zero.
    bool isText = image.binary.empty();
    StringRef code = isText ? image.text : image.binary;
    Constant *null = llvm::ConstantPointerNull::get(b.getPtrTy());
    return ConstantStruct::getAnon(
        {addData("name", kernel.name, /*zero=*/true),
         addData("image", code, /*zero=*/isText),
         b.getInt64(code.size() + isText), b.getInt32(kernel.threads),
         b.getInt32(kernel.sharedBytes), b.getInt32(1),
         b.getInt32(kernel.gridRank), b.getInt32(kernel.arguments.size()),
         b.getInt32(kernel.tensorMaps.size()), buildArguments(), buildMaps(),
         b.getInt32(kernel.persistent), null});
  }

private:
  Constant *addTable(StringRef name, Constant *value, uint64_t alignment = 8) {
    auto *table =
        new GlobalVariable(module, value->getType(), /*isConstant=*/true,
                           GlobalValue::PrivateLinkage, value,
                           ".fovea.device." + image.kernel.name + "." + name);
    table->setAlignment(llvm::Align(alignment));
    return table;
  }
  Constant *addData(StringRef name, StringRef data, bool zero) {
    return addTable(
        name, ConstantDataArray::getString(module.getContext(), data, zero),
        /*alignment=*/64);
  }
  Constant *addNumbers(StringRef name, llvm::ArrayRef<int32_t> numbers) {
    llvm::SmallVector<uint32_t> data(numbers.begin(), numbers.end());
    return addTable(name, ConstantDataArray::get(module.getContext(), data));
  }
  Constant *buildArguments() {
    llvm::SmallVector<int32_t> numbers;
    for (const DeviceKernel::Argument &argument : image.kernel.arguments)
      numbers.append({argument.rank, argument.bytes, argument.alignment});
    return addNumbers("arguments", numbers);
  }
  Constant *buildMaps() {
    llvm::SmallVector<int32_t> numbers;
    for (const DeviceKernel::TensorMap &map : image.kernel.tensorMaps)
      numbers.append({map.argument, map.element, map.swizzleBytes, map.boxRows,
                      map.boxColumns});
    return addNumbers("tensor_maps", numbers);
  }

  llvm::Module &module;
  const DeviceImage &image;
  llvm::IRBuilder<> b;
};
} // namespace

void fovea::addDeviceKernels(llvm::Module &host,
                             llvm::ArrayRef<DeviceImage> images) {
  for (const DeviceImage &image : images) {
    GlobalVariable *declared =
        host.getGlobalVariable((kDeviceKernelSymbol + image.kernel.name).str());
    // A kernel that nothing launches needs no code.
    if (!declared)
      continue;
    Constant *value = KernelTables(host, image).build();
    // Writable: the runtime keeps the loaded module in it.
    auto *kernel = new GlobalVariable(host, value->getType(),
                                      /*isConstant=*/false,
                                      GlobalValue::InternalLinkage, value);
    kernel->takeName(declared);
    declared->replaceAllUsesWith(kernel);
    declared->eraseFromParent();
  }
  for (auto [generic, own] :
       {std::pair("_mlir_memref_to_llvm_alloc", "fovea_device_alloc"),
        std::pair("_mlir_memref_to_llvm_free", "fovea_device_free")})
    if (llvm::Function *function = host.getFunction(generic))
      function->setName(own);
}
