// The shapes of bench/cpu_attention: one function per width of head, element type
// and mask. run.py knows them by these names.

func.func @attention_f32_d64(
    %q: tensor<1x8x2048x64xf32>, %k: tensor<1x8x2048x64xf32>,
    %v: tensor<1x8x2048x64xf32>) -> tensor<1x8x2048x64xf32> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>)
     -> tensor<1x8x2048x64xf32>
  return %o : tensor<1x8x2048x64xf32>
}

func.func @attention_f32_d64_causal(
    %q: tensor<1x8x2048x64xf32>, %k: tensor<1x8x2048x64xf32>,
    %v: tensor<1x8x2048x64xf32>) -> tensor<1x8x2048x64xf32> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>, tensor<1x8x2048x64xf32>)
     -> tensor<1x8x2048x64xf32>
  return %o : tensor<1x8x2048x64xf32>
}

func.func @attention_f16_d64(
    %q: tensor<1x8x2048x64xf16>, %k: tensor<1x8x2048x64xf16>,
    %v: tensor<1x8x2048x64xf16>) -> tensor<1x8x2048x64xf16> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x8x2048x64xf16>, tensor<1x8x2048x64xf16>, tensor<1x8x2048x64xf16>)
     -> tensor<1x8x2048x64xf16>
  return %o : tensor<1x8x2048x64xf16>
}

func.func @attention_f16_d64_causal(
    %q: tensor<1x8x2048x64xf16>, %k: tensor<1x8x2048x64xf16>,
    %v: tensor<1x8x2048x64xf16>) -> tensor<1x8x2048x64xf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x2048x64xf16>, tensor<1x8x2048x64xf16>, tensor<1x8x2048x64xf16>)
     -> tensor<1x8x2048x64xf16>
  return %o : tensor<1x8x2048x64xf16>
}

func.func @attention_bf16_d64(
    %q: tensor<1x8x2048x64xbf16>, %k: tensor<1x8x2048x64xbf16>,
    %v: tensor<1x8x2048x64xbf16>) -> tensor<1x8x2048x64xbf16> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x8x2048x64xbf16>, tensor<1x8x2048x64xbf16>, tensor<1x8x2048x64xbf16>)
     -> tensor<1x8x2048x64xbf16>
  return %o : tensor<1x8x2048x64xbf16>
}

func.func @attention_bf16_d64_causal(
    %q: tensor<1x8x2048x64xbf16>, %k: tensor<1x8x2048x64xbf16>,
    %v: tensor<1x8x2048x64xbf16>) -> tensor<1x8x2048x64xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x2048x64xbf16>, tensor<1x8x2048x64xbf16>, tensor<1x8x2048x64xbf16>)
     -> tensor<1x8x2048x64xbf16>
  return %o : tensor<1x8x2048x64xbf16>
}

func.func @attention_f32_d128(
    %q: tensor<1x8x2048x128xf32>, %k: tensor<1x8x2048x128xf32>,
    %v: tensor<1x8x2048x128xf32>) -> tensor<1x8x2048x128xf32> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x8x2048x128xf32>, tensor<1x8x2048x128xf32>, tensor<1x8x2048x128xf32>)
     -> tensor<1x8x2048x128xf32>
  return %o : tensor<1x8x2048x128xf32>
}

func.func @attention_f32_d128_causal(
    %q: tensor<1x8x2048x128xf32>, %k: tensor<1x8x2048x128xf32>,
    %v: tensor<1x8x2048x128xf32>) -> tensor<1x8x2048x128xf32> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x2048x128xf32>, tensor<1x8x2048x128xf32>, tensor<1x8x2048x128xf32>)
     -> tensor<1x8x2048x128xf32>
  return %o : tensor<1x8x2048x128xf32>
}

func.func @attention_f16_d128(
    %q: tensor<1x8x2048x128xf16>, %k: tensor<1x8x2048x128xf16>,
    %v: tensor<1x8x2048x128xf16>) -> tensor<1x8x2048x128xf16> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x8x2048x128xf16>, tensor<1x8x2048x128xf16>, tensor<1x8x2048x128xf16>)
     -> tensor<1x8x2048x128xf16>
  return %o : tensor<1x8x2048x128xf16>
}

func.func @attention_f16_d128_causal(
    %q: tensor<1x8x2048x128xf16>, %k: tensor<1x8x2048x128xf16>,
    %v: tensor<1x8x2048x128xf16>) -> tensor<1x8x2048x128xf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x2048x128xf16>, tensor<1x8x2048x128xf16>, tensor<1x8x2048x128xf16>)
     -> tensor<1x8x2048x128xf16>
  return %o : tensor<1x8x2048x128xf16>
}

func.func @attention_bf16_d128(
    %q: tensor<1x8x2048x128xbf16>, %k: tensor<1x8x2048x128xbf16>,
    %v: tensor<1x8x2048x128xbf16>) -> tensor<1x8x2048x128xbf16> {
  %o = fovea.attention(%q, %k, %v)
      : (tensor<1x8x2048x128xbf16>, tensor<1x8x2048x128xbf16>, tensor<1x8x2048x128xbf16>)
     -> tensor<1x8x2048x128xbf16>
  return %o : tensor<1x8x2048x128xbf16>
}

func.func @attention_bf16_d128_causal(
    %q: tensor<1x8x2048x128xbf16>, %k: tensor<1x8x2048x128xbf16>,
    %v: tensor<1x8x2048x128xbf16>) -> tensor<1x8x2048x128xbf16> {
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal)
      : (tensor<1x8x2048x128xbf16>, tensor<1x8x2048x128xbf16>, tensor<1x8x2048x128xbf16>)
     -> tensor<1x8x2048x128xbf16>
  return %o : tensor<1x8x2048x128xbf16>
}
