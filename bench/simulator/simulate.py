"""Runs the kernels of kernels.py in the simulator: the words that each writes."""

import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "gpu_attention"))

from inputs import mix  # noqa: E402

from kernel import COLUMNS, ROWS, SOURCE  # noqa: E402


def words():
    """The input of every kernel: bits that are the same on every machine."""
    return (mix(np.arange(ROWS * COLUMNS, dtype=np.uint64)) >> np.uint64(32)).astype(np.uint32)


def prepare(folder):
    """Writes what all kernels share; before any of them runs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.mlir").write_text(SOURCE)
    np.save(folder / "a.npy", words().view(np.int32).reshape(ROWS, COLUMNS))


def simulate(kernel, folder):
    """The output's words, all ones where the kernel writes nothing; an error text instead if the simulator has one."""
    module, made = folder / f"{kernel.name}.mlir", folder / f"{kernel.name}.npy"
    module.write_text(kernel.module())
    done = subprocess.run(["fovea-run", folder / "run.mlir", "--target=sm_90a", "--simulate", f"--kernels={module}",
                           "--input", f"a={folder / 'a.npy'}", "--output", f"out={made}"],
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    if done.returncode:
        return done.stderr
    return np.load(made).view(np.uint32).flatten()
