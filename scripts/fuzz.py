#!/usr/bin/env python3
"""A seeded mutation fuzzer for fovea-opt: the parser, the verifiers and every pipeline.

Mutates the .mlir files of test/ and examples/ and feeds many mutants to one process. A clean error is fine; a signal, a
sanitizer report or no end at all is a finding. Each finding is bisected to one mutant, reduced and kept in
build/fuzz/. The same --seed gives the same mutants.
"""

import argparse
import hashlib
import os
import random
import re
import subprocess
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

from fuzzer import corpus, mutate, reduce
from fuzzer.run import Tool

ROOT = Path(__file__).resolve().parent.parent
# Exercises the printers and the bytecode too.
PARSE = ("--verify-roundtrip",)
BATCH = 50


def parse_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--count", type=int, default=20000, help="mutants to try (default: %(default)s)")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--pipeline", action="append", metavar="NAME", default=[],
                   help="a pass or pipeline flag without its dashes, or `parse`; may be repeated. "
                        "Default: `parse`, each file's own RUN flags and every fovea pass, mixed")
    p.add_argument("--opt", default=str(ROOT / "build/bin/fovea-opt"), help="the tool (default: %(default)s)")
    p.add_argument("--corpus", nargs="+", default=[str(ROOT / "test"), str(ROOT / "examples")])
    p.add_argument("--timeout", type=int, default=20, help="seconds for one mutant (default: %(default)s)")
    p.add_argument("--memory-gb", type=int, default=8, help="memory limit of a run (default: %(default)s)")
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--out", default=str(ROOT / "build/fuzz"), help="where findings go (default: %(default)s)")
    args = p.parse_args()
    if not os.access(args.opt, os.X_OK):
        p.error(f"no tool at {args.opt}; build it with scripts/build.sh fovea-opt")
    return args


def known_pipelines(opt):
    """Every pass and pipeline of the project, from the tool's own help."""
    text = subprocess.run([opt, "--help"], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r"^\s+--([\w-]*fovea[\w-]*)\s", text, re.MULTILINE)))


def flags_of(name):
    return PARSE if name == "parse" else (f"--{name}",)


def check_flags(tool, all_flags):
    """A flag that the tool refuses would make every mutant end in a clean error, and so find nothing."""
    for flags in all_flags:
        if not tool.accepts(flags, "module {}"):
            sys.exit(f"fuzz: {tool.path} refuses {' '.join(flags)} on an empty module")


class Plan:
    """What is run: which seeds, with which flags. Made before the pool starts: a sys.exit in a generator that feeds a
    pool kills the thread that reads it, and the pool waits forever."""

    def __init__(self, args, tool, seeds):
        self.seeds = seeds
        self.fixed = [flags_of(name) for name in args.pipeline or ["parse", *known_pipelines(args.opt)]]
        check_flags(tool, self.fixed)
        self.valid = [s for s in seeds if tool.accepts((), s.text)] or seeds
        self.own = [] if args.pipeline else sorted({s.flags for s in self.valid if s.flags})
        check_flags(tool, self.own)


def make_batches(args, plan):
    """(flags, mutants) pairs; each batch has its own generator, so that --count only cuts the list."""
    mutator = mutate.Mutator(plan.seeds)
    for start in range(0, args.count, BATCH):
        rng = random.Random(f"{args.seed}:{start}")
        # A pass sees most of its own code on the input of its own test.
        flags = rng.choice(plan.own if plan.own and rng.random() < 0.4 else plan.fixed)
        matching = [s for s in plan.valid if s.flags == flags] or plan.valid
        mutants = []
        for _ in range(min(BATCH, args.count - start)):
            gentle = rng.random() < (0.3 if flags == PARSE else 0.85)
            mutants.append(mutator.mutate(rng, rng.choice(matching if gentle else plan.seeds).text, gentle))
        yield flags, mutants


def find_failures(tool, flags, mutants):
    """Bisects: the mutants that fail alone, each with its failure."""
    if not tool.run(flags, mutants):
        return []
    if len(mutants) == 1:
        failure = tool.run(flags, mutants, symbolize=True)
        return [(mutants[0], failure)] if failure else []
    half = len(mutants) // 2
    return find_failures(tool, flags, mutants[:half]) + find_failures(tool, flags, mutants[half:])


def keep(tool, flags, mutant, failure, out):
    """Reduces a finding and writes it, with the command that shows it; returns the file."""
    def same(text):
        again = tool.run(flags, [text], symbolize=failure.kind == "crash")
        return bool(again) and (again.kind, again.cause) == (failure.kind, failure.cause)

    # Each step of a hang's reduction costs a whole timeout.
    small = reduce.reduce(mutant, same, budget=300 if failure.kind == "crash" else 20)
    name = hashlib.sha256(f"{failure.kind}{failure.cause}".encode()).hexdigest()[:10]
    path = Path(out) / f"{failure.kind}-{name}.mlir"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"// fovea-opt --allow-unregistered-dialect {' '.join(flags)} {path.name}\n"
                    f"// {failure.kind}: {failure.cause}\n{small}", encoding="latin-1")
    path.with_suffix(".log").write_text(failure.log)
    return path


def main():
    args = parse_arguments()
    seeds = corpus.load(args.corpus)
    if not seeds:
        sys.exit(f"fuzz: no .mlir file under {' '.join(args.corpus)}")
    tool = Tool(args.opt, args.timeout, args.memory_gb)
    plan = Plan(args, tool, seeds)
    done, found = 0, {}
    with ThreadPool(args.jobs) as pool:
        work = lambda batch: (batch, find_failures(tool, *batch))
        for (flags, mutants), failures in pool.imap_unordered(work, make_batches(args, plan)):
            for mutant, failure in failures:
                if (failure.kind, failure.cause) not in found:
                    path = keep(tool, flags, mutant, failure, args.out)
                    print(f"fuzz: {failure.kind} in {' '.join(flags)}: {failure.cause}\n      {path}", flush=True)
                found[failure.kind, failure.cause] = found.get((failure.kind, failure.cause), 0) + 1
            done += len(mutants)
            if sys.stderr.isatty():
                print(f"\r{done}/{args.count}", end="", file=sys.stderr, flush=True)
    count = lambda kind: sum(n for (k, _), n in found.items() if k == kind)
    print(f"{done} mutants of {len(seeds)} seeds, {count('crash')} crashes, {count('hang')} hangs")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
