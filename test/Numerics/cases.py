"""The cases: exact ones, edges one by one, and a seeded sample of all combinations."""

import random

from case import Case
from masks import CAUSAL, Window
from variants import variant_cases

MASKS = {
    "full": [], "causal": [CAUSAL], "window": [Window(20, 5)], "left": [Window(9)], "right": [Window(None, 3)],
    "local": [Window(33, 0)], "both": [CAUSAL, Window(40, 10)], "none_visible": [Window(0, 0)],
}


def exact_cases():
    """Inputs whose result is exact in the storage type: compared bit by bit."""
    for dtype in ("f32", "f64", "bf16", "f16"):
        # Scores of zero over a power of two of keys: the mean of small integers.
        yield Case(f"exact_mean_{dtype}", dtype, m=17, n=128, dk=32, dv=48, data="zero_scores")
        yield Case(f"exact_onehot_{dtype}", dtype, m=33, n=100, dk=16, dv=40, where="onehot", data="random")
        # Integer dot products, so large that one key takes all of the weight.
        yield Case(f"exact_integers_{dtype}", dtype, m=40, n=64, dk=64, dv=24, data="identity", scale=1.0)


def edge_cases():
    """One size at a time at its odd values."""
    for n in (1, 17, 128, 1000):
        yield Case(f"keys_{n}", n=n, m=130, dk=64, dv=64, group=2)
        yield Case(f"keys_causal_{n}", n=n, m=130, dk=64, dv=64, masks=[CAUSAL])
    for d in (1, 8, 16, 20, 32, 33, 64, 80, 128, 256):
        yield Case(f"width_{d}", dk=d, dv=d, m=35, n=300, masks=[CAUSAL])
        yield Case(f"width_bf16_{d}", "bf16", dk=d, dv=d, m=35, n=150)
    for m in (1, 3, 64, 130, 400):
        yield Case(f"queries_{m}", m=m, n=190, dk=64, dv=32, masks=[Window(50, 0)])
    for group in (1, 4, 8):
        yield Case(f"group_{group}", heads=8, group=group, batch=2, m=50, n=70, masks=[CAUSAL])
    for name, masks in MASKS.items():
        for m, n in ((70, 70), (40, 300), (300, 40)):
            yield Case(f"mask_{name}_{m}_{n}", m=m, n=n, masks=masks)
        yield Case(f"mask_{name}_dynamic", m=90, n=111, masks=masks, dynamic=True)
    for score in ("alibi", "softcap", "relative"):
        for dtype in ("f32", "bf16", "f16"):
            yield Case(f"score_{score}_{dtype}", dtype, m=45, n=77, score=score, masks=[CAUSAL])
    # As many keys in a step as elements in a head: sizes that only look alike.
    for d in (32, 64, 128, 256):
        yield Case(f"square_{d}", m=d, n=d, dk=d, dv=d, masks=[CAUSAL])
    yield Case("dk_dv", dk=192, dv=128, m=66, n=260, masks=[CAUSAL])
    yield Case("empty_rows", m=61, n=61, where="third", masks=[Window(10, 10)])
    yield Case("wide_f64", "f64", m=61, n=161, dk=48, dv=20, masks=[CAUSAL])


def sampled_cases(count, seed=7):
    """Random combinations of everything."""
    rng = random.Random(seed)
    for index in range(count):
        dtype = rng.choice(["f32", "f32", "bf16", "f16", "f64"])
        heads = rng.choice([1, 4, 8])
        score = "none" if dtype == "f64" else rng.choice(["none", "none", "alibi", "softcap", "relative"])
        yield Case(
            f"sample_{index}", dtype, batch=rng.choice([1, 2]), heads=heads,
            group=rng.choice([g for g in (1, 4, 8) if heads % g == 0]), m=rng.choice([1, 3, 17, 64, 130, 200]),
            n=rng.choice([1, 17, 100, 128, 257, 1000]), dk=rng.choice([16, 32, 64, 80, 128, 256]),
            dv=rng.choice([16, 32, 64, 80, 128, 256]), masks=MASKS[rng.choice(list(MASKS))], score=score,
            where=rng.choice(["none", "none", "third"]), dynamic=rng.random() < 0.3)


def all_cases():
    """Every case, in a fixed order."""
    return [*exact_cases(), *edge_cases(), *sampled_cases(40), *variant_cases()]
