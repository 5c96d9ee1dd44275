"""One case: an attention op's sizes, types and variant, and its MLIR. Plain data, no imports beyond Python's own."""

import dataclasses

SCORES = {
    "none": "",
    # ALiBi: a slope for each head times the distance.
    "alibi": """
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %table[%h] : TABLE
      %d = arith.subi %j, %i : index
      %di = arith.index_cast %d : index to i32
      %df = arith.sitofp %di : i32 to f32
      %x = arith.mulf %slope, %df : f32
      %y = arith.addf %s, %x : f32
      fovea.yield %y : f32
    }""",
    # 30 tanh(s / 30).
    "softcap": """
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %c = arith.constant 30.0 : f32
      %r = arith.constant 0.033333333 : f32
      %x = arith.mulf %s, %r : f32
      %t = math.tanh %x : f32
      %y = arith.mulf %t, %c : f32
      fovea.yield %y : f32
    }""",
    # A learned bias for each head and relative position: a table of M + N - 1 columns.
    "relative": """
    score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %d = arith.subi %j, %i : index
      %p = arith.addi %d, %last : index
      %x = tensor.extract %table[%h, %p] : TABLE
      %y = arith.addf %s, %x : f32
      fovea.yield %y : f32
    }""",
}


@dataclasses.dataclass(frozen=True)
class Case:
    """Sizes as in fovea.attention. A mask is (left, right), None is unbounded; no mask at all is None. The layout is
    the order in memory: bhsd, or bshd, which the function sees as a permuted tensor. Data: random, zero_scores (the
    mean of small integers) or one_key (each query sees one key alone)."""

    name: str
    dtype: str = "bf16"
    batch: int = 1
    heads: int = 4
    key_heads: int = 4
    m: int = 200
    n: int = 200
    dk: int = 64
    dv: int = 64
    mask: tuple = None
    score: str = "none"
    lse: bool = False
    layout: str = "bhsd"
    dynamic: bool = False
    data: str = "random"
    config: str = ""

    @property
    def causal(self):
        return self.mask is not None and tuple(self.mask) == (None, 0)

    @property
    def shapes(self):
        return {
            "q": (self.batch, self.heads, self.m, self.dk),
            "k": (self.batch, self.key_heads, self.n, self.dk),
            "v": (self.batch, self.key_heads, self.n, self.dv),
            "o": (self.batch, self.heads, self.m, self.dv),
            "lse": (self.batch, self.heads, self.m),
        }

    @property
    def table_shape(self):
        """Of the f32 operand that the score region reads, or None."""
        return {"alibi": (self.heads,), "relative": (self.heads, self.m + self.n - 1)}.get(self.score)

    @property
    def flops(self):
        full = 2 * self.batch * self.heads * self.m * self.n * (self.dk + self.dv)
        return full // 2 if self.causal else full

    @property
    def bytes(self):
        """What must move at least: inputs once, the output once."""
        s = self.batch, self.heads * self.m, self.key_heads * self.n
        return 2 * s[0] * (s[1] + s[2]) * (self.dk + self.dv)

    def mask_text(self):
        if self.mask is None:
            return ""
        if self.causal:
            return " mask(#fovea.causal)"
        sides = [f"{name} = {size}" for name, size in zip(("left", "right"), self.mask) if size is not None]
        return f" mask(#fovea.window<{', '.join(sides)}>)"

    def tensor(self, which):
        shape = self.table_shape if which == "table" else self.shapes[which]
        element = "f32" if which in ("table", "lse") else self.dtype
        # Head widths stay static: they decide which kernel is made.
        fixed = 3 if self.dynamic else 0
        return f"tensor<{'x'.join('?' if self.dynamic and d != fixed else str(s) for d, s in enumerate(shape))}x{element}>"

    def last_query(self):
        if self.score != "relative":
            return ""
        if not self.dynamic:
            return f"  %last = arith.constant {self.m - 1} : index\n"
        return f"""  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %queries = tensor.dim %q, %c2 : {self.tensor("q")}
  %last = arith.subi %queries, %c1 : index
"""

    def mlir(self):
        """A function (q, k, v[, table]) -> o[, lse]."""
        inputs = ["q", "k", "v"] + (["table"] if self.table_shape else [])
        outputs = ["o"] + (["lse"] if self.lse else [])
        parameters = ", ".join(f"%{x}: {self.tensor(x)}" for x in inputs)
        values, types = ", ".join(f"%{x}" for x in outputs), ", ".join(self.tensor(x) for x in outputs)
        operands = ", ".join(self.tensor(x) for x in "qkv")
        config = f" config({self.config})" if self.config else ""
        score = SCORES[self.score].replace("TABLE", self.tensor("table") if self.table_shape else "")
        return f"""func.func @{self.name}({parameters}) -> ({types}) {{
{self.last_query()}  {values} = fovea.attention(%q, %k, %v){self.mask_text()}{score}{config}
    : ({operands}) -> ({types})
  return {values} : {types}
}}
"""
