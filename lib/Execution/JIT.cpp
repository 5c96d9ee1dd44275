//===- JIT.cpp - LLVM dialect, compiled and called in this process
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/JIT.h"

#include "fovea/Execution/CodeMemory.h"
#include "fovea/Target/CPU/CodeGen.h"
#include "fovea/Target/CPU/Link.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"

using namespace fovea;

/// In the runtime library, as for artifacts.
extern "C" float __truncsfbf2(float);

JIT::JIT(std::unique_ptr<CodeMemory> memory,
         std::unique_ptr<mlir::ExecutionEngine> engine)
    : memory(std::move(memory)), engine(std::move(engine)) {}
JIT::JIT(JIT &&) = default;
JIT::~JIT() = default;

llvm::Expected<JIT> JIT::create(mlir::ModuleOp module, const CPUTarget &cpu,
                                const llvm::StringMap<void *> &symbols) {
  auto machine = createTargetMachine(cpu);
  if (!machine)
    return machine.takeError();
  llvm::Expected<std::string> openMP = findOpenMP();
  if (!openMP)
    return openMP.takeError();
  llvm::TargetMachine *borrowed = machine->get();
  mlir::ExecutionEngineOptions options;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Aggressive;
  // The options hold a reference to it.
  auto runO3 = [borrowed](llvm::Module *llvmModule) {
    optimize(*llvmModule, *borrowed);
    return llvm::Error::success();
  };
  options.transformer = runO3;
  llvm::StringRef libraries[] = {*openMP};
  options.sharedLibPaths = libraries;
  auto memory = std::make_unique<CodeMemory>();
  options.sectionMemoryMapper = memory.get();
  auto engine =
      mlir::ExecutionEngine::create(module, options, std::move(*machine));
  if (!engine)
    return engine.takeError();
  (*engine)->registerSymbols([&](llvm::orc::MangleAndInterner mangle) {
    llvm::orc::SymbolMap map;
    auto add = [&](llvm::StringRef name, void *address) {
      map[mangle(name)] = {llvm::orc::ExecutorAddr::fromPtr(address),
                           llvm::JITSymbolFlags::Exported};
    };
    add("__truncsfbf2", reinterpret_cast<void *>(&__truncsfbf2));
    for (const auto &[name, address] : symbols)
      add(name, address);
    return map;
  });
  return JIT(std::move(memory), std::move(*engine));
}

llvm::Error JIT::call(llvm::StringRef name,
                      llvm::MutableArrayRef<Array> arrays) {
  // memref descriptors: allocated, aligned, offset, sizes, strides.
  std::vector<std::vector<int64_t>> descriptors;
  for (Array &array : arrays) {
    int64_t address = reinterpret_cast<int64_t>(array.data());
    std::vector<int64_t> descriptor = {address, address, 0};
    descriptor.insert(descriptor.end(), array.shape().begin(),
                      array.shape().end());
    size_t first = descriptor.size();
    descriptor.resize(first + array.shape().size());
    int64_t stride = 1;
    for (int64_t d = int64_t(array.shape().size()) - 1; d >= 0; --d) {
      descriptor[first + d] = stride;
      stride *= array.shape()[d];
    }
    descriptors.push_back(std::move(descriptor));
  }
  std::vector<void *> pointers;
  for (auto &descriptor : descriptors)
    pointers.push_back(descriptor.data());
  std::vector<void *> packed;
  for (void *&pointer : pointers)
    packed.push_back(&pointer);
  return engine->invokePacked(("_mlir_ciface_" + name).str(), packed);
}
