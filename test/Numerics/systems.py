"""What published systems promise of their variants, checked on compiled kernels; the last line is `N passed, N failed`.

    systems.py --compiler build/bin/fovea-compile [--cpu avx2]

Each check is named after the system whose claim it is. Masks are read out of the kernels: with scores of zero and one
value of 1 in each key, an element of the output is not 0 exactly where the query sees the key.
"""

import argparse
import ctypes
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

import oracle
from case import Case
from clauses import operands
from masks import CAUSAL, LocalStride, NDWindow, Window
from tensors import Guarded, call

CLOSE = 1e-5


class Kernels:
    """Compiled functions of some f32 cases, called with arrays."""

    def __init__(self, compiler, cpu, cases):
        with tempfile.TemporaryDirectory() as folder:
            source, artifact = Path(folder, "systems.mlir"), Path(folder, "systems.so")
            source.write_text("\n".join(case.mlir() for case in cases))
            subprocess.run([compiler, source, f"--cpu={cpu}", "-o", artifact], check=True, timeout=300)
            self.library = ctypes.CDLL(str(artifact))

    def __call__(self, case, q, k, v, table=np.zeros(1), **given):
        """o and lse."""
        arrays = [(x, "f32") for x in (q, k, v, table)]
        arrays += [(given[x.name], x.dtype) for group in operands(case).values() for x in group]
        tensors = [Guarded(x.shape, dtype, x) for x, dtype in arrays]
        tensors += [Guarded(shape, "f32") for shape in case.shapes()[3:]]
        call(self.library, case.name, tensors)
        return tensors[-2].array.copy(), tensors[-1].array.copy()


def normal(rng, *shapes):
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def expect(close, what):
    if not close:
        raise AssertionError(what)


def expect_near(got, wanted, bound=CLOSE):
    error = float(np.abs(got.astype(np.float64) - wanted).max())
    expect(error <= bound, f"off by {error:.3g}, at most {bound:.3g}")


def exact(case, q, k, v, **given):
    """o and lse of the definition in f64."""
    wide = {name: x.astype(np.float64) for name, x in given.items()}
    return oracle.attention(case, *(x.astype(np.float64) for x in (q, k, v)), np.zeros(1), np.float64, wide)


def read_mask(kernels, case):
    """[H, M, N]: which key which query sees, and how many it says they are."""
    q, k = (np.zeros(shape, np.float32) for shape in case.shapes()[:2])
    v = np.broadcast_to(np.eye(case.n, dtype=np.float32), case.shapes()[2])
    o, lse = kernels(case, q, k, v)
    return o[0] > 0, np.exp(lse[0].astype(np.float64))


def masked(name, m, n, *masks, **fields):
    return Case(name, m=m, n=n, dk=8, dv=n, masks=list(masks), **fields)


NATTEN = [masked(f"natten_{at}", int(np.prod(window.shape)), int(np.prod(window.shape)), window, heads=1) for at, window in enumerate((
    NDWindow((41,), (6,), (4,), (3,)), NDWindow((9, 13), (4, 5), (3, 2)), NDWindow((9, 13), (2, 4), (1, 2), (4, 3)),
    NDWindow((5, 6, 7), (2, 3, 4), (2, 1, 4)), NDWindow((5, 6, 7), (2, 2, 2), dilation=(2, 3, 3)),
    NDWindow((9, 13), (4, 5), (3, 2), (2, 1), (1, 0)),
))]  # fmt: skip


def natten(kernels, rng):
    """The mask is the brute force's, and each query sees exactly as many keys as the window has, but on causal axes."""
    for case in NATTEN:
        window = case.masks[0]
        seen, count = read_mask(kernels, case)
        expect(np.array_equal(seen[0], window.visible(case)), f"{case.name}: another mask than the brute force's")
        expect_near(count, seen.sum(axis=-1), 1e-3)
        if not window.causal:
            expect((seen.sum(axis=-1) == np.prod(window.window)).all(), f"{case.name}: a query sees more or less than the window")


S2 = masked("s2", 300, 300, LocalStride(block=16, local=1, stride=2, heads=2, group=4), heads=8, group=4)
S2_DECODE = Case("s2_decode", heads=8, group=4, m=1, n=300, dk=64, dv=64,
                 masks=[LocalStride(block=16, local=2, stride=4, heads=2, group=4)])  # fmt: skip


def s2_attention(kernels, rng):
    """Heads of one group share a pattern, all heads together see all earlier blocks, and a decode step that finds other
    numbers in the blocks that it does not read gives the same bits."""
    seen, _ = read_mask(kernels, S2)
    expect(np.array_equal(seen, S2.masks[0].visible(S2)), "another mask than the expanded blocks'")
    earlier = np.arange(300)[None, :] // 16 <= np.arange(300)[:, None] // 16
    expect(np.array_equal(seen.any(axis=0), earlier), "heads do not see all blocks together")
    q, k, v = normal(rng, *S2_DECODE.shapes()[:3])
    read = S2_DECODE.masks[0].visible(S2_DECODE).reshape(2, 4, 300).any(axis=1)[None, ..., None]
    expect(read.any() and not read.all(), "nothing is dropped")
    whole = kernels(S2_DECODE, q, k, v)
    dropped = kernels(S2_DECODE, q, np.where(read, k, 1e3), np.where(read, v, -1e3))
    expect(all(np.array_equal(a, b) for a, b in zip(whole, dropped)), "blocks that are never read matter")


TEMPLATE = [masked(f"fast_{m}_{n}", m, n, CAUSAL, heads=1) for m, n in ((64, 64), (50, 77), (77, 50), (1, 33), (100, 37), (37, 100))]
FAST = Case("fast_whole", m=60, n=150, dk=64, dv=64, heads=4, group=2)
FAST_DEVICE, FAST_HOST = replace(FAST, name="fast_device", n=97), replace(FAST, name="fast_host", n=53)
FAST_REST = replace(FAST_HOST, name="fast_rest", state="f32")


def fast_attention(kernels, rng):
    """Causal masks are shifted views of one triangle of two tiles; keys on two devices are merged."""
    tile = 16
    triangle = np.tri(2 * tile, dtype=bool)
    for case in TEMPLATE:
        seen, _ = read_mask(kernels, case)
        wanted = np.zeros((case.m, case.n), bool)
        for i in range(0, case.m, tile):
            for j in range(0, case.n, tile):
                # Row 0 of the tile sees `ahead` more keys than the first; a view starts within the triangle.
                ahead = int(np.clip(i + case.n - case.m - j, -tile, tile - 1))
                view = triangle[max(ahead, 0):, max(-ahead, 0):][:tile, :tile]
                here = wanted[i:i + tile, j:j + tile]
                here[...] = view[: here.shape[0], : here.shape[1]]
        expect(np.array_equal(seen[0], wanted), f"{case.name}: another mask than the template's")
    q, k, v = normal(rng, *FAST.shapes()[:3])
    o0, lse0 = kernels(FAST_DEVICE, q, k[:, :, :97], v[:, :, :97])
    o1, lse1 = kernels(FAST_HOST, q, k[:, :, 97:], v[:, :, 97:])
    wanted = exact(FAST, q, k, v)
    lse = np.logaddexp(lse0, lse1)
    expect_near(np.exp(lse0 - lse)[..., None] * o0 + np.exp(lse1 - lse)[..., None] * o1, wanted[0])
    # The same by the second device's op itself, which starts at the first one's state.
    o, lse = kernels(FAST_REST, q, k[:, :, 97:], v[:, :, 97:], o0=o0, lse0=lse0)
    expect_near(o, wanted[0])
    expect_near(lse, wanted[1])
    # From a state without keys it computes what it computes alone, bit by bit.
    none = kernels(FAST_REST, q, k[:, :, 97:], v[:, :, 97:], o0=np.full_like(o0, np.nan), lse0=np.full_like(lse0, -np.inf))
    expect(all(np.array_equal(a, b) for a, b in zip(none, (o1, lse1))), "an empty state changes the result")


BIASED = Case("bias_dense", m=128, n=128, dk=64, dv=64, heads=4, bias="f32", repeated="b")
BIASES = {rank: replace(BIASED, name=f"bias_{rank}", bias="", rank=rank) for rank in (2, 5, 8)}
CAUSAL_BIASED = replace(BIASED, name="bias_dense_causal", masks=[CAUSAL])
ALIBI = replace(CAUSAL_BIASED, name="bias_alibi", bias="", rank=2)


def flash_bias(kernels, rng):
    """Factors give what the matrix that they multiply to gives; truncated ones move the lse by no more than the bias."""
    q, k, v = normal(rng, *BIASED.shapes()[:3])

    def compare(dense, factored, bias, x, y):
        """The lse with factors."""
        o = kernels(dense, q, k, v, bias=bias.astype(np.float32))
        f = kernels(factored, q, k, v, fq=x.astype(np.float32), fk=y.astype(np.float32))
        for got, wanted in zip(f, o):
            expect_near(got, wanted)
        return f[1]

    i = np.arange(128.0)
    ones = np.ones((1, 4, 128))
    slopes = (2.0 ** -np.arange(2.0, 10, 2)).reshape(1, 4, 1)
    # Causal ALiBi: slope (j - i).
    x, y = np.stack([-slopes * i, slopes * ones], axis=-1), np.stack([ones, i * ones], axis=-1)
    compare(CAUSAL_BIASED, ALIBI, slopes[..., None] * (i - i[:, None]), x, y)
    # Minus the squared distance of points in space: 2 a b - a a - b b.
    a, b = rng.standard_normal((1, 4, 128, 3)), rng.standard_normal((1, 4, 128, 3))
    square = lambda p: (p * p).sum(axis=-1, keepdims=True)
    x = np.concatenate([2 * a, -square(a), np.ones_like(square(a))], axis=-1)
    y = np.concatenate([b, np.ones_like(square(b)), -square(b)], axis=-1)
    compare(BIASED, BIASES[5], -square(a[:, :, :, None] - b[:, :, None])[..., 0], x, y)
    # A smooth table's 8 largest singular values, against the whole table.
    table = np.exp(-np.abs(i[:, None] - i) / 20) * rng.uniform(1, 3, (1, 4, 1, 1))
    u, s, w = np.linalg.svd(table)
    x, y = u[..., :8] * s[..., None, :8], w[..., :8, :].transpose(0, 1, 3, 2)
    truncated = np.matmul(x, y.transpose(0, 1, 3, 2))
    lse = compare(BIASED, BIASES[8], truncated, x, y)
    wanted = exact(BIASED, q, k, v, bias=table)[1]
    most = np.abs(truncated - table).max()
    moved = np.abs(lse - wanted).max()
    expect(0.01 < most < 1 and moved <= most + CLOSE, f"lse moved by {moved:.3g}, the bias by {most:.3g}")


LENGTHS = (1, 37, 128)
PADDED = Case("mosaic", batch=3, heads=4, m=128, n=128, dk=64, dv=64, score="distance", segments="i32")
ALONE = {n: replace(PADDED, name=f"mosaic_{n}", batch=1, m=n, n=n, segments="") for n in LENGTHS}


def mosaic_bert(kernels, rng):
    """Sequences padded to one length, with -slope |i - j|, give what each gives alone: padding is of another segment."""
    q, k, v = normal(rng, *PADDED.shapes()[:3])
    slopes = 2.0 ** -np.arange(2.0, 10, 2)
    sk = np.stack([np.where(np.arange(128) < n, 0, 1) for n in LENGTHS])
    o, lse = kernels(PADDED, q, k, v, slopes, sq=np.zeros_like(sk), sk=sk)
    for b, (n, case) in enumerate(ALONE.items()):
        cut = [x[b:b + 1, :, :n] for x in (q, k, v)]
        wanted = oracle.attention(case, *(x.astype(np.float64) for x in cut), slopes, np.float64)
        for got in (kernels(case, *cut, slopes), (o[b:b + 1, :, :n], lse[b:b + 1, :, :n])):
            expect_near(got[0], wanted[0])
            expect_near(got[1], wanted[1])


SINK_TOKENS, WINDOW, DROPPED = 4, 60, 136
TOKENS = SINK_TOKENS + DROPPED + WINDOW
RAZOR = Case("razor", heads=8, group=4, m=1, n=SINK_TOKENS + 1 + WINDOW, dk=64, dv=64, weights=True)
FULL = replace(RAZOR, name="full", n=TOKENS, weights=False)


def razor_attention(kernels, rng):
    """A compensation token of n dropped keys, weighted by log n: exact for equal keys, and absent for n = 0."""
    q, k, v = normal(rng, *FULL.shapes()[:3])
    dropped = slice(SINK_TOKENS, SINK_TOKENS + DROPPED)
    kept = np.r_[:SINK_TOKENS, SINK_TOKENS + DROPPED:TOKENS]

    def compensated(x):
        mean = x[:, :, dropped].mean(axis=2, keepdims=True, dtype=np.float32)
        return np.concatenate([x[:, :, :SINK_TOKENS], mean, x[:, :, SINK_TOKENS + DROPPED:]], axis=2)

    def weights(count):
        w = np.zeros((1, 2, RAZOR.n), np.float32)
        with np.errstate(divide="ignore"):
            w[:, :, SINK_TOKENS] = np.log(np.float32(count))
        return w

    window = replace(FULL, n=len(kept))
    wanted = exact(window, q, k[:, :, kept], v[:, :, kept])
    for got, exactly in zip(kernels(RAZOR, q, compensated(k), compensated(v), weights=weights(0)), wanted):
        expect_near(got, exactly)
    k[:, :, dropped], v[:, :, dropped] = k[:, :, :1], v[:, :, :1]
    wanted = exact(FULL, q, k, v)
    for got, exactly in zip(kernels(RAZOR, q, compensated(k), compensated(v), weights=weights(DROPPED)), wanted):
        expect_near(got, exactly)
    without = exact(window, q, k[:, :, kept], v[:, :, kept])
    expect(np.abs(without[0] - wanted[0]).max() > 0.1, "dropped keys do not matter here")


SYSTEMS = (natten, s2_attention, fast_attention, flash_bias, mosaic_bert, razor_attention)
CASES = [*NATTEN, S2, S2_DECODE, *TEMPLATE, FAST_DEVICE, FAST_HOST, FAST_REST, BIASED, *BIASES.values(), CAUSAL_BIASED,
         ALIBI, PADDED, *ALONE.values(), RAZOR]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--cpu", default="host")
    arguments = parser.parse_args()
    kernels = Kernels(arguments.compiler, arguments.cpu, CASES)
    failed = 0
    for system in SYSTEMS:
        try:
            system(kernels, np.random.default_rng(1))
            print(f"ok {system.__name__}")
        except (AssertionError, RuntimeError) as error:
            failed += 1
            print(f"FAIL {system.__name__}: {error}")
    print(f"{len(SYSTEMS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
