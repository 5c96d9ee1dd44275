"""Prints what run.py --json writes, for a few made-up times: two grid points, a variant, a wrong one, decoding."""

import dataclasses
import json
import sys

sys.path.insert(0, f"{sys.argv[1]}/bench/gpu_attention")

from cases import DECODE, SPEED  # noqa: E402


def row(case, ms, why=""):
    return {"name": case.name, "case": dataclasses.asdict(case), "why": why, "ms": ms}


def find(**given):
    return next(c for c in SPEED if all(getattr(c, k) == v for k, v in given.items()))


point = {"dk": 128, "m": 4096}
full, causal = (find(**point, mask=mask, score="none") for mask in (None, (None, 0)))
speed = [
    row(full, {"fovea": 0.5, "cudnn": 0.6, "fa2": 1.0}),
    row(causal, {"fovea": 0.4, "cudnn": 0.4, "fa2": 0.6}),
    row(find(**point, mask=None, score="alibi"), {"fovea": 0.625}),
    row(find(dk=64, m=512, mask=None), {"cudnn": 0.1}, why="error over the limit"),
    row(DECODE[0], {"fovea": 0.1, "cudnn": 0.09}),
]
numerics = [{"name": "one", "why": "", "bound": "cudnn", "error": 0.5, "limit": 1.0},
            {"name": "two", "why": "two runs differ"}]  # fmt: skip
print(json.dumps({"date": "2026-01-02", "commit": "abc1234", "target": "sm_90a", "command": "python3 run.py build/gpu --speed",
                  "device": {"device": "GPU", "torch": "2.11"}, "speed": speed, "numerics": numerics}))  # fmt: skip
