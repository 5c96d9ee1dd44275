"""Cases of the clauses and of the masks by pattern: each alone, and together."""

from case import Case
from masks import CAUSAL, Combined, LocalStride, NDWindow, Prefix, TopLeft, Window

FLOATS = ("f32", "f64", "bf16", "f16")


def clause_cases():
    """Each clause alone: element types, dimensions that repeat, groups of heads, rows without a key."""
    sizes = dict(batch=2, heads=4, group=2, m=37, n=70)
    for repeated in ("", "b", "h", "i", "j", "bh", "ij", "bhij"):
        yield Case(f"bias_{repeated or 'full'}", bias="f32", repeated=repeated, **sizes)
        yield Case(f"bias_{repeated or 'full'}_dynamic", bias="f32", repeated=repeated, dynamic=True, masks=[CAUSAL], **sizes)
    for dtype in FLOATS:
        for bias in FLOATS if dtype == "f32" else ("f32", dtype):
            yield Case(f"bias_{bias}_{dtype}", dtype, bias=bias, **sizes)
        yield Case(f"factors_{dtype}", dtype, rank=5, masks=[CAUSAL], **sizes)
        yield Case(f"weights_{dtype}", dtype, weights=True, **sizes)
        yield Case(f"sinks_{dtype}", dtype, sinks="f32", where="third", **sizes)
        yield Case(f"state_{dtype}", dtype, state=dtype, where="third", **sizes)
    for rank in (1, 2, 8, 33):
        for repeated in ("", "bh"):
            yield Case(f"factors_{rank}_{repeated or 'full'}", rank=rank, repeated=repeated, dynamic=rank == 2, **sizes)
    for repeated in ("b", "bh"):
        yield Case(f"weights_{repeated}", weights=True, repeated=repeated, masks=[Window(20, 5)], **sizes)
    yield Case("weights_dynamic", weights=True, dynamic=True, **sizes)
    for sinks in FLOATS:
        yield Case(f"sinks_of_{sinks}", sinks=sinks, masks=[Window(0, 0)], batch=2, heads=4, m=61, n=20)
    yield Case("sinks_dynamic", sinks="bf16", dynamic=True, **sizes)
    # States in the accumulator's type, and rows that have nothing else: 41 queries of 20 keys, aligned at the end.
    for dtype in ("bf16", "f16"):
        yield Case(f"wide_state_{dtype}", dtype, state="f32", **sizes)
    yield Case("state_dynamic", state="f32", dynamic=True, **sizes)
    yield Case("state_no_key", state="f32", masks=[CAUSAL], batch=2, heads=2, m=41, n=20)
    for integers in ("i32", "i64"):
        for repeated in ("", "b"):
            yield Case(f"segments_{integers}_{repeated or 'full'}", segments=integers, repeated=repeated, **sizes)
    yield Case("segments_causal_dynamic", segments="i32", masks=[CAUSAL], dynamic=True, **sizes)
    # One query, whose heads are the rows of a tile.
    for name, clause in CLAUSES.items():
        yield Case(f"decode_{name}", heads=8, group=4, batch=2, m=1, n=300, **clause)


CLAUSES = {
    "bias": dict(bias="f32", repeated="b"), "factors": dict(rank=3), "weights": dict(weights=True),
    "sinks": dict(sinks="f32"), "state": dict(state="f32"), "segments": dict(segments="i32"),
}  # fmt: skip


def combined_clause_cases():
    """Every pair of clauses, and all of them, with what was there before."""
    names = list(CLAUSES)
    for at, a in enumerate(names):
        for b in names[at + 1:]:
            yield Case(f"clauses_{a}_{b}", batch=2, heads=4, group=2, m=33, n=50, **{**CLAUSES[a], **CLAUSES[b]})
    everything = {k: v for clause in CLAUSES.values() for k, v in clause.items()}
    for dtype in ("f32", "bf16", "f16"):
        for score in ("none", "softcap", "alibi"):
            yield Case(f"clauses_all_{score}_{dtype}", dtype, batch=2, heads=4, group=2, m=45, n=77, score=score, where="third",
                       masks=[Window(30, 5)], **{**everything, "state": dtype})  # fmt: skip


def nd_window_cases():
    """Windows in grids: even ones, strides, dilations that divide no axis, causal axes."""
    one = (
        dict(window=(1,)), dict(window=(7,)), dict(window=(6,)), dict(window=(37,)), dict(window=(8,), stride=(3,)),
        dict(window=(5,), stride=(5,)), dict(window=(5,), dilation=(4,)), dict(window=(4,), stride=(2,), dilation=(9,)),
        dict(window=(6,), causal=(1,)), dict(window=(6,), stride=(4,), dilation=(5,), causal=(1,)),
    )  # fmt: skip
    for at, fields in enumerate(one):
        yield Case(f"natten_1d_{at}", m=37, n=37, masks=[NDWindow((37,), **fields)])
    two = (
        dict(window=(3, 5)), dict(window=(2, 4), stride=(2, 3)), dict(window=(3, 3), dilation=(2, 4)),
        dict(window=(4, 2), stride=(2, 1), dilation=(2, 5), causal=(1, 0)), dict(window=(9, 13), causal=(0, 1)),
    )  # fmt: skip
    for at, fields in enumerate(two):
        yield Case(f"natten_2d_{at}", "bf16", m=117, n=117, dynamic=at == 0, masks=[NDWindow((9, 13), **fields)])
    three = (
        dict(window=(2, 3, 5)), dict(window=(3, 4, 2), stride=(1, 4, 2), causal=(1, 0, 0)),
        dict(window=(2, 2, 2), dilation=(2, 2, 3), causal=(0, 1, 1)),
    )  # fmt: skip
    for at, fields in enumerate(three):
        yield Case(f"natten_3d_{at}", "f16", m=210, n=210, masks=[NDWindow((5, 6, 7), **fields)])


def pattern_cases():
    """The other masks, at sizes where queries and keys differ in number."""
    prefix_lm = Combined("or", (Prefix(20), CAUSAL))
    streaming = Combined("or", (Prefix(4), Window(20, 0)))
    nested = Combined("or", (Combined("and", (CAUSAL, Window(16))), Prefix(3), Combined("and", (TopLeft(), Prefix(30)))))
    masks = {
        "top_left": [TopLeft()], "prefix": [Prefix(20)], "no_prefix": [Prefix(0)], "prefix_lm": [prefix_lm],
        "streaming": [streaming], "nested": [nested], "and_list": [Combined("and", (CAUSAL, Prefix(40))), Window(30)],
    }  # fmt: skip
    for name, mask in masks.items():
        for m, n in ((70, 70), (40, 130), (130, 40)):
            yield Case(f"pattern_{name}_{m}_{n}", m=m, n=n, masks=mask)
        yield Case(f"pattern_{name}_dynamic", "bf16", m=1, n=77, masks=mask, dynamic=True)
    strides = (
        dict(block=16, local=2, stride=4), dict(block=16, local=1, stride=3, offset=1), dict(block=7, local=3, stride=2, dense=3),
        dict(block=1, local=4, stride=8), dict(block=64, local=1, stride=2),
    )  # fmt: skip
    for at, fields in enumerate(strides):
        mask = LocalStride(heads=2, group=2, **fields)
        for m, n in ((150, 150), (40, 150), (150, 40), (1, 150)) if at < 2 else ((100, 150),):
            yield Case(f"stride_{at}_{m}_{n}", heads=4, group=2, m=m, n=n, masks=[CAUSAL, mask])
        yield Case(f"stride_{at}_blocks", heads=4, group=2, m=90, n=100, masks=[mask], dynamic=at == 0)


def system_cases():
    """What the specifications of published systems ask for on a CPU, where one call shows it; systems.py has the rest."""
    for n in (1, 17, 128, 1000):
        for d in (32, 64, 128):
            yield Case(f"flash_attention_n{n}_d{d}", m=n, n=n, dk=d, dv=d, heads=1, most=1e-5)
    # Fewer queries than the mask's tiles and more, and a last block that is not full.
    strided = LocalStride(block=64, local=2, stride=4, heads=2, group=4)
    for dtype in ("f32", "f16"):
        for m in (1, 333):
            yield Case(f"s2_attention_{dtype}_m{m}", dtype, heads=8, group=4, m=m, n=333, dk=64, dv=64, masks=[CAUSAL, strided])
    # gpt-oss: every other layer has a window of 128, and all have a sink for each head.
    yield Case("gpt_oss", "bf16", heads=8, group=4, m=200, n=300, dk=64, dv=64, masks=[Window(127, 0)], sinks="bf16")


def variant_cases():
    yield from system_cases()
    yield from clause_cases()
    yield from combined_clause_cases()
    yield from nd_window_cases()
    yield from pattern_cases()
