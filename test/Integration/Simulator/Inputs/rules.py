"""How a fault is made: a rule that changes a line of a kernel's text, and the changes that rules share."""

import dataclasses
import re

EACH = None
BEFORE = "before"


@dataclasses.dataclass(frozen=True)
class Rule:
    """A fault that can be made in several places: `change` makes a line that `pattern` finds, and that lies in the
    device's code, another one (or none, where it returns ""). `places` are counted from 0, and from -1 at the end, all
    of them with EACH; without any, all are changed at once. Only those in a `part` count: BEFORE the first loop, in the
    loop of that number, or anywhere."""

    name: str
    pattern: str
    change: object
    places: tuple = (0,)
    part: object = None

    def groups(self, found):
        """(name, the lines to change) of each fault."""
        if self.places == ():
            yield self.name, found
        for place in range(len(found)) if self.places is EACH else self.places:
            if not -len(found) <= place < len(found):
                raise ValueError(f"'{self.name}' has no place {place} any more")
            where = {None: "", BEFORE: " before the loops"}.get(self.part, f" in loop {self.part}")
            yield f"{self.name}{where}, place {place}", [found[place]]


def drop(_):
    return ""


def replace(old, new):
    """Puts `new` in place of what the regular expression `old` finds first."""

    def change(line):
        return re.sub(old, new, line, count=1)

    return change


def number(old, function):
    """Changes the number that is group 1 of `old`."""

    def change(line):
        found = re.search(old, line)
        return line[: found.start(1)] + str(function(int(found.group(1)))) + line[found.end(1) :]

    return change


def operand(old, op):
    """Puts the result of `op`, which may name the operand `{0}`, in place of the operand that is group 1 of `old`."""

    def change(line):
        found = re.search(old, line)
        new = f"%fault = {op.format(found.group(1))} : i32"
        return new + "\n" + line[: found.start(1)] + "%fault" + line[found.end(1) :]

    return change


def one_lane(line):
    """Lane 0 alone, whose number is %1 in all of our kernels."""
    return f"%isOne = arith.cmpi eq, %1, %c0_i32 : i32\nscf.if %isOne {{\n{line}\n}}"


def swap(first, second):
    """Exchanges two words."""

    def change(line):
        return line.replace(first, "\0").replace(second, first).replace("\0", second)

    return change


def device_lines(lines):
    """Numbers of the lines of kernels; the host's functions come behind or before them."""
    inside = False
    for at, line in enumerate(lines):
        inside = (inside or "gpu.module @" in line or "fovea_tile.kernel @" in line) and not line.startswith("  }")
        if inside:
            yield at


def parts_of(lines):
    """Numbers of lines by part: those of the device's outermost loops have numbers."""
    parts, at = {}, 0
    device = list(device_lines(lines))
    for start in device:
        if start < at or "scf.for" not in lines[start]:
            continue
        end = lines[start][: len(lines[start]) - len(lines[start].lstrip())] + "}"
        at = next(at for at in range(start, len(lines)) if lines[at].startswith(end))
        parts[len(parts)] = range(start, at)
    return {**parts, None: range(len(lines)), BEFORE: range(parts[0].start if parts else len(lines))}


def faults_of(rules, text):
    """(name, text) of each fault of a kernel's text. A place that is not there is an error: the rule has gone stale."""
    lines = text.split("\n")
    parts = parts_of(lines)
    for rule in rules:
        found = [at for at in device_lines(lines) if at in parts.get(rule.part, ()) and re.search(rule.pattern, lines[at])]
        if not found:
            raise ValueError(f"'{rule.name}' has no place any more")
        for name, places in rule.groups(found):
            changed = list(lines)
            for at in places:
                # A change may need a value of its own, in several places.
                changed[at] = rule.change(lines[at]).replace("%fault", f"%fault{at}")
            if changed == lines:
                raise ValueError(f"'{name}' changes nothing")
            yield name, "\n".join(changed)
