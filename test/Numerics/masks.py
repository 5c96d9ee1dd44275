"""Masks by brute force: each follows its paper's formula on pairs of tokens and shares nothing with the compiler."""

from dataclasses import dataclass
from functools import reduce

import numpy as np


@dataclass(frozen=True)
class Window:
    """Keys around the query's own position; (None, 0) is causal."""

    left: int = None
    right: int = None

    @property
    def text(self):
        if (self.left, self.right) == (None, 0):
            return "#fovea.causal"
        sides = [f"{n} = {s}" for n, s in (("left", self.left), ("right", self.right)) if s is not None]
        return f"#fovea.window<{', '.join(sides)}>"

    def visible(self, case):
        i, j = np.arange(case.m)[:, None], np.arange(case.n)[None, :]
        position = i + case.n - case.m
        keep = np.ones((case.m, case.n), bool)
        if self.left is not None:
            keep &= j >= position - self.left
        if self.right is not None:
            keep &= j <= position + self.right
        return keep


@dataclass(frozen=True)
class TopLeft:
    text = "#fovea.causal<align = top_left>"

    def visible(self, case):
        return np.arange(case.n)[None, :] <= np.arange(case.m)[:, None]


@dataclass(frozen=True)
class Prefix:
    length: int

    @property
    def text(self):
        return f"#fovea.prefix<length = {self.length}>"

    def visible(self, case):
        return np.broadcast_to(np.arange(case.n) < self.length, (case.m, case.n))


@dataclass(frozen=True)
class Combined:
    """`kind` is and or or."""

    kind: str
    masks: tuple

    @property
    def text(self):
        return f"#fovea.{self.kind}<{', '.join(mask.text for mask in self.masks)}>"

    def visible(self, case):
        combine = {"and": np.logical_and, "or": np.logical_or}[self.kind]
        return reduce(combine, [mask.visible(case) for mask in self.masks])


@dataclass(frozen=True)
class NDWindow:
    """NATTEN's neighbourhoods (arXiv:2504.16922)."""

    shape: tuple
    window: tuple
    stride: tuple = ()
    dilation: tuple = ()
    causal: tuple = ()

    @property
    def text(self):
        fields = [(n, getattr(self, n)) for n in ("shape", "window", "stride", "dilation", "causal")]
        return f"#fovea.nd_window<{', '.join(f'{n} = {list(v)}' for n, v in fields if v)}>"

    def axis(self, a):
        """[size, size]: which token of one axis sees which, class by class of equal coordinates modulo the dilation."""
        size, k = self.shape[a], self.window[a]
        s = self.stride[a] if self.stride else 1
        d = self.dilation[a] if self.dilation else 1
        keep = np.zeros((size, size), bool)
        for residue in range(d):
            tokens = range(residue, size, d)
            n = len(tokens)
            for x in range(n):
                if self.causal and self.causal[a]:
                    leader = min(x // s * s + s - 1, n - 1)
                    seen = [y for y in range(x + 1) if leader - y < k]
                else:
                    leader = min(x // s * s + s // 2, n - 1)
                    centre = min(max(leader, k // 2), n - 1 - (-(-k // 2) - 1))
                    seen = range(centre - k // 2, centre + -(-k // 2))
                for y in seen:
                    keep[tokens[x], tokens[y]] = True
        return keep

    def visible(self, case):
        return reduce(np.kron, [self.axis(a) for a in range(len(self.shape))])


@dataclass(frozen=True)
class LocalStride:
    """S2-Attention's blocks (arXiv:2407.17678), expanded to tokens: [heads, M, N]."""

    block: int
    local: int
    stride: int
    heads: int
    group: int = 1
    offset: int = 0
    dense: int = 0

    @property
    def text(self):
        fields = ("block", "local", "stride", "heads", "group", "offset", "dense")
        return f"#fovea.local_stride<{', '.join(f'{n} = {getattr(self, n)}' for n in fields)}>"

    def blocks(self, head, count):
        """[count, count]: which block sees which."""
        g, step = head // self.group, max(1, self.stride // self.heads)
        keep = np.zeros((count, count), bool)
        for i in range(count):
            for j in range(i + 1):
                keep[i, j] = (i - j < self.local or (j + g * step + self.offset) % self.stride == 0
                              or head >= self.heads * self.group - self.dense)  # fmt: skip
        return keep

    def visible(self, case):
        count = -(-case.n // self.block)
        ones = np.ones((self.block, self.block), bool)
        # Queries are the last tokens; those before the first token see nothing.
        rows = np.arange(case.m) + case.n - case.m
        square = np.stack([np.kron(self.blocks(h, count), ones) for h in range(case.heads)])
        return np.where((rows >= 0)[:, None], square[:, np.maximum(rows, 0), : case.n], False)


CAUSAL = Window(None, 0)
