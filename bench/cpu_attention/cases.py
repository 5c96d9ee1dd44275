"""What is measured: shapes, input data, the float64 reference and tolerances."""

import dataclasses

import numpy as np

BATCH, HEADS, LENGTH = 1, 8, 2048
WIDTHS = (64, 128)
DTYPES = ("f32", "f16", "bf16")

# (absolute, relative): f32 covers a short exp2 polynomial; the 16-bit types
# allow two roundings of the stored result and 16-bit probabilities.
TOLERANCE = {"f32": (1e-5, 1e-5), "f16": (1e-3, 2e-3), "bf16": (8e-3, 1.6e-2)}


@dataclasses.dataclass(frozen=True)
class Case:
    """One head width and mask; every element type and peer runs on it."""

    width: int
    causal: bool

    @property
    def shape(self):
        return (BATCH, HEADS, LENGTH, self.width)

    @property
    def mask(self):
        return "causal" if self.causal else "none"

    @property
    def gflop(self):
        full = 4.0 * BATCH * HEADS * LENGTH * LENGTH * self.width * 1e-9
        return full / 2 if self.causal else full

    def function(self, dtype):
        """Name of the entry in attention.mlir."""
        return f"attention_{dtype}_d{self.width}" + ("_causal" if self.causal else "")


CASES = [Case(width, causal) for width in WIDTHS for causal in (False, True)]


def aligned(shape, dtype):
    """Uninitialised array on a cache line: placement must favour nobody."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.empty(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(dtype).reshape(shape)


def to_storage(x, dtype):
    """Round f32 to the storage type; bf16 is kept as its 16 bits."""
    if dtype == "bf16":
        bits = x.view(np.uint32)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        stored = rounded.astype(np.uint16)
    else:
        stored = x.astype({"f32": np.float32, "f16": np.float16}[dtype])
    out = aligned(x.shape, stored.dtype)
    out[...] = stored
    return out


def to_float64(x, dtype):
    if dtype == "bf16":
        x = (x.astype(np.uint32) << 16).view(np.float32)
    return x.astype(np.float64)


def random_inputs(case, seed):
    """q, k, v: standard normal f32."""
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(case.shape, np.float32) for _ in range(3)]


class Reference:
    """softmax(q k^T / sqrt(d)) v in float64, on sampled rows of every head."""

    def __init__(self, case, inputs, dtype, seed):
        self.dtype = dtype
        edges = [0, 1, 2, 15, 16, 63, 64, LENGTH - 2, LENGTH - 1]
        sampled = np.random.default_rng(seed).integers(0, LENGTH, 24)
        self.rows = np.unique(np.concatenate([edges, sampled]))
        q, k, v = (to_float64(x, dtype) for x in inputs)
        scores = q[:, :, self.rows] @ k.swapaxes(-1, -2) / np.sqrt(case.width)
        if case.causal:
            hidden = np.arange(LENGTH)[None, :] > self.rows[:, None]
            scores[:, :, hidden] = -np.inf
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        self.value = weights @ v / weights.sum(-1, keepdims=True)

    def check(self, out):
        """(max abs error, within tolerance) of a whole output array."""
        error = np.abs(to_float64(out[:, :, self.rows], self.dtype) - self.value)
        absolute, relative = TOLERANCE[self.dtype]
        # Written so that a NaN is a failure.
        good = bool(np.all(error <= absolute + relative * np.abs(self.value)))
        return float(error.max()), good
