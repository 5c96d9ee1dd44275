"""Checks every .mlir file of a folder against its reference: `run-examples.py FOLDER fovea-run [FLAG...]`.

The folder is listed, so that a new example is covered the moment it exists; a target's test gives its flags. A file that
is wrong, crashes or takes minutes is named; the last line is `N passed, N failed`.
"""

import subprocess
import sys
from pathlib import Path

SECONDS = 120


def problem(command, path):
    """What is wrong with one example; empty when it ran and every output agrees."""
    try:
        done = subprocess.run([*command, str(path), "--check"], capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no end after {SECONDS} s"
    if done.returncode or ": ok" not in done.stdout:
        return f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return ""


def main():
    folder, *command = sys.argv[1:]
    failed = 0
    files = sorted(Path(folder).glob("*.mlir"))
    for path in files:
        error = problem(command, path)
        failed += bool(error)
        print(f"FAIL {path.name}: {error}" if error else f"ok {path.name}", flush=True)
    print(f"{len(files) - failed} passed, {failed} failed")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
