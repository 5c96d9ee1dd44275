#!/usr/bin/env bash
# Configures once and builds: scripts/build.sh [TARGET...]   (all targets when none is named)
#   FOVEA_BUILD_DIR     where to build, default build
#   FOVEA_CMAKE_FLAGS   more flags for the first configuration
set -euo pipefail
cd "$(dirname "$0")/.."

build=${FOVEA_BUILD_DIR:-build}

if [ ! -f "$build/build.ninja" ]; then
  # Word splitting is wanted for FOVEA_CMAKE_FLAGS: it holds several flags.
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_COMPILER="${CC:-clang-22}" -DCMAKE_CXX_COMPILER="${CXX:-clang++-22}" \
    -DCMAKE_PREFIX_PATH="$(llvm-config-22 --prefix)" -DPython3_EXECUTABLE="$PWD/.venv/bin/python" \
    ${FOVEA_CMAKE_FLAGS:-}
fi
ninja -C "$build" "$@"
