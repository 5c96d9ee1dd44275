"""Calls an artifact's C entries: int NAME(const DLTensor *...), no tvm-ffi."""

import ctypes
import json

import cases

_CPU = 1
_DTYPE = {"f32": (2, 32), "f16": (2, 16), "bf16": (4, 16)}  # DLPack code, bits


class DLTensor(ctypes.Structure):
    """DLPack 1.x DLTensor, field by field."""

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


def dl_tensor(array, dtype):
    """DLTensor over an array that the caller keeps alive."""
    extents = ctypes.c_int64 * array.ndim
    strides = [s // array.itemsize for s in array.strides]
    code, bits = _DTYPE[dtype]
    return DLTensor(
        array.ctypes.data, _CPU, 0, array.ndim, code, bits, 1,
        extents(*array.shape), extents(*strides), 0,
    )  # fmt: skip


class Artifact:
    def __init__(self, path):
        try:
            self.lib = ctypes.CDLL(str(path))
            # A char array: the address of the symbol is the string.
            manifest = ctypes.c_char.in_dll(self.lib, "fovea_manifest")
        except (OSError, ValueError) as e:
            raise SystemExit(f"error: {path} is not a Fovea artifact: {e}") from None
        self.lib.fovea_last_error.restype = ctypes.c_char_p
        entries = json.loads(ctypes.string_at(ctypes.addressof(manifest)))["entries"]
        self.configs = {entry["name"]: entry.get("config") for entry in entries}

    def has(self, name):
        return hasattr(self.lib, name)

    def bind(self, name, inputs, dtype):
        """(call, output array): a closure that runs the entry once."""
        entry = getattr(self.lib, name)
        entry.restype = ctypes.c_int
        out = cases.aligned(inputs[0].shape, inputs[0].dtype)
        arrays = [*inputs, out]
        tensors = [dl_tensor(a, dtype) for a in arrays]
        arguments = [ctypes.byref(t) for t in tensors]

        def call():
            if entry(*arguments) != 0:
                message = self.lib.fovea_last_error() or b"no message"
                raise RuntimeError(f"{name}: {message.decode()}")

        call.keep_alive = (arrays, tensors)
        return call, out
