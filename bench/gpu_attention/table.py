#!/usr/bin/env python3
"""run.py's JSON as Markdown for docs/performance.md, on the standard output."""

import argparse
import json
import pathlib
import sys

import report


def markdown(results):
    lines = [
        f"### Attention on {results['device'].get('device', 'no device')}",
        "",
        f"- {report.device(results)}",
        f"- {results['date']}, commit {results['commit']}, {results['target']}: `{results['command']}`",
        "- TFLOP/s counts 4 B H M N d, half of that when causal; GB/s counts each input and the output once",
    ]
    for title, unit, rows in report.parts(results.get("speed", [])):
        head, *table = report.speed_table(rows)
        lines += ["", f"{title}, {unit}:", ""]
        lines += ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *table]]
        lines += ["", *(f"- {line}" for line in report.summary_lines(rows))]
        lines += [f"- {r['name']}: {r['why']}" for r in rows if r["why"]]
    if results.get("numerics"):
        lines += ["", "Numerics:", "", *(f"- {line}" for line in report.numerics_lines(results["numerics"]))]
        lines += [f"- {r['name']}: {r['why']}" for r in results["numerics"] if r["why"]]
    return "\n".join(lines)


def main(argv):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("json", type=pathlib.Path)
    args = p.parse_args(argv)
    try:
        print(markdown(json.loads(args.json.read_text())))
    except (OSError, ValueError) as e:
        sys.exit(f"error: {args.json} is not what run.py --json writes: {e}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
