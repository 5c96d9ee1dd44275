#!/usr/bin/env bash
# Everything that must hold: sets up, builds all, runs every test. Used by developers and by .ci/run.
# The last line is `N passed, N failed`; the exit code is 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.."

build=${FOVEA_BUILD_DIR:-build}
results=$build/test-results.json
passed=0 failed=0

# count NAME COMMAND...: one check, which passes when its command does.
count() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1))
  else failed=$((failed + 1)); echo "FAIL: $name"
  fi
}

# lit runs them all: FileCheck tests, unit tests, integration and numerics. A runner that dies without naming a failed
# test counts as one failure.
run_lit() {
  local status=0 counts
  rm -f "$results"
  LIT_OPTS="${LIT_OPTS:-} --output=$PWD/$results" scripts/build.sh check-fovea || status=$?
  counts=$(scripts/count-tests.py "$results") || counts="0 0"
  passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
  if [ "$status" != 0 ] && [ "${counts#* }" = 0 ]; then
    echo "FAIL: the test runner ended with exit code $status"
    failed=$((failed + 1))
  fi
}

if scripts/setup.sh && scripts/build.sh; then
  run_lit
  count "docs/reference follows the .td files" scripts/generate-docs.sh --check
  count "sources are formatted" scripts/format.sh --check
else
  echo "FAIL: set-up or build"
  failed=1
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
