"""One artifact's cases in a process of its own; run.py starts it. Prints a JSON line when ready, then one a case."""

import argparse
import json
import pathlib
import sys
import traceback

import torch

import checks
import timing
from artifact import Artifact
from case import Case


def describe(device):
    if device == "cpu":
        return {"device": device, "torch": torch.__version__}
    if device == "hip":
        return {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "hip": torch.version.hip}
    return {
        "device": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
    }


def synchronize(artifact):
    if artifact.on_gpu:
        torch.cuda.synchronize()


def say(line):
    print(json.dumps(line), flush=True)


def main(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("artifact", type=pathlib.Path)
    p.add_argument("--what", choices=("numerics", "speed"), required=True)
    p.add_argument("--flex", action="store_true")
    args = p.parse_args(argv)
    artifact = Artifact(args.artifact)
    if artifact.on_gpu:
        artifact.set_stream(torch.cuda.current_stream().cuda_stream)
    say(describe(artifact.device))
    for case in (Case(**c) for c in json.load(sys.stdin)):
        try:
            found = (checks.check(case, artifact) if args.what == "numerics"
                     else timing.run(case, artifact, args.flex))  # fmt: skip
            synchronize(artifact)
        except (RuntimeError, AttributeError) as e:
            traceback.print_exc()
            found = {"why": f"{type(e).__name__}: {e}"}
            try:
                synchronize(artifact)
            except RuntimeError:
                # After a fault on the device nothing else runs in this process.
                say({"name": case.name, "fault": True, **found})
                return 1
        say({"name": case.name, "config": artifact.configs.get(case.name), **found})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
