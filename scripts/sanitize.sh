#!/usr/bin/env bash
# Builds into build-asan/ with AddressSanitizer, UndefinedBehaviorSanitizer and assertions, and runs the tests there.
# Arguments are targets to build instead: scripts/sanitize.sh fovea-opt
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh

# Allocators of LLVM that are inlined into Fovea poison the memory that they have not handed out yet; Debian's libLLVM and
# libMLIR, which are not instrumented, hand out the same memory without lifting the poison. So only malloc's own
# red zones are watched. Leaks are looked for.
export ASAN_OPTIONS=allow_user_poisoning=0:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-$(command -v llvm-symbolizer-22)}

export FOVEA_BUILD_DIR=build-asan
export FOVEA_CMAKE_FLAGS="-C cmake/caches/Sanitize.cmake"
if [ $# = 0 ]; then set -- check-fovea; fi
scripts/build.sh "$@"
