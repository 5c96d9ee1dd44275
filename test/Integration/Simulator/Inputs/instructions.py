"""Repeats in the simulator small kernels that a GPU has run, one for each kind of instruction, and compares all words.

    instructions.py RECORDED.json WORK_FOLDER

RECORDED.json is what bench/simulator/record.py wrote. Words that no thread writes are the same too. Where PTX bounds an error
or leaves open the order of a sum, floats may differ by the units in the last place that the kernel states, counted at the
larger of the number itself and 1, and NaNs by their payload."""

import base64
import json
import pathlib
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "bench" / "simulator"))

from kernels import KERNELS  # noqa: E402
from simulate import prepare, simulate  # noqa: E402


def compare(kernel, recorded, folder):
    """What is wrong, or "" and the words that differ within the kernel's bound."""
    theirs = np.frombuffer(zlib.decompress(base64.b64decode(recorded)), np.uint32)
    ours = simulate(kernel, folder)
    if isinstance(ours, str):
        return ours, 0
    differ = theirs != ours
    if not differ.any():
        return "", 0
    a, b = theirs.view(np.float32).astype(np.float64), ours.view(np.float32).astype(np.float64)
    far = np.where(np.isnan(a) & np.isnan(b), 0, np.abs(a - b) / np.maximum(np.abs(a), 1) / 2.0**-23)[differ]
    if kernel.ulps == 0 or not far.max() <= kernel.ulps:
        at = int(np.argmax(differ))
        return f"{differ.sum()} words differ, the first is {at}: {theirs[at]:#x} there, {ours[at]:#x} here", 0
    return "", int(differ.sum())


def main(path, folder):
    document = json.loads(pathlib.Path(path).read_text())
    folder = pathlib.Path(folder)
    prepare(folder)
    known = {k.name: k for k in KERNELS}
    jobs = [(known[name], bits) for name, bits in document["kernels"].items()]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda job: compare(*job, folder), jobs))
    for (kernel, _), (wrong, differ) in zip(jobs, results):
        if wrong or differ:
            print(f"{kernel.name}: {'FAIL ' + wrong if wrong else f'{differ} words differ, by at most {kernel.ulps} ulp'}")
    right = sum(not wrong for wrong, _ in results)
    exact = sum(not wrong and not differ for wrong, differ in results)
    print(f"{document['device']}: {right} of {len(results)} kernels agree, {exact} in every bit")
    return 0 if right == len(results) == len(KERNELS) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
