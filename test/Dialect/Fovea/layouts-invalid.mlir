// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of ragged, paged and block-sparse operands, of fovea.csr and of !fovea.index.

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
func.func @c15_batches(%q: !q, %k: !k, %a: tensor<3xi32>) {
  // expected-error @below {{C15: has 2 batches of ragged sequences, expected 1}}
  %o = fovea.attention(%q, %k, %k) ragged(%a, %a) : (!q, !k, !k, tensor<3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c15_bias(%q: !q, %k: !k, %y: tensor<3xi32>, %a: tensor<1x1x1x1xf16>) {
  // expected-error @below {{C15: has 'bias' of ragged sequences, expected a score region}}
  %o = fovea.attention(%q, %k, %k) bias(%a) ragged(%y, %y) : (!q, !k, !k, tensor<1x1x1x1xf16>, tensor<3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c15_factors(%q: !q, %k: !k, %y: tensor<3xi32>, %a: tensor<1x4x8x3xf16>, %b: tensor<1x2x6x3xf16>) {
  // expected-error @below {{C15: has 'factors' of ragged sequences, expected a score region}}
  %o = fovea.attention(%q, %k, %k) factors(%a, %b) ragged(%y, %y) : (!q, !k, !k, tensor<1x4x8x3xf16>, tensor<1x2x6x3xf16>, tensor<3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c15_weights(%q: !q, %k: !k, %y: tensor<3xi32>, %a: tensor<1x2x6xf32>) {
  // expected-error @below {{C15: has 'weights' of ragged sequences, expected a score region}}
  %o = fovea.attention(%q, %k, %k) weights(%a) ragged(%y, %y) : (!q, !k, !k, tensor<1x2x6xf32>, tensor<3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c15_state(%q: !q, %k: !k, %y: tensor<3xi32>, %a: !q, %b: tensor<1x4x8xf32>) {
  // expected-error @below {{C15: has 'state' of ragged sequences, expected a score region}}
  %o = fovea.attention(%q, %k, %k) state(%a, %b) ragged(%y, %y) : (!q, !k, !k, !q, tensor<1x4x8xf32>, tensor<3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c15_segments(%q: !q, %k: !k, %y: tensor<3xi32>, %a: tensor<1x8xi32>, %b: tensor<1x6xi32>) {
  // expected-error @below {{C15: has 'segments' of ragged sequences, expected a where region}}
  %o = fovea.attention(%q, %k, %k) segments(%a, %b) ragged(%y, %y) : (!q, !k, !k, tensor<1x8xi32>, tensor<1x6xi32>, tensor<3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
!x = !fovea.index<block = [4, 4]>
func.func @c15_blocks(%q: !q, %k: !k, %y: tensor<3xi32>, %a: tensor<1x1x3xi32>) {
  %x = fovea.csr %a, %a : (tensor<1x1x3xi32>, tensor<1x1x3xi32>) -> !x
  // expected-error @below {{C15: has 'blocks' of ragged sequences, expected a where region}}
  %o = fovea.attention(%q, %k, %k) ragged(%y, %y) blocks(%x) : (!q, !k, !k, tensor<3xi32>, tensor<3xi32>, !x) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c15_no_key_offsets(%q: !q, %k: !k, %a: tensor<3xi32>) {
  // expected-error @below {{C15: ragged has no offsets of the keys, expected both queries' and keys'}}
  %o = fovea.attention(%q, %k, %k) ragged(%a) : (!q, !k, !k, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c15_key_offsets_and_pages(%q: !q, %k: !k, %a: tensor<4xi32>, %b: tensor<4xi32>, %c: tensor<4xi32>, %d: tensor<?xi32>, %e: tensor<3xi32>) {
  // expected-error @below {{C15: ragged has the keys' offsets, but pages have their own}}
  %o = fovea.attention(%q, %k, %k) ragged(%a, %b) paged(%c, %d, %e) : (!q, !k, !k, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<?xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c13_query_offsets(%q: !q, %k: !k, %a: tensor<1x3xi32>, %b: tensor<3xi32>) {
  // expected-error @below {{C13: the queries' offsets has type 'tensor<1x3xi32>', expected [?]}}
  %o = fovea.attention(%q, %k, %k) ragged(%a, %b) : (!q, !k, !k, tensor<1x3xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<1x2x6x16xf16>
func.func @c13_key_offsets(%q: !q, %k: !k, %a: tensor<3xi32>, %b: tensor<4xi32>) {
  // expected-error @below {{C13: the keys' offsets has type 'tensor<4xi32>', expected [3]}}
  %o = fovea.attention(%q, %k, %k) ragged(%a, %b) : (!q, !k, !k, tensor<3xi32>, tensor<4xi32>) -> !q
  return
}

// -----

!q = tensor<3x4x1x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c13_page_offsets(%q: !q, %k: !k, %a: tensor<3xi32>, %b: tensor<?xi32>, %c: tensor<3xi32>) {
  // expected-error @below {{C13: the pages' offsets has type 'tensor<3xi32>', expected [4]}}
  %o = fovea.attention(%q, %k, %k) paged(%a, %b, %c) : (!q, !k, !k, tensor<3xi32>, tensor<?xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<3x4x1x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c13_pages(%q: !q, %k: !k, %a: tensor<4xi32>, %b: tensor<3x4xi32>, %c: tensor<3xi32>) {
  // expected-error @below {{C13: the pages has type 'tensor<3x4xi32>', expected [?]}}
  %o = fovea.attention(%q, %k, %k) paged(%a, %b, %c) : (!q, !k, !k, tensor<4xi32>, tensor<3x4xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<3x4x1x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c13_last_lengths(%q: !q, %k: !k, %a: tensor<4xi32>, %b: tensor<?xi32>, %c: tensor<4xi32>) {
  // expected-error @below {{C13: the last pages' lengths has type 'tensor<4xi32>', expected [3]}}
  %o = fovea.attention(%q, %k, %k) paged(%a, %b, %c) : (!q, !k, !k, tensor<4xi32>, tensor<?xi32>, tensor<4xi32>) -> !q
  return
}

// -----

!q = tensor<1x4x8x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c13_pages_of_ragged(%q: !q, %k: !k, %a: tensor<4xi32>, %b: tensor<3xi32>, %c: tensor<?xi32>, %d: tensor<3xi32>) {
  // expected-error @below {{C13: the pages' offsets has type 'tensor<3xi32>', expected [4]}}
  %o = fovea.attention(%q, %k, %k) ragged(%a) paged(%b, %c, %d) : (!q, !k, !k, tensor<4xi32>, tensor<3xi32>, tensor<?xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<3x4x1x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c13_bias_of_pages(%q: !q, %k: !k, %d: tensor<3x4x2x9xf16>, %a: tensor<4xi32>, %b: tensor<?xi32>, %c: tensor<3xi32>) {
  // expected-error @below {{C13: bias has type 'tensor<3x4x2x9xf16>', expected [3 or 1, 4 or 1, 1, ? or 1]}}
  %o = fovea.attention(%q, %k, %k) bias(%d) paged(%a, %b, %c) : (!q, !k, !k, tensor<3x4x2x9xf16>, tensor<4xi32>, tensor<?xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<3x4x1x16xf16>
!k = tensor<9x2x16x16xf16>
func.func @c3_pages(%q: !q, %k: !k, %v: tensor<8x2x16x16xf16>, %a: tensor<4xi32>, %b: tensor<?xi32>, %c: tensor<3xi32>) {
  // expected-error @below {{C3: k and v differ in batch size (dimension 0): 9 and 8}}
  %o = fovea.attention(%q, %k, %v) paged(%a, %b, %c) : (!q, !k, tensor<8x2x16x16xf16>, tensor<4xi32>, tensor<?xi32>, tensor<3xi32>) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
!x = !fovea.index<block = [4, 4]>
func.func @c16_argument(%q: !q, %k: !k, %x: !x) {
  // expected-error @below {{C16: takes its blocks from outside, expected the result of fovea.csr}}
  %o = fovea.attention(%q, %k, %k) blocks(%x) : (!q, !k, !k, !x) -> !q
  return
}

// -----

!q = tensor<2x4x8x16xf16>
!k = tensor<2x2x6x16xf16>
!x = !fovea.index<block = [4, 4]>
func.func @c13_blocks(%q: !q, %k: !k, %a: tensor<2x2x3xi32>) {
  %x = fovea.csr %a, %a : (tensor<2x2x3xi32>, tensor<2x2x3xi32>) -> !x
  // expected-error @below {{C13: the blocks' offsets has type 'tensor<2x2x3xi32>', expected [2 or 1, 4 or 1, ?]}}
  %o = fovea.attention(%q, %k, %k) blocks(%x) : (!q, !k, !k, !x) -> !q
  return
}

// -----

func.func @c1_rank_of_offsets(%a: tensor<5xi32>, %b: tensor<1x1x8xi32>) {
  // expected-error @below {{C1: offsets have rank 1, expected 3: [batch, heads, entries]}}
  %x = fovea.csr %a, %b : (tensor<5xi32>, tensor<1x1x8xi32>) -> !fovea.index<block = [4, 4]>
  return
}

// -----

func.func @c1_rank_of_members(%a: tensor<1x1x5xi32>, %b: tensor<i32>) {
  // expected-error @below {{C1: members have rank 0, expected 3: [batch, heads, entries]}}
  %x = fovea.csr %a, %b : (tensor<1x1x5xi32>, tensor<i32>) -> !fovea.index<block = [4, 4]>
  return
}

// -----

func.func @c1_batch(%a: tensor<1x1x5xi32>, %b: tensor<2x1x8xi32>) {
  // expected-error @below {{C1: offsets and members differ in batch size: 1 and 2}}
  %x = fovea.csr %a, %b : (tensor<1x1x5xi32>, tensor<2x1x8xi32>) -> !fovea.index<block = [4, 4]>
  return
}

// -----

func.func @c1_heads(%a: tensor<?x4x5xi32>, %b: tensor<2x2x8xi32>) {
  // expected-error @below {{C1: offsets and members differ in heads: 4 and 2}}
  %x = fovea.csr %a, %b : (tensor<?x4x5xi32>, tensor<2x2x8xi32>) -> !fovea.index<block = [4, 4]>
  return
}

// -----

func.func @c1_no_entry(%a: tensor<1x1x0xi32>, %b: tensor<1x1x0xi32>) {
  // expected-error @below {{C1: offsets have no entry, expected rows + 1}}
  %x = fovea.csr %a, %b : (tensor<1x1x0xi32>, tensor<1x1x0xi32>) -> !fovea.index<block = [4, 4]>
  return
}

// -----

func.func @c2_element_type(%a: tensor<1x1x5xi64>, %b: tensor<1x1x8xi32>) {
  // expected-error @below {{C2: offsets have element type 'i64', but members 'i32'}}
  %x = fovea.csr %a, %b : (tensor<1x1x5xi64>, tensor<1x1x8xi32>) -> !fovea.index<block = [4, 4]>
  return
}

// -----

// expected-error @below {{an index has blocks of 1 sizes, expected 2: queries and keys}}
func.func private @type(!fovea.index<block = [64]>)

// -----

// expected-error @below {{an index has blocks of 0 sizes, expected 2: queries and keys}}
func.func private @type(!fovea.index<block = []>)

// -----

// expected-error @below {{an index has blocks of 64 x 0, expected 1 to 1048576 each}}
func.func private @type(!fovea.index<block = [64, 0]>)

// -----

// expected-error @below {{an index has blocks of 1048577 x 64, expected 1 to 1048576 each}}
func.func private @type(!fovea.index<block = [1048577, 64]>)

// -----

// expected-error @below {{struct is missing required parameter: block}}
func.func private @type(!fovea.index<order = column>)
