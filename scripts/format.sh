#!/usr/bin/env bash
# Formats every C and C++ file in LLVM style.
#   scripts/format.sh           rewrites
#   scripts/format.sh --check   changes nothing; fails and names what is not formatted
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(-i)
if [ "${1:-}" = --check ]; then mode=(--dry-run -Werror); fi
# Committed and new files alike, but nothing that git ignores or that was just deleted.
git ls-files -z --cached --others --exclude-standard '*.c' '*.cpp' '*.h' |
  xargs -0 -r sh -c 'for f; do if [ -f "$f" ]; then printf "%s\0" "$f"; fi; done' -- |
  xargs -0 -r -n 50 -P 2 clang-format-22 "${mode[@]}"
