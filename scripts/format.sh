#!/usr/bin/env bash
# Formats every C and C++ file in LLVM style.
#   scripts/format.sh           rewrites
#   scripts/format.sh --check   changes nothing; fails and names the files that are not formatted
set -euo pipefail
cd "$(dirname "$0")/.."

# Committed and new files alike, but nothing that git ignores or that was just deleted.
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.c' '*.cpp' '*.h' | while read -r file; do
  if [ -f "$file" ]; then echo "$file"; fi
done)

if [ "${1:-}" = --check ]; then
  unformatted=$(clang-format-22 --dry-run "${files[@]}" 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning: code should be.*//p' | sort -u)
  [ -z "$unformatted" ] && exit 0
  echo "$unformatted" >&2
  echo "not formatted: run scripts/format.sh" >&2
  exit 1
fi
clang-format-22 -i "${files[@]}"
