// RUN: fovea-opt %s --split-input-file --pass-pipeline='builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))' --verify-diagnostics

// Workgroups that share a multiprocessor share its registers and shared memory: each case is right for one of them, and
// asks for too much of a half. V1 first.

#one = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 1>>
fovea_tile.kernel @v1_one() grid(%t) config(#one) {
  fovea_tile.role producer warps 4 registers 24 {
  }
  fovea_tile.role consumer warps 4 registers 240 {
  }
  fovea_tile.return
}

#two = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 2>>
// expected-error @below {{V1: asks for 33792 registers, but its launch of 256 threads has 32768: too many by 1024}}
fovea_tile.kernel @v1_two() grid(%t) config(#two) {
  // expected-note @below {{128 threads ask for 24 registers each}}
  fovea_tile.role producer warps 4 registers 24 {
  }
  // expected-note @below {{128 threads ask for 240 registers each}}
  fovea_tile.role consumer warps 4 registers 240 {
  }
  fovea_tile.return
}

// -----

// All of a half.
#two = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 2>>
fovea_tile.kernel @v1_half() grid(%t) config(#two) {
  fovea_tile.role producer warps 4 registers 24 {
  }
  fovea_tile.role consumer warps 4 registers 232 {
  }
  fovea_tile.return
}

// -----

// A third is no multiple of the step in which threads get registers: 80 for each, 5 x 16 of 85.
#three = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 3>>
// expected-error @below {{V1: asks for 22528 registers, but its launch of 256 threads has 20480: too many by 2048}}
fovea_tile.kernel @v1_three() grid(%t) config(#three) {
  // expected-note @below {{128 threads ask for 24 registers each}}
  fovea_tile.role producer warps 4 registers 24 {
  }
  // expected-note @below {{128 threads ask for 152 registers each}}
  fovea_tile.role consumer warps 4 registers 152 {
  }
  fovea_tile.return
}

// -----

// Registers cannot move between roles: what the launch gives is a half too.
#one = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_80", workgroups = 1>>
fovea_tile.kernel @v1_launch_one() grid(%t) config(#one) {
  fovea_tile.role producer warps 15 registers 128 {
  }
  fovea_tile.role consumer warps 1 registers 128 {
  }
  fovea_tile.return
}

#two = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_80", workgroups = 2>>
fovea_tile.kernel @v1_launch_two() grid(%t) config(#two) {
  // expected-error @below {{V1: asks for 128 registers a thread, but sm_80 cannot move registers between roles, and its launch gives 64: too many by 64}}
  fovea_tile.role producer warps 15 registers 128 {
  }
  fovea_tile.role consumer warps 1 registers 128 {
  }
  fovea_tile.return
}

// -----

// V3: of 233472 bytes 1024 are reserved for each workgroup, so that 115712 are left to each of two.
#one = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 1>>
fovea_tile.kernel @v3_one() grid(%t) config(#one)
    attributes {fovea_tile.barriers_at = 1024, fovea_tile.shared_bytes = 115720} {
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

#two = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 2>>
// expected-error @below {{V3: asks for 115720 bytes of shared memory, but a workgroup of sm_90a has 115712: too many by 8}}
fovea_tile.kernel @v3_two() grid(%t) config(#two)
    attributes {fovea_tile.barriers_at = 1024, fovea_tile.shared_bytes = 115720} {
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#two = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 2>>
fovea_tile.kernel @v3_half() grid(%t) config(#two)
    attributes {fovea_tile.barriers_at = 115696, fovea_tile.shared_bytes = 115712} {
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}

// -----

#two = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", workgroups = 2>>
// expected-error @below {{V3: has the barriers in bytes 115704 to 115720, but a workgroup of sm_90a has 115712 bytes of shared memory: too many by 8}}
fovea_tile.kernel @v3_barriers() grid(%t) config(#two)
    attributes {fovea_tile.barriers_at = 115704, fovea_tile.shared_bytes = 115720} {
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<tensor<8x64xbf16, #fovea_tile.swizzle<128>>>
  fovea_tile.role consumer warps 4 registers 0 {
  }
  fovea_tile.return
}
