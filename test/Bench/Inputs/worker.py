"""Stands in for bench/gpu_attention/worker.py: does to each case what its name says."""

import json
import os
import sys
import time


def say(line):
    print(json.dumps(line), flush=True)


say({"device": "a fake"})
for case in json.load(sys.stdin):
    name = case["name"]
    if name == "crash":
        os.abort()
    if name == "hang":
        time.sleep(60)
    if name == "fault":
        say({"name": name, "fault": True, "why": "illegal address"})
        sys.exit(1)
    say({"name": name, "why": "", "bound": "cudnn", "error": 0.5, "limit": 1.0})
