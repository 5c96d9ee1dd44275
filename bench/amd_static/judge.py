"""What the machine code of attention on AMD GPUs is seen to do: registers, spills, and the issue model's estimate.

    judge.py --compiler build/bin/fovea-compile [--check]

Prints a Markdown table, one row for each shape, with the schedule that the compiler chooses and with none (subgroups
together, LLVM's own order of instructions). `--check` fails where a shape that is said to be clean spills, uses scratch
or moves accumulation registers in its steady loop, or falls below its least utilisation of the matrix unit."""

import argparse
import itertools
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHIPS = ("gfx90a", "gfx942", "gfx950")
# Least utilisation, in percent, and whether no register may be spilled: (d, mask, type) by chip.
BARS = {
    "gfx90a": {(128, "full", "bf16"): 92, (128, "causal", "bf16"): 70, (64, "full", "bf16"): 70, (64, "causal", "bf16"): 70},
    "gfx942": {(128, "full", "bf16"): 82, (128, "causal", "bf16"): 70},
    "gfx950": {(128, "full", "bf16"): 72, (128, "causal", "bf16"): 70},
}  # fmt: skip
# Three registers of what is used before and behind the loops, with a mask.
SPILLS = {(chip, 128, "causal"): 3 for chip in ("gfx90a", "gfx942")}


def source(chip, d, mask, dtype, plain):
    t = f"tensor<4x16x4096x{d}x{dtype}>"
    n = 64
    config = (f'config(#fovea_tile.config<m = 256, n = {n}, rows = 32, columns = {n}, schedule = <target = "{chip}", '
              f"stages = [2, 2], rescale = lazy>>)") if plain else ""  # fmt: skip
    attribute = {"full": "", "causal": "mask(#fovea.causal)"}[mask]
    return (f"func.func @attention(%q: {t}, %k: {t}, %v: {t}) -> {t} {{\n"
            f"  %o = fovea.attention(%q, %k, %v) {attribute} {config} : ({t}, {t}, {t}) -> {t}\n  return %o : {t}\n}}\n")  # fmt: skip


def judge(compiler, case):
    """The report's numbers of one case."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.mlir")
        path.write_text(source(*case))
        done = subprocess.run([compiler, path, f"--target={case[0]}", "--emit=asm", "-o", f"{folder}/a.s", "--report"],
                              capture_output=True, text=True)  # fmt: skip
    report = done.stderr
    registers = re.search(r"registers: (\d+) VGPRs, (\d+) AGPRs.*?(\d+) \+ (\d+) spilled, (\d+) bytes of scratch", report)
    model = re.search(r"model: (\d+) clocks/tile, MFMA ([\d.]+)% \(([\d.]+)%.*floors: mfma (\d+), valu port (\d+), lds (\d+)",
                      report)  # fmt: skip
    waits = re.search(r"waits: (\d+) counted vmcnt, (\d+) vmcnt\(0\).*?(\d+) accvgpr moves", report)
    if done.returncode or not registers or not model or not waits:
        raise SystemExit(f"{case}: no judgement\n{report}")
    keys = ("vgprs", "agprs", "spills", "scalar_spills", "scratch")
    result = dict(zip(keys, map(int, registers.groups())))
    result |= dict(zip(("clocks", "use", "use_apart", "matrix", "vector", "lds"), map(float, model.groups())))
    return result | dict(zip(("counted", "full", "moves"), map(int, waits.groups())))


def check(case, r):
    chip, d, mask, dtype, plain = case
    if plain:
        return []
    wrong = []
    if r["spills"] > SPILLS.get((chip, d, mask), 0) or r["moves"] or r["agprs"]:
        wrong.append(f"spills {r['spills']}, moves {r['moves']} accumulation registers")
    if (bar := BARS[chip].get((d, mask, dtype))) and r["use"] < bar:
        wrong.append(f"uses {r['use']}% of the matrix unit, expected {bar}%")
    return [f"{chip} d={d} {mask} {dtype}: {w}" for w in wrong]


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--compiler", required=True)
    p.add_argument("--check", action="store_true")
    args = p.parse_args(argv)
    cases = [(*c, plain) for c in itertools.product(CHIPS, (64, 128), ("full", "causal"), ("bf16", "f16"))
             for plain in (False, True)]  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(cases, pool.map(lambda c: judge(args.compiler, c), cases)))
    print("| chip | d | mask | type | VGPRs | spilled | clocks/tile | MFMA | VALU port at least | LDS at least | "
          "without a schedule |\n|---|---|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for case in cases[::2]:
        r, plain = results[case], results[(*case[:4], True)]
        print(f"| {case[0]} | {case[1]} | {case[2]} | {case[3]} | {r['vgprs']} | {r['spills']} | {r['clocks']:.0f} | "
              f"{r['use']}% | {r['vector']:.0f} | {r['lds']:.0f} | {plain['use']}% |")  # fmt: skip
    wrong = [w for case, r in results.items() for w in check(case, r)] if args.check else []
    for line in wrong:
        print(f"FAIL {line}")
    if args.check:
        print(f"{len(cases) // 2 - len({w.split(':')[0] for w in wrong})} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
