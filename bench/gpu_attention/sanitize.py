#!/usr/bin/env python3
"""Calls every entry of the sanitize list once, on memory of the CUDA driver's own: sanitize.sh runs it.

Each tensor is an allocation of exactly its size, so that an access beside it is one that compute-sanitizer reports;
PyTorch's allocator would hide it."""

import ctypes
import json
import math
import pathlib
import sys

import numpy as np

import artifact
from case import Case

cuda = ctypes.CDLL("libcuda.so.1")


def must(status, what):
    if status:
        sys.exit(f"error: {what}: the driver returns {status}")


def start():
    device, context = ctypes.c_int(), ctypes.c_void_p()
    must(cuda.cuInit(0), "cuInit")
    must(cuda.cuDeviceGet(ctypes.byref(device), 0), "cuDeviceGet")
    must(cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), device), "cuDevicePrimaryCtxRetain")
    must(cuda.cuCtxSetCurrent(context), "cuCtxSetCurrent")


def allocate(array):
    """A copy in the device's memory; freed when the process ends."""
    pointer = ctypes.c_uint64()
    must(cuda.cuMemAlloc_v2(ctypes.byref(pointer), ctypes.c_size_t(array.nbytes)), "cuMemAlloc")
    must(cuda.cuMemcpyHtoD_v2(pointer, array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes)), "copy")
    return pointer.value


def stored(values, dtype):
    if dtype == "bf16":
        return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return values.astype({"f16": np.float16, "f32": np.float32}[dtype])


def strides(shape, layout):
    """In elements, of dense tensors in the layout's order."""
    order = (0, 2, 1, 3) if layout == "bshd" and len(shape) == 4 else range(len(shape))
    order = list(order)
    found = [0] * len(shape)
    for place, axis in enumerate(order):
        found[axis] = math.prod(shape[a] for a in order[place + 1 :])
    return found


def run(case, library, rng):
    """One call, on random inputs; the number of NaNs in the outputs."""
    shapes = dict(case.shapes)
    names = ["q", "k", "v"] + (["table"] if case.table_shape else []) + ["o"] + (["lse"] if case.lse else [])
    views, outputs = [], []
    for name in names:
        shape = case.table_shape if name == "table" else shapes[name]
        dtype = "f32" if name in ("table", "lse") else case.dtype
        fresh = name in ("o", "lse")
        array = stored(np.full(shape, np.nan) if fresh else rng.standard_normal(shape), dtype)
        pointer = allocate(np.ascontiguousarray(array))
        views.append(artifact.view(pointer, "cuda", dtype, shape, strides(shape, case.layout)))
        outputs += [(pointer, array, dtype)] if fresh else []
    library.bind(case.name, views)()
    must(cuda.cuCtxSynchronize(), f"{case.name}")
    wrong = 0
    for pointer, array, dtype in outputs:
        destination, size = array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes)
        must(cuda.cuMemcpyDtoH_v2(destination, ctypes.c_uint64(pointer), size), "copy")
        values = (array.astype(np.uint32) << 16).view(np.float32) if dtype == "bf16" else array
        wrong += int(np.isnan(values).sum())
    return wrong


def main(argv):
    folder = pathlib.Path(argv[0])
    built = [a for a in json.loads((folder / "cases.json").read_text())["artifacts"] if a["list"] == "sanitize"]
    rows = [(a["artifact"], r) for a in built for r in a["rows"]]
    start()
    failed, rng, libraries = 0, np.random.default_rng(0), {}
    for name, row in rows:
        case, why = Case(**row["case"]), row["error"]
        if not why:
            libraries[name] = libraries.get(name) or artifact.Artifact(folder / name)
            count = run(case, libraries[name], rng)
            why = f"{count} NaNs" if count else ""
        failed += bool(why)
        print(f"{case.name}: {why or 'ok'}", flush=True)
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
