"""Prints what run.py found: tables for people, JSON for programs."""

import json
import math
from dataclasses import dataclass

import numpy as np

from pretrained import Tokens

MAX_ROWS = 16  # a wider similarity table does not fit a screen; --json has it all


@dataclass(frozen=True)
class Timing:
    """Medians over the repeats, in seconds, for all sentences together."""

    attention: float
    total: float

    @property
    def rest(self) -> float:
        return self.total - self.attention


@dataclass(frozen=True)
class Result:
    """N sentences through the compiled path, beside the two NumPy references."""

    texts: list[str]
    tokens: list[Tokens]
    embeddings: np.ndarray  # [N, hidden] float32, compiled attention
    cosine_f32: np.ndarray  # [N] to the NumPy path in float32
    cosine_f64: np.ndarray  # [N] to the NumPy path in float64
    repeats: int
    timings: dict[str, Timing]  # by path: "numpy", "compiled"
    threshold: float

    @property
    def worst(self) -> np.ndarray:
        """[N]: the smaller of the two cosines; NaN if either is NaN."""
        return np.minimum(self.cosine_f32, self.cosine_f64)

    @property
    def failed(self) -> list[int]:
        """Rows not at the threshold. `not >=`, so that NaN fails."""
        return [i for i, c in enumerate(self.worst) if not c >= self.threshold]


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Row-wise cosine [N] of two [N, hidden] arrays, computed in float64."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return (a * b).sum(axis=1) / norms


def print_tables(result: Result) -> None:
    shown = min(len(result.texts), MAX_ROWS)
    _print_embeddings(result, shown)
    _print_similarity(result, shown)
    if shown < len(result.texts):
        print(f"(tables show the first {shown} of {len(result.texts)}; --json has all)")
    _print_timings(result)


def _print_embeddings(result: Result, shown: int) -> None:
    hidden = result.embeddings.shape[1]
    print(f"\nEmbeddings: the first 4 of {hidden} numbers; cosine to the all-NumPy model")
    heading = f"{'#':>3}  {'sentence':<34} {'tokens':>6}  {'embedding':<35}"
    print(f"{heading} {'cos f32':>11} {'cos f64':>11}")
    for i in range(shown):
        numbers = " ".join(f"{x:+.5f}" for x in result.embeddings[i, :4])
        print(
            f"{i + 1:>3}  {label(result.texts[i], 34):<34} "
            f"{len(result.tokens[i].ids):>6}  {numbers:<35} "
            f"{result.cosine_f32[i]:>11.8f} {result.cosine_f64[i]:>11.8f}"
        )
        if dropped := result.tokens[i].dropped:
            print(f"     (the model's limit: the last {dropped} tokens are left out)")


def _print_similarity(result: Result, shown: int) -> None:
    rows = result.embeddings[:shown]
    table = rows @ rows.T
    print("\nSimilarity: cosine of each pair; `nearest` is the closest other sentence")
    columns = "".join(f"{i + 1:>6}" for i in range(shown))
    print(f"{'#':>3}  {'sentence':<22}{columns}  nearest")
    for i in range(shown):
        # + 0.0 turns a rounded -0.0 into 0.0
        cells = "".join(f"{round(float(x), 2) + 0.0:>6.2f}" for x in table[i])
        print(f"{i + 1:>3}  {label(result.texts[i], 22):<22}{cells}  {_nearest(table, i)}")


def _nearest(table: np.ndarray, row: int) -> str:
    others = table[row].copy()
    others[row] = -np.inf
    return f"{others.argmax() + 1:>7}" if len(others) > 1 else f"{'-':>7}"


def _print_timings(result: Result) -> None:
    count = sum(len(t.ids) for t in result.tokens)
    print(f"\nTime in ms for {len(result.texts)} sentences, {count} tokens", end=" ")
    print(f"(median of {result.repeats})")
    print(f"{'path':<20} {'attention':>10} {'rest':>10} {'total':>10}")
    for path, t in result.timings.items():
        cells = (f"{x * 1e3:>10.2f}" for x in (t.attention, t.rest, t.total))
        print(f"{path:<20} " + " ".join(cells))


def to_json(result: Result) -> str:
    """The whole result; numbers that are not finite become null."""
    sentences = [
        {
            "text": text,
            "tokens": len(tokens.ids),
            "dropped_tokens": tokens.dropped,
            "cosine_f32": _finite(result.cosine_f32[i]),
            "cosine_f64": _finite(result.cosine_f64[i]),
            "embedding": [_finite(x) for x in result.embeddings[i]],
        }
        for i, (text, tokens) in enumerate(zip(result.texts, result.tokens))
    ]
    similarity = result.embeddings @ result.embeddings.T
    timings = {
        path: {"attention_s": t.attention, "rest_s": t.rest, "total_s": t.total}
        for path, t in result.timings.items()
    }
    document = {
        "passed": not result.failed,
        "threshold": result.threshold,
        "repeats": result.repeats,
        "timings": timings,
        "similarity": [[_finite(x) for x in row] for row in similarity],
        "sentences": sentences,
    }
    return json.dumps(document, indent=1, allow_nan=False)


def label(text: str, width: int) -> str:
    """The text's beginning, at most `width` characters."""
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


def _finite(x: np.floating) -> float | None:
    return float(x) if math.isfinite(x) else None
