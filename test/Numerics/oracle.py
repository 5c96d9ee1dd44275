"""The op's definition in NumPy: in f64, and unfused in the precision of the storage."""

from functools import reduce

import numpy as np


def visible(case):
    """[H, M, N] booleans: what masks and where leave."""
    i = np.arange(case.m)[:, None]
    j = np.arange(case.n)[None, :]
    keep = np.ones((case.heads, case.m, case.n), bool)
    for mask in case.masks:
        keep &= mask.visible(case)
    if case.where == "onehot":
        keep &= j == (i * 5) % case.n
    if case.where == "third":
        keep &= (i % 3 != 0) & (j >= 0)
    return keep


def transform(case, s, table):
    """The score region on [H, M, N] scores."""
    i = np.arange(case.m)[:, None]
    j = np.arange(case.n)[None, :]
    if case.score == "alibi":
        return s + table.astype(s.dtype)[:, None, None] * (j - i).astype(s.dtype)
    if case.score == "distance":
        return s - table.astype(s.dtype)[:, None, None] * np.abs(j - i).astype(s.dtype)
    if case.score == "softcap":
        five, fifth = s.dtype.type(5), s.dtype.type(np.float32(0.2)) if s.dtype == np.float32 else s.dtype.type(0.2)
        return five * np.tanh(s * fifth)
    if case.score == "relative":
        return s + table.astype(s.dtype)[j - i + case.m - 1]
    return s


def biased(case, s, b, given):
    """The scores [H, M, N] of batch `b` with what clauses add to them."""

    def of_batch(name):
        return given[name][min(b, len(given[name]) - 1)].astype(s.dtype)

    of_heads = lambda x, heads: np.broadcast_to(x, (heads, *x.shape[1:]))
    grouped = lambda x: np.repeat(of_heads(x, case.key_heads), case.group, axis=0)
    if case.bias:
        s = s + of_batch("bias")
    if case.rank:
        s = s + np.matmul(of_heads(of_batch("fq"), case.heads), grouped(of_batch("fk")).transpose(0, 2, 1))
    if case.weights:
        s = s + grouped(of_batch("weights"))[:, None, :]
    if case.segments:
        same = given["sq"][min(b, len(given["sq"]) - 1)][:, None] == given["sk"][min(b, len(given["sk"]) - 1)]
        s = np.where(same, s, s.dtype.type(-np.inf))
    return s


def attention(case, q, k, v, table, dtype, given=None):
    """o and lse with all arithmetic in `dtype`; inputs are already of it. Empty rows: 0 and -inf."""
    given = given or {}
    keep = visible(case)
    scale = dtype(case.scale if case.scale is not None else 1.0 / np.sqrt(case.dk))
    out = np.zeros(case.shapes()[3], dtype)
    lse = np.full(case.shapes()[4], -np.inf, dtype)
    for b in range(case.batch):
        kv = np.repeat(k[b], case.group, axis=0), np.repeat(v[b], case.group, axis=0)
        s = transform(case, np.matmul(q[b], kv[0].transpose(0, 2, 1)) * scale, table)
        s = np.where(keep, biased(case, s, b, given), dtype(-np.inf))
        # Logarithms of what rows have beside their keys.
        outside = [given["sinks"].astype(dtype)[:, None, None]] if case.sinks else []
        if case.state:
            outside.append(given["lse0"][b].astype(dtype)[..., None])
        top = reduce(np.maximum, outside, s.max(axis=-1, keepdims=True, initial=-np.inf))
        top = np.where(np.isfinite(top), top, dtype(0))
        p = np.exp(s - top)
        total = p.sum(axis=-1, keepdims=True, dtype=dtype) + sum(np.exp(x - top) for x in outside)
        live = total[..., 0] > 0
        safe = np.where(total > 0, total, dtype(1))
        out[b] = np.where(live[..., None], np.matmul(p / safe, kv[1]), dtype(0))
        if case.state:
            weight = np.exp(outside[-1] - top) / safe
            with np.errstate(invalid="ignore", over="ignore"):
                out[b] += np.where(weight > 0, weight * given["o0"][b].astype(dtype), dtype(0))
        with np.errstate(divide="ignore"):
            lse[b] = np.where(live, (top + np.log(safe))[..., 0], dtype(-np.inf))
    return out, lse
