"""Breaks lowered kernels on purpose, one line at a time, and sees who notices.

    mutants.py WORK_FOLDER [--filter TEXT] [--harmless]

A fault is a rule and a number: the rule finds lines of a kernel as `fovea-compile --emit=target` (or `--emit=tile`)
prints it, and the number says which of them is changed. The tile verifier judges faults of schedules, the simulator
those of lowered kernels; numbers that are wrong against f64 count too. A fault that nobody notices fails the suite."""

import argparse
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from faults import HARMLESS, KERNELS
from rules import faults_of

TIMEOUT = 120


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    return done.returncode, done.stdout, done.stderr


def emit(kernel, stage, folder):
    """The kernel's text at a stage."""
    source = folder / f"{kernel.name}.mlir"
    source.write_text(kernel.source)
    code, text, errors = run(["fovea-compile", source, f"--target={kernel.target}", f"--emit={stage}", "-o", "-"])
    if code:
        sys.exit(f"{kernel.name} does not compile: {errors}")
    return text


def first_error(errors):
    """The message of a diagnostic, without its place."""
    found = re.search(r"error: (.*)", errors)
    return found.group(1) if found else errors.strip()[:200]


def judge_lowered(kernel, mutant):
    """(who noticed or "", what was said) of a lowered kernel."""
    code, _, errors = run(["fovea-opt", mutant, "-o", "/dev/null"])
    if code:
        sys.exit(f"{mutant} is no IR, so nobody has judged it: {first_error(errors)}")
    source = mutant.with_name(f"{kernel.name}.mlir")
    code, out, errors = run(["fovea-run", source, f"--target={kernel.target}", "--simulate", "--check",
                             f"--kernels={mutant}"])  # fmt: skip
    if code == 1 and "error: " in errors:
        return "simulator", first_error(errors)
    if code == 1 and "WRONG" in out:
        return "numbers", re.search(r"max error \S+ \(.*?\): WRONG", out).group(0)
    # A crash is no verdict.
    return "", f"exit code {code} {errors[:200]}"


def judge_tile(kernel, mutant):
    """The same of a schedule. One that the verifier takes is lowered, and judged there."""
    code, _, errors = run(["fovea-opt", "--pass-pipeline=builtin.module(fovea_tile.kernel(fovea-tile-verify-schedule))",
                           mutant, "-o", "/dev/null"])  # fmt: skip
    if code:
        return ("tile verifier", first_error(errors)) if code == 1 and "error: " in errors else ("", f"exit code {code}")
    lowered = mutant.with_suffix(".target.mlir")
    code, _, errors = run(["fovea-opt", "--fovea-tile-to-device-pipeline", mutant, "-o", lowered])
    if code:
        sys.exit(f"{mutant} cannot be lowered, so nobody has judged it: {first_error(errors)}")
    return judge_lowered(kernel, lowered)


def examine(job):
    kernel, name, text, judge, folder = job
    mutant = folder / f"{kernel.name}.{re.sub('[^a-z0-9-]+', '-', name)}.mlir"
    mutant.write_text(text)
    who, said = judge(kernel, mutant)
    return f"{kernel.name}: {name}", who, said


def jobs_of(kernel, folder, harmless):
    lowered = emit(kernel, "target", folder)
    intact = folder / f"{kernel.name}.intact.mlir"
    intact.write_text(lowered)
    who, said = judge_lowered(kernel, intact)
    if who or not said.startswith("exit code 0"):
        sys.exit(f"{kernel.name} is found faulty as it is: {said}")
    if harmless:
        yield from ((kernel, name, text, judge_lowered, folder) for name, text in faults_of(HARMLESS, lowered))
        return
    for name, text in faults_of(kernel.faults, lowered):
        yield kernel, name, text, judge_lowered, folder
    tile = emit(kernel, "tile", folder)
    for name, text in faults_of(kernel.tile_faults, tile):
        yield kernel, name, text, judge_tile, folder


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--filter", default="", help="only faults whose name contains this")
    p.add_argument("--harmless", action="store_true", help="a change that is no fault, to see the suite fail")
    args = p.parse_args(argv)
    args.folder.mkdir(parents=True, exist_ok=True)
    jobs = [job for kernel in KERNELS[: 1 if args.harmless else None]
            for job in jobs_of(kernel, args.folder, args.harmless)]  # fmt: skip
    jobs = [job for job in jobs if args.filter in f"{job[0].name}: {job[1]}"]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(examine, jobs))
    for name, who, said in results:
        print(f"{name}: {who or 'NOT NOTICED'}: {said}")
    verdicts = [who for _, who, _ in results]
    for who in ("tile verifier", "simulator", "numbers"):
        print(f"{verdicts.count(who)} noticed by the {who}")
    missed = verdicts.count("")
    print(f"{len(results) - missed} of {len(results)} faults noticed")
    return 1 if missed or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
