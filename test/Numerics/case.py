"""One numerical case: an attention op's shapes, types and variant, and its MLIR."""

from dataclasses import dataclass, field

from clauses import operands

SCORES = {
    "none": "",
    # ALiBi: a slope for each head times the distance.
    "alibi": """
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %slope = tensor.extract %table[%h] : tensor<?xf32>
        %d = arith.subi %j, %i : index
        %di = arith.index_cast %d : index to i32
        %df = arith.sitofp %di : i32 to f32
        %x = arith.mulf %slope, %df : f32
        %y = arith.addf %s, %x : f32
        fovea.yield %y : f32
      }""",
    # MosaicBERT: minus a slope for each head times the distance to either side.
    "distance": """
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %slope = tensor.extract %table[%h] : tensor<?xf32>
        %d = arith.subi %j, %i : index
        %e = arith.subi %i, %j : index
        %a = arith.maxsi %d, %e : index
        %ai = arith.index_cast %a : index to i32
        %af = arith.sitofp %ai : i32 to f32
        %x = arith.mulf %slope, %af : f32
        %y = arith.subf %s, %x : f32
        fovea.yield %y : f32
      }""",
    "softcap": """
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %c = arith.constant 5.0 : f32
        %r = arith.constant 0.2 : f32
        %x = arith.mulf %s, %r : f32
        %t = math.tanh %x : f32
        %y = arith.mulf %t, %c : f32
        fovea.yield %y : f32
      }""",
    # A bias looked up by relative position, in a table of M + N - 1.
    "relative": """
      score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
        %d = arith.subi %j, %i : index
        %p = arith.addi %d, %last : index
        %x = tensor.extract %table[%p] : tensor<?xf32>
        %y = arith.addf %s, %x : f32
        fovea.yield %y : f32
      }""",
}

WHERES = {
    "none": "",
    "onehot": """
      where(%b: index, %h: index, %i: index, %j: index) {
        %n = arith.constant 5 : index
        %ii = arith.muli %i, %n : index
        %want = arith.remsi %ii, %count : index
        %keep = arith.cmpi eq, %j, %want : index
        fovea.yield %keep : i1
      }""",
    # Rows whose index is a multiple of 3 see nothing at all.
    "third": """
      where(%b: index, %h: index, %i: index, %j: index) {
        %three = arith.constant 3 : index
        %zero = arith.constant 0 : index
        %m = arith.remsi %i, %three : index
        %keep = arith.cmpi ne, %m, %zero : index
        fovea.yield %keep : i1
      }""",
}


@dataclass
class Case:
    """Sizes as in fovea.attention; masks are those of masks.py. Clauses are left out when they are empty: `bias`, `sinks`,
    `state` and `segments` give an element type, `rank` is that of factors; `repeated` names the dimensions (of bhij) in
    which operands have size 1. `most` is an error that o must not exceed, whatever the unfused computation's."""

    name: str
    dtype: str = "f32"
    batch: int = 1
    heads: int = 2
    group: int = 1
    m: int = 64
    n: int = 64
    dk: int = 32
    dv: int = 32
    masks: list = field(default_factory=list)
    score: str = "none"
    where: str = "none"
    dynamic: bool = False
    data: str = "random"
    scale: float = None
    bias: str = ""
    rank: int = 0
    weights: bool = False
    sinks: str = ""
    state: str = ""
    segments: str = ""
    repeated: str = ""
    most: float = float("inf")

    @property
    def key_heads(self):
        return self.heads // self.group

    @property
    def accumulator(self):
        return "f64" if self.dtype == "f64" else "f32"

    def shapes(self):
        """q, k, v, o, lse."""
        return [
            (self.batch, self.heads, self.m, self.dk),
            (self.batch, self.key_heads, self.n, self.dk),
            (self.batch, self.key_heads, self.n, self.dv),
            (self.batch, self.heads, self.m, self.dv),
            (self.batch, self.heads, self.m),
        ]

    def table_size(self):
        return {"alibi": self.heads, "distance": self.heads, "relative": self.m + self.n - 1}.get(self.score, 1)

    def mlir(self):
        """The case as a public function (q, k, v, table, operands of clauses...) -> (o, lse)."""

        def tensor(shape, element, keep):
            sizes = [str(s) if d in keep or s == 1 or not self.dynamic else "?" for d, s in enumerate(shape)]
            return f"tensor<{'x'.join(sizes)}x{element}>"

        q, k, v, o, lse = self.shapes()
        tq, tk, tv, to = (tensor(s, self.dtype, {3}) for s in (q, k, v, o))
        tl = tensor(lse, self.accumulator, set())
        masks = ", ".join(mask.text for mask in self.masks)
        groups = operands(self)
        given = [(x.name, tensor(x.shape, x.dtype, {3} if x.name in ("fq", "fk", "o0") else set())) for g in groups.values() for x in g]
        clauses = "".join(f" {keyword}({', '.join('%' + x.name for x in g)})" for keyword, g in groups.items())
        parameters = "".join(f", %{name}: {t}" for name, t in given)
        types = "".join(f", {t}" for _, t in given)
        score = SCORES[self.score].replace("f32", self.accumulator)
        score = score.replace(f"tensor<?x{self.accumulator}>", "tensor<?xf32>")
        if self.accumulator == "f64" and "table" in score:
            raise ValueError("tables are f32")
        scale = f" scale({self.scale:e})" if self.scale is not None else ""
        return f"""
func.func @{self.name}(%q: {tq}, %k: {tk}, %v: {tv}, %table: tensor<?xf32>{parameters}) -> ({to}, {tl}) {{
  %last = arith.constant {self.m - 1} : index
  %count = arith.constant {self.n} : index
  %o, %lse = fovea.attention(%q, %k, %v){scale}{f" mask({masks})" if masks else ""}{clauses}{score}{WHERES[self.where]}
    : ({tq}, {tk}, {tv}{types}) -> ({to}, {tl})
  return %o, %lse : {to}, {tl}
}}"""
