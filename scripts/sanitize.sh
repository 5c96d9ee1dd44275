#!/usr/bin/env bash
# Builds into build-asan/ with AddressSanitizer, UndefinedBehaviorSanitizer and assertions, and runs the tests there.
# Arguments are targets to build instead: scripts/sanitize.sh fovea-opt
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh

# Debian's libLLVM and libMLIR are not instrumented, which two checks do not understand:
#   allow_user_poisoning=0         allocators inlined into our code poison memory that the libraries hand out again
#   detect_container_overflow=0    containers that both sides grow are annotated by one side only
# Leaks are looked for everywhere except in LLVM's own start-up (scripts/lsan.supp).
export ASAN_OPTIONS=allow_user_poisoning=0:detect_container_overflow=0:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-$(command -v llvm-symbolizer-22)}

export FOVEA_BUILD_DIR=build-asan
export FOVEA_CMAKE_FLAGS="-C cmake/caches/Sanitize.cmake"
if [ $# = 0 ]; then set -- check-fovea; fi
scripts/build.sh "$@"
