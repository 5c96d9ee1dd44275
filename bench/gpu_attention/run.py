#!/usr/bin/env python3
"""Checks and times the artifacts that build.py made. Needs Python and PyTorch, nothing of Fovea's or LLVM's.

Each artifact runs in a process of its own. A crash, a fault on the device or a hang ends that process and fails the
case that it was at; the next process goes on after it, three times at most for one artifact."""

import argparse
import datetime
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import report

START = 240  # seconds until a process has loaded PyTorch and the artifact
LOSSES = 3  # processes that one artifact may cost
TOGETHER = 4  # processes that check numbers at a time; those that time run alone
WORKER = pathlib.Path(__file__).with_name("worker.py")


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("folder", type=pathlib.Path, help="build.py's --out")
    p.add_argument("--numerics", action="store_true", help="check the list of numerical cases")
    p.add_argument("--speed", action="store_true", help="time the speed and decode lists")
    p.add_argument("--flex", action="store_true", help="time FlexAttention too, which compiles for seconds a case")
    p.add_argument("--filter", default="", help="only cases whose name contains this")
    p.add_argument("--timeout", type=float, default=60, metavar="S", help="for one case, %(default)s by default")
    p.add_argument("--json", type=pathlib.Path, help="write the results, for table.py")
    args = p.parse_args(argv)
    if not (args.folder / "cases.json").is_file():
        sys.exit(f"error: no cases.json in {args.folder}; build.py makes it")
    if not (args.numerics or args.speed):
        sys.exit("error: nothing to run: give --numerics, --speed or both")
    return args


def lines_of(process, timeout):
    """JSON lines until the end of the output; the process is killed when one does not come in time."""
    limit = START
    while True:
        watch = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        watch.start()
        line = process.stdout.readline()
        watch.cancel()
        if not line:
            return
        limit = timeout
        yield json.loads(line)


def run_process(args, what, artifact, cases):
    """(description, rows, why it was lost or "") of one worker."""
    command = [sys.executable, WORKER, args.folder / artifact, "--what", what] + (["--flex"] if args.flex else [])
    with tempfile.TemporaryFile("w+") as errors, tempfile.TemporaryFile("w+") as given:
        json.dump(cases, given)
        given.seek(0)
        process = subprocess.Popen(command, stdin=given, stdout=subprocess.PIPE, stderr=errors, text=True,
                                   start_new_session=True)  # fmt: skip
        found = list(lines_of(process, args.timeout))
        code = process.wait()
        errors.seek(0)
        tail = errors.read()[-400:].strip()
    device, rows = (found[0], found[1:]) if found else ({}, [])
    if len(rows) == len(cases):
        return device, rows, ""
    if code == -signal.SIGKILL:
        return device, rows, f"killed: nothing for {args.timeout if found else START:g} s"
    return device, rows, f"exit code {code}: {tail}"


def run_artifact(args, what, artifact, cases):
    """(description, a row for each case)."""
    device, done = {}, []
    for _ in range(LOSSES):
        seen, rows, lost = run_process(args, what, artifact, cases[len(done) :])
        device = device or seen
        done += rows
        # A row with a fault is the lost case's own.
        if lost and len(done) < len(cases) and not (rows and rows[-1].get("fault")):
            done.append({"name": cases[len(done)]["name"], "why": lost})
        if len(done) == len(cases):
            break
    done += [{"name": c["name"], "why": "not run: its artifact cost too many processes"} for c in cases[len(done) :]]
    return device, [{**row, "case": case} for row, case in zip(done, cases)]


def jobs_of(args, document, what):
    """[(artifact or None, cases)]; failures of the compiler come back as finished rows."""
    lists = ("numerics",) if what == "numerics" else ("speed", "decode")
    jobs, failed = [], []
    for built in (a for a in document["artifacts"] if a["list"] in lists):
        rows = [r for r in built["rows"] if args.filter in r["case"]["name"]]
        failed += [{"name": r["case"]["name"], "case": r["case"], "why": f"did not compile: {r['error'][:300]}"}
                   for r in rows if r["error"]]  # fmt: skip
        cases = [r["case"] for r in rows if not r["error"]]
        jobs += [(built["artifact"], cases)] if cases else []
    return jobs, failed


def tell_failures(rows):
    for row in rows:
        if row["why"]:
            print(f"FAIL {row['name']}: {row['why']}", flush=True)


def run_list(args, document, what, results):
    """Fills results[what], and writes the JSON as it goes: a run that is cut off keeps what it had."""
    jobs, results[what] = jobs_of(args, document, what)
    tell_failures(results[what])
    with ThreadPoolExecutor(TOGETHER if what == "numerics" else 1) as pool:
        for device, rows in pool.map(lambda job: run_artifact(args, what, *job), jobs):
            results["device"] = results["device"] or device
            results[what] += rows
            tell_failures(rows)
            if args.json:
                args.json.write_text(json.dumps(results, indent=1))


def main(argv):
    args = parse(argv)
    document = json.loads((args.folder / "cases.json").read_text())
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "commit": document["commit"],
        "target": document["target"],
        "command": shlex.join(["python3", os.path.relpath(__file__), *argv]),
        "device": {},
    }
    for what in ("numerics", "speed"):
        if getattr(args, what):
            run_list(args, document, what, results)
            rows = results[what]
            if not rows:
                sys.exit(f"error: no case of {what} in {args.folder}" + (f" has {args.filter}" if args.filter else ""))
    if args.json:
        args.json.write_text(json.dumps(results, indent=1))
    print(report.text(results))
    return 1 if report.failed(results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
