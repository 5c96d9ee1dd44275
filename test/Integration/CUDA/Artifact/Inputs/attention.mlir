!t = tensor<1x2x256x64xbf16>
func.func @attention(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) : (!t, !t, !t) -> !t
  return %o : !t
}
