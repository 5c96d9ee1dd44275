#!/usr/bin/env python3
"""Compiles the kernels of kernels.py to PTX, with LLVM's tools, into a folder for record.py.

    build.py --bin BUILD/bin --llvm LLVM/bin --out FOLDER
"""

import argparse
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

from kernels import KERNELS
from simulate import words


def run(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr[:2000]}")
    return done.stdout


def device_module(text):
    """The gpu.module's body as a module of its own."""
    body = re.search(r"^  gpu\.module @k .*?\{$\n(.*?)^  \}$", text, re.M | re.S).group(1)
    return f"module {{\n{body}}}\n"


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--bin", required=True, type=pathlib.Path, help="folder of fovea-opt")
    p.add_argument("--llvm", required=True, type=pathlib.Path, help="folder of mlir-translate and llc")
    p.add_argument("--out", required=True, type=pathlib.Path)
    args = p.parse_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    for kernel in KERNELS:
        text = run([args.bin / "fovea-opt", "--fovea-device-to-llvm-pipeline"], kernel.module())
        text = run([args.llvm / "mlir-translate", "--mlir-to-llvmir"], device_module(text))
        ptx = run([args.llvm / "llc", "-mtriple=nvptx64-nvidia-cuda", "-mcpu=sm_90a", "-mattr=+ptx83", "-O3"], text)
        (args.out / f"{kernel.name}.ptx").write_text(ptx)
    rows = [{**dataclasses.asdict(k), "body": ""} for k in KERNELS]
    (args.out / "kernels.json").write_text(json.dumps({"kernels": rows, "input": words().tolist()}))
    print(f"{len(KERNELS)} kernels compiled")


if __name__ == "__main__":
    main(sys.argv[1:])
