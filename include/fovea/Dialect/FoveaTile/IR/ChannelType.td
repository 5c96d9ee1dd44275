//===- ChannelType.td - rings of tiles between roles -*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_DIALECT_FOVEATILE_IR_CHANNELTYPE_TD
#define FOVEA_DIALECT_FOVEATILE_IR_CHANNELTYPE_TD

include "fovea/Dialect/FoveaTile/IR/FoveaTileDialect.td"
include "mlir/IR/AttrTypeBase.td"

def FoveaTile_ChannelType : TypeDef<FoveaTile_Dialect, "Channel"> {
  let mnemonic = "channel";
  let summary = "a ring of buffers in shared memory, each for one tile";
  let description = [{
    Example: `!fovea_tile.channel<tensor<128x64xbf16, #fovea_tile.swizzle<128>>>`
  }];
  let parameters = (ins "::mlir::RankedTensorType":$tile);
  let assemblyFormat = "`<` $tile `>`";
  let genVerifyDecl = 1;
}

#endif
