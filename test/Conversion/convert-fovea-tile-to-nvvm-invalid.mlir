// RUN: fovea-opt %s -convert-fovea-tile-to-nvvm -split-input-file -verify-diagnostics

// Kernels that no pass would leave so: roles, parameters and channels.

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16>
// expected-error @below {{has no schedule in its config}}
fovea_tile.kernel @no_schedule() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "z80">>
// expected-error @below {{is scheduled for 'z80', expected one of }}
fovea_tile.kernel @unknown_target() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has 0 roles of consumers and 0 of producers, expected 1 and at most 1; run fovea-tile-split-roles first}}
fovea_tile.kernel @no_roles() grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has 2 roles of consumers and 0 of producers}}
fovea_tile.kernel @two_consumers() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has 1152 threads, expected at most 1024 on sm_90a}}
fovea_tile.kernel @threads() grid(%t) config(#config) {
  fovea_tile.role producer warps 32 registers 24 {
  }
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has 8 subgroups of consumers for 64 rows, 64 for each consumer; expected 4 for each 64 rows on sm_90a}}
fovea_tile.kernel @subgroups() grid(%t) config(#config) {
  fovea_tile.role consumer warps 8 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 128, n = 16, rows = 128, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has 8 subgroups of consumers for 128 rows, 128 for each consumer; expected 4 for each 64 rows}}
fovea_tile.kernel @rows() grid(%t) config(#config) {
  fovea_tile.role consumer warps 8 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has a parameter of type 'memref<?xindex>'}}
fovea_tile.kernel @parameter_index(%x: memref<?xindex>) grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{has a parameter of type 'memref<?xf8E4M3FN>', expected i1 to i64, f16, bf16, f32 or f64}}
fovea_tile.kernel @parameter_element(%x: memref<?xf8E4M3FN>) grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
// expected-error @below {{expected i1 to i64, f16, bf16, f32 or f64, and in memory unit stride in the last dimension}}
fovea_tile.kernel @parameter_stride(%x: memref<?xf32, strided<[2]>>) grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// expected-error @below {{has no 'fovea_tile.shared_bytes' of at most 232448; run fovea-tile-allocate-shared first}}
fovea_tile.kernel @not_allocated() grid(%t) config(#config) {
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a", grid = dynamic>>
// expected-error @below {{has no 'fovea_tile.places_at' of at most 232448}}
fovea_tile.kernel @places() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
// expected-error @below {{has no 'fovea_tile.barriers_at'}}
fovea_tile.kernel @barriers() grid(%t) config(#config) attributes {fovea_tile.barriers_at = -8, fovea_tile.shared_bytes = 8} {
  fovea_tile.role consumer warps 4 registers 0 {
  }
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!c = !fovea_tile.channel<tensor<64x64xbf16>>
fovea_tile.kernel @channel_layout() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  // expected-error @below {{holds 'tensor<64x64xbf16>', expected bf16 or f16, at most 256 rows and the layout #fovea_tile.swizzle<128> on sm_90a}}
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!c = !fovea_tile.channel<tensor<64x32xf32, #fovea_tile.swizzle<128>>>
fovea_tile.kernel @channel_element() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  // expected-error @below {{expected bf16 or f16, at most 256 rows}}
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!c = !fovea_tile.channel<tensor<264x64xbf16, #fovea_tile.swizzle<128>>>
fovea_tile.kernel @channel_rows() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  // expected-error @below {{expected bf16 or f16, at most 256 rows}}
  %c = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @channel_place() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  // expected-error @below {{is not placed in shared memory at a multiple of 1024; run fovea-tile-allocate-shared first}}
  %c = fovea_tile.channel depth 1 : !c
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @channel_alignment() grid(%t) config(#config) attributes {fovea_tile.barriers_at = 16384, fovea_tile.shared_bytes = 16416} {
  // expected-error @below {{is not placed in shared memory at a multiple of 1024}}
  %c = fovea_tile.channel depth 1 at 512 : !c
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 16, rows = 64, columns = 16, schedule = <target = "sm_90a">>
!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!shared>
fovea_tile.kernel @channel_in_role() grid(%t) config(#config) {
  fovea_tile.role consumer warps 4 registers 0 {
    // expected-error @below {{stands in a role, expected the kernel's body}}
    %c = fovea_tile.channel depth 1 at 0 : !c
  }
  fovea_tile.return
}
