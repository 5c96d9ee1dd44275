#!/bin/bash
# Runs the sanitize list of a folder that build.py made under compute-sanitizer; fails on any finding.
#
#   bench/gpu_attention/sanitize.sh FOLDER
set -euo pipefail
[ $# -eq 1 ] && [ -f "$1/cases.json" ] || { echo "usage: $0 FOLDER (build.py's --out)" >&2; exit 2; }
here=$(dirname "$0")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for tool in memcheck racecheck synccheck; do
  code=0
  timeout 200 compute-sanitizer --tool "$tool" --error-exitcode 9 python3 "$here/sanitize.py" "$1" >"$log" 2>&1 || code=$?
  # The summary too: racecheck's warnings leave the exit code alone.
  if [ $code -eq 0 ] && grep -Eq 'SUMMARY: 0 (errors|hazards)' "$log"; then
    echo "$tool: $(grep -c ': ok$' "$log") cases, no finding"
  else
    echo "$tool: FAIL, exit code $code"
    head -c 6000 "$log"
    grep SUMMARY "$log" || true
    failed=1
  fi
done
exit $failed
