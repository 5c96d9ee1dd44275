// RUN: fovea-opt %s -convert-fovea-tile-to-rocdl -split-input-file -verify-diagnostics

// What has no instruction, or no lowering, on GPUs of AMD.

// Three waves cannot share a tile of 8192 bytes.
#config = #fovea_tile.config<m = 96, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
fovea_tile.kernel @put_bytes(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 8192 : i64, fovea_tile.barriers_at = 8192 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 3 registers 0 {
    // expected-error @below {{fills tiles of 8192 bytes by loads of 3 waves, expected a multiple of 768 bytes and of 2 rows}}
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x64xbf16>
  }
  fovea_tile.return
}

// -----

// A load of 16 bytes a lane takes 8 rows, of one block of columns.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx950">>
!tile = tensor<4x512xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
fovea_tile.kernel @put_rows(%k: memref<?x512xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{fills tiles of 4096 bytes by loads of 4 waves, expected a multiple of 4096 bytes and of 8 rows}}
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, memref<?x512xbf16>
  }
  fovea_tile.return
}

// -----

// Queries in the layout of a result.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @left_layout() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
    %a = arith.constant dense<0.0> : tensor<128x64xbf16, #scores>
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{has no matrix instruction on gfx942; expected bf16 or f16 operands, the right one from a channel, the left one loaded from memory (transposed) or a result, 32 rows for each subgroup, and a depth that is a multiple of 16}}
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<128x64xbf16, #scores>, !tile -> tensor<128x32xf32, #scores>
  }
  fovea_tile.return
}

// -----

// An output in the layout of scores, where neighbours are read together.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @output_layout() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<128x64xf32, #scores>
    %a = arith.constant dense<0.0> : tensor<128x32xbf16, #scores>
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{has no matrix instruction on gfx942}}
    %s = fovea_tile.dot %zero, %a, %b : tensor<128x32xbf16, #scores>, !tile -> tensor<128x64xf32, #scores>
  }
  fovea_tile.return
}

// -----

// An operand that was read for the other kind of dot.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!keys = tensor<32x64xbf16, #fovea_tile.operand<transposed = true>>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
#pairs = #fovea_tile.fragment<32x64, registers = [4 at (0, 2), 4 at (0, 16), 2 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>
fovea_tile.kernel @operand_kind() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<128x64xf32, #pairs>
    %a = arith.constant dense<0.0> : tensor<128x32xbf16, #scores>
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    %r = fovea_tile.read %b from 0 : !tile -> !keys
    // expected-error @below {{has no matrix instruction on gfx942}}
    %s = fovea_tile.dot %zero, %a, %r : tensor<128x32xbf16, #scores>, !keys -> tensor<128x64xf32, #pairs>
  }
  fovea_tile.return
}

// -----

// f32 has a matrix instruction that no kernel uses.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
#pairs = #fovea_tile.fragment<32x64, registers = [4 at (0, 2), 4 at (0, 16), 2 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>
fovea_tile.kernel @f32() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<128x64xf32, #pairs>
    %a = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{has no matrix instruction on gfx942}}
    %s = fovea_tile.dot %zero, %a, %b : tensor<128x32xf32, #scores>, !tile -> tensor<128x64xf32, #pairs>
  }
  fovea_tile.return
}

// -----

// 64 rows for each subgroup.
#config = #fovea_tile.config<m = 256, n = 32, rows = 64, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
#left = #fovea_tile.fragment<32x16, registers = [8 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>
fovea_tile.kernel @rows() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %zero = arith.constant dense<0.0> : tensor<256x32xf32, #scores>
    %a = arith.constant dense<0.0> : tensor<256x64xbf16, #left>
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{has no matrix instruction on gfx942}}
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<256x64xbf16, #left>, !tile -> tensor<256x32xf32, #scores>
  }
  fovea_tile.return
}

// -----

// Keys are read in blocks of 32.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!keys = tensor<32x64xbf16, #fovea_tile.operand<transposed = true>>
fovea_tile.kernel @read_first() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 8192 : i64, fovea_tile.barriers_at = 8192 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{reads 'tensor<32x64xbf16, #fovea_tile.operand<transposed = true>>' from row 16, expected 16-bit elements and rows in multiples of 32}}
    %r = fovea_tile.read %b from 16 : !tile -> !keys
  }
  fovea_tile.return
}

// -----

// Values in those of one instruction.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx950">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
fovea_tile.kernel @read_rows() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{reads 'tensor<8x64xbf16, #fovea_tile.operand>' from row 0, expected 16-bit elements and rows in multiples of 16}}
    %r = fovea_tile.read %b from 0 : !tile -> tensor<8x64xbf16, #fovea_tile.operand>
  }
  fovea_tile.return
}

// -----

// The columns of an output are blocks of 32.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x48xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
fovea_tile.kernel @read_columns() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 3072 : i64, fovea_tile.barriers_at = 3072 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !c -> !tile
    // expected-error @below {{reads 'tensor<32x48xbf16, #fovea_tile.operand>' from row 0}}
    %r = fovea_tile.read %b from 0 : !tile -> tensor<32x48xbf16, #fovea_tile.operand>
  }
  fovea_tile.return
}

// -----

// Adding half a unit to the bits of a float rounds to bf16 alone.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @round_away() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %a = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
    // expected-error @below {{rounds to 'f16' with ties away from zero, expected bf16}}
    %h = arith.truncf %a to_nearest_away : tensor<128x32xf32, #scores> to tensor<128x32xf16, #scores>
  }
  fovea_tile.return
}

// -----

// Columns 4 to 7 lie in other lanes.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @slice_start() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %a = arith.constant dense<0.0> : tensor<128x64xf32, #scores>
    // expected-error @below {{starts at column 4, expected a multiple of the layout's block}}
    %h = tensor.extract_slice %a[0, 4] [128, 32] [1, 1] : tensor<128x64xf32, #scores> to tensor<128x32xf32, #scores>
  }
  fovea_tile.return
}

// -----

// Every second column.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @slice_columns() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %a = arith.constant dense<0.0> : tensor<128x64xf32, #scores>
    // expected-error-re @below {{cuts 'tensor<128x32xf32, #fovea_tile.fragment<32x32, {{.*}}>>' out of 'tensor<128x64xf32, #fovea_tile.fragment<32x32, {{.*}}>>', expected neighbouring columns of the same layout}}
    %h = tensor.extract_slice %a[0, 0] [128, 32] [1, 2] : tensor<128x64xf32, #scores> to tensor<128x32xf32, #scores>
  }
  fovea_tile.return
}

// -----

// Products end in order: nothing awaits them.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @await() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    %a = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
    // expected-error @below {{has no lowering on gfx942}}
    %b = fovea_tile.await %a pending 0 : tensor<128x32xf32, #scores>
  }
  fovea_tile.return
}

// -----

// All waves multiply when they can.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
fovea_tile.kernel @turns() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{has no lowering on gfx942}}
    fovea_tile.take_turn
  }
  fovea_tile.return
}

// -----

// A workgroup has one place of the grid.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
fovea_tile.kernel @rounds() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{has no lowering on gfx942}}
    fovea_tile.rounds() {
    ^bb0(%a: index, %b: index):
      fovea_tile.next
    }
  }
  fovea_tile.return
}

// -----

// Stores go to memory from registers.
#config = #fovea_tile.config<m = 32, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
fovea_tile.kernel @staged_store(%k: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 1 registers 0 {
    %h = arith.constant dense<0.0> : tensor<32x64xbf16, #scores>
    // expected-error @below {{has no lowering on gfx942}}
    fovea_tile.store %h, %k[%c0, %c0] through %c[%c0] : !c, : tensor<32x64xbf16, #scores>, memref<?x64xbf16>
  }
  fovea_tile.return
}

// -----

// Registers are split evenly: there is no producer.
#config = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
fovea_tile.kernel @producer() grid(%t) config(#config) {
  // expected-error @below {{has no lowering on gfx942}}
  fovea_tile.role producer warps 4 registers 0 {
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}
