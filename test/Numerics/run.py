"""Compiles and runs every numerical case; the last line is `N passed, N failed`.

    run.py --compiler build/bin/fovea-compile [--cpu avx2]... [--filter TEXT]

Error, and what it may be: the largest absolute difference to the op's definition in f64, at most twice that of the
unfused computation in the same precision (NumPy, f32 sums for f32, f16 and bf16), and 8 units in the last place of
the accumulator at the largest element. Cases of one batch share an artifact and a process: a crash fails all of them.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import clauses
import oracle
from cases import all_cases
from tensors import STORAGE, Guarded, call, from_storage, to_storage

BATCH = 12


def make_inputs(case, rng):
    """q, k, v and the table as f64 values that the storage type holds."""
    q, k, v, _, _ = (rng.standard_normal(s) for s in case.shapes())
    if case.data == "zero_scores":
        q[:] = 0
        v = rng.integers(-8, 9, v.shape).astype(float)
    if case.data == "identity":
        # q_i . k_j is 2048 where i = j, else 0: exp(-2048) is 0 in f64 too.
        q, k = (np.broadcast_to(np.eye(64)[: s[2]] * f, s) for s, f in zip(case.shapes(), (32.0, 64.0)))
        v = rng.integers(-8, 9, v.shape).astype(float)
    table = rng.standard_normal(case.table_size()).astype(np.float32)
    return [from_storage(to_storage(x, case.dtype), case.dtype) for x in (q, k, v)], table


def unit(case):
    return np.finfo(np.float64 if case.dtype == "f64" else np.float32).eps


def difference(x, y):
    """The largest difference; infinite where only one is NaN or infinite."""
    same = (x == y) | (np.isnan(x) & np.isnan(y))
    with np.errstate(invalid="ignore"):
        d = np.where(same, 0.0, np.abs(x - y))
    return float(np.where(np.isfinite(d), d, np.inf).max(initial=0.0))


def verdict(case, got, exact, unfused):
    """An error text, or an empty one."""
    if case.data in ("zero_scores", "identity") or case.where == "onehot":
        return "" if np.array_equal(got, exact) else f"not exact: off by {difference(got, exact):.3g}"
    largest = np.abs(exact[np.isfinite(exact)]).max(initial=0.0)
    bound = 2 * difference(unfused, exact) + 8 * unit(case) * largest
    bound = min(bound, case.most)
    error = difference(got, exact)
    return "" if error <= bound else f"error {error:.3g}, at most {bound:.3g}"


def check(library, case, rng):
    """Runs one case; an error text, or an empty one."""
    inputs, table = make_inputs(case, rng)
    shapes = case.shapes()
    tensors = [Guarded(x.shape, case.dtype, to_storage(x, case.dtype)) for x in inputs]
    tensors.append(Guarded(table.shape, "f32", table))
    given = clauses.values(case, rng)
    for operand in (x for group in clauses.operands(case).values() for x in group):
        values = to_storage(given[operand.name], operand.dtype)
        tensors.append(Guarded(operand.shape, operand.dtype, values))
    tensors += [Guarded(shapes[3], case.dtype), Guarded(shapes[4], case.accumulator)]
    call(library, case.name, tensors)
    if not all(t.intact() for t in tensors):
        return "wrote before a tensor"
    exact = oracle.attention(case, *inputs, table.astype(np.float64), np.float64, given)
    narrow = STORAGE[case.accumulator]
    unfused = oracle.attention(case, *(x.astype(narrow) for x in inputs), table, narrow, given)
    o = from_storage(tensors[-2].array, case.dtype)
    rounded = from_storage(to_storage(unfused[0].astype(np.float64), case.dtype), case.dtype)
    # What is exact in f64 and held by the storage type must come out so.
    wrong = verdict(case, o, exact[0], rounded)
    lse = tensors[-1].array.astype(np.float64)
    error = difference(lse, exact[1])
    bound = 2 * difference(unfused[1].astype(np.float64), exact[1]) + 8 * unit(case) * max(
        np.abs(exact[1][np.isfinite(exact[1])]).max(initial=0.0), 1.0)
    return wrong or ("" if error <= bound else f"lse error {error:.3g}, at most {bound:.3g}")


def run_batch(compiler, cpu, cases):
    """In a process of its own: prints one JSON line a case."""
    with tempfile.TemporaryDirectory() as folder:
        source, artifact = Path(folder, "cases.mlir"), Path(folder, "cases.so")
        source.write_text("\n".join(case.mlir() for case in cases))
        subprocess.run([compiler, str(source), "--target=cpu", f"--cpu={cpu}", "--emit=artifact", "-o", str(artifact)],
                       check=True, timeout=300)
        library = ctypes.CDLL(str(artifact))
    for case in cases:
        try:
            error = check(library, case, np.random.default_rng(sum(case.name.encode())))
        except RuntimeError as refusal:
            error = str(refusal)
        print(json.dumps([case.name, error]), flush=True)


def collect(arguments, cpu, first, cases):
    """Runs a batch in a process; (cpu, name, error) for each case."""
    command = [sys.executable, __file__, "--compiler", arguments.compiler, "--cpu", cpu, "--batch", str(first)]
    if arguments.filter:
        command += ["--filter", arguments.filter]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=600)
        code, output, messages = result.returncode, result.stdout, result.stderr
    except subprocess.TimeoutExpired:
        code, output, messages = "none: it did not end", "", ""
    found = dict(json.loads(line) for line in output.splitlines())
    lost = f"no result; the batch's exit code is {code}: {messages[-500:]}"
    return [(cpu, case.name, found.get(case.name, lost)) for case in cases]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--cpu", action="append")
    parser.add_argument("--filter", default="")
    parser.add_argument("--batch", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    cases = [case for case in all_cases() if arguments.filter in case.name]
    if arguments.batch is not None:
        return run_batch(arguments.compiler, arguments.cpu[0], cases[arguments.batch:arguments.batch + BATCH])
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(collect, arguments, cpu, first, cases[first:first + BATCH])
                for cpu in arguments.cpu or ["host"] for first in range(0, len(cases), BATCH)]
        results = [row for job in jobs for row in job.result()]
    failed = [row for row in results if row[2]]
    for cpu, name, error in failed:
        print(f"FAIL {cpu} {name}: {error}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
