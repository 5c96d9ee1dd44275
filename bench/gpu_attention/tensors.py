"""Tensors between canaries, and calls of an artifact's C entries on them: int NAME(const DLTensor *...)."""

import ctypes
import json
import math

import torch

DEVICES = {"cpu": 1, "cuda": 2}  # DLPack's device types, by the manifest's names
TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
CODES = {torch.float32: (2, 32), torch.float16: (2, 16), torch.bfloat16: (4, 16)}  # code, bits
BITS = {2: torch.int16, 4: torch.int32}
POISON = {2: 0x7FA5, 4: 0x7FA5A5A5}  # NaNs that no arithmetic makes
GUARD = 1 << 16  # bytes on both sides: as much as a tile


class DLTensor(ctypes.Structure):
    """dlpack.h's DLTensor."""

    _fields_ = [
        ("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]  # fmt: skip


def dl_tensor(tensor):
    """A view of a torch tensor, which the caller keeps alive."""
    extents = ctypes.c_int64 * tensor.dim()
    return DLTensor(tensor.data_ptr(), DEVICES[tensor.device.type], tensor.device.index or 0, tensor.dim(),
                    *CODES[tensor.dtype], 1, extents(*tensor.shape), extents(*tensor.stride()), 0)  # fmt: skip


class Guarded:
    """A tensor in the middle of a larger buffer of NaNs: what is read beside it shows in the result, what is written
    beside it shows in intact()."""

    def __init__(self, shape, dtype, device, layout="bhsd"):
        size = torch.empty((), dtype=dtype).element_size()
        self.count, self.guard = math.prod(shape), GUARD // size
        self.poison = POISON[size]
        self.bits = torch.empty(self.count + 2 * self.guard, dtype=BITS[size], device=device)
        inner = self.bits[self.guard : self.guard + self.count].view(dtype)
        if layout == "bshd" and len(shape) == 4:
            b, h, s, d = shape
            self.tensor = inner.view(b, s, h, d).permute(0, 2, 1, 3)
        else:
            self.tensor = inner.view(shape)
        self.clear()

    def clear(self):
        self.bits.fill_(self.poison)

    def intact(self):
        before, after = self.bits[: self.guard], self.bits[self.guard + self.count :]
        return bool((before == self.poison).all() and (after == self.poison).all())


class Artifact:
    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
        manifest = ctypes.c_char.in_dll(self.library, "fovea_manifest")
        # A char array: the address of the symbol is the string.
        self.manifest = json.loads(ctypes.string_at(ctypes.addressof(manifest)))
        self.device = self.manifest.get("device", "cpu")
        self.configs = {e["name"]: e.get("config") for e in self.manifest["entries"]}
        self.library.fovea_last_error.restype = ctypes.c_char_p
        if self.device == "cuda":
            self.library.fovea_set_stream.argtypes = [ctypes.c_void_p]
            self.library.fovea_set_stream.restype = None
            self.library.fovea_set_stream(torch.cuda.current_stream().cuda_stream)

    def bind(self, name, tensors):
        """A function without parameters that calls the entry on these tensors; it raises what the entry reports."""
        entry = getattr(self.library, name)
        views = [dl_tensor(t) for t in tensors]
        arguments = [ctypes.byref(v) for v in views]

        def call(keep=(tensors, views)):
            if entry(*arguments):
                raise RuntimeError(self.library.fovea_last_error().decode(errors="replace"))

        return call
