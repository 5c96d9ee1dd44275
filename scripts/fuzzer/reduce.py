"""Makes a failing input smaller while it fails for the same cause: lines first, then tokens."""

import re


def reduce(text, still_fails, budget=300):
    """still_fails(text) -> bool. At most `budget` calls, so that a hang's reduction ends too."""
    calls = iter(range(budget))
    check = lambda candidate: next(calls, None) is not None and still_fails(candidate)
    lines = _shrink(text.splitlines(keepends=True), check)
    return "".join(_shrink(re.findall(r"\w+\s*|\W\s*", "".join(lines)), check))


def _shrink(parts, check):
    """Delta debugging: drop ever smaller runs of parts."""
    size = max(1, len(parts) // 2)
    while True:
        at, changed = 0, False
        while at < len(parts):
            candidate = parts[:at] + parts[at + size:]
            if candidate and check("".join(candidate)):
                parts, changed = candidate, True
            else:
                at += size
        if size > 1:
            size //= 2
        elif not changed:
            return parts
