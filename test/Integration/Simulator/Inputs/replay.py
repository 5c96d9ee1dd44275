"""Repeats in the simulator what a GPU has computed, and compares bits.

    replay.py RECORDED.json WORK_FOLDER

RECORDED.json is what bench/gpu_attention/record.py wrote on the device. The simulator sums a product's terms without
rounding in between where the hardware's order and truncation are not documented, and its exponentials are correctly
rounded, so results may differ. How far is stated here: a sample of a 16-bit output by one unit in the last place of the
case's largest value, and no more than one in 20 by anything; lse by 1e-5."""

import base64
import json
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "bench" / "gpu_attention"))

from case import Case  # noqa: E402
from inputs import inputs, sample  # noqa: E402

LSE = 1e-5
DIFFERENT = 0.05
DIGITS = {"bf16": 8, "f16": 11}  # of the significand


def widen(bits, dtype):
    if dtype == "bf16":
        return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return bits.view(np.float16 if dtype == "f16" else np.float32).astype(np.float64)


def simulate(target, case, folder):
    """Bits of the outputs, flat, by name; an error text instead if the simulator has one."""
    source = folder / f"{case.name}.mlir"
    source.write_text(case.mlir())
    command = ["fovea-run", source, f"--target={target}", "--simulate"]
    for name, array in inputs(case).items():
        path = folder / f"{case.name}.{name}.npy"
        np.save(path, array)
        command += ["--input", f"{name}={path}"]
    outputs = {"o": "out0" if case.lse else "out", "lse": "out1"}
    names = ["o"] + ["lse"] * case.lse
    for name in names:
        command += ["--output", f"{outputs[name]}={folder / f'{case.name}.{name}.npy'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return done.stderr
    return {x: np.load(folder / f"{case.name}.{x}.npy").flatten() for x in names}


def compare(row, target, folder):
    """(name, elements, elements that are bit-equal, what is wrong or "")."""
    case = Case(**row["case"])
    got = simulate(target, case, folder)
    if isinstance(got, str):
        return case.name, 0, 0, got
    total = equal = 0
    for name, text in row["bits"].items():
        dtype = "f32" if name == "lse" else case.dtype
        kind = np.uint32 if dtype == "f32" else np.uint16
        theirs = np.frombuffer(base64.b64decode(text), kind)
        ours = sample(name, np.frombuffer(got[name].tobytes(), kind))
        a, b = widen(theirs, dtype), widen(ours, dtype)
        # Rows that see nothing have an lse of -inf in both.
        far = np.abs(np.where(theirs == ours, 0, a - b))
        top = np.abs(a[np.isfinite(a)]).max(initial=0)
        limit = LSE if name == "lse" else 2.0 ** (np.floor(np.log2(top or 1)) - DIGITS[dtype] + 1)
        if not far.max() <= limit:
            return case.name, total, equal, f"{name} is {far.max():.3g} away, at most {limit:.3g}"
        same = int((theirs == ours).sum())
        if name == "o" and same < (1 - DIFFERENT) * ours.size:
            return case.name, total, equal, f"{ours.size - same} of {ours.size} samples of {name} differ"
        total, equal = total + ours.size, equal + same
    return case.name, total, equal, ""


def main(recorded, folder):
    document = json.loads(pathlib.Path(recorded).read_text())
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda row: compare(row, document["target"], folder), document["cases"]))
    for name, _, _, wrong in rows:
        if wrong:
            print(f"FAIL {name}: {wrong}")
    total, equal = sum(r[1] for r in rows), sum(r[2] for r in rows)
    exact = sum(r[1] == r[2] and not r[3] for r in rows)
    right = sum(not r[3] for r in rows)
    print(f"{document['target']} on {document['device']}: {right} of {len(rows)} kernels agree, {exact} in every bit;")
    print(f"{equal} of {total} samples ({equal / max(total, 1):.2%}) are bit-equal")
    return 0 if right == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
