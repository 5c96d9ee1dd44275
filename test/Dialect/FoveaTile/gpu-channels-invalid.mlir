// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of channels and roles.

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
  fovea_tile.store %t, %view[%i, %i] through %c[%i] : !c, : tensor<64x128xbf16>, memref<?x?xbf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_elements(%t: tensor<64x64xf32>, %view: memref<?x?xf32>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64x64xf32>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i, %i] through %c[%i] : !c, : tensor<64x64xf32>, memref<?x?xf32>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_rank(%t: tensor<64xbf16>, %view: memref<?xbf16>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64xbf16>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i] through %c[%i] : !c, : tensor<64xbf16>, memref<?xbf16>
  return
}

// -----

!c = !fovea_tile.channel<tensor<64x64xbf16>>
func.func @store_c4_index(%t: tensor<64x64xindex>, %view: memref<?x?xindex>, %c: !c, %i: index) {
  // expected-error @below {{C4: passes 'tensor<64x64xindex>' through a channel of 'tensor<64x64xbf16>'}}
  fovea_tile.store %t, %view[%i, %i] through %c[%i] : !c, : tensor<64x64xindex>, memref<?x?xindex>
  return
}

// -----

func.func @store_c4_number(%t: tensor<64x64xbf16>, %view: memref<?x?xbf16>, %c: !fovea_tile.channel<tensor<64x64xbf16>>, %i: index) {
  // expected-error @below {{C4: has a channel without a number, or the reverse}}
  "fovea_tile.store"(%t, %view, %i, %i, %c) <{operandSegmentSizes = array<i32: 1, 1, 2, 1, 0>}>
      : (tensor<64x64xbf16>, memref<?x?xbf16>, index, index, !fovea_tile.channel<tensor<64x64xbf16>>) -> ()
  return
}

// -----

func.func @rounds_c1_parent(%i: index) {
  // expected-error @below {{C1: takes 2 values, expected 2 of type index within a kernel}}
  fovea_tile.rounds(%i) {
  ^bb0(%round: index, %first: index):
    fovea_tile.next %first
  }
  return
}

// -----

fovea_tile.kernel @rounds_c1() grid(%t) config(#fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>) {
  // expected-error @below {{C1: takes 3 values, expected 2 of type index within a kernel}}
  fovea_tile.rounds() {
  ^bb0(%place: index, %round: index, %first: index):
    fovea_tile.next
  }
  fovea_tile.return
}

// -----

fovea_tile.kernel @rounds_c2() grid(%t) config(#fovea_tile.config<m = 64, n = 32, rows = 64, columns = 32>) {
  // expected-error @below {{C2: passes on 0 values, expected 1}}
  fovea_tile.rounds(%t) {
  ^bb0(%place: index, %round: index, %first: index):
    fovea_tile.next
  }
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 16, columns = 64, schedule = <target = "sm_80">>
fovea_tile.kernel @pending() grid(%t) config(#config) {
  // expected-error @below {{C1: leaves 8 groups pending, expected 0 to 7}}
  fovea_tile.await_copies pending 8
  fovea_tile.return
}

// -----

!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
func.func @read_c1_columns(%tile: !shared) {
  // expected-error @below {{C1: cannot read 'tensor<64x32xbf16, #fovea_tile.operand>' from row 0 of 'tensor<64x64xbf16, #fovea_tile.swizzle<128>>'}}
  %r = fovea_tile.read %tile from 0 : !shared -> tensor<64x32xbf16, #fovea_tile.operand>
  return
}

// -----

!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
func.func @read_c1_elements(%tile: !shared) {
  // expected-error @below {{C1: cannot read 'tensor<64x64xf16, #fovea_tile.operand>' from row 0}}
  %r = fovea_tile.read %tile from 0 : !shared -> tensor<64x64xf16, #fovea_tile.operand>
  return
}

// -----

!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
func.func @read_c1_last_row(%tile: !shared) {
  // expected-error @below {{C1: cannot read 'tensor<32x64xbf16, #fovea_tile.operand>' from row 48}}
  %r = fovea_tile.read %tile from 48 : !shared -> tensor<32x64xbf16, #fovea_tile.operand>
  return
}

// -----

!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
func.func @read_c1_first_row(%tile: !shared) {
  // expected-error @below {{C1: cannot read 'tensor<32x64xbf16, #fovea_tile.operand>' from row -16}}
  %r = fovea_tile.read %tile from -16 : !shared -> tensor<32x64xbf16, #fovea_tile.operand>
  return
}

// -----

!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
func.func @read_c1_rank(%tile: !shared) {
  // expected-error @below {{C1: cannot read 'tensor<64xbf16, #fovea_tile.operand>' from row 0}}
  %r = fovea_tile.read %tile from 0 : !shared -> tensor<64xbf16, #fovea_tile.operand>
  return
}

// -----

func.func @read_c2_tile(%tile: tensor<64x64xbf16>) {
  // expected-error @below {{C2: reads 'tensor<64x64xbf16>' as 'tensor<64x64xbf16, #fovea_tile.operand>', expected a tile with a #fovea_tile.swizzle as one with a #fovea_tile.operand}}
  %r = fovea_tile.read %tile from 0 : tensor<64x64xbf16> -> tensor<64x64xbf16, #fovea_tile.operand>
  return
}

// -----

!shared = tensor<64x64xbf16, #fovea_tile.swizzle<128>>
func.func @read_c2_result(%tile: !shared) {
  // expected-error @below {{C2: reads 'tensor<64x64xbf16, #fovea_tile.swizzle<128>>' as 'tensor<64x64xbf16>'}}
  %r = fovea_tile.read %tile from 0 : !shared -> tensor<64x64xbf16>
  return
}
