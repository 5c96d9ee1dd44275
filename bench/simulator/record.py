#!/usr/bin/env python3
"""Runs the PTX that build.py made on the GPU, through the CUDA driver, and writes what each kernel has written.

    record.py FOLDER --json FILE

Needs PyTorch for memory and a context, and nothing of Fovea."""

import argparse
import base64
import ctypes
import json
import pathlib
import sys
import zlib

import numpy as np
import torch

ROWS = COLUMNS = 64
driver = ctypes.CDLL("libcuda.so.1")
SWIZZLES = {0: 0, 32: 1, 64: 2, 128: 3}


def check(status, what):
    if status:
        text = ctypes.c_char_p()
        driver.cuGetErrorString(status, ctypes.byref(text))
        raise RuntimeError(f"{what}: {text.value.decode()}")


def tensor_map(pointer, kind, swizzle, rows, columns):
    """128 bytes of a CUtensorMap of a 64x64 tensor of 32-bit elements."""
    room = ctypes.create_string_buffer(192)
    at = (ctypes.addressof(room) + 63) & -64
    sizes = (ctypes.c_uint64 * 2)(COLUMNS, ROWS)
    strides = (ctypes.c_uint64 * 1)(COLUMNS * 4)
    box = (ctypes.c_uint32 * 2)(columns, rows)
    ones = (ctypes.c_uint32 * 2)(1, 1)
    check(driver.cuTensorMapEncodeTiled(ctypes.c_void_p(at), kind, 2, ctypes.c_void_p(pointer), sizes, strides, box, ones,
                                        0, SWIZZLES[swizzle], 0, 0), "tensor map")  # fmt: skip
    return room, at


def run(folder, kernel, data):
    given = torch.from_numpy(data.view(np.int32).copy()).cuda()
    made = torch.full((ROWS * COLUMNS,), -1, dtype=torch.int32, device="cuda")
    module, function = ctypes.c_void_p(), ctypes.c_void_p()
    ptx = (folder / f"{kernel['name']}.ptx").read_bytes() + b"\0"
    check(driver.cuModuleLoadData(ctypes.byref(module), ptx), "load")
    check(driver.cuModuleGetFunction(ctypes.byref(function), module, b"k"), "function")
    check(driver.cuFuncSetAttribute(function, 8, kernel["shared"]), "shared memory")  # MAX_DYNAMIC_SHARED_SIZE_BYTES
    values = []
    for tensor in (given, made):
        values += [ctypes.c_uint64(tensor.data_ptr()), *(ctypes.c_int32(s) for s in (ROWS, COLUMNS)),
                   *(ctypes.c_int64(s) for s in (COLUMNS, 1))]  # fmt: skip
    rooms = [tensor_map((given, made)[m[0]].data_ptr(), *m[1:]) for m in kernel["maps"]]
    addresses = [ctypes.addressof(v) for v in values] + [at for _, at in rooms]
    grid = ctypes.c_int32(kernel["workgroups"])
    addresses.append(ctypes.addressof(grid))
    parameters = (ctypes.c_void_p * len(addresses))(*addresses)
    check(driver.cuLaunchKernel(function, kernel["workgroups"], 1, 1, kernel["threads"], 1, 1, kernel["shared"], None,
                                parameters, None), "launch")  # fmt: skip
    torch.cuda.synchronize()
    return made.cpu().numpy().tobytes()


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--json", required=True, type=pathlib.Path)
    p.add_argument("--only", default="", help="one kernel by name")
    args = p.parse_args(argv)
    document = json.loads((args.folder / "kernels.json").read_text())
    data = np.array(document["input"], np.uint32)
    torch.zeros(1).cuda()  # a context
    results = json.loads(args.json.read_text())["kernels"] if args.json.is_file() else {}
    for kernel in document["kernels"]:
        if args.only in ("", kernel["name"]):
            packed = zlib.compress(run(args.folder, kernel, data), 9)
            results[kernel["name"]] = base64.b64encode(packed).decode()
    args.json.write_text(json.dumps({"device": torch.cuda.get_device_name(), "kernels": results}, indent=0) + "\n")
    print(f"{len(results)} kernels recorded")


if __name__ == "__main__":
    main(sys.argv[1:])
