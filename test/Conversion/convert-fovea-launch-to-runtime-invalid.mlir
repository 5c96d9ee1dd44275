// RUN: fovea-opt %s -convert-fovea-launch-to-runtime -split-input-file -verify-diagnostics

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64>
fovea_tile.kernel @k(%o: memref<?x64xf32>) grid(%t) config(#config) {
  fovea_tile.return
}
func.func @no_schedule(%o: memref<?x64xf32>, %n: index) {
  // expected-error @below {{launches @k, expected a kernel of this module with a schedule for a GPU}}
  fovea_tile.launch @k grid(%n) ins() outs(%o) : () -> (memref<?x64xf32>)
  return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%o: memref<?x64xf32>) grid(%t) config(#config) {
  fovea_tile.return
}
func.func @tensors(%o: tensor<?x64xf32>, %n: index) -> tensor<?x64xf32> {
  // expected-error @below {{is on tensors, expected memrefs; run fovea-bufferize first}}
  %r = fovea_tile.launch @k grid(%n) ins() outs(%o) : () -> (tensor<?x64xf32>)
  return %r : tensor<?x64xf32>
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%x: memref<?x64xf32>, %o: memref<?x64xf32>) grid(%t) config(#config) {
  fovea_tile.return
}
func.func @tensor_input(%x: tensor<?x64xf32>, %o: memref<?x64xf32>, %n: index) {
  // expected-error @below {{is on tensors, expected memrefs; run fovea-bufferize first}}
  fovea_tile.launch @k grid(%n) ins(%x) outs(%o) : (tensor<?x64xf32>) -> (memref<?x64xf32>)
  return
}

// -----

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%o: memref<8x8xf32>) grid(%t) config(#config) {
  fovea_tile.return
}
#tiled = affine_map<(i, j) -> (i floordiv 4, j, i mod 4)>
func.func @no_strides(%o: memref<8x8xf32, #tiled>, %n: index) {
  // expected-error @below {{passes a value of type 'memref<8x8xf32, affine_map<(d0, d1) -> (d0 floordiv 4, d1, d0 mod 4)>>', which has no strides}}
  fovea_tile.launch @k grid(%n) ins() outs(%o) : () -> (memref<8x8xf32, #tiled>)
  return
}

// -----

// The host cannot read the device's memory.
func.func @host_load(%o: memref<?xf32>, %n: index) -> f32 {
  // expected-error @below {{touches the elements of a tensor outside of a kernel, where the host runs; on a GPU a function may hold fovea ops and views of tensors}}
  %x = memref.load %o[%n] : memref<?xf32>
  return %x : f32
}

// -----

func.func @host_copy(%a: memref<?xf32>, %b: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  scf.for %i = %c0 to %n step %n {
    // expected-error @below {{touches the elements of a tensor outside of a kernel}}
    memref.copy %a, %b : memref<?xf32> to memref<?xf32>
  }
  return
}

// -----

func.func @host_fill(%a: memref<?xf32>, %x: f32) {
  // expected-error @below {{touches the elements of a tensor outside of a kernel}}
  linalg.fill ins(%x : f32) outs(%a : memref<?xf32>)
  return
}
