"""Numbers of simulated kernels against f64: every combination of target, mask, width, type and score, at sizes with
tails; for AMD GPUs also waves that compute and read in turn, and variants and other widths once each.

    matrix.py WORK_FOLDER [--filter TEXT]

Each case is one run of `fovea-run --simulate --check`, whose bound is twice the error of the unfused computation in the
same precision. A third of them, and all of those that take turns, also take another order of subgroups and copies."""

import argparse
import itertools
import pathlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "bench" / "gpu_attention"))

from case import Case  # noqa: E402

WIDTHS = {"sm_80": (64, 128), "sm_90a": (64, 128), "gfx90a": (64, 128, 256), "gfx942": (64, 128, 256),
          "gfx950": (64, 128, 256)}  # fmt: skip
MASKS = {"full": None, "causal": (None, 0), "window": (100, 20)}
SIZES = ((128, 128), (129, 200), (65, 333))
AMD = ("gfx90a", "gfx942", "gfx950")
# Of several tiles, and of one, with rows that see no key.
PHASES_SIZES = ((300, 333), (129, 57))
PHASES = """#fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64,
  schedule = <target = "{}", stages = [2, 2], rescale = lazy, phases = ping_pong>>"""
VARIANTS = (
    *(dict(dk=d, dv=d) for d in (32, 80, 96, 160, 192)),
    dict(dk=192, dv=128),
    dict(heads=6, key_heads=2),
    dict(score="softcap"),
    dict(dynamic=True),
)
TIMEOUT = 120


def named(parts, dtype, **fields):
    return Case("_".join(str(x) for x in parts), dtype, **{"heads": 2, "key_heads": 1, **fields})


def grid():
    """(target, case, seed of the schedule)."""
    targets = [(target, d) for target, widths in WIDTHS.items() for d in widths]
    points = itertools.product(targets, MASKS, SIZES, ("bf16", "f16"), ("none", "alibi"))
    for index, ((target, d), mask, (m, n), dtype, score) in enumerate(points):
        case = named((mask, f"d{d}", f"m{m}", f"n{n}", dtype, score), dtype, m=m, n=n, dk=d, dv=d, mask=MASKS[mask],
                     score=score, lse=index % 2 == 0)  # fmt: skip
        yield target, case, index if index % 3 == 0 else 0


def phases():
    points = itertools.product(AMD, MASKS, (64, 128), PHASES_SIZES, ("bf16", "f16"), ("none", "alibi"))
    for index, (target, mask, d, (m, n), dtype, score) in enumerate(points):
        case = named(("phases", mask, f"d{d}", f"m{m}", f"n{n}", dtype, score), dtype, m=m, n=n, dk=d, dv=d,
                     mask=MASKS[mask], score=score, lse=index % 2 == 0, config=PHASES.format(target))  # fmt: skip
        yield target, case, 1000 + index


def variants():
    for index, (target, fields, dtype) in enumerate(itertools.product(AMD, VARIANTS, ("bf16", "f16"))):
        parts = [f"{key}{value}" for key, value in fields.items()]
        yield target, named((*parts, dtype), dtype, m=129, n=200, mask=(None, 0), lse=True, **fields), index


def cases():
    yield from grid()
    yield from phases()
    yield from variants()


def run(job):
    """(target and name, what is wrong or "")."""
    folder, (target, case, seed) = job
    source = folder / f"{target}.{case.name}.mlir"
    source.write_text(case.mlir())
    done = subprocess.run(["fovea-run", source, f"--target={target}", "--simulate", "--check", f"--seed={seed}",
                           f"--schedule-seed={seed}"], capture_output=True, text=True, timeout=TIMEOUT)  # fmt: skip
    return f"{target} {case.name}", "" if done.returncode == 0 else (done.stderr or done.stdout).strip()


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--filter", default="", help="only cases whose target and name contain this")
    args = p.parse_args(argv)
    args.folder.mkdir(parents=True, exist_ok=True)
    jobs = [(args.folder, c) for c in cases() if args.filter in f"{c[0]} {c[1].name}"]
    start = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, jobs))
    for name, wrong in results:
        if wrong:
            print(f"FAIL {name}: {wrong}")
    failed = sum(bool(wrong) for _, wrong in results)
    print(f"{len(results) - failed} passed, {failed} failed in {time.monotonic() - start:.0f} s")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
