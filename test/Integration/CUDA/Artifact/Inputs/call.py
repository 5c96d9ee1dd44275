# Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls the artifact of attention.mlir through its C entry, where no GPU is. Prints what no-driver.test expects."""

import ctypes
import json
import sys

SHAPE = (1, 2, 256, 64)
CPU, CUDA = 1, 2  # DLDeviceType
BFLOAT = 4  # DLDataTypeCode


class DLTensor(ctypes.Structure):
    """dlpack.h."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


def tensor(device, address):
    shape = (ctypes.c_int64 * len(SHAPE))(*SHAPE)
    return DLTensor(address, device, 0, len(SHAPE), BFLOAT, 16, 1, shape, None, 0)


def call(library, device):
    """The call must fail; returns its message. Nothing reads the addresses."""
    tensors = [tensor(device, (i + 1) << 30) for i in range(4)]
    assert library.attention(*map(ctypes.byref, tensors)) != 0
    return library.fovea_last_error().decode()


def main(path):
    library = ctypes.CDLL(path)
    library.fovea_last_error.restype = ctypes.c_char_p
    text = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(library, "fovea_manifest")))
    manifest = json.loads(text)
    print(f"manifest: {manifest['device']}, {manifest['target']}, {manifest['entries'][0]['name']}")
    print("on the CPU:", call(library, CPU))
    print("without a driver:", call(library, CUDA))


main(sys.argv[1])
