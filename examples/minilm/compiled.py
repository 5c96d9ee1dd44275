"""Attention from a Fovea artifact: libattention.so, loaded through TVM-FFI.

The artifact exports `attention(q, k, v, o)`: inputs first, then the result, which
the caller allocates. NumPy arrays are passed as they are, through DLPack; nothing
is copied.
"""

import os
from pathlib import Path

import numpy as np
import tvm_ffi

from errors import UserError

ENTRY = "attention"

# By default libomp's threads spin for 200 ms after a parallel region. Here NumPy's
# BLAS threads want those cores right after each attention call: on two cores the
# spinning doubles the time outside attention. Read by libomp when it is loaded.
os.environ.setdefault("KMP_BLOCKTIME", "0")


class CompiledAttention:
    """A `model.Attention` for float32 that runs the artifact's entry `attention`."""

    def __init__(self, path: Path):
        if not path.is_file():
            raise UserError(
                f"artifact {path} does not exist; make it with: fovea-compile "
                "examples/minilm/attention.mlir --target=cpu --emit=artifact "
                f"-o {path}"
            )
        try:
            # resolve(): dlopen would search its own path for a bare file name.
            self._call = tvm_ffi.load_module(path.resolve()).get_function(ENTRY)
        except AttributeError as error:
            raise UserError(
                f"artifact {path} has no entry `{ENTRY}`; "
                "compile examples/minilm/attention.mlir"
            ) from error
        except Exception as error:  # dlopen and TVM-FFI raise several types
            raise UserError(f"cannot load {path}: {_one_line(error)}") from error

    def __call__(self, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """q, k, v, result: float32 [B, H, S, d]."""
        # NaN, not np.empty: recycled memory may hold the reference's right answer,
        # which would hide an artifact that leaves elements unwritten.
        o = np.full((*q.shape[:-1], v.shape[-1]), np.nan, np.float32)
        try:
            self._call(q, k, v, o)
        except Exception as error:  # the artifact's own message, e.g. a wrong shape
            raise UserError(f"artifact failed: {_one_line(error)}") from error
        return o


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
