"""Tensors between canaries."""

import math

import torch

import artifact

TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
BITS = {2: torch.int16, 4: torch.int32}
POISON = {2: 0x7FA5, 4: 0x7FA5A5A5}  # NaNs that no arithmetic makes
GUARD = 1 << 16  # bytes on both sides: as much as a tile


class Guarded:
    """A tensor in the middle of a larger buffer of NaNs: what is read beside it shows in the result, what is written
    beside it shows in intact()."""

    def __init__(self, shape, dtype, device, layout="bhsd"):
        size = TYPES[dtype].itemsize
        self.dtype = dtype
        self.count, self.guard = math.prod(shape), GUARD // size
        self.poison = POISON[size]
        self.bits = torch.empty(self.count + 2 * self.guard, dtype=BITS[size], device=device)
        inner = self.bits[self.guard : self.guard + self.count].view(TYPES[dtype])
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

    def view(self, device):
        """For the entries of an artifact for this kind of device."""
        t = self.tensor
        return artifact.view(t.data_ptr(), device, self.dtype, t.shape, t.stride())
