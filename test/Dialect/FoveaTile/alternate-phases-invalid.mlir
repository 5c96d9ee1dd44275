// RUN: fovea-opt %s -pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-alternate-phases))' --split-input-file --verify-diagnostics

// Loops that cannot have phases, for one reason each.

// The operands are loads, of no channel.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
fovea_tile.kernel @loads(%x: memref<?x64xbf16>) grid(%t) config(#config) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  // expected-error @below {{has phases = ping_pong, but a loop that cannot have them: expected one from 0 in steps of 1 over two products, whose right operands come through channels of 2 buffers}}
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<256x64xf32> {
    %a = fovea_tile.load %x[%i, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
    %b = fovea_tile.load %x[%i, %c0] : memref<?x64xbf16> -> tensor<64x64xbf16>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<256x64xbf16>, tensor<64x64xbf16> -> tensor<256x64xf32>
    %p = arith.truncf %s : tensor<256x64xf32> to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %p, %b : tensor<256x64xbf16>, tensor<64x64xbf16> -> tensor<256x64xf32>
    scf.yield %n : tensor<256x64xf32>
  }
  fovea_tile.return
}

// -----

// Three buffers.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @buffers(%x: memref<?x64xbf16>) grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 3 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  %a = fovea_tile.load %x[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  // expected-error @below {{has phases = ping_pong, but a loop that cannot have them}}
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<256x64xf32> {
    fovea_tile.put %kc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %v = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %k transposed : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    %p = arith.truncf %s : tensor<256x64xf32> to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %p, %v : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    scf.yield %n : tensor<256x64xf32>
  }
  fovea_tile.return
}

// -----

// From 1.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @start(%x: memref<?x64xbf16>) grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  %a = fovea_tile.load %x[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  // expected-error @below {{expected one from 0 in steps of 1}}
  %r = scf.for %i = %c1 to %t step %c1 iter_args(%acc = %zero) -> tensor<256x64xf32> {
    fovea_tile.put %kc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %v = fovea_tile.get %vc[%i] : !c -> !shared
    %s = fovea_tile.dot %zero, %a, %k transposed : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    %p = arith.truncf %s : tensor<256x64xf32> to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %p, %v : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    scf.yield %n : tensor<256x64xf32>
  }
  fovea_tile.return
}

// -----

// One product.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @one_product(%x: memref<?x64xbf16>) grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  %a = fovea_tile.load %x[%t, %c0] : memref<?x64xbf16> -> tensor<256x64xbf16>
  // expected-error @below {{over two products}}
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<256x64xf32> {
    fovea_tile.put %kc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    %s = fovea_tile.dot %acc, %a, %k transposed : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    scf.yield %s : tensor<256x64xf32>
  }
  fovea_tile.return
}

// -----

// The first product reads what the last one adds up: nothing is left to run beside it.
#config = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @chain(%x: memref<?x64xbf16>) grid(%t) config(#config) {
  %kc = fovea_tile.channel depth 2 : !c
  %vc = fovea_tile.channel depth 2 : !c
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32>
  // expected-error @below {{a loop that cannot have them}}
  %r = scf.for %i = %c0 to %t step %c1 iter_args(%acc = %zero) -> tensor<256x64xf32> {
    fovea_tile.put %kc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %k = fovea_tile.get %kc[%i] : !c -> !shared
    fovea_tile.put %vc[%i] from %x[%i, %c0] : !c, memref<?x64xbf16>
    %v = fovea_tile.get %vc[%i] : !c -> !shared
    %a = arith.truncf %acc : tensor<256x64xf32> to tensor<256x64xbf16>
    %s = fovea_tile.dot %zero, %a, %k transposed : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    %p = arith.truncf %s : tensor<256x64xf32> to tensor<256x64xbf16>
    %n = fovea_tile.dot %acc, %p, %v : tensor<256x64xbf16>, !shared -> tensor<256x64xf32>
    scf.yield %n : tensor<256x64xf32>
  }
  fovea_tile.return
}
