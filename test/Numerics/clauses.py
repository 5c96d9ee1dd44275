"""The operands of a case's clauses: their types, and values of each kind."""

from dataclasses import dataclass

import numpy as np

from tensors import from_storage, to_storage

GARBAGE = (np.nan, np.inf, -np.inf, 1e30)


@dataclass(frozen=True)
class Operand:
    name: str
    shape: tuple
    dtype: str


def operands(case):
    """{keyword: its operands}, in the order of the op's clauses."""
    batch, hq, hk, m, n = case.batch, case.heads, case.key_heads, case.m, case.n
    # Batches, heads and, of a bias, rows and columns for which one value is repeated are 1.
    one = lambda *sizes: tuple(1 if d in case.repeated else s for d, s in zip("bhij", sizes))
    found = {}
    if case.bias:
        found["bias"] = [Operand("bias", one(batch, hq, m, n), case.bias)]
    if case.rank:
        found["factors"] = [Operand("fq", (*one(batch, hq), m, case.rank), case.dtype),
                            Operand("fk", (*one(batch, hk), n, case.rank), case.dtype)]  # fmt: skip
    if case.weights:
        found["weights"] = [Operand("weights", (*one(batch, hk), n), "f32")]
    if case.sinks:
        found["sinks"] = [Operand("sinks", (hq,), case.sinks)]
    if case.state:
        found["state"] = [Operand("o0", (batch, hq, m, case.dv), case.state),
                          Operand("lse0", (batch, hq, m), case.accumulator)]  # fmt: skip
    if case.segments:
        found["segments"] = [Operand("sq", (*one(batch), m), case.segments),
                             Operand("sk", (*one(batch), n), case.segments)]  # fmt: skip
    return found


def draw(operand, rng):
    """Values of one operand: normal ones, segments in order, and logarithms that are -inf here and there."""
    if operand.name in ("sq", "sk"):
        return np.sort(rng.integers(0, 4, operand.shape), axis=-1)
    values = rng.standard_normal(operand.shape)
    if operand.name == "bias":
        values *= 2
    if operand.name in ("weights", "lse0"):
        values[rng.random(operand.shape) < 0.3] = -np.inf
    if operand.name == "weights":
        # One head of keys that do not count at all: its rows see nothing.
        values[:, -1] = -np.inf
    if operand.name == "sinks":
        values *= 3
        values[-1] = -np.inf
    return from_storage(to_storage(values, operand.dtype), operand.dtype)


def values(case, rng):
    """{name: values}, as numbers that the operands' types hold. Empty states have any output."""
    found = {operand.name: draw(operand, rng) for group in operands(case).values() for operand in group}
    if case.state:
        empty = np.isneginf(found["lse0"])
        found["o0"][empty] = rng.choice(GARBAGE, found["o0"][empty].shape)
        found["o0"] = from_storage(to_storage(found["o0"], case.state), case.state)
    return found
