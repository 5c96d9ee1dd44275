#!/usr/bin/env python3
"""Runs artifacts of the list `replay` on the GPU and writes samples of their results, for the simulator to repeat.

build.py --list replay makes the folder. The JSON holds what test/Integration/Simulator/replay.py needs: each case with
the config that was compiled, and bits of its outputs."""

import argparse
import base64
import json
import pathlib
import sys

import numpy as np
import torch

from artifact import Artifact, view
from case import Case
from inputs import inputs, sample
from tensors import BITS, TYPES


def bits_of(tensor):
    return tensor.contiguous().view(BITS[tensor.element_size()]).flatten().cpu().numpy()


def on_device(array, dtype):
    kind = np.int32 if array.itemsize == 4 else np.int16
    return torch.from_numpy(np.ascontiguousarray(array).view(kind)).cuda().view(TYPES[dtype])


def run(artifact, case):
    """Samples of the outputs, by name."""
    tensors = {x: on_device(a, "f32" if x == "table" else case.dtype) for x, a in inputs(case).items()}
    for name in ["o"] + ["lse"] * case.lse:
        dtype = "f32" if name == "lse" else case.dtype
        tensors[name] = torch.full(case.shapes[name], float("nan"), dtype=TYPES[dtype], device="cuda")
    order = [x for x in ("q", "k", "v", "table", "o", "lse") if x in tensors]
    views = [view(tensors[x].data_ptr(), artifact.device, "f32" if x in ("table", "lse") else case.dtype,
                  tensors[x].shape, tensors[x].stride()) for x in order]  # fmt: skip
    artifact.bind(case.name, views)()
    torch.cuda.synchronize()
    return {x: base64.b64encode(sample(x, bits_of(tensors[x])).tobytes()).decode() for x in ("o", "lse") if x in tensors}


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--json", required=True, type=pathlib.Path)
    args = p.parse_args(argv)
    document = json.loads((args.folder / "cases.json").read_text())
    kept = []
    for group in document["artifacts"]:
        artifact = Artifact(args.folder / group["artifact"])
        for row in group["rows"]:
            case = Case(**row["case"])
            # A merge's config follows the attention's.
            config = artifact.configs[case.name].split("; ")[0]
            kept.append({"case": {**row["case"], "config": config}, "bits": run(artifact, case)})
    result = {"device": torch.cuda.get_device_name(), "target": document["target"], "commit": document["commit"]}
    args.json.write_text(json.dumps({**result, "cases": kept}, indent=0) + "\n")
    print(f"{len(kept)} cases recorded")


if __name__ == "__main__":
    main(sys.argv[1:])
