"""What the machine code of attention on AMD GPUs is seen to do: registers, spills, and the issue model's estimate.

    judge.py --compiler build/bin/fovea-compile [--check]

Prints a Markdown table, one row for each shape, with the schedule that the compiler chooses and with none (subgroups
together, LLVM's own order of instructions). `--check` fails where a shape spills, uses scratch or
moves accumulation registers in its steady loop, or falls below its least utilisation of the matrix unit."""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHIPS = ("gfx90a", "gfx942", "gfx950")
# Least utilisation, in percent: (d, mask, type) by chip.
BARS = {
    "gfx90a": {(128, "full", "bf16"): 92, (128, "causal", "bf16"): 70, (64, "full", "bf16"): 70, (64, "causal", "bf16"): 70},
    "gfx942": {(128, "full", "bf16"): 82, (128, "causal", "bf16"): 70},
    "gfx950": {(128, "full", "bf16"): 72, (128, "causal", "bf16"): 70},
}  # fmt: skip


def source(chip, d, mask, dtype, plain):
    t = f"tensor<4x16x4096x{d}x{dtype}>"
    n = 64
    config = (f'config(#fovea_tile.config<m = 256, n = {n}, rows = 32, columns = {n}, schedule = <target = "{chip}", '
              f"stages = [2, 2], rescale = lazy>>)") if plain else ""  # fmt: skip
    attribute = {"full": "", "causal": "mask(#fovea.causal)"}[mask]
    return (f"func.func @attention(%q: {t}, %k: {t}, %v: {t}) -> {t} {{\n"
            f"  %o = fovea.attention(%q, %k, %v) {attribute} {config} : ({t}, {t}, {t}) -> {t}\n  return %o : {t}\n}}\n")  # fmt: skip


def judge(compiler, case):
    """The report's judgement of one case."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.mlir")
        path.write_text(source(*case))
        done = subprocess.run([compiler, path, f"--target={case[0]}", "--emit=asm", "-o", f"{folder}/a.s", "--report=json"],
                              capture_output=True, text=True)  # fmt: skip
    try:
        ((kernel,),) = (op["kernels"] for op in json.loads(done.stderr))
        return kernel["judgement"]["loop"] | kernel["judgement"]
    except (ValueError, LookupError, TypeError):
        raise SystemExit(f"{case}: no judgement\n{done.stderr}") from None


def use_of(judgement):
    """The matrix unit's, in percent."""
    return round(100 * judgement["model"]["matrix_utilisation"], 1)


def mca_of(judgement):
    """Clocks of one wave alone, and the matrix unit's use in percent, as llvm-mca has them; it counts in 4 clocks."""
    mca = judgement["llvm_mca"]
    return round(4 * mca["cycles"]), round(100 * mca["matrix_cycles"] / mca["cycles"], 1)


def check(case, judgement):
    chip, d, mask, dtype, plain = case
    if plain:
        return []
    wrong = []
    registers = judgement["resources"]
    moves = judgement["mix"]["counts"].get("accvgpr_moves", 0)
    spills = registers["vgpr_spills"] + registers["sgpr_spills"]
    if spills or registers["scratch_bytes"] or moves or registers["agprs"]:
        wrong.append(f"spills {spills}, {registers['scratch_bytes']} bytes of scratch, moves {moves} accumulation registers")
    if (bar := BARS[chip].get((d, mask, dtype))) and use_of(judgement) < bar:
        wrong.append(f"uses {use_of(judgement)}% of the matrix unit, expected {bar}%")
    return [f"{chip} d={d} {mask} {dtype}: {w}" for w in wrong]


def row(case, judgement, plain):
    floors = judgement["model"]["floors"]
    clocks, use = mca_of(judgement)
    cells = (*case[:4], judgement["resources"]["total_vgprs"], judgement["resources"]["vgpr_spills"],
             f"{judgement['model']['clocks_per_tile']:.0f}", f"{use_of(judgement)}%", f"{floors['vector_port']:.0f}",
             f"{floors['lds']:.0f}", clocks, f"{use}%", f"{use_of(plain)}%")  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


HEADER = ("chip", "d", "mask", "type", "VGPRs", "spilled", "clocks/tile", "MFMA", "VALU port at least", "LDS at least",
          "llvm-mca: a wave's clocks", "llvm-mca: MFMA", "without a schedule")  # fmt: skip


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--compiler", required=True)
    p.add_argument("--check", action="store_true")
    args = p.parse_args(argv)
    cases = [(*c, plain) for c in itertools.product(CHIPS, (64, 128), ("full", "causal"), ("bf16", "f16"))
             for plain in (False, True)]  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(cases, pool.map(lambda c: judge(args.compiler, c), cases)))
    print(f"| {' | '.join(HEADER)} |\n|{'---|' * len(HEADER)}")
    for case in cases[::2]:
        print(row(case, results[case], results[(*case[:4], True)]))
    wrong = [w for case, r in results.items() for w in check(case, r)] if args.check else []
    for line in wrong:
        print(f"FAIL {line}")
    if args.check:
        print(f"{len(cases) // 2 - len({w.split(':')[0] for w in wrong})} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
