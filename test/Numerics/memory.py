"""How much memory a call takes beside its tensors: `memory.py ARTIFACT` or, to show that this sees one, `memory.py naive`.

Prints `linear` when doubling M = N adds at most a few tensors' worth, and `quadratic` when it adds like the scores
would. Each size runs in a process of its own, because a peak only ever rises.
"""

import ctypes
import resource
import subprocess
import sys

import numpy as np

from tensors import Guarded, call

SIZES, WIDTH = (4096, 8192, 16384), 16


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def call_once(artifact, size):
    """Bytes by which the peak rises during one call."""
    shape = (1, 1, size, WIDTH)
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    tensors = [Guarded(shape, "f32", values) for _ in range(4)]
    if artifact == "naive":
        q, k, v, o = (t.array[0, 0] for t in tensors)
        run = lambda: np.copyto(o, np.exp(q @ k.T) @ v)
    else:
        library = ctypes.CDLL(artifact)
        run = lambda: call(library, "attention", tensors)
    before = peak()
    run()
    return peak() - before


def main():
    if len(sys.argv) == 3:
        print(call_once(sys.argv[1], int(sys.argv[2])))
        return
    used = [int(subprocess.run([sys.executable, __file__, sys.argv[1], str(size)], check=True, capture_output=True,
                               text=True, timeout=120).stdout) for size in SIZES]
    # The threads' stacks and the library itself are there at every size.
    growth = used[-1] - used[0]
    tensors = 4 * 4 * WIDTH * (SIZES[-1] - SIZES[0])
    scores = 4 * (SIZES[-1] ** 2 - SIZES[0] ** 2)
    print(f"bytes at {SIZES}: {used}")
    print("linear" if growth <= 2 * tensors else "quadratic" if growth >= scores // 2 else "in between")


if __name__ == "__main__":
    main()
