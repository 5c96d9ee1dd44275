"""What run.py's results say: counts, rates, ratios. Used for its output and for table.py's Markdown."""

import math

PEERS = ("cudnn", "fa2", "flex")


def failed(results):
    return [r for what in ("numerics", "speed") for r in results.get(what, []) if r["why"]]


def rate(row, name):
    """TFLOP/s, or GB/s where a single query makes it a matter of memory; None if it was not timed."""
    ms = row.get("ms", {}).get(name)
    if not ms:
        return None
    c = row["case"]
    keys, queries = c["key_heads"] * c["n"], c["heads"] * c["m"]
    if decodes(row):
        return 2 * c["batch"] * (keys + queries) * (c["dk"] + c["dv"]) / ms / 1e6
    full = 2 * c["batch"] * queries * c["n"] * (c["dk"] + c["dv"])
    return full / (2 if causal(c) else 1) / ms / 1e9


def causal(c):
    return c["mask"] is not None and list(c["mask"]) == [None, 0]


def decodes(row):
    return row["case"]["m"] == 1


def ratio(row, peer):
    ours, theirs = rate(row, "fovea"), rate(row, peer)
    return ours / theirs if ours and theirs else None


def plain(row, rows):
    """The row of the same shape without a score function."""
    same = {**row["case"], "score": "none", "name": ""}
    return next((r for r in rows if {**r["case"], "name": ""} == same), None)


def to_plain(row, rows):
    """A variant's speed as a share of our own plain kernel's."""
    other = plain(row, rows) if row["case"]["score"] != "none" else None
    ours, base = rate(row, "fovea"), other and rate(other, "fovea")
    return ours / base if ours and base else None


def summary(rows, peer):
    """(geometric mean, minimum, number) of the ratios to a peer, or None."""
    ratios = [x for x in (ratio(r, peer) for r in rows) if x]
    return (math.exp(sum(map(math.log, ratios)) / len(ratios)), min(ratios), len(ratios)) if ratios else None


def label(c):
    """What the numbers of a row are for."""
    mask = "causal" if causal(c) else "full"
    heads = f"{c['heads']}" if c["heads"] == c["key_heads"] else f"{c['heads']}/{c['key_heads']}"
    return [str(c["dk"]), str(c["n"]), str(c["batch"]), heads, mask, c["score"]]


HEAD = ["d", "S", "B", "H", "mask", "score"]


def speed_table(rows):
    """Lines of cells: a head, then one a case."""
    shown = [p for p in PEERS if any(rate(r, p) for r in rows)]
    variants = any(r["case"]["score"] != "none" for r in rows)
    lines = [HEAD + ["fovea", *shown] + [f"/ {p}" for p in shown] + (["/ plain"] if variants else [])]
    for r in rows:
        rates = [rate(r, p) for p in ("fovea", *shown)]
        cells = ["WRONG" if r["why"] and not rates[0] else f"{rates[0]:.0f}" if rates[0] else "-"]
        cells += [f"{x:.0f}" if x else "-" for x in rates[1:]]
        ratios = [ratio(r, p) for p in shown] + ([to_plain(r, rows)] if variants else [])
        lines.append(label(r["case"]) + cells + [f"{x:.2f}" if x else "-" for x in ratios])
    return lines


def parts(rows):
    """(title, unit, rows) of what is compared among itself."""
    prefill = [r for r in rows if not decodes(r)]
    decode = [r for r in rows if decodes(r)]
    return [x for x in (("Forward", "TFLOP/s", prefill), ("Decode", "GB/s", decode)) if x[2]]


def summary_lines(rows):
    """One line a peer, over the plain kernels."""
    lines = []
    for peer in PEERS:
        found = summary([r for r in rows if r["case"]["score"] == "none"], peer)
        if found:
            lines.append(f"fovea / {peer}: geometric mean {found[0]:.3f}, minimum {found[1]:.3f}, {found[2]} points")
    return lines


def numerics_lines(rows):
    """Counts, by the bound that was used; the case nearest to its limit."""
    good = [r for r in rows if not r["why"]]
    bounds = {b: sum(r.get("bound") == b for r in good) for b in ("cudnn", "unfused", "exact")}
    lines = [f"{len(good)} passed, {len(rows) - len(good)} failed of {len(rows)} numerical cases; bounds: "
             + ", ".join(f"{n} by {b}" for b, n in bounds.items() if n)]  # fmt: skip
    limited = [r for r in good if r.get("limit")]
    if limited:
        worst = max(limited, key=lambda r: r["error"] / r["limit"])
        lines.append(f"nearest to its limit: {worst['name']}, {worst['error']:.3g} of {worst['limit']:.3g}")
    return lines


def device(results):
    d = results["device"]
    return ", ".join(f"{k} {v}" if k != "device" else str(v) for k, v in d.items()) or "no device"


def text(results):
    """For a terminal: aligned columns."""
    lines = [f"{device(results)}; {results['date']}, commit {results['commit']}"]
    for title, unit, rows in parts(results.get("speed", [])):
        lines += ["", f"{title}, {unit}"]
        table = speed_table(rows)
        widths = [max(map(len, column)) for column in zip(*table)]
        lines += ["  ".join(cell.rjust(w) for cell, w in zip(line, widths)) for line in table]
        lines += summary_lines(rows)
        lines.append(f"{sum(not r['why'] for r in rows)} right, {sum(bool(r['why']) for r in rows)} failed")
    if results.get("numerics"):
        lines += ["", *numerics_lines(results["numerics"])]
    return "\n".join(lines)
