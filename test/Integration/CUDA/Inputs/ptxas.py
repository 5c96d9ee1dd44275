# Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles attention for a GPU down to cubins, and reads from --report what the assembler said:
ptxas.py TARGET FOLDER [NAME]. Prints what ptxas.test expects; the exit code is 1 if a kernel is wrong."""

import concurrent.futures
import itertools
import os
import re
import subprocess
import sys

WIDTHS = ((32, 32), (64, 64), (80, 80), (96, 96), (128, 128), (160, 160), (192, 192), (256, 256), (192, 128))
MASKS = {"full": "", "causal": "mask(#fovea.causal)", "window": "mask(#fovea.window<left = 256, right = 0>)"}
SCORES = {
    "alibi": """score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %slope = tensor.extract %slopes[%h] : tensor<16xf32>
      %d = arith.subi %j, %i : index
      %di = arith.index_cast %d : index to i32
      %df = arith.sitofp %di : i32 to f32
      %x = arith.mulf %slope, %df : f32
      %y = arith.addf %s, %x : f32
      fovea.yield %y : f32
    }""",
    "softcap": """score(%s: f32, %b: index, %h: index, %i: index, %j: index) {
      %c = arith.constant 30.0 : f32
      %x = arith.divf %s, %c : f32
      %t = math.tanh %x : f32
      %y = arith.mulf %t, %c : f32
      fovea.yield %y : f32
    }""",
}
REGISTERS = 65536  # of a multiprocessor


def source(dk, dv, mask, dtype, score="", length=4096, queries=None):
    rows, keys = f"4x16x{queries or length}", f"4x{4 if queries else 16}x{length}"
    q, k, v = f"tensor<{rows}x{dk}x{dtype}>", f"tensor<{keys}x{dk}x{dtype}>", f"tensor<{keys}x{dv}x{dtype}>"
    o, lse = f"tensor<{rows}x{dv}x{dtype}>", f"tensor<{rows}xf32>"
    return f"""func.func @attention(%q: {q}, %k: {k}, %v: {v}, %slopes: tensor<16xf32>) -> ({o}, {lse}) {{
  %o, %lse = fovea.attention(%q, %k, %v) {mask} {score}
      : ({q}, {k}, {v}) -> ({o}, {lse})
  return %o, %lse : {o}, {lse}
}}
"""


def sources():
    """Name and text of each kernel."""
    for (dk, dv), mask, dtype in itertools.product(WIDTHS, MASKS, ("bf16", "f16")):
        d = f"d{dk}" if dk == dv else f"d{dk}v{dv}"
        yield f"{d}_{mask}_{dtype}", source(dk, dv, MASKS[mask], dtype)
    for d, (name, score), mask in itertools.product((64, 128, 256), SCORES.items(), ("full", "causal")):
        yield f"d{d}_{mask}_bf16_{name}", source(d, d, MASKS[mask], "bf16", score)
    for d, mask, length in itertools.product((64, 128, 256), ("full", "causal"), (256, 1000, "?")):
        yield f"d{d}_{mask}_bf16_n{length}", source(d, d, MASKS[mask], "bf16", length=length)
    # One query: keys in parts, and a second kernel that merges them.
    for (dk, dv), (name, score) in itertools.product(WIDTHS, (("plain", ""), *SCORES.items())):
        yield f"d{dk}v{dv}_decode_{name}", source(dk, dv, "", "bf16", score, queries=1, length=5000)


KERNEL = re.compile(r"^  kernel (\S+): \d+ bytes of shared memory a workgroup, (\d+) registers a thread at launch, "
                    r"(\d+) bytes spilled\n((?!  kernel).*\n?)*", re.M)  # fmt: skip


def judge(report):
    """What is wrong with the kernels of this report, or None. The first one is the config's; a second one merges parts,
    and has one group of threads."""
    shape = re.search(r"config<m = (\d+), .*?rows = (\d+), .*?target = \"(\w+)\"(, producer = )?", report)
    kernels = list(KERNEL.finditer(report))
    if not kernels or not shape:
        return "no report: " + report
    m, rows = int(shape[1]), int(shape[2])
    # A consumer is what multiplies together: four subgroups, or one.
    consumer = 128 if shape[4] else 32
    workgroups = re.search(r"workgroups = (\d+)", report)
    for index, kernel in enumerate(kernels):
        registers, spilled = int(kernel[2]), int(kernel[3])
        threads = 128 if index else consumer * (m // rows + bool(shape[4]))
        together = 1 if index or not workgroups else int(workgroups[1])
        warnings = [line for line in kernel[0].splitlines() if "warning" in line or "(C7" in line]
        if not 0 < registers * threads * together <= REGISTERS or spilled or warnings:
            return f"{registers} registers of {threads} threads, {spilled} bytes spilled, {' '.join(warnings)}"
    return None


def check(target, folder, name, text):
    path = os.path.join(folder, name.replace("?", "dynamic"))
    with open(path + ".mlir", "w") as file:
        file.write(text)
    command = ["fovea-compile", path + ".mlir", f"--target={target}", "--emit=obj", "--report", "-o", path + ".o"]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    wrong = judge(done.stdout) if done.returncode == 0 else done.stdout
    if wrong:
        print(f"{name}: wrong: {wrong}", flush=True)
    return wrong is None


def main(target, folder, only=None):
    os.makedirs(folder, exist_ok=True)
    kernels = [(name, text) for name, text in sources() if only in (None, name)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        right = sum(pool.map(lambda kernel: check(target, folder, *kernel), kernels))
    print(f"{right} of {len(kernels)} kernels are right")
    return 0 if right == len(kernels) else 1


sys.exit(main(*sys.argv[1:]))
