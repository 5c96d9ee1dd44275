"""fovea.merge_states against its definition in f64; the last line is `N passed, N failed`.

    merge.py --compiler build/bin/fovea-compile [--cpu avx2]

Exact cases are compared bit by bit. Else the largest error is at most twice that of the definition in the accumulator's
type, rounded to the storage type, and 8 units in the last place of the accumulator at the largest element.
"""

import argparse
import ctypes
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from run import difference
from tensors import STORAGE, Guarded, call, from_storage, to_storage


@dataclass
class Merge:
    """`states` pairs of an output of `shape` and an lse of `shape[:-1]`, as operands of their own or stacked; the result is
    of `dtype`, and so are the outputs where `state_dtype` says nothing else."""

    name: str
    states: int
    data: str
    dtype: str = "f32"
    shape: tuple = (2, 3, 17, 32)
    dynamic: bool = False
    stacked: bool = False
    state_dtype: str = ""

    def __post_init__(self):
        self.state_dtype = self.state_dtype or self.dtype

    @property
    def accumulator(self):
        return "f64" if self.dtype == "f64" else "f32"

    def mlir(self):
        def tensor(shape, element, last, states=()):
            sizes = ["?" if self.dynamic and not (last and d == len(shape) - 1) else str(s) for d, s in enumerate(shape)]
            return f"tensor<{'x'.join([*map(str, states), *sizes])}x{element}>"

        o, l = tensor(self.shape, self.dtype, True), tensor(self.shape[:-1], self.accumulator, False)
        states = (self.states,) if self.stacked else ()
        so = tensor(self.shape, self.state_dtype, True, states)
        sl = tensor(self.shape[:-1], self.accumulator, False, states)
        outputs, lses = ([f"%{n}{p}" for p in range(1 if self.stacked else self.states)] for n in "ol")
        arguments = ", ".join([f"{x}: {so}" for x in outputs] + [f"{x}: {sl}" for x in lses])
        keyword = "stacked " if self.stacked else ""
        return f"""
func.func @{self.name}({arguments}) -> ({o}, {l}) {{
  %o, %lse = fovea.merge_states {keyword}outputs({", ".join(outputs)}) lses({", ".join(lses)}) : ({so}, {sl}) -> ({o}, {l})
  return %o, %lse : {o}, {l}
}}"""

    def inputs(self, rng):
        """[states, ...] outputs and lses as f64; integers where the result is exact."""
        outputs = rng.integers(-8, 9, (self.states, *self.shape)).astype(float) * self.states
        lses = np.broadcast_to(rng.integers(-5, 6, self.shape[:-1]), outputs.shape[:-1]).astype(float)
        if self.data == "random":
            outputs = rng.standard_normal(outputs.shape)
            lses = rng.standard_normal(lses.shape) * 5
        if self.data == "some_empty":
            outputs = rng.standard_normal(outputs.shape)
            lses = np.where(rng.random(lses.shape) < 0.5, -np.inf, rng.standard_normal(lses.shape))
        if self.data == "dominated":
            # The other weights are 0 in f64 too.
            lses = lses - 2000.0 * (np.arange(self.states) != 1).reshape(-1, *[1] * (lses.ndim - 1))
        if self.data == "one_left":
            lses = np.where((np.arange(self.states) != 1).reshape(-1, *[1] * (lses.ndim - 1)), -np.inf, lses)
        if self.data == "all_empty":
            lses = np.full_like(lses, -np.inf)
        # What an attention that saw no key writes.
        outputs = np.where(np.isneginf(lses)[..., None], 0.0, outputs)
        round_to = lambda x, dtype: from_storage(to_storage(x, dtype), dtype)
        return round_to(outputs, self.state_dtype), round_to(lses, self.accumulator)

    def exact_output(self):
        return self.data not in ("random", "some_empty")

    def exact_lse(self):
        return self.data in ("dominated", "one_left", "all_empty")


def definition(outputs, lses, dtype):
    """o and lse with all arithmetic in `dtype`."""
    outputs, lses = outputs.astype(dtype), lses.astype(dtype)
    top = lses.max(axis=0)
    floor = np.where(np.isfinite(top), top, dtype(0))
    weights = np.exp(lses - floor)
    total = weights.sum(axis=0, dtype=dtype)
    safe = np.where(total > 0, total, dtype(1))
    lse = np.where(total > 0, floor + np.log(safe), dtype(-np.inf))
    return ((weights / safe)[..., None] * outputs).sum(axis=0, dtype=dtype), lse


def all_cases():
    for dtype in ("f32", "f64", "bf16", "f16"):
        for data in ("equal", "dominated", "one_left", "all_empty", "random", "some_empty"):
            yield Merge(f"{data}_{dtype}", 4, data, dtype)
    for states in (1, 2, 3, 7):
        yield Merge(f"states_{states}", states, "random")
        yield Merge(f"states_empty_{states}", states, "some_empty", dynamic=True)
    for shape in ((5, 8), (1, 1), (3, 130, 80), (1, 1, 1, 256), (2, 1, 3, 20, 16), (2, 3, 33, 7)):
        name = "x".join(map(str, shape))
        yield Merge(f"shape_{name}", 2, "random", shape=shape)
        yield Merge(f"dynamic_{name}", 2, "equal", shape=shape, dynamic=True)
        yield Merge(f"stacked_{name}", 5, "random", shape=shape, stacked=True)
    for data in ("equal", "dominated", "one_left", "all_empty", "random", "some_empty"):
        yield Merge(f"stacked_{data}", 4, data, stacked=True, dynamic=True)
        # States in the accumulator's type, rounded once when they are merged.
        for dtype in ("bf16", "f16"):
            for stacked in (False, True):
                name = f"{'stacked_' if stacked else ''}wide_{data}_{dtype}"
                yield Merge(name, 4, data, dtype, stacked=stacked, state_dtype="f32")
    for states in (1, 5):
        yield Merge(f"stacked_states_{states}", states, "some_empty", "bf16", (3, 19, 40), stacked=True)
        yield Merge(f"stacked_wide_states_{states}", states, "some_empty", "bf16", (3, 19, 40), stacked=True, state_dtype="f32")
    yield Merge("stacked_f64", 5, "some_empty", "f64", stacked=True)
    # One state that is only rounded.
    yield Merge("one_wide", 1, "random", "bf16", state_dtype="f32")


def verdict(what, got, exact, unfused, accumulator, must_be_exact):
    if must_be_exact:
        return "" if np.array_equal(got, exact) else f"{what} is not exact: off by {difference(got, exact):.3g}"
    unit = np.finfo(STORAGE[accumulator]).eps
    largest = max(np.abs(exact[np.isfinite(exact)]).max(initial=0.0), 1.0)
    error, bound = difference(got, exact), 2 * difference(unfused, exact) + 8 * unit * largest
    return "" if error <= bound else f"{what}: error {error:.3g}, at most {bound:.3g}"


def check(library, case):
    """An error text, or an empty one."""
    outputs, lses = case.inputs(np.random.default_rng(sum(case.name.encode())))
    states = [outputs], [lses]
    if not case.stacked:
        states = outputs, lses
    tensors = [Guarded(x.shape, case.state_dtype, to_storage(x, case.state_dtype)) for x in states[0]]
    tensors += [Guarded(x.shape, case.accumulator, x) for x in states[1]]
    tensors += [Guarded(case.shape, case.dtype), Guarded(case.shape[:-1], case.accumulator)]
    call(library, case.name, tensors)
    if not all(t.intact() for t in tensors):
        return "wrote before a tensor"
    exact = definition(outputs, lses, np.float64)
    unfused = [x.astype(np.float64) for x in definition(outputs, lses, STORAGE[case.accumulator])]
    rounded = from_storage(to_storage(unfused[0], case.dtype), case.dtype)
    o, lse = from_storage(tensors[-2].array, case.dtype), tensors[-1].array.astype(np.float64)
    return (verdict("o", o, exact[0], rounded, case.accumulator, case.exact_output())
            or verdict("lse", lse, exact[1], unfused[1], case.accumulator, case.exact_lse()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--cpu", default="host")
    arguments = parser.parse_args()
    cases, failed = list(all_cases()), 0
    with tempfile.TemporaryDirectory() as folder:
        source, artifact = Path(folder, "merge.mlir"), Path(folder, "merge.so")
        source.write_text("\n".join(case.mlir() for case in cases))
        subprocess.run([arguments.compiler, source, f"--cpu={arguments.cpu}", "-o", artifact], check=True, timeout=300)
        library = ctypes.CDLL(str(artifact))
    for case in cases:
        if error := check(library, case):
            failed += 1
            print(f"FAIL {case.name}: {error}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
