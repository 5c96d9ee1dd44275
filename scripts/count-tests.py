#!/usr/bin/env python3
"""Prints `PASSED FAILED` for a result file of lit (its --output). A test that cannot run here counts as neither."""

import collections
import json
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def main():
    try:
        with open(sys.argv[1]) as results:
            codes = collections.Counter(test["code"] for test in json.load(results)["tests"])
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"count-tests: no results: {error}")
    passed = sum(n for code, n in codes.items() if code in PASSED)
    skipped = sum(n for code, n in codes.items() if code in SKIPPED)
    if skipped:
        print(f"{skipped} tests cannot run here", file=sys.stderr)
    # Whatever is neither (FAIL, XPASS, UNRESOLVED, TIMEOUT) is a failure.
    print(passed, codes.total() - passed - skipped)


if __name__ == "__main__":
    main()
