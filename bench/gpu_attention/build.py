#!/usr/bin/env python3
"""Compiles a list of cases into a folder of artifacts, with cases.json beside them for run.py.

A group of functions that does not compile is compiled again one by one; what fails alone is recorded as a failure, and
the rest shares an artifact. A case's seconds are those of its own compilation if it was compiled alone, else its share
of its artifact's."""

import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from cases import LISTS, PER_ARTIFACT

LIMIT = 40 << 20  # bytes that travel to a device machine
TIMEOUT = 600


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--compiler", required=True, type=pathlib.Path, help="fovea-compile")
    p.add_argument("--target", default="sm_90a")
    p.add_argument("--list", choices=LISTS, action="append", help="all of them by default; may be repeated")
    p.add_argument("--filter", default="", help="only cases whose name contains this")
    p.add_argument("--config", default="", help="#fovea_tile.config<...> for every case, to try a schedule")
    p.add_argument("--out", required=True, type=pathlib.Path)
    args = p.parse_args(argv)
    args.list = args.list or list(LISTS)
    return args


def compile_cases(args, name, cases):
    """(seconds, error text or "", warnings) of one run of the compiler."""
    source, artifact = args.out / f"{name}.mlir", args.out / f"{name}.so"
    source.write_text("\n".join(c.mlir() for c in cases))
    command = [args.compiler, source, f"--target={args.target}", "--emit=artifact", "-o", artifact]
    start = time.monotonic()
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, errors="replace")
        code, messages = result.returncode, result.stderr.strip()
    except subprocess.TimeoutExpired:
        code, messages = -1, f"no end after {TIMEOUT} s"
    seconds = time.monotonic() - start
    if code == 0 and artifact.is_file():
        return seconds, "", messages
    artifact.unlink(missing_ok=True)
    return seconds, messages or f"exit code {code}", ""


def row(case, seconds, error="", warnings=""):
    return {"case": dataclasses.asdict(case), "seconds": seconds, "error": error, "warnings": warnings}


def build(args, name, cases):
    """The record of one artifact: its file (or None) and a row for each case."""
    seconds, error, warnings = compile_cases(args, name, cases)
    if not error:
        return {"artifact": f"{name}.so", "rows": [row(c, seconds / len(cases), "", warnings) for c in cases]}
    if len(cases) == 1:
        return {"artifact": None, "rows": [row(cases[0], seconds, error)]}
    rows = []
    for index, c in enumerate(cases):
        rows.append(row(c, *compile_cases(args, f"{name}.{index}", [c])))
        (args.out / f"{name}.{index}.so").unlink(missing_ok=True)
    good = [c for c, r in zip(cases, rows) if not r["error"]]
    if good:
        _, together, _ = compile_cases(args, name, good)
        for r in rows:
            r["error"] = r["error"] or (together and f"compiles alone, not with others: {together}")
    return {"artifact": f"{name}.so" if (args.out / f"{name}.so").is_file() else None, "rows": rows}


def commit():
    """Of this checkout, with a + when files differ from it."""
    git = ["git", "-C", str(pathlib.Path(__file__).parent)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    dirty = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True).stdout.strip()
    return (head or "unknown") + ("+" if dirty else "")


def main(argv):
    args = parse(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    for old in (p for p in args.out.iterdir() if p.suffix in (".so", ".h", ".mlir")):
        old.unlink()
    jobs = []
    for name in args.list:
        cases = [dataclasses.replace(c, config=args.config) for c in LISTS[name] if args.filter in c.name]
        step = PER_ARTIFACT[name]
        jobs += [(name, f"{name}_{at // step:02}", cases[at : at + step]) for at in range(0, len(cases), step)]
    if not jobs:
        sys.exit(f"error: no case's name contains {args.filter}")
    with ThreadPoolExecutor(2) as pool:
        built = list(pool.map(lambda job: {"list": job[0], **build(args, job[1], job[2])}, jobs))
    document = {"commit": commit(), "target": args.target, "artifacts": built}
    (args.out / "cases.json").write_text(json.dumps(document, indent=1))
    rows = [r for b in built for r in b["rows"]]
    failed = [r for r in rows if r["error"]]
    for r in failed:
        print(f"FAIL {r['case']['name']}: {r['error'][:300]}")
    for text in sorted({r["warnings"] for r in rows if r["warnings"]}):
        print(f"warning: {text[:300]}")
    size = sum(p.stat().st_size for p in args.out.iterdir())
    slowest = max(rows, key=lambda r: r["seconds"])
    print(f"slowest: {slowest['case']['name']}, {slowest['seconds']:.2f} s")
    print(f"{len(rows) - len(failed)} compiled, {len(failed)} failed, {size / 2**20:.1f} MiB")
    if size > LIMIT:
        print(f"error: more than {LIMIT >> 20} MiB: use --filter or --list")
    return 1 if failed or size > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
