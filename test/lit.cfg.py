# Configuration of the lit tests; lit.site.cfg.py of the build folder loads it.

import glob
import os
import shutil

import lit.formats
from lit.llvm import llvm_config

config.name = "Fovea"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.dirname(__file__)

config.substitutions.extend(
    [
        ("%fovea_plugin", os.path.join(config.fovea_lib_dir, "FoveaPlugin.so")),
        ("%fovea_build_dir", config.fovea_build_dir),
        ("%fovea_source_dir", config.fovea_source_dir),
        ("%llvm_lib_dir", config.llvm_lib_dir),
        ("%python", config.python_executable),
        ("%cc", config.host_cc),
        ("%cxx", config.host_cxx),
    ]
)
if "Address" in config.sanitizer:
    config.available_features.add("asan")



def find_ptxas():
    """The one that is asked for, else that of .venv, whose version python-requirements.txt names, else CUDA's."""
    venv = os.path.dirname(os.path.dirname(config.python_executable))
    return (
        os.environ.get("FOVEA_PTXAS")
        or next(iter(glob.glob(os.path.join(venv, "lib/python3*/site-packages/nvidia/*/bin/ptxas"))), None)
        or shutil.which("ptxas")
        or shutil.which("ptxas", path="/usr/local/cuda/bin")
    )


ptxas = find_ptxas()
if ptxas and os.access(ptxas, os.X_OK):
    config.available_features.add("ptxas")
    config.environment["FOVEA_PTXAS"] = ptxas

# A hang becomes a failure with a name. The slowest test, the numerics, takes one to two minutes on two cores; lit needs
# psutil for this, which .venv has (`lit-22` by hand runs without a limit where psutil is missing).
if lit_config.maxIndividualTestTimeIsSupported[0]:
    lit_config.maxIndividualTestTime = 600 * (4 if "asan" in config.available_features else 1)

# Fovea's own tools first, then LLVM's.
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.fovea_tools_dir, append_path=True)
llvm_config.add_tool_substitutions(
    ["fovea-opt", "fovea-compile", "fovea-run", "fovea-lsp-server"], [config.fovea_tools_dir]
)
llvm_config.add_tool_substitutions(
    ["FileCheck", "count", "not", "split-file", "mlir-opt", "mlir-runner"], [config.llvm_tools_dir]
)
# Two threads in each of several tests at once are enough; idle ones sleep, because spinning takes the other tests' time.
config.environment["OMP_NUM_THREADS"] = "2"
config.environment["KMP_BLOCKTIME"] = "0"
