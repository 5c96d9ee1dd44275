"""Runs bench/gpu_attention/run.py with a fake worker: lost.py SOURCE_FOLDER NAME,NAME... OUT_FOLDER."""

import json
import pathlib
import sys

root, names, out = sys.argv[1:]
sys.path.insert(0, f"{root}/bench/gpu_attention")

import run  # noqa: E402

run.WORKER = pathlib.Path(__file__).with_name("worker.py")
rows = [{"case": {"name": name}, "error": "no such op" if name == "uncompiled" else ""} for name in names.split(",")]
built = {"list": "numerics", "artifact": "fake.so", "rows": rows}
pathlib.Path(out).mkdir(parents=True, exist_ok=True)
pathlib.Path(out, "cases.json").write_text(json.dumps({"commit": "abc", "target": "sm_90a", "artifacts": [built]}))
sys.exit(run.main([out, "--numerics", "--timeout", "2", "--json", f"{out}/results.json"]))
