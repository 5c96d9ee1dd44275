"""The lists of cases. Names are made from what a case is, so that --filter can pick by it."""

from case import Case

CAUSAL = (None, 0)
MASKS = {"full": None, "causal": CAUSAL, "window": (100, 20)}
SIZES = (1, 17, 63, 64, 65, 100, 127, 128, 129, 200, 333, 1000, 1023)
WIDTHS = ((32, 32), (64, 64), (80, 80), (96, 96), (128, 128), (160, 160), (192, 192), (256, 256), (192, 128))
UNEQUAL = ((1, 1000), (17, 333), (63, 129), (64, 1023), (100, 65), (127, 17),
           (129, 1), (200, 64), (333, 100), (1000, 127), (1023, 200), (128, 63))  # fmt: skip
SCORES = ("alibi", "softcap", "relative")
DTYPES = ("bf16", "f16")


def case(group, **given):
    """A case named after its group and sizes."""
    c = Case("", **given)
    parts = [group, c.dtype, f"b{c.batch}", f"h{c.heads}"]
    parts += [f"k{c.key_heads}"] if c.key_heads != c.heads else []
    parts += [f"m{c.m}", f"n{c.n}", f"d{c.dk}"]
    parts += [f"v{c.dv}"] if c.dv != c.dk else []
    if c.mask is not None:
        parts.append("causal" if c.causal else "w" + "_".join("x" if s is None else str(s) for s in c.mask))
    parts += [c.score] if c.score != "none" else []
    parts += [c.data] if c.data != "random" else []
    parts += ["lse"] if c.lse else []
    parts += ["bshd"] if c.layout == "bshd" else []
    parts += ["dynamic"] if c.dynamic else []
    return Case("_".join(parts), **given)


def shapes():
    """Widths, lengths and tails, each with and without a mask."""
    for dk, dv in WIDTHS:
        for dtype in DTYPES:
            for mask in (None, CAUSAL):
                yield case("width", dtype=dtype, batch=2, m=200, n=333, dk=dk, dv=dv, mask=mask, lse=True)
    for size in SIZES:
        for d in (64, 128):
            for mask in (None, CAUSAL):
                yield case("size", m=size, n=size, dk=d, dv=d, mask=mask, lse=d == 64)
    for index, (m, n) in enumerate(UNEQUAL):
        for mask in (None, CAUSAL):
            dtype, d = DTYPES[index % 2], (128, 64, 256)[index % 3]
            yield case("unequal", dtype=dtype, m=m, n=n, dk=d, dv=d, mask=mask, lse=True)
    yield case("odd", batch=3, heads=5, key_heads=5, m=129, n=257, dk=128, dv=128, mask=CAUSAL)
    yield case("odd", batch=5, heads=3, key_heads=1, m=65, n=1000, dk=96, dv=96)
    yield case("long", heads=2, key_heads=2, m=4097, n=4097, dk=128, dv=128, mask=CAUSAL, lse=True)
    yield case("long", heads=2, key_heads=2, m=4096, n=4096, dk=64, dv=64, lse=True)
    yield case("long", heads=1, key_heads=1, m=300, n=9000, dk=256, dv=256, mask=CAUSAL, lse=True)


def windows():
    for mask in ((32, 0), (100, 20), (0, 0), (None, 10), (7, None), (500, 3)):
        for m, n in ((333, 333), (100, 1000), (1000, 100)):
            yield case("window", m=m, n=n, dk=128, dv=128, mask=mask, lse=True)
    for d in (32, 64, 256):
        yield case("window", dtype="f16", batch=2, m=257, n=513, dk=d, dv=d, mask=(64, 0))


def groups():
    """Grouped queries: 4 query heads to a key head, and one key head for all."""
    for key_heads in (2, 1):
        for dk, dv in ((64, 64), (128, 128), (192, 128)):
            for mask in (None, CAUSAL):
                yield case("group", batch=2, heads=8, key_heads=key_heads, m=129, n=200, dk=dk, dv=dv, mask=mask)
        for n in (17, 1023):
            yield case("group", dtype="f16", heads=8, key_heads=key_heads, m=1, n=n, dk=128, dv=128, lse=True)


def splits():
    """Few queries: the keys are visited in parts, and the heads of a group share a tile where there is one query."""
    for index, (m, n) in enumerate(((1, 511), (1, 1023), (1, 5000), (3, 4097), (17, 700), (64, 2048))):
        for heads, key_heads in ((8, 1), (8, 2), (3, 3)):
            mask = (None, CAUSAL, (300, 0))[(index + heads) % 3]
            dk, dv = ((128, 128), (64, 64), (192, 128), (256, 256))[(index + key_heads) % 4]
            yield case("split", dtype=DTYPES[index % 2], batch=2, heads=heads, key_heads=key_heads, m=m, n=n, dk=dk, dv=dv,
                       mask=mask, lse=heads == 8)  # fmt: skip
    for index, (dk, dv) in enumerate(WIDTHS):
        yield case("split", dtype=DTYPES[index % 2], batch=1, heads=6, key_heads=2, m=1, n=777, dk=dk, dv=dv, lse=True)
    for score in SCORES:
        yield case("split", batch=2, heads=8, key_heads=2, m=1, n=1000, dk=128, dv=128, score=score)
    yield case("split", batch=2, heads=8, key_heads=2, m=1, n=1000, dk=128, dv=128, mask=CAUSAL, layout="bshd", lse=True)


def scores():
    for score in SCORES:
        for index, mask in enumerate(MASKS.values()):
            for dtype in DTYPES:
                for d in (64, 128):
                    m, n = ((200, 200), (129, 333), (333, 129))[index]
                    yield case("score", dtype=dtype, m=m, n=n, dk=d, dv=d, mask=mask, score=score, lse=d == 64)
        yield case("score", heads=8, key_heads=2, m=100, n=127, dk=256, dv=256, mask=CAUSAL, score=score)


def layouts():
    """Permuted memory, and sizes known only at run time."""
    for index, (dk, dv) in enumerate(WIDTHS):
        yield case("layout", dtype=DTYPES[index % 2], batch=2, m=200, n=129, dk=dk, dv=dv,
                   mask=(None, CAUSAL)[index % 2], layout="bshd", lse=True)  # fmt: skip
    yield case("layout", batch=2, heads=8, key_heads=2, m=100, n=333, dk=128, dv=128, mask=CAUSAL, layout="bshd")
    for mask in MASKS.values():
        for d in (64, 128):
            for layout in ("bhsd", "bshd"):
                yield case("dynamic", batch=2, m=127, n=200, dk=d, dv=d, mask=mask, layout=layout, dynamic=True, lse=True)
    for score in SCORES:
        yield case("layout", m=100, n=200, dk=128, dv=128, score=score, layout="bshd")
        yield case("dynamic", m=333, n=100, dk=128, dv=128, mask=CAUSAL, score=score, dynamic=True)


def exact():
    """Cases whose result is exact: compared bit by bit."""
    for dtype in DTYPES:
        for n in (16, 64, 128, 256, 1024):
            yield case("exact", dtype=dtype, m=129, n=n, dk=64, dv=64, data="zero_scores", lse=True)
        for d in (64, 128):
            for mask in (None, CAUSAL):
                yield case("exact", dtype=dtype, m=d, n=d, dk=d, dv=d, mask=mask, data="one_key")


def speed():
    """The grid of FlashAttention-3 (arXiv:2407.08608, section 4.1), and variants of one of its points."""
    for d in (64, 128, 256):
        for mask in (None, CAUSAL):
            for s in (512, 1024, 2048, 4096, 8192, 16384):
                yield speed_case("grid", s, d, mask, "none")
    for mask in (None, CAUSAL):
        for score in ("alibi", "softcap"):
            yield speed_case("variant", 4096, 128, mask, score)


def speed_case(group, s, d, mask, score):
    heads = 2048 // d
    return case(group, batch=16384 // s, heads=heads, key_heads=heads, m=s, n=s, dk=d, dv=d, mask=mask, score=score)


def decode():
    for batch, n in ((1, 65536), (16, 8192), (64, 4096)):
        yield case("decode", batch=batch, heads=32, key_heads=8, m=1, n=n, dk=128, dv=128)


def sanitize():
    """Small ones of every kind, for compute-sanitizer."""
    tiny = {"heads": 2, "key_heads": 2, "lse": True}
    for dk, dv in WIDTHS:
        yield case("tiny", **tiny, m=130, n=200, dk=dk, dv=dv, mask=CAUSAL)
    yield case("tiny", **tiny, m=1, n=1)
    yield case("tiny", heads=4, key_heads=1, m=1, n=700, dk=128, dv=128, lse=True)
    yield case("tiny", **tiny, m=17, n=700, mask=(300, 5))
    yield case("tiny", **tiny, m=300, n=40, dk=128, dv=128, mask=CAUSAL, dtype="f16")
    yield case("tiny", heads=4, key_heads=1, m=65, n=129, dk=128, dv=128, layout="bshd")
    yield case("tiny", **tiny, m=129, n=257, dk=128, dv=128, dynamic=True, layout="bshd")
    for score in SCORES:
        yield case("tiny", **tiny, m=65, n=130, dk=128, dv=128, mask=CAUSAL, score=score)


def replay():
    """Small ones with every feature of the kernels, whose results on a device are kept (replay.py)."""
    small = {"heads": 2, "key_heads": 2, "lse": True}
    for index, (dk, dv) in enumerate(WIDTHS):
        for mask in (None, CAUSAL):
            yield case("replay", **small, dtype=DTYPES[index % 2], m=130, n=150, dk=dk, dv=dv, mask=mask)
    for index, mask in enumerate(((32, 0), (100, 20), (None, 10))):
        yield case("replay", **small, dtype=DTYPES[index % 2], m=100, n=333, dk=128, dv=128, mask=mask)
    for score in SCORES:
        for dtype in DTYPES:
            yield case("replay", heads=2, key_heads=2, dtype=dtype, m=65, n=130, dk=64, dv=64, mask=CAUSAL, score=score)
    for m, n in ((1, 1), (1, 700), (17, 333), (300, 40)):
        yield case("replay", heads=4, key_heads=1, m=m, n=n, dk=128, dv=128, lse=True)
    yield case("replay", **small, m=129, n=257, dk=128, dv=128, dynamic=True)
    yield case("replay", **small, dtype="f16", m=129, n=128, dk=64, dv=64, data="zero_scores")


NUMERICS = [*shapes(), *windows(), *groups(), *splits(), *scores(), *layouts(), *exact()]
SPEED = list(speed())
DECODE = list(decode())
SANITIZE = list(sanitize())
REPLAY = list(replay())
LISTS = {"numerics": NUMERICS, "speed": SPEED, "decode": DECODE, "sanitize": SANITIZE, "replay": REPLAY}
# Functions of one artifact: enough to keep the folder small, few enough for a crash to cost little.
PER_ARTIFACT = {"numerics": 20, "speed": 6, "decode": 3, "sanitize": 20, "replay": 20}
