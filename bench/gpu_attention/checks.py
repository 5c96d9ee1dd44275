"""Numerics of one case: data, what its result must be, and how far Fovea's may be from it."""

import dataclasses
import zlib

import torch

import oracle
import peers
from tensors import Guarded

RUNS = 3  # an error that changes between runs is a race
LSE = 1e-3  # absolute


class Problem:
    """A case's tensors, filled; a table of ALiBi's slopes or of a learned bias where the case has one."""

    def __init__(self, case, device):
        torch.manual_seed(zlib.crc32(case.name.encode()))
        self.case = case
        self.buffers = {x: Guarded(case.shapes[x], case.dtype, device, case.layout) for x in "qkvo"}
        if case.table_shape:
            self.buffers["table"] = Guarded(case.table_shape, "f32", device)
        if case.lse:
            self.buffers["lse"] = Guarded(case.shapes["lse"], "f32", device)
        for name, values in self.values(device).items():
            self.buffers[name].tensor.copy_(values)

    def values(self, device):
        case = self.case
        q, k, v = (torch.randn(case.shapes[x], device=device) for x in "qkv")
        if case.data != "random":
            v = torch.randint(-8, 9, v.shape, device=device).float()
        if case.data == "zero_scores":
            q.zero_()
        if case.data == "one_key":
            # q_i k_j / sqrt(d) is at least 180 where i = j, else 0.
            one = torch.eye(case.dk, device=device)
            q, k = (32 * one[: case.m]).expand(q.shape), (64 * one[: case.n]).expand(k.shape)
        table = {}
        if case.score == "alibi":
            table["table"] = 2.0 ** (-8.0 * torch.arange(1, case.heads + 1, device=device) / case.heads)
        if case.score == "relative":
            table["table"] = torch.randn(case.table_shape, device=device)
        return {"q": q, "k": k, "v": v, **table}

    def tensor(self, name):
        return self.buffers[name].tensor if name in self.buffers else None

    def inputs(self):
        """q, k, v, table."""
        return [self.tensor(x) for x in ("q", "k", "v", "table")]

    def bind(self, artifact):
        order = [x for x in ("q", "k", "v", "table", "o", "lse") if x in self.buffers]
        return artifact.bind(self.case.name, [self.buffers[x].view(artifact.device) for x in order])

    def clear(self):
        for name in ("o", "lse"):
            if name in self.buffers:
                self.buffers[name].clear()


@dataclasses.dataclass
class Error:
    """The distance of a result from f64's: largest, and Frobenius norm relative to the norm of the result."""

    max: float
    relative: float

    @staticmethod
    def of(got, exact):
        difference = got.double() - exact
        norm = exact.norm().item()
        # NaN in, NaN out: no comparison with it holds.
        return Error(difference.abs().max().item(), difference.norm().item() / (norm or 1.0))

    def within(self, limit):
        return self.max <= limit.max and self.relative <= limit.relative


def limit_for(case, inputs, exact, rows=None):
    """(which bound, its Error doubled): of cuDNN where it takes the case and is not itself wrong."""
    eps = torch.finfo(torch.float32).eps
    slack = Error(8 * eps * exact.abs().max().item(), 8 * eps)
    own = Error.of(oracle.unfused(case, *inputs, rows), exact)
    name = "unfused"
    call = peers.sdpa("cudnn", case, *inputs[:3])
    if call:
        out = call()
        theirs = Error.of(out if rows is None else out[:, :, rows], exact)
        if theirs.within(Error(4 * own.max + slack.max, 4 * own.relative + slack.relative)):
            name, own = "cudnn", theirs
    return name, Error(2 * own.max + slack.max, 2 * own.relative + slack.relative)


def run_guarded(problem, call):
    """The outputs of a call on poisoned memory, and an error text or "". Runs that differ in a bit are an error."""
    names = [x for x in ("o", "lse") if x in problem.buffers]
    first = None
    for _ in range(RUNS):
        problem.clear()
        call()
        bits = [problem.buffers[x].bits.clone() for x in names]
        if first and not all(torch.equal(x, y) for x, y in zip(first, bits)):
            return "two runs differ"
        first = bits
    if any(problem.tensor(x).isnan().any() for x in names):
        return "NaN, or not written"
    touched = [x for x, b in problem.buffers.items() if not b.intact()]
    return f"written beside {', '.join(touched)}" if touched else ""


def check_lse(problem, exact):
    if not problem.case.lse:
        return {}, ""
    got = problem.tensor("lse").double()
    error = torch.where(got == exact, 0.0, (got - exact).abs()).max().item()
    return {"lse_error": error}, "" if error <= LSE else f"lse error {error:.3g}, at most {LSE}"


def check(case, artifact):
    """What a worker reports of a case."""
    problem = Problem(case, artifact.torch_device)
    why = run_guarded(problem, problem.bind(artifact))
    if why:
        return {"why": why}
    inputs, o = problem.inputs(), problem.tensor("o")
    exact, lse = oracle.attention(case, *inputs)
    error = Error.of(o, exact)
    found, why = check_lse(problem, lse)
    found |= {"error": error.max, "relative": error.relative}
    if case.data != "random":
        same = torch.equal(o, exact.to(o.dtype))
        return {"bound": "exact", **found, "why": why or ("" if same else f"not exact: off by {error.max:.3g}")}
    name, limit = limit_for(case, inputs, exact)
    found |= {"bound": name, "limit": limit.max, "relative_limit": limit.relative}
    if not error.within(limit):
        why = (f"error {error.max:.3g} (relative {error.relative:.3g}), "
               f"at most {limit.max:.3g} ({limit.relative:.3g}), by {name}")  # fmt: skip
    return {**found, "why": why}
