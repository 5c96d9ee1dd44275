"""The kernels that mutants.py breaks, and the faults: plain data and the few functions that they need."""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Rule:
    """A fault that can be made in several places: `change` makes a line that `pattern` finds, and that lies in the
    device's code, another one (or none, where it returns ""). `places` are counted from 0, and from -1 at the end;
    without any, all are changed at once."""

    name: str
    pattern: str
    change: object
    places: tuple = (0,)

    def groups(self, found):
        """(name, the lines to change) of each fault."""
        if not self.places:
            yield self.name, found
        for place in self.places:
            yield f"{self.name}, place {place}", [found[place]]


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


def faults_of(rules, text):
    """(name, text) of each fault of a kernel's text. A place that is not there is an error: the rule has gone stale."""
    lines = text.split("\n")
    for rule in rules:
        found = [at for at in device_lines(lines) if re.search(rule.pattern, lines[at])]
        if not found:
            raise ValueError(f"'{rule.name}' has no place any more")
        for name, places in rule.groups(found):
            changed = list(lines)
            for at in places:
                changed[at] = rule.change(lines[at])
            if changed == lines:
                raise ValueError(f"'{name}' changes nothing")
            yield name, "\n".join(changed)


# A matrix descriptor's constant: bits 62 and 63 are the swizzle, 32 to 45 the stride.
DESCRIPTOR = r"arith\.constant (46\d{17}) : i64"

# The first waits for a buffer that nobody has used return at once; behind the wait for values in the loop all lanes meet.
SM90 = (
    Rule("a wait for a buffer dropped", r"mbarrier\.try_wait", drop, (2, 3, 4, 5, 6, 7, 8)),
    Rule("a wait of the other parity", r"mbarrier\.try_wait",
         operand(r"parity %\w+, (%\w+)", "arith.xori {0}, %c1_i32"), (0, 1, 2, 3, 4, 5, 6, 7, 8)),
    Rule("a barrier counts one arrival less", r"mbarrier\.init .*%c8_i32", operand("(%c8_i32)", "arith.subi {0}, %c1_i32"),
         (0, 1)),
    Rule("a barrier counts one arrival more", r"mbarrier\.init .*%c8_i32", operand("(%c8_i32)", "arith.addi {0}, %c1_i32"),
         (0, 1)),
    Rule("too few bytes expected", r"arrive\.expect_tx", operand(r", (%c\w+)", "arith.shrui {0}, %c1_i32"), (0, 1, 2)),
    Rule("too many bytes expected", r"arrive\.expect_tx", operand(r", (%c\w+)", "arith.shli {0}, %c1_i32"), (0, 3)),
    Rule("one buffer for all tiles", r"arith\.muli %\w+, %c8192_i32", replace(r"muli %\w+", "muli %c0_i32"), ()),
    Rule("tiles put in the other buffer", r"arith\.muli %\w+, %c8192_i32",
         operand(r"muli (%\w+)", "arith.xori {0}, %c1_i32"), (1, 2)),
    Rule("the initialisation's fence dropped", r"fence\.mbarrier\.init", drop),
    Rule("the barrier behind the initialisation dropped", r"nvvm\.barrier$", drop),
    Rule("a buffer never released", r"fovea_nvgpu\.mbarrier_arrive", drop, (0, 1)),
    Rule("a wait for products that lets one more run", r"wgmma_wait", number(r"wgmma_wait (\d+)", lambda n: n + 1), (0, 1)),
    Rule("the products' fence dropped", r"wgmma\.fence", drop, (0, 1)),
    Rule("the products' commit dropped", r"wgmma\.commit", drop, (0, 1)),
    Rule("values not transposed", r"fovea_nvgpu\.wgmma .*transposed", replace(" transposed", ""), (0, 1)),
    Rule("keys transposed", r"fovea_nvgpu\.wgmma .*\* \(%\w+\)$", lambda line: line + " transposed", (0,)),
    Rule("a descriptor of another swizzle", DESCRIPTOR, number(DESCRIPTOR, lambda n: n ^ (3 << 62)), (0, 1)),
    Rule("a descriptor of twice the stride", DESCRIPTOR, number(DESCRIPTOR, lambda n: n + (64 << 32)), (0, 1)),
    Rule("fragments in another order", r"fovea_nvgpu\.wgmma .*\(%\w+, %\w+, %\w+, %\w+ : i32",
         replace(r"\((%\w+), (%\w+), (%\w+), (%\w+) : i32", r"(\1, \3, \2, \4 : i32"), (0, 1)),
    Rule("the proxy's fence dropped", r"fence\.proxy", drop),
    Rule("a barrier of the epilogue dropped", r"nvvm\.barrier id .*%c128_i32", drop, (0, 1)),
    Rule("a barrier of fewer threads", r"nvvm\.barrier id .*%c128_i32", operand("(%c128_i32)", "arith.shrui {0}, %c1_i32"), (0,)),
    Rule("rows stored transposed", r"nvvm\.stmatrix", replace("mma_layout<row>", "mma_layout<col>"), (0, 1)),
    Rule("the proxy's fence by one lane", r"fence\.proxy", one_lane),
    Rule("a wait for a buffer by one lane", r"mbarrier\.try_wait", one_lane, (5, 6, 8)),
    Rule("the store's commit dropped", r"bulk\.commit", drop),
    Rule("the store's wait dropped", r"bulk\.wait_group", drop),
    Rule("boxes of another swizzle", r"tensor_maps = ", replace(r"(array<i32: \d+, \d+, )128", r"\g<1>64")),
    Rule("boxes of one row less", r"tensor_maps = ",
         number(r"tensor_maps = array<i32: \d+, \d+, \d+, (\d+)", lambda n: n - 1)),
    Rule("more registers than there are", r"setmaxregister +increase", number(r"increase (\d+)", lambda n: n + 8)),
    Rule("no registers given back", r"setmaxregister +decrease", drop),
    Rule("halves packed in the other order", r"convert\.f32x2", replace(r"(x2) (%\w+), (%\w+)", r"\1 \3, \2"), (0, 40)),
    Rule("sums of the wrong lanes", r"shfl\.sync +bfly", replace("%c1_i32", "%c4_i32"), (0,)),
    Rule("all lanes copy", r"elect\.sync", lambda line: line.split("=")[0] + "= arith.constant true"),
    Rule("one key too many seen", r"arith\.cmpi slt", replace("slt", "sle"), (50, 60)),
    Rule("a tile of keys left out", r"arith\.ceildivsi", replace("ceildivsi", "floordivsi")),
)

SM80 = (
    Rule("a wait for copies dropped", r"cp\.async\.wait\.group", drop),
    Rule("a wait for copies that lets one more run", r"cp\.async\.wait\.group",
         number(r"group (\d+)", lambda n: n + 1)),
    Rule("copies never committed", r"cp\.async\.commit", drop, (0,)),
    Rule("copies committed by one lane", r"cp\.async\.commit", one_lane),
    Rule("copies awaited by one lane", r"cp\.async\.wait\.group", one_lane),
    Rule("the barrier behind the wait dropped", r"nvvm\.barrier$", drop),
    Rule("a shorter copy", r"cp\.async\.shared\.global", replace(", 16, cache = +cg", ", 8, cache = ca"), (0, 10)),
    Rule("a row's clamp off by one", r"arith\.maxsi", replace("maxsi", "minsi"), (0,)),
    Rule("a swizzle left out", r"arith\.xori", replace("xori", "ori"), (0, 8, 30)),
    Rule("a matrix transposed", r"nvvm\.ldmatrix", swap("mma_layout<row>", "mma_layout<col>"), (0, 8, 20)),
    Rule("fragments of A in another order", r"mma\.sync",
         replace(r"A\[(%\w+), (%\w+), (%\w+), (%\w+)\]", r"A[\1, \3, \2, \4]"), (0, 64)),
    Rule("fragments of B in another order", r"mma\.sync", replace(r"B\[(%\w+), (%\w+)\]", r"B[\2, \1]"), (0, 64)),
    Rule("an accumulator twice", r"mma\.sync .*C\[%\w+#\d+, %\w+#\d+",
         replace(r"C\[(\S+), \S+,", r"C[\1, \1,"), (0,)),
    Rule("halves packed in the other order", r"convert\.f32x2", replace(r"(x2) (%\w+), (%\w+)", r"\1 \3, \2"), (0, 20)),
    Rule("sums of the wrong lanes", r"shfl\.sync +bfly", replace("%c1_i32", "%c4_i32"), (0,)),
    Rule("one key too many seen", r"arith\.cmpi slt, %\w+, %\w+ : i32", replace("slt", "sle"), ()),
    Rule("a row too many stored", r"arith\.cmpi slt, %\w+, %c200_i32", replace("slt", "sle"), (-1,)),
    Rule("one buffer for all tiles", r"arith\.muli %\w+, %c6144_i32", replace(r"muli %\w+", "muli %c0_i32"), ()),
    Rule("a tile of keys left out", r"arith\.ceildivsi", replace("ceildivsi", "floordivsi")),
)

# What the suite must call not noticed.
HARMLESS = (Rule("a fence twice", r"wgmma\.fence", lambda line: line + "\n" + line),)

TILE_SM90 = (
    Rule("a channel over another", r"fovea_tile\.channel .* at [1-9]", number(r"at (\d+)", lambda n: n - 8192)),
    Rule("a channel beyond shared memory", r"fovea_tile\.channel .* at [1-9]", number(r"at (\d+)", lambda n: 229376)),
    Rule("more registers than the launch has", r"role consumer", number(r"registers (\d+)", lambda n: n + 64)),
    Rule("a tile put and never taken", r"fovea_tile\.consumed", drop),
    Rule("a swizzle with bank conflicts", r"swizzle<128>", lambda line: line.replace("swizzle<128>", "swizzle<32>"), ()),
)

TILE_SM80 = (
    Rule("copies not awaited", r"await_copies", drop),
    Rule("copies awaited too late", r"await_copies", number(r"pending (\d+)", lambda n: n + 1)),
    Rule("one buffer too few", r"fovea_tile\.channel depth 2", replace("depth 2", "depth 1")),
    Rule("a channel over another", r"fovea_tile\.channel .* at [1-9]", number(r"at (\d+)", lambda n: n - 8192)),
)

TILE_FAULTS = {"sm_90a": TILE_SM90, "sm_80": TILE_SM80}


@dataclasses.dataclass(frozen=True)
class Kernel:
    name: str
    target: str
    faults: tuple
    source: str


def attention(dtype, d, m, n, config):
    """Causal: loops that skip, mask and end early. The config is given, so that the kernel stays what it is."""
    q, k = f"tensor<1x2x{m}x{d}x{dtype}>", f"tensor<1x2x{n}x{d}x{dtype}>"
    return f"""func.func @attention(%q: {q}, %k: {k}, %v: {k}) -> {q} {{
  %o = fovea.attention(%q, %k, %v) mask(#fovea.causal) config(#fovea_tile.config<{config}>)
    : ({q}, {k}, {k}) -> {q}
  return %o : {q}
}}
"""


HOPPER = """m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 240,
    stages = [2, 2], overlap = ahead, turns = true, rescale = lazy, order = longest_first>"""
AMPERE = """m = 128, n = 48, rows = 32, columns = 48, schedule = <target = "sm_80", stages = [2, 2], rescale = lazy,
    order = longest_first>"""

KERNELS = (
    Kernel("hopper", "sm_90a", SM90, attention("bf16", 64, 300, 400, HOPPER)),
    Kernel("ampere", "sm_80", SM80, attention("f16", 64, 200, 333, AMPERE)),
)
