// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of what programs for GPUs add to the dialect. Schedules and layouts first.

// expected-error @below {{schedule 'producer' is 20, expected 0, or a multiple of 8 from 24 to 256}}
#schedule = #fovea_tile.schedule<target = "t", producer = 20>

// -----

// expected-error @below {{schedule 'producer' is 264, expected 0, or a multiple of 8 from 24 to 256}}
#schedule = #fovea_tile.schedule<target = "t", producer = 264>

// -----

// expected-error @below {{schedule 'consumer' is 241, expected 0, or a multiple of 8 from 24 to 256}}
#schedule = #fovea_tile.schedule<target = "t", consumer = 241>

// -----

// expected-error @below {{schedule 'stages' has 0, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", stages = [2, 0]>

// -----

// expected-error @below {{schedule 'stages' has 17, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", stages = [17]>

// -----

// expected-error @below {{schedule 'heads' is 0, expected 1 to 65536}}
#schedule = #fovea_tile.schedule<target = "t", heads = 0>

// -----

// expected-error @below {{struct is missing required parameter: target}}
#schedule = #fovea_tile.schedule<heads = 1>

// -----

// expected-error @below {{fragment of 4096x2, expected at most 4096 elements}}
#fragment = #fovea_tile.fragment<4096x2, registers = [], lanes = []>

// -----

// expected-error @below {{expected a block of ROWSxCOLUMNS}}
#fragment = #fovea_tile.fragment<16, registers = [], lanes = []>

// -----

// expected-error @below {{expected 'registers'}}
#fragment = #fovea_tile.fragment<16x8, lanes = []>

// -----

// expected-error @below {{expected 'at'}}
#fragment = #fovea_tile.fragment<16x8, registers = [2 (0, 1)], lanes = []>

// -----

// expected-error @below {{fragment has the digit 2 at (0, 8), which leaves its block}}
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 8)], lanes = []>

// -----

// expected-error @below {{fragment has the digit 2 at (-1, 0), which leaves its block}}
#fragment = #fovea_tile.fragment<16x8, registers = [], lanes = [2 at (-1, 0)]>

// -----

// expected-error @below {{fragment's digits count other than its 128 elements}}
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1)], lanes = [4 at (0, 2), 8 at (1, 0)]>

// -----

// Many digits do not overflow the count.
// expected-error @below {{fragment's digits count other than its 4 elements}}
#fragment = #fovea_tile.fragment<2x2, registers = [4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1)], lanes = []>

// -----

// expected-error @below {{fragment's digits meet element (0, 1) twice, or leave the block}}
#fragment = #fovea_tile.fragment<2x2, registers = [2 at (0, 1)], lanes = [2 at (0, 1)]>

// -----

// expected-error @below {{fragment's digits meet element (0, 2) twice, or leave the block}}
#fragment = #fovea_tile.fragment<2x2, registers = [4 at (0, 1)], lanes = []>

// -----

// expected-error @below {{swizzle of 16 bytes, expected 32, 64 or 128}}
#swizzle = #fovea_tile.swizzle<16>

// -----

// Channels: the type, then the ops.

// expected-error @below {{channel of 'tensor<64xf32>', expected tiles of rank 2, static sizes and whole bytes}}
func.func private @channel_rank(!fovea_tile.channel<tensor<64xf32>>)

// -----

// expected-error @below {{channel of 'tensor<?x64xf32>', expected tiles of rank 2, static sizes and whole bytes}}
func.func private @channel_dynamic(!fovea_tile.channel<tensor<?x64xf32>>)

// -----

// expected-error @below {{channel of 'tensor<64x64xi1>', expected tiles of rank 2, static sizes and whole bytes}}
func.func private @channel_bits(!fovea_tile.channel<tensor<64x64xi1>>)

// -----

// expected-error @below {{channel of 'tensor<64x64xindex>', expected tiles of rank 2, static sizes and whole bytes}}
func.func private @channel_index(!fovea_tile.channel<tensor<64x64xindex>>)

// -----

func.func @channel_c1() {
  // expected-error @below {{C1: has depth 0, expected 1 to 16}}
  %c = fovea_tile.channel depth 0 : !fovea_tile.channel<tensor<64x64xbf16>>
  return
}

// -----

func.func @channel_c1_deep() {
  // expected-error @below {{C1: has depth 17, expected 1 to 16}}
  %c = fovea_tile.channel depth 17 : !fovea_tile.channel<tensor<64x64xbf16>>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @put_c1_rank(%c: !c, %view: memref<?xbf16>, %i: index) {
  // expected-error @below {{C1: has 1 indices into 'memref<?xbf16>', expected rank 2 to 5 and one index for each dimension}}
  fovea_tile.put %c[%i] from %view[%i] : !c, memref<?xbf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
!view = memref<?x?x?x?x?x?xbf16>
func.func @put_c1_large_rank(%c: !c, %view: !view, %i: index) {
  // expected-error @below {{C1: has 6 indices into 'memref<?x?x?x?x?x?xbf16>', expected rank 2 to 5}}
  fovea_tile.put %c[%i] from %view[%i, %i, %i, %i, %i, %i] : !c, !view
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @put_c1_indices(%c: !c, %view: memref<?x64xbf16>, %i: index) {
  // expected-error @below {{C1: has 1 indices into 'memref<?x64xbf16>', expected rank 2 to 5 and one index for each dimension}}
  fovea_tile.put %c[%i] from %view[%i] : !c, memref<?x64xbf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @put_c2(%c: !c, %view: memref<?x64xf16>, %i: index) {
  // expected-error @below {{C2: has elements 'bf16' in the channel and 'f16' in the view}}
  fovea_tile.put %c[%i] from %view[%i, %i] : !c, memref<?x64xf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @put_unranked(%c: !c, %view: memref<*xbf16>, %i: index) {
  // expected-error @below {{must be memref of any type values}}
  "fovea_tile.put"(%c, %i, %view, %i, %i) : (!c, index, memref<*xbf16>, index, index) -> ()
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @get_c1(%c: !c, %i: index) {
  // expected-error @below {{C1: gives 'tensor<64x32xbf16>' from a channel of 'tensor<64x64xbf16>'}}
  %t = fovea_tile.get %c[%i] : !c -> tensor<64x32xbf16>
  return
}

// -----

#config = #fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>
fovea_tile.kernel @role_c1() grid() config(#config) {
  // expected-error @below {{C1: has 0 subgroups, expected 1 to 64}}
  fovea_tile.role consumer warps 0 registers 24 {
  }
  fovea_tile.return
}

// -----

func.func @role_parent() {
  // expected-error @below {{expects parent op 'fovea_tile.kernel'}}
  fovea_tile.role producer warps 4 registers 24 {
  }
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_columns(%t: tensor<64x128xbf16>, %view: memref<?x?xbf16>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64x128xbf16>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i, %i] through %c : !c, : tensor<64x128xbf16>, memref<?x?xbf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_elements(%t: tensor<64x64xf32>, %view: memref<?x?xf32>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64x64xf32>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i, %i] through %c : !c, : tensor<64x64xf32>, memref<?x?xf32>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_rank(%t: tensor<64xbf16>, %view: memref<?xbf16>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64xbf16>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i] through %c : !c, : tensor<64xbf16>, memref<?xbf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_index(%t: tensor<64x64xindex>, %view: memref<?x?xindex>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64x64xindex>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i, %i] through %c : !c, : tensor<64x64xindex>, memref<?x?xindex>
  return
}
