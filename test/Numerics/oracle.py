"""The op's definition in NumPy: in f64, and unfused in the precision of the storage."""

import numpy as np


def visible(case):
    """[M, N] booleans: what masks and where leave."""
    i = np.arange(case.m)[:, None]
    j = np.arange(case.n)[None, :]
    position = i + case.n - case.m
    keep = np.ones((case.m, case.n), bool)
    for left, right in case.masks:
        if left is not None:
            keep &= j >= position - left
        if right is not None:
            keep &= j <= position + right
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
    if case.score == "softcap":
        five, fifth = s.dtype.type(5), s.dtype.type(np.float32(0.2)) if s.dtype == np.float32 else s.dtype.type(0.2)
        return five * np.tanh(s * fifth)
    if case.score == "relative":
        return s + table.astype(s.dtype)[j - i + case.m - 1]
    return s


def attention(case, q, k, v, table, dtype):
    """o and lse with all arithmetic in `dtype`; inputs are already of it. Empty rows: 0 and -inf."""
    keep = visible(case)
    scale = dtype(case.scale if case.scale is not None else 1.0 / np.sqrt(case.dk))
    out = np.zeros(case.shapes()[3], dtype)
    lse = np.full(case.shapes()[4], -np.inf, dtype)
    for b in range(case.batch):
        kv = np.repeat(k[b], case.group, axis=0), np.repeat(v[b], case.group, axis=0)
        s = transform(case, np.matmul(q[b], kv[0].transpose(0, 2, 1)) * scale, table)
        s = np.where(keep[None], s, dtype(-np.inf))
        top = s.max(axis=-1, keepdims=True)
        top = np.where(np.isfinite(top), top, dtype(0))
        p = np.exp(s - top)
        total = p.sum(axis=-1, keepdims=True, dtype=dtype)
        live = total[..., 0] > 0
        safe = np.where(total > 0, total, dtype(1))
        out[b] = np.where(live[..., None], np.matmul(p / safe, kv[1]), dtype(0))
        with np.errstate(divide="ignore"):
            lse[b] = np.where(live, (top + np.log(safe))[..., 0], dtype(-np.inf))
    return out, lse
