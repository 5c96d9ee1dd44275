#!/usr/bin/env python3
"""Ragged, paged and block-sparse attention through fovea-run, on the CPU and simulated GPUs, against its reference.

Unused rows of pages hold NaN, which must not leak. Usage: sequences.py FOLDER"""

import pathlib
import subprocess
import sys

import numpy as np

HEADS, KEY_HEADS, D = 2, 1, 64
GPUS = ("sm_90a", "sm_80", "gfx90a", "gfx942", "gfx950")


def offsets(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)


def stored(x, dtype):
    """As .npy holds it: bf16 by its bits."""
    if dtype == "f32":
        return x.astype(np.float32)
    bits = ((np.ascontiguousarray(x, np.float32).view(np.uint32) + 0x8000) >> 16).astype(np.uint16)
    bits[np.isnan(x)] = 0x7FC0
    return bits


def paged_inputs(rng, key_lengths, size, dtype):
    """Shuffled pages of a pool, NaN wherever no key lies."""
    counts = [-(-n // size) for n in key_lengths]
    begin = offsets(counts)
    pool = int(begin[-1]) + 3
    pages = rng.permutation(pool)[: begin[-1]].astype(np.int32)
    last = np.array([n - (c - 1) * size if c else 0 for n, c in zip(key_lengths, counts)], np.int32)
    used = np.zeros((pool, size), bool)
    for s, n in enumerate(key_lengths):
        for j in range(n):
            used[pages[begin[s] + j // size], j % size] = True
    tensors = {}
    for name in "kv":
        x = rng.standard_normal((pool, KEY_HEADS, size, D)).astype(np.float32)
        x[~np.broadcast_to(used[:, None], x.shape[:3])] = np.nan
        tensors[name] = stored(x, dtype)
    return tensors, {"begin": begin, "pages": pages, "last": last}, pool


def sequences(rng, dtype, query_lengths, key_lengths, page, ragged, mask):
    """(text, inputs) of a case; page 0 is contiguous keys."""
    inputs, integers, clauses = {}, {}, []
    rows = offsets(query_lengths)
    batch, queries = (1, rows[-1]) if ragged else (len(query_lengths), query_lengths[0])
    if ragged:
        integers["queries"] = rows
    if page:
        inputs, tables, pool = paged_inputs(rng, key_lengths, page, dtype)
        integers |= tables
        keys = f"tensor<{pool}x{KEY_HEADS}x{page}x{D}x{dtype}>"
        clauses = (["ragged(%queries)"] if ragged else []) + ["paged(%begin, %pages, %last)"]
    else:
        integers["keys"] = offsets(key_lengths)
        keys = f"tensor<1x{KEY_HEADS}x{integers['keys'][-1]}x{D}x{dtype}>"
        clauses = ["ragged(%queries, %keys)"]
    text = function(f"tensor<{batch}x{HEADS}x{queries}x{D}x{dtype}>", keys, integers, mask + " ".join(clauses))
    return text, inputs | integers


def function(queries, keys, integers, clauses, prologue="", operands=None):
    types = {n: f"tensor<{'x'.join(map(str, x.shape))}xi32>" for n, x in integers.items()}
    operands = list(types.values()) if operands is None else operands
    arguments = "".join(f", %{n}: {t}" for n, t in types.items())
    lse = queries.rsplit("x", 2)[0] + "xf32>"
    listed = ", ".join([queries, keys, keys, *operands])
    return f"""func.func @f(%q: {queries}, %k: {keys}, %v: {keys}{arguments}) -> ({queries}, {lse}) {{
{prologue}  %o, %l = fovea.attention(%q, %k, %v) {clauses} : ({listed}) -> ({queries}, {lse})
  return %o, %l : {queries}, {lse}
}}
"""


def blocks(rng, dtype, m, n, block, order):
    sizes = [-(-m // block[0]), -(-n // block[1])]
    rows, columns = sizes if order == "row" else sizes[::-1]
    kept = rng.random((HEADS, rows, columns)) < 0.3
    begin = np.stack([offsets(k.sum(-1)) for k in kept])[None]
    members = np.zeros((1, HEADS, begin.max()), np.int32)
    for h, k in enumerate(kept):
        members[0, h, : begin[0, h, -1]] = np.nonzero(k)[1]
    integers = {"begin": begin, "members": members}
    index = f"!fovea.index<block = [{block[0]}, {block[1]}]{', order = column' if order == 'column' else ''}>"
    types = ", ".join(f"tensor<{'x'.join(map(str, x.shape))}xi32>" for x in integers.values())
    prologue = f"  %x = fovea.csr %begin, %members : ({types}) -> {index}\n"
    queries, keys = (f"tensor<1x{h}x{s}x{D}x{dtype}>" for h, s in ((HEADS, m), (KEY_HEADS, n)))
    return function(queries, keys, integers, "blocks(%x)", prologue, [index]), integers


def cases(dtype):
    causal, lengths = "mask(#fovea.causal) ", ([5, 0, 130, 17], [90, 4, 177, 20])
    for page in (0, 1, 7, 16):
        yield f"ragged_page{page}", lambda rng, p=page: sequences(rng, dtype, *lengths, p, True, causal)
    yield "ragged_no_keys", lambda rng: sequences(rng, dtype, [5, 3, 40, 1], [9, 0, 77, 0], 0, True, "")
    yield "paged_decode", lambda rng: sequences(rng, dtype, [1, 1, 1], [400, 4, 0], 16, False, "")
    yield "blocks_row", lambda rng: blocks(rng, dtype, 150, 500, (64, 32), "row")
    yield "blocks_column", lambda rng: blocks(rng, dtype, 100, 400, (30, 100), "column")
    yield "blocks_tokens", lambda rng: blocks(rng, dtype, 40, 150, (1, 1), "row")


def run(folder, name, target, text, inputs):
    """The error text, or nothing."""
    source = folder / f"{name}.mlir"
    source.write_text(text)
    command = ["fovea-run", source, "--check"]
    for key, value in inputs.items():
        np.save(folder / f"{name}.{key}.npy", value)
        command += ["--input", f"{key}={folder / name}.{key}.npy"]
    if target != "cpu":
        command += [f"--target={target}", "--simulate"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    right = result.returncode == 0 and result.stdout.count(": ok") == 2
    return "" if right else (result.stdout + result.stderr)[:600]


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    failed = passed = 0
    for target in ("cpu", *GPUS):
        for name, make in cases("f32" if target == "cpu" else "bf16"):
            error = run(folder, f"{name}_{target}", target, *make(np.random.default_rng(0)))
            failed, passed = failed + bool(error), passed + (not error)
            if error:
                print(f"FAIL {name} on {target}: {error}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
