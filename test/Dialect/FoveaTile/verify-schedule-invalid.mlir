// RUN: fovea-opt %s --split-input-file --pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))' --verify-diagnostics

// Budgets and shared memory: V1 to V3 and V7.

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V1: asks for 65536 registers, but its launch of 256 threads has 65280: too many by 256}}
fovea_tile.kernel @k() grid(%t) config(#config) {
  // expected-note @below {{128 threads ask for 256 registers each}}
  fovea_tile.role producer warps 4 registers 256 {
  }
  // expected-note @below {{128 threads ask for 256 registers each}}
  fovea_tile.role consumer warps 4 registers 256 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k() grid(%t) config(#config) {
  // expected-error @below {{V1: asks for 16 registers a thread, expected 0, or a multiple of 8 from 24 to 256}}
  fovea_tile.role producer warps 4 registers 16 {
  }
  fovea_tile.role consumer warps 4 registers 240 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k() grid(%t) config(#config) {
  // expected-error @below {{V1: asks for 100 registers a thread, expected 0, or a multiple of 8 from 24 to 256}}
  fovea_tile.role producer warps 4 registers 100 {
  }
  fovea_tile.role consumer warps 4 registers 240 {
  }
  fovea_tile.return
}

// -----

// Registers cannot move between roles.
#config = #fovea_tile.config<m = 192, n = 64, rows = 64, columns = 64, schedule = <target = "sm_80">>
fovea_tile.kernel @k() grid(%t) config(#config) {
  fovea_tile.role producer warps 16 registers 104 {
  }
  // expected-error @below {{V1: asks for 112 registers a thread, but sm_80 cannot move registers between roles, and its launch gives 104: too many by 8}}
  fovea_tile.role consumer warps 3 registers 112 {
  }
  fovea_tile.return
}

// -----

#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>
!tile = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!scores = tensor<64x64xf32, #fragment>
#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%K: memref<?x64xbf16>, %O: memref<?x64xf32>, %n: index) grid(%t)
    config(#config) attributes {fovea_tile.barriers_at = 24576, fovea_tile.shared_bytes = 24624} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : !scores
  %q = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!tile>
  %k = fovea_tile.channel depth 2 at 8192 : !fovea_tile.channel<!tile>
  fovea_tile.role producer warps 4 registers 24 {
    fovea_tile.put %q[%c0] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    scf.for %j = %c0 to %n step %c1 {
      fovea_tile.put %k[%j] from %K[%c0, %c0] : !fovea_tile.channel<!tile>, memref<?x64xbf16>
    }
  }
  // expected-error @below {{V1: keeps at least 64 registers live at fovea_tile.await, but its budget is 56: too many by 8}}
  fovea_tile.role consumer warps 4 registers 56 {
    %a = fovea_tile.get %q[%c0] : !fovea_tile.channel<!tile> -> !tile
    %o = scf.for %j = %c0 to %n step %c1 iter_args(%sum = %zero) -> (!scores) {
      %b = fovea_tile.get %k[%j] : !fovea_tile.channel<!tile> -> !tile
      %s = fovea_tile.dot %zero, %a, %b transposed : !tile, !tile -> !scores
      // expected-note @below {{see this op}}
      %r = fovea_tile.await %s pending 0 : !scores
      fovea_tile.consumed %k[%j] : !fovea_tile.channel<!tile>
      %next = arith.addf %sum, %r : !scores
      scf.yield %next : !scores
    }
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 512, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V2: has 1152 threads, but a workgroup of sm_90a has at most 1024: too many by 128}}
fovea_tile.kernel @k() grid(%t) config(#config) {
  fovea_tile.role producer warps 4 registers 24 {
  }
  fovea_tile.role consumer warps 32 registers 24 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V2: has 4 warps of consumers, expected 8: 4 for each 64 of 128 rows}}
fovea_tile.kernel @k() grid(%t) config(#config) {
  fovea_tile.role producer warps 4 registers 24 {
  }
  fovea_tile.role consumer warps 4 registers 240 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k() grid(%t) config(#config) {
  // expected-error @below {{V2: has 2 warps, expected a multiple of 4, which change registers together}}
  fovea_tile.role producer warps 2 registers 24 {
  }
  fovea_tile.role consumer warps 4 registers 240 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has the barriers in bytes 232440 to 232456, but a workgroup of sm_90a has 232448 bytes of shared memory: too many by 8}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 232440, fovea_tile.shared_bytes = 232456} {
  %c0 = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has channel %0 in bytes 4096 to 5120, but its launch asks for 5000 bytes of shared memory: too many by 120}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 0, fovea_tile.shared_bytes = 5000} {
  %c4096 = fovea_tile.channel depth 1 at 4096 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: asks for 232456 bytes of shared memory, but a workgroup of sm_90a has 232448: too many by 8}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 1024, fovea_tile.shared_bytes = 232456} {
  %c0 = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has channel %0 and channel %1 in the same bytes of shared memory: they overlap by 1024}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 3072, fovea_tile.shared_bytes = 4096} {
  %c0 = fovea_tile.channel depth 2 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  %c1024 = fovea_tile.channel depth 1 at 1024 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has channel %0 and the barriers in the same bytes of shared memory: they overlap by 8}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 1016, fovea_tile.shared_bytes = 4096} {
  %c0 = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 1024, fovea_tile.shared_bytes = 4096} {
  // expected-error @below {{V3: lies at byte 1536, expected a multiple of 1024: 512 bytes off}}
  %c1536 = fovea_tile.channel depth 1 at 1536 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 1024, fovea_tile.shared_bytes = 4096} {
  // expected-error @below {{V3: has no place in shared memory; expected 'at', or run fovea-tile-allocate-shared}}
  %c = fovea_tile.channel depth 1 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has no place for the barriers; expected 'fovea_tile.barriers_at', or run fovea-tile-allocate-shared}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.shared_bytes = 4096} {
  %c0 = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has no size of shared memory; expected 'fovea_tile.shared_bytes', or run fovea-tile-allocate-shared}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 1024} {
  %c0 = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
// expected-error @below {{V3: has the barriers at byte 1028, expected a multiple of 8}}
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 1028, fovea_tile.shared_bytes = 4096} {
  %c0 = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%p: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 65536, fovea_tile.shared_bytes = 66000} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %a = arith.constant dense<0.0> : tensor<64x64xbf16>
  // expected-error @below {{V7: has tiles swizzled by 64 bytes, expected 128 on sm_90a: 2 of the 8 rows that are read at once share banks}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<64>>>
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<64>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<64>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<64x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<64>> -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%p: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 65536, fovea_tile.shared_bytes = 66000} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %a = arith.constant dense<0.0> : tensor<64x64xbf16>
  // expected-error @below {{V7: has tiles without a swizzle, expected 128 on sm_90a: 8 of the 8 rows that are read at once share banks}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16>>
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16>> -> tensor<64x64xbf16>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%p: memref<?x64xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 65536, fovea_tile.shared_bytes = 66000} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x68xf32>
  %a = arith.constant dense<0.0> : tensor<64x64xbf16>
  // expected-error @below {{V7: has tiles of 68 rows, expected a multiple of 8, which are read at once: 4 too many}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<68x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<68x64xbf16, #fovea_tile.swizzle<128>>> -> tensor<68x64xbf16, #fovea_tile.swizzle<128>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<64x64xbf16>, tensor<68x64xbf16, #fovea_tile.swizzle<128>> -> tensor<64x68xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%p: memref<?x68xbf16>) grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 65536, fovea_tile.shared_bytes = 66000} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %a = arith.constant dense<0.0> : tensor<64x68xbf16>
  // expected-error @below {{V7: has rows of 68 elements of 2 bytes, expected whole chunks of 16 bytes, which the swizzle moves}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x68xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x68xbf16, #fovea_tile.swizzle<128>>> -> tensor<64x68xbf16, #fovea_tile.swizzle<128>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<64x68xbf16>, tensor<64x68xbf16, #fovea_tile.swizzle<128>> -> tensor<64x64xf32>
  }
  fovea_tile.return
}

// V7 where addresses are the program's: lanes that need one bank, and the swizzle that parts them.

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: no swizzle has bank conflicts on gfx942: ds_read_b128 number 0: lanes 0 (row 0 byte 0 at 0) and 1 (row 1 byte 0 at 128) both need bank 0 of 32 in the phase of lanes 0-3 20-23; expected #fovea_tile.swizzle<128>}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [0, 0, 0]>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [0, 0, 0]>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [0, 0, 0]>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [0, 0, 0]>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: chunk ^= (row >> 1 & 7) has bank conflicts on gfx942: ds_read_b128 number 0: lanes 0 (row 0 byte 0 at 0) and 1 (row 1 byte 0 at 128) both need bank 0 of 32 in the phase of lanes 0-3 20-23; expected #fovea_tile.swizzle<128>}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: chunk ^= (row & 7) has bank conflicts on gfx950: ds_read_b128 number 0: lanes 0 (row 0 byte 0 at 0) and 24 (row 24 byte 0 at 3072) both need bank 0 of 64 in the phase of lanes 0-3 12-15 20-27; expected #fovea_tile.swizzle<128, rows = [2, 4, 8]>}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<128>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: chunk ^= (row & 7) has bank conflicts on gfx950: ds_read_b64_tr_b16 number 0: lanes 0 (row 0 byte 0 at 0) and 24 (row 2 byte 32 at 256) both need bank 0 of 64 in the phase of lanes 0-31; expected #fovea_tile.swizzle<128, rows = [0, 5, 2]>}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<128>>
    %s = fovea_tile.dot %zero, %a, %b : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: has tiles swizzled by 64 bytes, expected 128 on gfx950}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<64>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<64>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<64>>
    %s = fovea_tile.dot %zero, %a, %b : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<64>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x48xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: has tiles of 48x64, expected multiples of 32x16, which are read at once}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<48x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<48x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>> -> tensor<48x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<32x64xbf16>, tensor<48x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>> -> tensor<32x48xf32>
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "gfx950">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32768} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: has tiles of 64 rows, expected a multiple of the swizzle's period of 128; expected #fovea_tile.swizzle<128, rows = [0, 5, 2]>}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [64, 5, 2]>>>
  fovea_tile.role consumer warps 1 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [64, 5, 2]>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [64, 5, 2]>>
    %s = fovea_tile.dot %zero, %a, %b : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [64, 5, 2]>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}

// -----

// Of a copy engine that knows one swizzle.
#config = #fovea_tile.config<m = 32, n = 64, rows = 32, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k() grid(%t) config(#config)
    attributes {fovea_tile.barriers_at = 32768, fovea_tile.shared_bytes = 32784} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = arith.constant dense<0.0> : tensor<32x64xbf16>
  // expected-error @below {{V7: has row masks, which the hardware of sm_90a does not know; expected #fovea_tile.swizzle<128>}}
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>>
  fovea_tile.role consumer warps 4 registers 0 {
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>> -> tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>>
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<32x64xbf16>, tensor<64x64xbf16, #fovea_tile.swizzle<128, rows = [2, 4, 8]>> -> tensor<32x64xf32>
  }
  fovea_tile.return
}
