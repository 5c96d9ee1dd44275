// RUN: fovea-opt %s -split-input-file -verify-diagnostics

func.func @element(%d: i64) {
  // expected-error @below {{C1: has elements of type 'f32', expected f16 or bf16}}
  %s:4 = fovea_nvgpu.wgmma f32 n 8(%d : i64) * (%d)
  return
}

// -----

func.func @columns(%d: i64) {
  // expected-error @below {{C2: has 12 columns, expected a multiple of 8 from 8 to 256}}
  %s:6 = fovea_nvgpu.wgmma bf16 n 12(%d : i64) * (%d)
  return
}

// -----

func.func @many_columns(%d: i64) {
  // expected-error @below {{C2: has 264 columns, expected a multiple of 8 from 8 to 256}}
  %s:128 = fovea_nvgpu.wgmma bf16 n 264(%d : i64) * (%d)
  return
}

// -----

func.func @left(%d: i64, %r: i32) {
  // expected-error @below {{C3: has a left operand of types ('i32', 'i32'), expected one i64 or four i32}}
  %s:4 = fovea_nvgpu.wgmma bf16 n 8(%r, %r : i32, i32) * (%d)
  return
}

// -----

func.func @accumulators(%d: i64, %x: f32) {
  // expected-error @below {{C4: has 1 accumulators, expected none or 4}}
  %s:4 = fovea_nvgpu.wgmma bf16 n 8(%d : i64) * (%d) onto(%x)
  return
}

// -----

func.func @condition(%d: i64, %p: i1) {
  // expected-error @below {{C5: has a condition without accumulators}}
  %s:4 = "fovea_nvgpu.wgmma"(%d, %d, %p) <{columns = 8 : i32, element = bf16, operandSegmentSizes = array<i32: 1, 1, 0, 1>}> : (i64, i64, i1) -> (f32, f32, f32, f32)
  return
}

// -----

func.func @pending() {
  // expected-error @below {{C1: leaves 8 groups pending, expected 0 to 7}}
  fovea_nvgpu.wgmma_wait 8()
  return
}

// -----

func.func @threads(%id: i32) {
  // expected-error @below {{C1: is of 33 threads, expected a multiple of 32 from 32 to 1024}}
  fovea_nvgpu.barrier_arrive %id of 33
  return
}
