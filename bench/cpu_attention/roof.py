"""Builds and calls roof.c: the f32 FMA peak of this host, in GFLOP/s."""

import ctypes
import os
import pathlib
import shutil
import subprocess
import tempfile

_SOURCE = pathlib.Path(__file__).with_name("roof.c")
_SECONDS = 0.015  # per sample: long against thread start, short against noise


def _build(directory):
    compiler = os.environ.get("CC") or next(
        filter(None, map(shutil.which, ("cc", "gcc", "clang", "clang-22"))), None
    )
    if not compiler:
        raise SystemExit("error: no C compiler for roof.c; set CC to one")
    out = pathlib.Path(directory) / "roof.so"
    command = [*compiler.split(), "-O2", "-fPIC", "-shared", "-pthread"]
    subprocess.run([*command, str(_SOURCE), "-o", str(out)], check=True)
    return ctypes.CDLL(str(out))


class Roof:
    """sample() gives GFLOP/s of `threads` threads at the faster vector width."""

    def __init__(self, threads):
        with tempfile.TemporaryDirectory() as directory:
            self.lib = _build(directory)
        self.lib.fovea_roof.restype = ctypes.c_double
        self.lib.fovea_roof.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long]
        self.threads = threads
        widest = self.lib.fovea_roof_widest()
        if not widest:
            raise SystemExit("error: the roof needs a host with AVX2 and FMA")
        self.iterations = {}
        self.widths = {}
        for bits in (256, 512):
            if bits <= widest:
                self.widths[bits] = self._best(bits)
        self.bits = max(self.widths, key=self.widths.get)

    def _best(self, bits, samples=11):
        """The best, not the median: noise can only take away, and the choice of
        a width must not hang on it."""
        trial = 200_000
        rate = self.lib.fovea_roof(bits, self.threads, trial)
        if rate <= 0:
            raise SystemExit(f"error: cannot run the roof on {self.threads} threads")
        flop = trial * 12 * (bits // 32) * 2 * self.threads
        self.iterations[bits] = max(1, int(trial * _SECONDS * rate * 1e9 / flop))
        return max(self.sample(bits) for _ in range(samples))

    def sample(self, bits=None):
        bits = bits or self.bits
        return self.lib.fovea_roof(bits, self.threads, self.iterations[bits])
