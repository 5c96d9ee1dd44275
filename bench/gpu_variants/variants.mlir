// Functions of run.py, each a variant beside what it is measured against. bf16 but for integers.

// 16 heads, 16,384 tokens, d = 128: dense, and masks of it.
func.func @dense(%q: tensor<1x16x16384x128xbf16>, %k: tensor<1x16x16384x128xbf16>, %v: tensor<1x16x16384x128xbf16>) -> tensor<1x16x16384x128xbf16> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>) -> tensor<1x16x16384x128xbf16>
  return %o : tensor<1x16x16384x128xbf16>
}
func.func @document(%q: tensor<1x16x16384x128xbf16>, %k: tensor<1x16x16384x128xbf16>, %v: tensor<1x16x16384x128xbf16>, %document: tensor<1x16384xi32>) -> tensor<1x16x16384x128xbf16> {
  %o = fovea.attention(%q, %k, %v) segments(%document, %document)
      : (tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, tensor<1x16384xi32>, tensor<1x16384xi32>) -> tensor<1x16x16384x128xbf16>
  return %o : tensor<1x16x16384x128xbf16>
}
func.func @prefix(%q: tensor<1x16x16384x128xbf16>, %k: tensor<1x16x16384x128xbf16>, %v: tensor<1x16x16384x128xbf16>) -> tensor<1x16x16384x128xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.or<#fovea.prefix<length = 4096>, #fovea.causal>)
      : (tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>) -> tensor<1x16x16384x128xbf16>
  return %o : tensor<1x16x16384x128xbf16>
}
func.func @window3d(%q: tensor<1x16x16384x128xbf16>, %k: tensor<1x16x16384x128xbf16>, %v: tensor<1x16x16384x128xbf16>) -> tensor<1x16x16384x128xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.nd_window<shape = [16, 32, 32], window = [6, 16, 16]>)
      : (tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>) -> tensor<1x16x16384x128xbf16>
  return %o : tensor<1x16x16384x128xbf16>
}
func.func @blocks(%q: tensor<1x16x16384x128xbf16>, %k: tensor<1x16x16384x128xbf16>, %v: tensor<1x16x16384x128xbf16>, %offsets: tensor<1x16x129xi32>, %members: tensor<1x16x?xi32>) -> tensor<1x16x16384x128xbf16> {
  %x = fovea.csr %offsets, %members : (tensor<1x16x129xi32>, tensor<1x16x?xi32>) -> !fovea.index<block = [128, 128]>
  %o = fovea.attention(%q, %k, %v) blocks(%x)
      : (tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, tensor<1x16x16384x128xbf16>, !fovea.index<block = [128, 128]>) -> tensor<1x16x16384x128xbf16>
  return %o : tensor<1x16x16384x128xbf16>
}

// A bias of rank 8, as factors and dense.
func.func @factors(%q: tensor<1x16x4096x64xbf16>, %k: tensor<1x16x4096x64xbf16>, %v: tensor<1x16x4096x64xbf16>, %x: tensor<1x16x4096x8xbf16>, %y: tensor<1x16x4096x8xbf16>) -> tensor<1x16x4096x64xbf16> {
  %o = fovea.attention(%q, %k, %v) factors(%x, %y)
      : (tensor<1x16x4096x64xbf16>, tensor<1x16x4096x64xbf16>, tensor<1x16x4096x64xbf16>, tensor<1x16x4096x8xbf16>, tensor<1x16x4096x8xbf16>) -> tensor<1x16x4096x64xbf16>
  return %o : tensor<1x16x4096x64xbf16>
}
func.func @bias(%q: tensor<1x16x4096x64xbf16>, %k: tensor<1x16x4096x64xbf16>, %v: tensor<1x16x4096x64xbf16>, %bias: tensor<1x16x4096x4096xbf16>) -> tensor<1x16x4096x64xbf16> {
  %o = fovea.attention(%q, %k, %v) bias(%bias)
      : (tensor<1x16x4096x64xbf16>, tensor<1x16x4096x64xbf16>, tensor<1x16x4096x64xbf16>, tensor<1x16x4096x4096xbf16>) -> tensor<1x16x4096x64xbf16>
  return %o : tensor<1x16x4096x64xbf16>
}

// MosaicBERT's 8 x 512 tokens at half fill, with its bias -m |i - j|: ragged, and padded.
func.func @ragged(%q: tensor<1x12x?x64xbf16>, %k: tensor<1x12x?x64xbf16>, %v: tensor<1x12x?x64xbf16>, %offsets: tensor<9xi32>, %slopes: tensor<12xf32>) -> tensor<1x12x?x64xbf16> {
  %o = fovea.attention(%q, %k, %v) ragged(%offsets, %offsets)
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %m = tensor.extract %slopes[%h] : tensor<12xf32>
        %d = arith.subi %i, %j : index
        %d32 = arith.index_cast %d : index to i32
        %f = arith.sitofp %d32 : i32 to f32
        %a = math.absf %f : f32
        %x = arith.mulf %m, %a : f32
        %t = arith.subf %s, %x : f32
        fovea.yield %t : f32
      } : (tensor<1x12x?x64xbf16>, tensor<1x12x?x64xbf16>, tensor<1x12x?x64xbf16>, tensor<9xi32>, tensor<9xi32>) -> tensor<1x12x?x64xbf16>
  return %o : tensor<1x12x?x64xbf16>
}
func.func @padded(%q: tensor<8x12x512x64xbf16>, %k: tensor<8x12x512x64xbf16>, %v: tensor<8x12x512x64xbf16>, %bias: tensor<8x12x512x512xbf16>) -> tensor<8x12x512x64xbf16> {
  %o = fovea.attention(%q, %k, %v) bias(%bias)
      : (tensor<8x12x512x64xbf16>, tensor<8x12x512x64xbf16>, tensor<8x12x512x64xbf16>, tensor<8x12x512x512xbf16>) -> tensor<8x12x512x64xbf16>
  return %o : tensor<8x12x512x64xbf16>
}

// Prefill of 4 x 4,096 tokens with grouped queries: contiguous, and in pages of 16.
func.func @contiguous(%q: tensor<4x32x4096x128xbf16>, %k: tensor<4x8x4096x128xbf16>, %v: tensor<4x8x4096x128xbf16>) -> tensor<4x32x4096x128xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<4x32x4096x128xbf16>, tensor<4x8x4096x128xbf16>, tensor<4x8x4096x128xbf16>) -> tensor<4x32x4096x128xbf16>
  return %o : tensor<4x32x4096x128xbf16>
}
func.func @paged(%q: tensor<4x32x4096x128xbf16>, %k: tensor<?x8x16x128xbf16>, %v: tensor<?x8x16x128xbf16>, %begin: tensor<5xi32>, %pages: tensor<?xi32>, %last: tensor<4xi32>) -> tensor<4x32x4096x128xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal) paged(%begin, %pages, %last)
      : (tensor<4x32x4096x128xbf16>, tensor<?x8x16x128xbf16>, tensor<?x8x16x128xbf16>, tensor<5xi32>, tensor<?xi32>, tensor<4xi32>) -> tensor<4x32x4096x128xbf16>
  return %o : tensor<4x32x4096x128xbf16>
}
