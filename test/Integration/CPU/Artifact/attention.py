# Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls the entries of attention.mlir through TVM-FFI with NumPy arrays, and compares with
NumPy in double precision. Prints what attention.mlir expects."""

import ctypes
import json
import sys

import numpy as np
import tvm_ffi

rng = np.random.default_rng(0)


def random(*shape):
    return rng.uniform(-2, 2, shape).astype(np.float32)


def reference(q, k, v, scale, causal):
    """softmax(scale q k^T) v and the log of the softmax's sum, by definition."""
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    group = q.shape[1] // k.shape[1]
    s = scale * q @ np.repeat(k, group, 1).swapaxes(2, 3)
    m, n = s.shape[2:]
    if causal:
        s = np.where(np.arange(n) <= np.arange(m)[:, None] + n - m, s, -np.inf)
    p = np.exp(s)
    total = p.sum(3, keepdims=True)
    o = p / np.where(total > 0, total, 1) @ np.repeat(v, group, 1)
    with np.errstate(divide="ignore"):
        return o, np.log(total[..., 0])


def report(what, *pairs):
    right = all(np.allclose(found, expected, rtol=0, atol=1e-5) for found, expected in pairs)
    print(f"{what}: {'agrees' if right else 'differs'}")


def expect(error, function, *arguments):
    """The call must raise `error`; returns its message."""
    try:
        function(*arguments)
    except error as raised:
        return str(raised)
    sys.exit(f"expected {error.__name__}")


def call_causal(causal, m, n):
    q, k, v = random(1, 2, m, 32), random(1, 2, n, 32), random(1, 2, n, 32)
    o, lse = np.full_like(q, np.nan), np.full((1, 2, m), np.nan, np.float32)
    assert causal(q, k, v, o, lse) is None
    report(f"causal {m}x{n}", *zip((o, lse), reference(q, k, v, 0.25, True)))


def check_manifest(path):
    """The manifest can be read without calling anything."""
    text = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(ctypes.CDLL(path), "fovea_manifest")))
    manifest = json.loads(text)
    assert manifest["version"] == 2 and manifest["target"] == "cpu" and manifest["device"] == "cpu", manifest
    attention, causal = manifest["entries"]
    assert [attention["name"], causal["name"]] == ["attention", "causal"]
    assert attention["params"][1] == {"name": "k", "dtype": "float32", "shape": [2, 2, 47, 16], "role": "in"}
    assert causal["params"][4]["shape"] == [1, 2, "?0"] and causal["params"][4]["role"] == "out"
    for entry in (attention, causal):
        assert isinstance(entry["config"], str) and isinstance(entry["workspace"], int)


def main(path):
    check_manifest(path)
    module = tvm_ffi.load_module(path)
    attention, causal = module.attention, module.causal

    q, k, v = random(2, 4, 33, 16), random(2, 2, 47, 16), random(2, 2, 47, 24)
    o = np.full((2, 4, 33, 24), np.nan, np.float32)
    assert attention(q, k, v, o) is None
    report("attention", (o, reference(q, k, v, 0.25, False)[0]))
    # The same as TVM-FFI's own Tensor objects.
    again = np.empty_like(o)
    attention(*(tvm_ffi.from_dlpack(x) for x in (q, k, v, again)))
    assert (again == o).all()
    for m, n in (19, 35), (64, 64), (1, 0):
        call_causal(causal, m, n)

    o[:] = 42
    print("refused:", expect(ValueError, attention, q, np.ascontiguousarray(k[:, :, :46]), v, o))
    print("refused:", expect(TypeError, attention, q.astype(np.float64), k, v, o))
    a, b, c = random(1, 2, 5, 32), random(1, 2, 7, 32), random(1, 2, 6, 32)
    print("refused:", expect(ValueError, causal, a, b, c, np.empty_like(a), np.empty((1, 2, 5), np.float32)))
    assert "found strides" in expect(ValueError, attention, q, k, v, o.transpose(3, 2, 1, 0).copy().transpose(3, 2, 1, 0))
    assert "overlaps" in expect(ValueError, causal, a, a, a, a, np.empty((1, 2, 5), np.float32))
    assert "found 3 arguments, expected 4: q, k, v, " in expect(TypeError, attention, q, k, v)
    assert "found None, expected a tensor" in expect(TypeError, attention, q, None, v, o)
    print("outputs of refused calls are", "untouched" if (o == 42).all() else "touched")


main(sys.argv[1])
