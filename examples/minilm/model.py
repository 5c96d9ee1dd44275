"""The BERT encoder of all-MiniLM-L6-v2 in NumPy, with attention left open.

Shapes: B sentences of S tokens each, H heads of d numbers, hidden = H * d.
Hidden states are [B, S, hidden]; attention gets and gives [B, H, S, d].

No padding mask anywhere. A mask is needed only where a shorter sentence is padded
to share a batch with a longer one. Here a batch holds sentences of one length, so
every key is a real token and plain attention is exact.

The same code runs in float32 and float64: weights are stored as float32 (as
published) and follow the type of the activations.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from pretrained import Config

# (q, k, v) -> o: C-contiguous arrays [B, H, S, d] of one floating-point type.
Attention = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

# Sentences to a batch: bounds the memory, and larger ones are no faster.
MAX_BATCH = 8


def numpy_attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """softmax(q k^T / sqrt(d)) v: the reference. Builds the whole [B, H, S, S]."""
    scores = q @ k.swapaxes(-1, -2)
    scores *= 1.0 / math.sqrt(q.shape[-1])
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores @ v


class MiniLM:
    """Token ids to unit-length sentence embeddings."""

    def __init__(self, config: Config, weights: dict[str, np.ndarray]):
        self.config = config
        self.weights = weights

    def encode(
        self, sentences: list[list[int]], attention: Attention, dtype=np.float32
    ) -> np.ndarray:
        """Embeddings [len(sentences), hidden], rows in the order given."""
        out = np.empty((len(sentences), self.config.hidden), dtype)
        for rows in equal_length_batches(sentences):
            ids = np.array([sentences[row] for row in rows])
            x = self._embed(ids, dtype)
            for index in range(self.config.layers):
                x = self._layer(x, f"encoder.layer.{index}", attention)
            out[rows] = unit_length(x.mean(axis=1))
        return out

    def _embed(self, ids: np.ndarray, dtype) -> np.ndarray:
        """Token ids [B, S] -> word + position + segment embedding [B, S, hidden]."""
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][ids].astype(dtype)
        x += w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x += w["embeddings.token_type_embeddings.weight"][0]  # one segment only
        return self._layer_norm(x, "embeddings.LayerNorm")

    def _layer(self, x: np.ndarray, name: str, attention: Attention) -> np.ndarray:
        """One encoder layer, normalised after each residual sum (post-norm)."""
        q, k, v = (
            self._split_heads(self._linear(x, f"{name}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        mixed = self._merge_heads(attention(q, k, v))
        mixed = self._linear(mixed, f"{name}.attention.output.dense")
        x = self._layer_norm(x + mixed, f"{name}.attention.output.LayerNorm")

        inner = gelu(self._linear(x, f"{name}.intermediate.dense"))
        inner = self._linear(inner, f"{name}.output.dense")
        return self._layer_norm(x + inner, f"{name}.output.LayerNorm")

    def _split_heads(self, x: np.ndarray) -> np.ndarray:
        """[B, S, hidden] -> contiguous [B, H, S, d]."""
        batch, tokens, _ = x.shape
        heads = x.reshape(batch, tokens, self.config.heads, self.config.head_dim)
        return np.ascontiguousarray(heads.swapaxes(1, 2))

    def _merge_heads(self, x: np.ndarray) -> np.ndarray:
        """[B, H, S, d] -> [B, S, hidden]."""
        batch, _, tokens, _ = x.shape
        return x.swapaxes(1, 2).reshape(batch, tokens, self.config.hidden)

    def _linear(self, x: np.ndarray, name: str) -> np.ndarray:
        """x W^T + b; W is stored [out, in]."""
        weight = self.weights[f"{name}.weight"].astype(x.dtype, copy=False)
        y = x @ weight.T
        y += self.weights[f"{name}.bias"]
        return y

    def _layer_norm(self, x: np.ndarray, name: str) -> np.ndarray:
        x = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(x).mean(axis=-1, keepdims=True)
        x /= np.sqrt(variance + self.config.layer_norm_eps)
        x *= self.weights[f"{name}.weight"]
        x += self.weights[f"{name}.bias"]
        return x


def equal_length_batches(sentences: list[list[int]]) -> Iterator[list[int]]:
    """Row numbers, grouped so that a group's sentences have one token count."""
    by_length: dict[int, list[int]] = {}
    for row, ids in enumerate(sentences):
        by_length.setdefault(len(ids), []).append(row)
    for rows in by_length.values():
        for start in range(0, len(rows), MAX_BATCH):
            yield rows[start : start + MAX_BATCH]


def unit_length(x: np.ndarray) -> np.ndarray:
    """Rows of [B, hidden] divided by their Euclidean norm."""
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


def gelu(x: np.ndarray) -> np.ndarray:
    """x * Phi(x), Phi being the normal distribution function (the erf form)."""
    y = erf(x * math.sqrt(0.5))
    y += 1.0
    y *= x
    y *= 0.5
    return y


def erf(x: np.ndarray) -> np.ndarray:
    """The error function, which NumPy lacks, to the precision of x's type.

    float64: libm, one number at a time (the reference path; correct, not fast).
    float32: Abramowitz & Stegun 7.1.26. Its own error is 1.5e-7; with rounding,
    below 6e-7.
    """
    if x.dtype == np.float64:
        flat = memoryview(np.ascontiguousarray(x).reshape(-1))
        return np.fromiter(map(math.erf, flat), np.float64, x.size).reshape(x.shape)
    magnitude = np.abs(x)
    t = 1.0 / (1.0 + 0.3275911 * magnitude)
    poly = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        poly *= t
        poly += coefficient
    poly *= t
    poly *= np.exp(-np.square(x))
    return np.copysign(1.0 - poly, x)
