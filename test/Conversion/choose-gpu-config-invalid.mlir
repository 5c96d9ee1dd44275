// RUN: fovea-opt %s -fovea-choose-config=target=z80 -verify-diagnostics

!t = tensor<1x8x2048x64xbf16>
func.func @unknown_target(%q: !t) -> !t {
  // expected-error @below {{unknown target 'z80', expected cpu, }}
  %o = fovea.attention(%q, %q, %q) : (!t, !t, !t) -> !t
  return %o : !t
}
