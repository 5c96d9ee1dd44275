#!/usr/bin/env python3
"""Variants of attention on a GPU: numbers against f32, then medians beside what each is measured against.

python3 run.py ARTIFACT [--flex] [--json FILE]; the artifact is made by
fovea-compile bench/gpu_variants/variants.mlir --target=sm_90a --emit=artifact -o ARTIFACT."""

import argparse
import json
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "gpu_attention"))
from artifact import Artifact, view  # noqa: E402
from timing import measure  # noqa: E402

TOKENS, HEADS, D = 16384, 16, 128
NAMES = {torch.bfloat16: "bf16", torch.float32: "f32", torch.int32: "i32"}


def views(*tensors):
    return [view(t.data_ptr(), "cuda", NAMES[t.dtype], t.shape, t.stride()) for t in tensors]


def bind(artifact, name, *tensors):
    """The call, which keeps its tensors alive; the last one is the result, poisoned."""
    tensors[-1].fill_(float("nan"))
    call = artifact.bind(name, views(*tensors))
    call.tensors = tensors
    return call


def random(*shape):
    return torch.randn(shape, device="cuda", dtype=torch.bfloat16)


def reference(q, k, v, bias=None, visible=None):
    """One head in f32, from [M, d] and [N, d]; a row that sees nothing is 0."""
    s = q.float() @ k.float().T * q.shape[-1] ** -0.5
    if bias is not None:
        s = s + bias.float()
    if visible is not None:
        s = s.masked_fill(~visible, float("-inf"))
    return torch.softmax(s, -1).nan_to_num(0.0) @ v.float()


def check(name, o, exact):
    """Relative error of the norm; a bf16 result of unfused attention has about 3e-3."""
    error = ((o.float() - exact).norm() / exact.norm()).item()
    if not error < 6e-3:
        sys.exit(f"error: {name} is {error:.3g} from f32")
    return error


def flex(q, k, v, mask, **options):
    """FlexAttention with its mask made at each call."""
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    attention = torch.compile(flex_attention, dynamic=False)
    make = torch.compile(create_block_mask, dynamic=False)

    def call():
        m = make(mask, None, None, q.shape[2], k.shape[2], device="cuda") if mask else None
        return attention(q, k, v, block_mask=m, **options)

    call()
    return call


def masks(artifact, results, with_flex):
    """Document, prefix, 3-D window and blocks against dense, by the pairs that are visible."""
    q, k, v = (random(1, HEADS, TOKENS, D) for _ in range(3))
    o = {n: torch.empty_like(q) for n in ("dense", "document", "prefix", "window3d", "blocks")}
    lengths = torch.tensor([3000, 500, 2200, 1300, 4000, 900, 2600, 1884])
    document = torch.repeat_interleave(torch.arange(8), lengths).to("cuda", torch.int32)
    i = torch.arange(TOKENS, device="cuda")
    x, y, z = i % 32, i // 32 % 32, i // 1024

    def near(a, size, window):
        centre = a.clamp(window // 2, size - 1 - ((window + 1) // 2 - 1))
        d = a[None, :] - centre[:, None]
        return (d >= -(window // 2)) & (d <= (window + 1) // 2 - 1)

    generator = torch.Generator().manual_seed(0)
    count = TOKENS // 128
    kept = torch.rand(HEADS, count, count, generator=generator) < 0.1
    offsets = torch.zeros(1, HEADS, count + 1, dtype=torch.int32)
    offsets[0, :, 1:] = kept.sum(-1).cumsum(-1)
    members = torch.zeros(1, HEADS, int(offsets.max()), dtype=torch.int32)
    for h in range(HEADS):
        members[0, h, : offsets[0, h, -1]] = kept[h].nonzero()[:, 1]
    visible = {
        "dense": None,
        "document": document[:, None] == document[None, :],
        "prefix": (i[None, :] < 4096) | (i[None, :] <= i[:, None]),
        "window3d": near(x, 32, 16) & near(y, 32, 16) & near(z, 16, 6),
        "blocks": kept[0].repeat_interleave(128, 0).repeat_interleave(128, 1).cuda(),
    }
    shares = {n: 1.0 if m is None else m.float().mean().item() for n, m in visible.items()}
    shares["blocks"] = kept.float().mean().item()
    extra = {"document": [document[None]], "blocks": [offsets.cuda(), members.cuda()]}
    calls = {n: bind(artifact, n, q, k, v, *extra.get(n, []), o[n]) for n in o}
    for name, call in calls.items():
        call()
        rows = torch.cat([i[:300], i[8000:8300], i[-300:]])
        m = visible[name]
        exact = reference(q[0, 0][rows], k[0, 0], v[0, 0], None, None if m is None else m[rows])
        results[name] = {"error": check(name, o[name][0, 0][rows], exact), "visible": shares[name]}
    peers = {}
    if with_flex:
        functions = {
            "document": lambda b, h, a, c: document[a] == document[c],
            "prefix": lambda b, h, a, c: (c < 4096) | (c <= a),
            "window3d": lambda b, h, a, c: window(a, c),
        }

        def window(a, c):
            def one(p, q_, size, w):
                centre = torch.clamp(p, w // 2, size - 1 - ((w + 1) // 2 - 1))
                return (q_ - centre >= -(w // 2)) & (q_ - centre <= (w + 1) // 2 - 1)

            return (
                one(a % 32, c % 32, 32, 16) & one(a // 32 % 32, c // 32 % 32, 32, 16) & one(a // 1024, c // 1024, 16, 6)
            )

        peers = {f"{n} flex": flex(q, k, v, f) for n, f in functions.items()}
    ms = measure(calls | peers, "cuda")
    for name in calls:
        results[name]["ms"] = ms[name]
        results[name]["of dense by pairs"] = ms["dense"] * shares[name] / ms[name]
        if f"{name} flex" in ms:
            results[name]["flex ms"] = ms[f"{name} flex"]


def pair(results, calls, name, base):
    ms = measure(calls, "cuda")
    results[name]["ms"], results[name]["base"] = ms[name], base
    results[name]["base ms"], results[name]["times base"] = ms[base], ms[base] / ms[name]


def low_rank(artifact, results):
    q, k, v = (random(1, 16, 4096, 64) for _ in range(3))
    x, y = (random(1, 16, 4096, 8) * 0.5 for _ in range(2))
    bias = (x.float() @ y.float().mT).to(torch.bfloat16)
    a, b = torch.empty_like(q), torch.empty_like(q)
    calls = {"factors": bind(artifact, "factors", q, k, v, x, y, a), "bias": bind(artifact, "bias", q, k, v, bias, b)}
    for call in calls.values():
        call()
    exact = reference(q[0, 3], k[0, 3], v[0, 3], x[0, 3].float() @ y[0, 3].float().T)
    results["factors"] = {"error": check("factors", a[0, 3], exact)}
    check("bias", b[0, 3], reference(q[0, 3], k[0, 3], v[0, 3], bias[0, 3]))
    pair(results, calls, "factors", "bias")


def ragged(artifact, results):
    lengths = torch.tensor([512, 37, 300, 128, 201, 410, 96, 364])  # 2048 of 4096
    offsets = torch.cat([torch.zeros(1), lengths.cumsum(0)]).to("cuda", torch.int32)
    total = int(offsets[-1])
    q, k, v = (random(1, 12, total, 64) for _ in range(3))
    slopes = torch.tensor([2.0 ** -(h + 1) for h in range(12)], device="cuda")
    o, places = torch.empty_like(q), torch.arange(512, device="cuda")
    distance = (places[:, None] - places[None, :]).abs().float()
    padded = [torch.zeros(8, 12, 512, 64, device="cuda", dtype=torch.bfloat16) for _ in range(4)]
    bias = (-slopes[:, None, None] * distance).to(torch.bfloat16).expand(8, 12, 512, 512).contiguous()
    for s, length in enumerate(lengths.tolist()):
        begin = int(offsets[s])
        for source, target in zip((q, k, v), padded):
            target[s, :, :length] = source[0, :, begin : begin + length]
        bias[s, :, :, length:] = float("-inf")
    calls = {
        "ragged": bind(artifact, "ragged", q, k, v, offsets, slopes, o),
        "padded": bind(artifact, "padded", *padded[:3], bias, padded[3]),
    }
    for call in calls.values():
        call()
    errors = []
    for s, length in enumerate(lengths.tolist()):
        r = slice(int(offsets[s]), int(offsets[s]) + length)
        exact = reference(q[0, 2, r], k[0, 2, r], v[0, 2, r], -slopes[2] * distance[:length, :length])
        errors.append(check("ragged", o[0, 2, r], exact))
        check("padded", padded[3][s, 2, :length], exact)
    results["ragged"] = {"error": max(errors)}
    pair(results, calls, "ragged", "padded")


def paged(artifact, results):
    q, k, v = random(4, 32, 4096, 128), random(4, 8, 4096, 128), random(4, 8, 4096, 128)
    count = 4 * 256
    pages = torch.randperm(count + 64, generator=torch.Generator().manual_seed(0))[:count].to("cuda", torch.int32)
    pools = [torch.full((count + 64, 8, 16, 128), float("nan"), device="cuda", dtype=torch.bfloat16) for _ in range(2)]
    for source, pool in zip((k, v), pools):
        pool[pages.long()] = source.reshape(4, 8, 256, 16, 128).transpose(1, 2).reshape(count, 8, 16, 128)
    begin = torch.arange(0, count + 1, 256, device="cuda", dtype=torch.int32)
    last = torch.full((4,), 16, device="cuda", dtype=torch.int32)
    a, b = torch.empty_like(q), torch.empty_like(q)
    calls = {
        "paged": bind(artifact, "paged", q, *pools, begin, pages, last, a),
        "contiguous": bind(artifact, "contiguous", q, k, v, b),
    }
    for call in calls.values():
        call()
    i = torch.arange(4096, device="cuda")
    exact = reference(q[2, 9], k[2, 2], v[2, 2], None, i[None, :] <= i[:, None])
    results["paged"] = {"error": check("paged", a[2, 9], exact)}
    if not torch.equal(a.isnan(), torch.zeros_like(a, dtype=torch.bool)):
        sys.exit("error: an unused page shows")
    check("contiguous", b[2, 9], exact)
    pair(results, calls, "paged", "contiguous")


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("artifact")
    p.add_argument("--flex", action="store_true", help="beside FlexAttention, which compiles for a minute")
    p.add_argument("--json", type=pathlib.Path)
    args = p.parse_args()
    torch.manual_seed(0)
    artifact, results = Artifact(args.artifact), {}
    artifact.set_stream(torch.cuda.current_stream().cuda_stream)
    for part in (low_rank, ragged, paged):
        part(artifact, results)
        torch.cuda.empty_cache()
    masks(artifact, results, args.flex)
    for name, row in results.items():
        print(name, {k: round(x, 4) if isinstance(x, float) else x for k, x in row.items()}, flush=True)
    if args.json:
        device = torch.cuda.get_device_name()
        args.json.write_text(json.dumps({"device": device, "torch": torch.__version__, "rows": results}, indent=1))


if __name__ == "__main__":
    main()
