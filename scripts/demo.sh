#!/usr/bin/env bash
# The main job, from a fresh checkout: set up, build the compiler, compile one attention layer to a native library
# and run a real sentence-embedding model through it. Arguments go to examples/minilm/run.py.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/build.sh fovea-compile

out=build/examples/minilm
mkdir -p "$out"
build/bin/fovea-compile examples/minilm/attention.mlir --target=cpu --emit=artifact -o "$out/libattention.so"
.venv/bin/python examples/minilm/run.py "$@"
