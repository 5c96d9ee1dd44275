"""The description of the machine and the printed tables."""

import datetime
import os
import platform
import re
import statistics

import cases

_FLAGS = re.compile(r"^(avx|fma|f16c|amx|hypervisor)")


def _cpuinfo(key):
    try:
        with open("/proc/cpuinfo") as f:
            for line in f:
                name, _, value = line.partition(":")
                if name.strip() == key:
                    return value.strip()
    except OSError:
        pass
    return "unknown"


def machine(args):
    flags = [f for f in _cpuinfo("flags").split() if _FLAGS.match(f)]
    model = [_cpuinfo(k) for k in ("model name", "cpu family", "model", "cache size")]
    return {
        "cpu": f"{model[0]} (family {model[1]}, model {model[2]}, L2 {model[3]})",
        "flags": flags,
        "cpus": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.machine()}",
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "commit": args.commit,
        "rounds": args.rounds,
    }


def _describe(m):
    return [
        f"- CPU: {m['cpu']}, {m['cpus']} cores usable, {m['system']}",
        f"- Flags: {' '.join(m['flags'])}",
        f"- {m['date']}, commit {m['commit']}, medians over {m['rounds']} rounds",
    ]


def _heading(result):
    plural = "s" if result["threads"] > 1 else ""
    text = f"{result['threads']} thread{plural}. FMA roof in GFLOP/s, best at the start: "
    text += ", ".join(f"{b} bits {g:.1f}" for b, g in result["roof"].items())
    during = [row["roof"] for row in result["rows"] if "roof" in row]
    if during:
        text += f"; median during the run {statistics.median(during):.1f}"
    return ["", text + ".", ""]


def _cell(row):
    return f"{row['gflops']:.1f} ({row['share']:.2f})"


def _ours(row, peers):
    """Cells for one of our kernels: rate, ratio to each peer, to f32, error."""
    if not row["right"]:
        return ["WRONG"] + ["-"] * (len(peers) + 1) + [f"{row['error']:.1e}"]
    ratios = [row["ratio"].get(other) for other in [*peers, "f32"]]
    texts = [f"{r:.2f}" if r else "-" for r in ratios]
    return [_cell(row), *texts, f"{row['error']:.1e}"]


def _table(result):
    peers = list(result["peers"])
    head = ["d", "type", "mask", "fovea"]
    head += [f"fovea / {p}" for p in peers] + ["fovea / its f32", "max abs error"]
    head += [f"{p} f32" for p in peers]
    lines = [head, ["---"] * len(head)]
    groups = {}
    for row in result["rows"]:
        key = (row["width"], row["mask"])
        groups.setdefault(key, {})[row["contestant"]] = row
    for (width, mask), rows in groups.items():
        theirs = [_cell(rows[p]) if p in rows else "-" for p in peers]
        ours = [d for d in cases.DTYPES if d in rows] or [None]
        for dtype in ours:
            cells = _ours(rows[dtype], peers) if dtype else ["-"] * (len(peers) + 3)
            shown = theirs if dtype in (None, "f32") else ["-"] * len(peers)
            lines.append([str(width), dtype or "f32", mask, *cells, *shown])
    return ["| " + " | ".join(line) + " |" for line in lines]


def _variants(result):
    """Which variant of each peer was kept, and what the others reached."""
    lines = [""]
    for row in result["rows"]:
        if "variant" not in row:
            continue
        others = [
            f"{t['name']} {t['gflops']:.0f}" + ("" if t["right"] else " WRONG")
            for t in row["tried"]
            if t["name"] != row["variant"]
        ]
        version = result["peers"][row["contestant"]]
        tried = "; ".join(others) or "nothing"
        lines.append(
            f"- {row['contestant']} {version}, d{row['width']} mask {row['mask']}: "
            f"{row['variant']}. Screened out (GFLOP/s): {tried}."
        )
    return lines


def markdown(document):
    batch, heads, length = cases.BATCH, cases.HEADS, cases.LENGTH
    lines = [f"## CPU attention, B{batch} H{heads} S{length}", ""]
    lines += _describe(document["machine"])
    lines.append(
        "- GFLOP/s counts 4 B H S^2 d, half of that when causal; the share of "
        "the roof is in brackets"
    )
    for result in document["results"]:
        lines += _heading(result)
        if result["rows"]:
            lines += _table(result) + _variants(result)
    return "\n".join(lines)
