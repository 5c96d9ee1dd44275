"""The op's definition in torch: in f64, and unfused in the precision of the storage."""

import math

import torch


def visible(case, rows, device):
    """[rows, N] booleans: what the mask leaves; masks are aligned at the bottom right."""
    j = torch.arange(case.n, device=device)[None, :]
    position = rows[:, None] + (case.n - case.m)
    keep = torch.ones(len(rows), case.n, dtype=torch.bool, device=device)
    left, right = case.mask or (None, None)
    if left is not None:
        keep &= j >= position - left
    if right is not None:
        keep &= j <= position + right
    return keep


def transform(case, s, rows, table):
    """The score region on [H, rows, N] scores."""
    distance = torch.arange(case.n, device=s.device)[None, :] - rows[:, None]
    if case.score == "alibi":
        return s + table.to(s.dtype)[:, None, None] * distance.to(s.dtype)
    if case.score == "softcap":
        return 30.0 * torch.tanh(s * 0.033333333)
    if case.score == "relative":
        return s + table.to(s.dtype)[:, distance + case.m - 1]
    return s


def one_batch(case, q, k, v, table, rows, dtype, probability):
    """o and lse of one batch's [H, rows, dk], [Hk, N, dk], [Hk, N, dv]."""
    group = case.heads // case.key_heads
    k, v = (x.to(dtype).repeat_interleave(group, 0) for x in (k, v))
    s = transform(case, q.to(dtype) @ k.mT / math.sqrt(case.dk), rows, table)
    s = s.masked_fill(~visible(case, rows, s.device), -math.inf)
    top = s.amax(-1, keepdim=True)
    top = top.masked_fill(top.isinf(), 0.0)
    p = torch.exp(s - top)
    total = p.sum(-1, keepdim=True)
    # Empty rows: every p and the total are 0, so o is 0 and lse is -inf. P is divided, not o: exact for exact cases.
    o = (p / total.clamp_min(torch.finfo(dtype).tiny)).to(probability).to(dtype) @ v
    return o, (top + total.log())[..., 0]


def attention(case, q, k, v, table, rows=None, dtype=torch.float64, probability=None):
    """o and lse of the given query rows (of all), with all arithmetic in dtype and P rounded to `probability`."""
    rows = torch.arange(case.m, device=q.device) if rows is None else rows
    parts = [one_batch(case, q[b][:, rows], k[b], v[b], table, rows, dtype, probability or dtype)
             for b in range(q.shape[0])]  # fmt: skip
    return tuple(torch.stack(x) for x in zip(*parts))


def unfused(case, q, k, v, table, rows=None):
    """f32 scores and sums, P and the output rounded to the inputs' type."""
    return attention(case, q, k, v, table, rows, torch.float32, q.dtype)[0].to(q.dtype)
