// Compile, run, check against the oracle and time.

// RUN: fovea-run %s --check --repeat 2 | FileCheck %s --check-prefix=TEXT
// TEXT: @first on cpu, #fovea_tile.config<
// TEXT-NEXT: out0: max error {{.*}} (unfused {{.*}}, at most {{.*}}): ok
// TEXT-NEXT: out1: max error {{.*}} (unfused {{.*}}, at most {{.*}}): ok
// TEXT-NEXT: time: median {{.*}} ms, min {{.*}} ms of 2 runs, {{.*}} GFLOP/s, 0.{{[0-9]+}} of the {{.*}} GFLOP/s that this machine's multiply-adds reach

// RUN: fovea-run %s --entry second --check --cpu=x86-64 | FileCheck %s --check-prefix=SECOND
// SECOND: @second on cpu
// SECOND-NEXT: out: {{.*}}: ok

// One JSON object on the standard output, whatever is asked for.
// RUN: fovea-run %s --check --repeat 3 --json > %t.json
// RUN: %python -c "import json; print(sorted(json.load(open('%t.json')).items()))" | FileCheck %s --check-prefix=JSON
// JSON: ('config', '#fovea_tile.config<
// JSON-SAME: ('entry', 'first'), ('gflops', {{[0-9.]+}}), ('median_seconds', {{[0-9.e-]+}}), ('min_seconds', {{[0-9.e-]+}})
// JSON-SAME: ('outputs', [{'max_error': {{[0-9.e-]+}}, 'name': 'out0', 'passed': True, 'relative_error': {{[0-9.e-]+}}, 'tolerance': {{[0-9.e-]+}}, 'unfused_error': {{[0-9.e-]+}}}
// JSON-SAME: ('passed', True), ('roof_gflops', {{[0-9.]+}}), ('roof_share', {{[0-9.e-]+}}), ('runs', 3), ('target', 'cpu')
// RUN: fovea-run %s --json | FileCheck %s --check-prefix=PLAIN --implicit-check-not=seconds --implicit-check-not=error
// PLAIN: {"config":"{{.*}}","entry":"first","target":"cpu"}

// The same seed gives the same inputs, another one others.
// RUN: fovea-run %s --seed 7 --output out0=%t.a.npy && fovea-run %s --seed 7 --output out0=%t.b.npy && cmp %t.a.npy %t.b.npy
// RUN: fovea-run %s --seed 8 --output out0=%t.c.npy && not cmp -s %t.a.npy %t.c.npy

!t = tensor<1x2x48x32xf32>
func.func @first(%q: !t, %k: !t, %v: !t) -> (!t, tensor<1x2x48xf32>) {
  %o, %lse = fovea.attention(%q, %k, %v) mask(#fovea.causal) : (!t, !t, !t) -> (!t, tensor<1x2x48xf32>)
  return %o, %lse : !t, tensor<1x2x48xf32>
}

func.func @second(%q: !t, %k: !t, %v: !t) -> !t {
  %o = call @helper(%q, %k, %v) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func private @helper(%q: !t, %k: !t, %v: !t) -> !t {
  %o = fovea.attention(%q, %k, %v) : (!t, !t, !t) -> !t
  return %o : !t
}
