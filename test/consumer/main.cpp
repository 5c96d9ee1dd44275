//===- main.cpp - a downstream program on an installed Fovea ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses and verifies a program with a fovea.attention op, and prints the op.
//===----------------------------------------------------------------------===//

#include "fovea/Dialect/Fovea/IR/Fovea.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"

static constexpr const char *kProgram = R"mlir(
func.func @attention(%q: tensor<1x8x64x32xf32>, %k: tensor<1x2x128x32xf32>, %v: tensor<1x2x128x32xf32>)
    -> tensor<1x8x64x32xf32> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x64x32xf32>, tensor<1x2x128x32xf32>, tensor<1x2x128x32xf32>) -> tensor<1x8x64x32xf32>
  return %o : tensor<1x8x64x32xf32>
}
)mlir";

int main() {
  mlir::DialectRegistry registry;
  registry.insert<fovea::FoveaDialect, mlir::func::FuncDialect>();
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(kProgram, &context);
  if (!module || failed(mlir::verify(*module)))
    return 1;
  module->walk([](fovea::AttentionOp op) { llvm::outs() << op << "\n"; });
  return 0;
}
