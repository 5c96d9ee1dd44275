// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each numbered constraint of the ops and attributes.

// expected-error @below {{config 'm' is 0, expected 1 to 65536}}
#config = #fovea_tile.config<m = 0, n = 32, rows = 8, columns = 32>

// -----

// expected-error @below {{config 'n' is 131072, expected 1 to 65536}}
#config = #fovea_tile.config<m = 8, n = 131072, rows = 8, columns = 32>

// -----

// expected-error @below {{config 'splits' is 0, expected 1 to 65536}}
#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32, splits = 0>

// -----

// expected-error @below {{config 'splits' is 65537, expected 1 to 65536}}
#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32, splits = 65537>

// -----

// expected-error @below {{config 'm' is 12, expected a multiple of 'rows', 8}}
#config = #fovea_tile.config<m = 12, n = 32, rows = 8, columns = 32>

// -----

// expected-error @below {{config 'n' is 48, expected a multiple of 'columns', 32}}
#config = #fovea_tile.config<m = 8, n = 48, rows = 8, columns = 32>

// -----

// expected-error @below {{panels of 0 columns, expected 1 to 65536}}
#panels = #fovea_tile.panels<columns = 0>

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
// expected-error @below {{C1: expected an index argument for each of its 2 grid dimensions}}
"fovea_tile.kernel"() <{sym_name = "k", grid_rank = 2 : i64, config = #config}> ({
^bb0(%a: index, %x: f32):
  "fovea_tile.return"() : () -> ()
}) : () -> ()

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
// expected-error @below {{C1: expected an index argument for each of its 3 grid dimensions}}
"fovea_tile.kernel"() <{sym_name = "k", grid_rank = 3 : i64, config = #config}> ({
^bb0(%a: index, %x: index):
  "fovea_tile.return"() : () -> ()
}) : () -> ()

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
// expected-error @below {{C2: has a parameter of type 'tensor<4xf32>', expected a memref or a scalar}}
fovea_tile.kernel @k(%a: tensor<4xf32>) grid(%t) config(#config) {
  fovea_tile.return
}

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
// expected-error @below {{C3: must end in fovea_tile.return}}
fovea_tile.kernel @k() grid(%t) config(#config) {
  llvm.unreachable
}

// -----

func.func @f() {
  // expected-error @below {{'fovea_tile.return' op expects parent op 'fovea_tile.kernel'}}
  fovea_tile.return
}

// -----

func.func @f() {
  // expected-error @below {{C1: @missing is not a fovea_tile.kernel in reach}}
  fovea_tile.launch @missing grid() ins() outs() : () -> ()
  return
}

// -----

func.func private @callee()
func.func @f() {
  // expected-error @below {{C1: @callee is not a fovea_tile.kernel in reach}}
  fovea_tile.launch @callee grid() ins() outs() : () -> ()
  return
}

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
fovea_tile.kernel @k() grid(%t) config(#config) {
  fovea_tile.return
}
func.func @f() {
  // expected-error @below {{C2: has 0 grid sizes, expected 1}}
  fovea_tile.launch @k grid() ins() outs() : () -> ()
  return
}

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
fovea_tile.kernel @k(%a: memref<4xf32>) grid() config(#config) {
  fovea_tile.return
}
func.func @f(%a: memref<4xf32>) {
  // expected-error @below {{C3: passes 2 values, expected 1}}
  fovea_tile.launch @k grid() ins(%a) outs(%a) : (memref<4xf32>) -> (memref<4xf32>)
  return
}

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
fovea_tile.kernel @k(%a: memref<4xf32>) grid() config(#config) {
  fovea_tile.return
}
func.func @f(%a: memref<5xf32>) {
  // expected-error @below {{C4: value 0 of type 'memref<5xf32>' does not fit the parameter 'memref<4xf32>'}}
  fovea_tile.launch @k grid() ins() outs(%a) : () -> (memref<5xf32>)
  return
}

// -----

#config = #fovea_tile.config<m = 8, n = 32, rows = 8, columns = 32>
fovea_tile.kernel @k(%x: f32, %a: memref<4xf32>) grid() config(#config) {
  fovea_tile.return
}
func.func @f(%x: f64, %a: tensor<4xf32>) {
  // expected-error @below {{C4: value 0 of type 'f64' does not fit the parameter 'f32'}}
  %r = fovea_tile.launch @k grid() ins(%x) outs(%a) : (f64) -> (tensor<4xf32>)
  return
}

// -----

func.func @load_c1(%view: memref<8xf32>, %i: index) {
  // expected-error @below {{C1: cannot move 'tensor<4x4xf32>' from or to 'memref<8xf32>'}}
  %t = fovea_tile.load %view[%i] : memref<8xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c1_unranked(%view: memref<*xf32>, %i: index) {
  // expected-error @below {{operand #0 must be memref of any type values}}
  %t = "fovea_tile.load"(%view, %i) : (memref<*xf32>, index) -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c2(%view: memref<8x8xf32>, %i: index) {
  // expected-error @below {{C2: has 1 indices, expected 2}}
  %t = fovea_tile.load %view[%i] : memref<8x8xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c3(%view: memref<8x8xf16>, %i: index) {
  // expected-error @below {{C3: has elements 'f32' in the tile and 'f16' in the view}}
  %t = fovea_tile.load %view[%i, %i] : memref<8x8xf16> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_dynamic_tile(%view: memref<8x8xf32>, %i: index) {
  // expected-error @below {{must be statically shaped tensor}}
  %t = fovea_tile.load %view[%i, %i] : memref<8x8xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @store_c1(%tile: tensor<2x4x4xf32>, %view: memref<8x8x8xf32>, %i: index) {
  // expected-error @below {{C1: cannot move 'tensor<2x4x4xf32>' from or to 'memref<8x8x8xf32>'}}
  fovea_tile.store %tile, %view[%i, %i, %i] : tensor<2x4x4xf32>, memref<8x8x8xf32>
  return
}

// -----

func.func @store_c2(%tile: tensor<4xf32>, %view: memref<8x8xf32>, %i: index) {
  // expected-error @below {{C2: has 3 indices, expected 2}}
  fovea_tile.store %tile, %view[%i, %i, %i] : tensor<4xf32>, memref<8x8xf32>
  return
}

// -----

func.func @store_c3(%tile: tensor<4xf32>, %view: memref<8x8xbf16>, %i: index) {
  // expected-error @below {{C3: has elements 'f32' in the tile and 'bf16' in the view}}
  fovea_tile.store %tile, %view[%i, %i] : tensor<4xf32>, memref<8x8xbf16>
  return
}

// -----

func.func @gather_c1_count(%table: memref<8x8xf32>, %i: tensor<4x4xindex>) {
  // expected-error @below {{C1: needs one position for each dimension of the table}}
  %t = fovea_tile.gather %table[] [%i] [true] : memref<8x8xf32>, tensor<4x4xindex> -> tensor<4x4xf32>
  return
}

// -----

func.func @gather_c1_kinds(%table: memref<8x8xf32>, %i: tensor<4x4xindex>) {
  // expected-error @below {{C1: needs one position for each dimension of the table}}
  %t = fovea_tile.gather %table[] [%i] [true, false] : memref<8x8xf32>, tensor<4x4xindex> -> tensor<4x4xf32>
  return
}

// -----

func.func @gather_c2(%table: memref<8xf32>, %i: tensor<4x8xindex>) {
  // expected-error @below {{C2: has positions 'tensor<4x8xindex>' for a result 'tensor<4x4xf32>'}}
  %t = fovea_tile.gather %table[] [%i] [true] : memref<8xf32>, tensor<4x8xindex> -> tensor<4x4xf32>
  return
}

// -----

func.func @gather_c3(%table: memref<8xf16>, %i: tensor<4x4xindex>) {
  // expected-error @below {{C3: has elements 'f16' in the table and 'f32' in the tile}}
  %t = fovea_tile.gather %table[] [%i] [true] : memref<8xf16>, tensor<4x4xindex> -> tensor<4x4xf32>
  return
}

// -----

func.func @dot_c1_rank(%acc: tensor<4xf32>, %a: tensor<4x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{C1: takes tiles of rank 2}}
  %r = fovea_tile.dot %acc, %a, %b : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @dot_c1_shape(%acc: tensor<4x4xf32>, %a: tensor<4x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{C1: lhs 'tensor<4x8xf32>' and rhs 'tensor<8x4xf32>' transposed do not give 'tensor<4x4xf32>'}}
  %r = fovea_tile.dot %acc, %a, %b transposed : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @dot_c2_width(%acc: tensor<4x4xf16>, %a: tensor<4x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{C2: cannot accumulate 'f32' in 'f16'}}
  %r = fovea_tile.dot %acc, %a, %b : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf16>
  return
}

// -----

func.func @dot_c2_integers(%acc: tensor<4x4xf32>, %a: tensor<4x8xi8>, %b: tensor<8x4xi8>) {
  // expected-error @below {{C2: cannot accumulate 'i8' in 'f32'}}
  %r = fovea_tile.dot %acc, %a, %b : tensor<4x8xi8>, tensor<8x4xi8> -> tensor<4x4xf32>
  return
}

// -----

func.func @reduce_c1_rows(%tile: tensor<4x8xf32>, %init: tensor<8xf32>) {
  // expected-error @below {{C1: cannot reduce the rows of 'tensor<4x8xf32>' into 'tensor<8xf32>'}}
  %r = fovea_tile.reduce add %tile, %init : tensor<4x8xf32> -> tensor<8xf32>
  return
}

// -----

func.func @reduce_c1_elements(%tile: tensor<4x8xi32>, %init: tensor<4xi32>) {
  // expected-error @below {{C1: cannot reduce the rows of 'tensor<4x8xi32>' into 'tensor<4xi32>'}}
  %r = fovea_tile.reduce maximum %tile, %init : tensor<4x8xi32> -> tensor<4xi32>
  return
}

// -----

func.func @broadcast_c1(%row: tensor<4xf32>) {
  // expected-error @below {{C1: cannot repeat 'tensor<4xf32>' along the columns of 'tensor<8x4xf32>'}}
  %r = fovea_tile.broadcast %row : tensor<4xf32> -> tensor<8x4xf32>
  return
}

// -----

func.func @coordinate_c1_dim(%x: index) {
  // expected-error @below {{C1: has no dimension 2 of index elements in 'tensor<4x8xindex>'}}
  %r = fovea_tile.coordinate %x along 2 : tensor<4x8xindex>
  return
}

// -----

func.func @coordinate_c1_elements(%x: index) {
  // expected-error @below {{C1: has no dimension 0 of index elements in 'tensor<4x8xi32>'}}
  %r = fovea_tile.coordinate %x along 0 : tensor<4x8xi32>
  return
}

// -----

func.func @mask_c1(%tile: tensor<4x8xf32>, %bound: tensor<8xindex>, %x: index) {
  // expected-error @below {{C1: cannot mask 'tensor<4x8xf32>' with bounds 'tensor<8xindex>', expected floats, and one index a row}}
  %r = fovea_tile.mask %tile, %bound to %bound from %x : tensor<4x8xf32>, tensor<8xindex>
  return
}

// -----

func.func @gather_c4_scalars(%table: memref<8xf32>, %i: index) {
  // The assembly format asks for a tile already.
  // expected-error @below {{C4: has no tile of positions; use memref.load for one element}}
  %t = "fovea_tile.gather"(%table, %i) <{operandSegmentSizes = array<i32: 1, 1, 0>, position_kinds = array<i1: false>}> : (memref<8xf32>, index) -> tensor<4x4xf32>
  return
}
