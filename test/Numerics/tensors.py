"""Tensors in guarded memory, and calls of an artifact's C entries on them."""

import ctypes
import mmap

import numpy as np

PAGE = mmap.PAGESIZE
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]

CODES = {"f64": (2, 64), "f32": (2, 32), "f16": (2, 16), "bf16": (4, 16), "i32": (0, 32), "i64": (0, 64)}
STORAGE = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": np.uint16, "i32": np.int32, "i64": np.int64}


class DLTensor(ctypes.Structure):
    """dlpack.h's DLTensor."""

    _fields_ = [
        ("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.c_void_p), ("byte_offset", ctypes.c_uint64),
    ]


def to_storage(x, dtype):
    """f64 values rounded to the storage type (to nearest even); bf16 as its bits."""
    if dtype != "bf16":
        return x.astype(STORAGE[dtype])
    bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_storage(x, dtype):
    """The stored values as f64."""
    if dtype != "bf16":
        return x.astype(np.float64)
    return (x.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


class Guarded:
    """An array whose last byte is the last of a page, with canaries before it and no access after it."""

    CANARY = 0xA5

    def __init__(self, shape, dtype, values=None):
        storage = np.dtype(STORAGE[dtype])
        self.bytes = int(np.prod(shape)) * storage.itemsize
        pages = -(-self.bytes // PAGE) + 1
        base = libc.mmap(None, (pages + 1) * PAGE, 3, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        assert base not in (None, ctypes.c_void_p(-1).value), "mmap failed"
        assert libc.mprotect(base + pages * PAGE, PAGE, 0) == 0, "mprotect failed"
        self.address = base + pages * PAGE - self.bytes
        before = self.address - base
        self.before = np.ctypeslib.as_array((ctypes.c_uint8 * before).from_address(base))
        self.before[:] = self.CANARY
        raw = (ctypes.c_uint8 * max(self.bytes, 1)).from_address(self.address)
        self.array = np.frombuffer(raw, storage, count=int(np.prod(shape))).reshape(shape)
        # NaN in every float type.
        raw_view = np.frombuffer(raw, np.uint8, count=self.bytes)
        raw_view[:] = 0xFF
        if values is not None:
            self.array[...] = values
        self.shape = (ctypes.c_int64 * len(shape))(*shape)
        code, bits = CODES[dtype]
        self.tensor = DLTensor(self.address, 1, 0, len(shape), code, bits, 1, self.shape, None, 0)

    def intact(self):
        """Whether nothing was written before the array (after it, the write would have crashed)."""
        return bool((self.before == self.CANARY).all())


def call(library, name, tensors):
    """Calls a C entry; raises with the artifact's message when it refuses."""
    library.fovea_last_error.restype = ctypes.c_char_p
    status = getattr(library, name)(*(ctypes.byref(t.tensor) for t in tensors))
    if status:
        raise RuntimeError(library.fovea_last_error().decode())
