"""Calls an artifact's C entries, int NAME(const DLTensor *...), on memory that the caller owns. No PyTorch."""

import ctypes
import json

DEVICES = {"cpu": 1, "cuda": 2, "hip": 10}  # DLPack's device types, by the manifest's names
CODES = {"f32": (2, 32), "f16": (2, 16), "bf16": (4, 16)}  # DLPack code, bits


class DLTensor(ctypes.Structure):
    """dlpack.h's DLTensor."""

    _fields_ = [
        ("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]  # fmt: skip


def view(pointer, device, dtype, shape, strides):
    """A DLTensor over memory of the first device of a kind; strides in elements."""
    extents = ctypes.c_int64 * len(shape)
    return DLTensor(pointer, DEVICES[device], 0, len(shape), *CODES[dtype], 1, extents(*shape), extents(*strides), 0)


class Artifact:
    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
        manifest = ctypes.c_char.in_dll(self.library, "fovea_manifest")
        # A char array: the address of the symbol is the string.
        self.manifest = json.loads(ctypes.string_at(ctypes.addressof(manifest)))
        self.device = self.manifest.get("device", "cpu")
        self.configs = {e["name"]: e.get("config") for e in self.manifest["entries"]}
        self.library.fovea_last_error.restype = ctypes.c_char_p

    @property
    def on_gpu(self):
        return self.device != "cpu"

    @property
    def torch_device(self):
        """PyTorch for ROCm calls its devices cuda, too."""
        return "cuda" if self.on_gpu else "cpu"

    def set_stream(self, stream):
        """The CUDA or HIP stream of this thread's calls."""
        self.library.fovea_set_stream.argtypes = [ctypes.c_void_p]
        self.library.fovea_set_stream.restype = None
        self.library.fovea_set_stream(stream)

    def bind(self, name, views):
        """A function without parameters that calls the entry on these tensors; it raises what the entry reports."""
        entry = getattr(self.library, name)
        arguments = [ctypes.byref(v) for v in views]

        def call():
            if entry(*arguments):
                raise RuntimeError(self.library.fovea_last_error().decode(errors="replace"))

        return call
