//===- EntryPoints.cpp - what callers of compiled code see -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Mirrors include/fovea/Runtime/Entry.h in LLVM IR.

#include "fovea/Target/CPU/CodeGen.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace fovea;
using llvm::Constant;
using llvm::ConstantArray;
using llvm::ConstantDataArray;
using llvm::ConstantStruct;
using llvm::Function;
using llvm::FunctionType;
using llvm::GlobalValue;
using llvm::GlobalVariable;
using llvm::StringRef;
using llvm::Twine;

static std::string invokeName(const ArtifactEntry &entry) {
  return "fovea_invoke_" + entry.name;
}

static void addInvokeFunction(llvm::Module &module,
                              const ArtifactEntry &entry) {
  llvm::IRBuilder<> b(module.getContext());
  Function *callee = module.getFunction("_mlir_ciface_" + entry.name);
  assert(callee && "public functions have a C interface");
  auto *type = FunctionType::get(b.getVoidTy(), {b.getPtrTy()}, false);
  Function *invoke = Function::Create(type, GlobalValue::ExternalLinkage,
                                      invokeName(entry), module);
  invoke->setVisibility(GlobalValue::HiddenVisibility);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", invoke));
  llvm::SmallVector<llvm::Value *> descriptors;
  for (unsigned i = 0; i < callee->arg_size(); ++i)
    descriptors.push_back(b.CreateLoad(
        b.getPtrTy(),
        b.CreateConstInBoundsGEP1_64(b.getPtrTy(), invoke->getArg(0), i)));
  b.CreateCall(callee, descriptors);
  b.CreateRetVoid();
}

void fovea::addInvokeFunctions(llvm::Module &module,
                               llvm::ArrayRef<ArtifactEntry> entries) {
  for (Function &function : module)
    if (!function.isDeclaration())
      function.setLinkage(GlobalValue::InternalLinkage);
  for (GlobalVariable &global : module.globals())
    if (!global.isDeclaration() && !global.hasAppendingLinkage())
      global.setLinkage(GlobalValue::InternalLinkage);
  for (const ArtifactEntry &entry : entries)
    addInvokeFunction(module, entry);
  // The sources' names belong to the entry points; a private function called
  // `exp` must not become the one that LLVM calls for its intrinsic either.
  for (Function &function : module)
    if (function.hasInternalLinkage())
      function.setName("fovea_kernel_" + function.getName());
}

namespace {
/// Adds one entry's tables and functions.
class EntryPointBuilder {
public:
  EntryPointBuilder(llvm::Module &module, const ArtifactEntry &entry,
                    ArtifactDevice device)
      : module(module), entry(entry), device(device), b(module.getContext()) {}
  void build();

private:
  GlobalVariable *addTable(const Twine &name, Constant *value);
  Constant *addText(const Twine &name, StringRef text) {
    return addTable(name,
                    ConstantDataArray::getString(module.getContext(), text));
  }
  Constant *buildParam(unsigned index);
  Constant *buildParams();
  GlobalVariable *buildEntry();
  Function *addFunction(const Twine &name, llvm::ArrayRef<llvm::Type *> params);
  llvm::FunctionCallee getCall() {
    return module.getOrInsertFunction("fovea_runtime_call", b.getInt32Ty(),
                                      b.getPtrTy(), b.getPtrTy());
  }
  llvm::FunctionCallee getLastError() {
    return module.getOrInsertFunction("fovea_last_error", b.getPtrTy());
  }
  void buildCFunction(GlobalVariable *table);
  void buildTVMFFIFunction(GlobalVariable *table);

  llvm::Module &module;
  const ArtifactEntry &entry;
  ArtifactDevice device;
  llvm::IRBuilder<> b;
};
} // namespace

GlobalVariable *EntryPointBuilder::addTable(const Twine &name,
                                            Constant *value) {
  auto *table =
      new GlobalVariable(module, value->getType(), /*isConstant=*/true,
                         GlobalValue::PrivateLinkage, value,
                         ".fovea." + Twine(entry.name) + "." + name);
  table->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return table;
}

/// struct FoveaParam
Constant *EntryPointBuilder::buildParam(unsigned index) {
  const ArtifactParam &param = entry.params[index];
  Constant *shape = llvm::ConstantPointerNull::get(b.getPtrTy());
  if (!param.shape.empty()) {
    llvm::SmallVector<uint64_t> sizes(param.shape.begin(), param.shape.end());
    shape = addTable("shape." + Twine(index),
                     ConstantDataArray::get(module.getContext(), sizes));
  }
  return ConstantStruct::getAnon({addText("name." + Twine(index), param.name),
                                  b.getInt8(uint8_t(param.kind)),
                                  b.getInt8(param.bits),
                                  b.getInt8(param.isOutput), b.getInt8(0),
                                  b.getInt32(param.shape.size()), shape});
}

Constant *EntryPointBuilder::buildParams() {
  llvm::SmallVector<Constant *> params;
  for (unsigned i = 0; i < entry.params.size(); ++i)
    params.push_back(buildParam(i));
  auto *type = llvm::ArrayType::get(params.front()->getType(), params.size());
  return addTable("params", ConstantArray::get(type, params));
}

/// struct FoveaEntry. Protected: another artifact's table of the same name must
/// not be taken for it.
GlobalVariable *EntryPointBuilder::buildEntry() {
  unsigned inputs = llvm::count_if(
      entry.params, [](const ArtifactParam &p) { return !p.isOutput; });
  Constant *value = ConstantStruct::getAnon(
      {addText("name", entry.name), b.getInt32(entry.params.size()),
       b.getInt32(inputs), b.getInt32(int32_t(device)), buildParams(),
       module.getFunction(invokeName(entry)),
       llvm::cast<Constant>(getCall().getCallee()),
       llvm::cast<Constant>(getLastError().getCallee())});
  auto *table = new GlobalVariable(
      module, value->getType(), /*isConstant=*/true,
      GlobalValue::ExternalLinkage, value, "fovea_entry_" + entry.name);
  table->setVisibility(GlobalValue::ProtectedVisibility);
  return table;
}

/// int32 NAME(params), with the insertion point in its body.
Function *EntryPointBuilder::addFunction(const Twine &name,
                                         llvm::ArrayRef<llvm::Type *> params) {
  auto *type = FunctionType::get(b.getInt32Ty(), params, false);
  Function *function =
      Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", function));
  return function;
}

/// Packs the tensors into an array for the runtime.
void EntryPointBuilder::buildCFunction(GlobalVariable *table) {
  llvm::SmallVector<llvm::Type *> params(entry.params.size(), b.getPtrTy());
  Function *function = addFunction(entry.name, params);
  auto *arrayType = llvm::ArrayType::get(b.getPtrTy(), params.size());
  llvm::Value *tensors = b.CreateAlloca(arrayType);
  for (llvm::Argument &tensor : function->args())
    b.CreateStore(&tensor, b.CreateConstInBoundsGEP2_64(arrayType, tensors, 0,
                                                        tensor.getArgNo()));
  b.CreateRet(b.CreateCall(getCall(), {table, tensors}));
}

void EntryPointBuilder::buildTVMFFIFunction(GlobalVariable *table) {
  Function *function =
      addFunction("__tvm_ffi_" + entry.name,
                  {b.getPtrTy(), b.getPtrTy(), b.getInt32Ty(), b.getPtrTy()});
  llvm::FunctionCallee call = module.getOrInsertFunction(
      "fovea_runtime_tvm_ffi_call", b.getInt32Ty(), b.getPtrTy(), b.getPtrTy(),
      b.getInt32Ty(), b.getPtrTy());
  b.CreateRet(b.CreateCall(call, {table, function->getArg(1),
                                  function->getArg(2), function->getArg(3)}));
}

void EntryPointBuilder::build() {
  GlobalVariable *table = buildEntry();
  buildCFunction(table);
  buildTVMFFIFunction(table);
}

void fovea::addEntryPoints(llvm::Module &module,
                           const ArtifactDescription &artifact) {
  for (const ArtifactEntry &entry : artifact.entries)
    EntryPointBuilder(module, entry, artifact.device).build();
  std::string manifest;
  llvm::raw_string_ostream stream(manifest);
  printArtifactManifest(artifact, stream);
  Constant *text = ConstantDataArray::getString(module.getContext(), manifest);
  new GlobalVariable(module, text->getType(), /*isConstant=*/true,
                     GlobalValue::ExternalLinkage, text, "fovea_manifest");
}
