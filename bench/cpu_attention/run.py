#!/usr/bin/env python3
"""Fovea's CPU attention beside the FMA roof and two peers, in one process.

All contestants of a shape run in turn, round after round, with a sample of the
roof before and after each; what is printed are medians over the rounds."""

import argparse
import fnmatch
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# Before NumPy loads its BLAS, which only the reference uses.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cases  # noqa: E402
import report  # noqa: E402
from roof import Roof  # noqa: E402

_PAUSE = 0.005  # lets the previous contestant's workers go to sleep
_SCREEN = 3  # timed runs to choose among a peer's variants


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--artifact", type=pathlib.Path, help="attention.mlir, compiled")
    p.add_argument("--threads", default="1,2", help="counts, one process for each")
    p.add_argument("--rounds", type=int, default=11)
    p.add_argument("--peers", default="onnxruntime,iree", help="a list, or none")
    p.add_argument("--kernel", default="*", help="function name or glob, to tune one")
    p.add_argument("--roof-only", action="store_true")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--commit", default="unknown", help="for the description")
    p.add_argument("--json", type=pathlib.Path)
    p.add_argument("--markdown", type=pathlib.Path)
    args = p.parse_args(argv)
    args.peers = [x for x in args.peers.split(",") if x and x != "none"]
    args.threads = [int(t) if t.isdigit() else 0 for t in args.threads.split(",")]
    problem = first_problem(args)
    if problem:
        sys.exit(f"error: {problem}")
    return args


def first_problem(args):
    names = [case.function(dtype) for case in cases.CASES for dtype in cases.DTYPES]
    if min(args.threads) < 1 or args.rounds < 1:
        return "--threads takes counts like 1,2 and --rounds a count, from 1 up"
    unknown = [x for x in args.peers if x not in ("onnxruntime", "iree")]
    if unknown:
        return f"no peer {unknown[0]}; there are onnxruntime and iree"
    if args.artifact and not args.artifact.is_file():
        return f"no artifact at {args.artifact}"
    if not fnmatch.filter(names, args.kernel):
        return f"no function matches {args.kernel}; there are {', '.join(names)}"
    if not (args.artifact or args.peers or args.roof_only):
        return "nothing to run: give --artifact, --peers or --roof-only"
    return None


def limit_threads(threads):
    """Settings that OpenMP reads at load: a worker that spins on after its
    kernel (200 ms by default) would take the core of the next contestant."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ.setdefault("OMP_DYNAMIC", "false")
    os.environ.setdefault("KMP_BLOCKTIME", "1")


def load_peers(names, threads):
    if not names:
        return {}
    import peers

    loaded = {}
    for name in names:
        try:
            loaded[name] = peers.PEERS[name](threads)
        except ImportError as e:
            sys.exit(f"error: {e}; install bench/requirements.txt or pass --peers none")
    return loaded


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def best_variant(peer, case, inputs, reference):
    """The fastest variant with right numbers, and a line for each one tried."""
    best, best_time, best_error, tried = None, float("inf"), None, []
    for variant in peer.variants(case, inputs):
        taken = seconds(variant.call)
        error, good = reference.check(variant.result())
        # The first run also touches its memory for the first time.
        if good and taken < 20 * best_time:
            taken = min(seconds(variant.call) for _ in range(_SCREEN))
        rate = case.gflop / taken
        tried.append({"name": variant.name, "gflops": rate, "right": good})
        if good and taken < best_time:
            best, best_time, best_error = variant, taken, error
    return best, best_error, tried


def contestants(args, case, artifact, peers):
    """{label: (call, description)}, numbers already checked."""
    inputs = cases.random_inputs(case, args.seed)
    found, references = {}, {}
    for dtype in cases.DTYPES if artifact else ():
        name = case.function(dtype)
        if not fnmatch.fnmatch(name, args.kernel):
            continue
        if not artifact.has(name):
            sys.exit(f"error: {args.artifact} has no function {name}")
        stored = [cases.to_storage(x, dtype) for x in inputs]
        reference = cases.Reference(case, stored, dtype, args.seed)
        references[dtype] = reference
        call, out = artifact.bind(name, stored, dtype)
        call()
        error, good = reference.check(out)
        about = {"function": name, "config": artifact.configs.get(name)}
        found[dtype] = (call, {**about, "error": error, "right": good})
    # Peers are f32, so a filter that leaves f32 out leaves them out.
    if peers and fnmatch.fnmatch(case.function("f32"), args.kernel):
        if "f32" not in references:
            references["f32"] = cases.Reference(case, inputs, "f32", args.seed)
        for name, peer in peers.items():
            variant, error, tried = best_variant(peer, case, inputs, references["f32"])
            if not variant:
                sys.exit(f"error: no variant of {name} computes {case}: {tried}")
            about = {"variant": variant.name, "error": error, "right": True}
            found[name] = (variant.call, {**about, "tried": tried})
    return found


def measure(case, found, roof, rounds):
    """Interleaved samples: {label: [(gflops, roof), ...]}."""
    samples = {label: [] for label, (_, about) in found.items() if about["right"]}
    for _ in range(rounds):
        before = roof.sample()
        for label, taken in samples.items():
            time.sleep(_PAUSE)
            rate = case.gflop / seconds(found[label][0])
            time.sleep(_PAUSE)
            after = roof.sample()
            taken.append((rate, (before + after) / 2))
            before = after
    return samples


def summary(case, found, samples):
    rows = []
    for label, (_, about) in found.items():
        row = {"width": case.width, "mask": case.mask, "contestant": label, **about}
        taken = samples.get(label)
        if taken:
            row["gflops"] = statistics.median(g for g, _ in taken)
            row["share"] = statistics.median(g / r for g, r in taken)
            row["roof"] = statistics.median(r for _, r in taken)
            row["samples"] = taken
            # Ratios within a round, so that a slow moment hits both sides.
            row["ratio"] = {
                other: statistics.median(a / b for (a, _), (b, _) in zip(taken, theirs))
                for other, theirs in samples.items()
                if other != label
            }
        rows.append(row)
    return rows


def run_one(args, threads):
    limit_threads(threads)
    roof = Roof(threads)
    result = {"threads": threads, "roof": roof.widths, "rows": []}
    if args.roof_only:
        return result
    from artifact import Artifact

    artifact = Artifact(args.artifact.resolve()) if args.artifact else None
    peers = load_peers(args.peers, threads)
    result["peers"] = {name: peer.version for name, peer in peers.items()}
    for case in cases.CASES:
        found = contestants(args, case, artifact, peers)
        if not found:
            continue
        samples = measure(case, found, roof, args.rounds)
        result["rows"] += summary(case, found, samples)
        print(f"  d{case.width} {case.mask}: done", file=sys.stderr, flush=True)
    return result


def run_each(args, argv):
    """One process for each count: thread settings are read once, at load."""
    results = []
    with tempfile.TemporaryDirectory() as directory:
        for threads in args.threads:
            out = pathlib.Path(directory) / "result.json"
            one = ["--threads", str(threads), "--json", str(out), "--markdown", os.devnull]
            done = subprocess.run(
                [sys.executable, __file__, *argv, *one], stdout=subprocess.DEVNULL
            )
            if not out.is_file():
                sys.exit(done.returncode or 1)
            results += json.loads(out.read_text())["results"]
            out.unlink()
    return results


def main(argv):
    args = parse(argv)
    if len(args.threads) > 1:
        results = run_each(args, argv)
    else:
        results = [run_one(args, args.threads[0])]
    document = {"machine": report.machine(args), "results": results}
    text = report.markdown(document)
    print(text)
    if args.json:
        args.json.write_text(json.dumps(document, indent=1) + "\n")
    if args.markdown:
        args.markdown.write_text(text + "\n")
    rows = [row for result in results for row in result["rows"]]
    wrong = [row["function"] for row in rows if not row["right"]]
    if wrong:
        sys.exit(f"error: wrong numbers, not timed: {', '.join(wrong)}")


if __name__ == "__main__":
    main(sys.argv[1:])
