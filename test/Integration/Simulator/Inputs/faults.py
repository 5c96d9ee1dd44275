"""The kernels that mutants.py breaks, and the faults of NVIDIA's: plain data."""

import dataclasses

import amd_faults as amd
from rules import Rule, drop, number, one_lane, operand, replace, swap

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


@dataclasses.dataclass(frozen=True)
class Kernel:
    name: str
    target: str
    faults: tuple
    tile_faults: tuple
    source: str


def attention(dtype, d, m, n, config, scale=""):
    """Causal: loops that skip, mask and end early. The config is given, so that the kernel stays what it is."""
    q, k = f"tensor<1x2x{m}x{d}x{dtype}>", f"tensor<1x2x{n}x{d}x{dtype}>"
    return f"""func.func @attention(%q: {q}, %k: {k}, %v: {k}) -> {q} {{
  %o = fovea.attention(%q, %k, %v){scale} mask(#fovea.causal) config(#fovea_tile.config<{config}>)
    : ({q}, {k}, {k}) -> {q}
  return %o : {q}
}}
"""


HOPPER = """m = 128, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a", producer = 24, consumer = 240,
    stages = [2, 2], overlap = ahead, turns = true, rescale = lazy, order = longest_first>"""
AMPERE = """m = 128, n = 48, rows = 32, columns = 48, schedule = <target = "sm_80", stages = [2, 2], rescale = lazy,
    order = longest_first>"""


def cdna(name, target, faults, tile_faults, dtype="bf16", phases="together", scale=""):
    config = f"""m = 256, n = 64, rows = 32, columns = 64,
    schedule = <target = "{target}", stages = [2, 2], rescale = lazy, phases = {phases}>"""
    return Kernel(name, target, faults, tile_faults, attention(dtype, 64, 300, 400, config, scale))


# The scale is eight times as large as usual in some: there the maximum grows so much that rows are rescaled.
KERNELS = (
    Kernel("hopper", "sm_90a", SM90, TILE_SM90, attention("bf16", 64, 300, 400, HOPPER)),
    Kernel("ampere", "sm_80", SM80, TILE_SM80, attention("f16", 64, 200, 333, AMPERE)),
    cdna("cdna2", "gfx90a", amd.CDNA2, amd.TILE, dtype="f16"),
    cdna("cdna2_phases", "gfx90a", amd.CDNA2_PHASES, amd.TILE_PHASES, phases="ping_pong"),
    cdna("cdna3", "gfx942", amd.CDNA3, amd.TILE),
    cdna("cdna3_phases", "gfx942", amd.CDNA3_PHASES, amd.TILE_PHASES, dtype="f16", phases="ping_pong", scale=" scale(1.0)"),
    cdna("cdna4", "gfx950", amd.CDNA4, (*amd.TILE, amd.OTHER_BANKS), dtype="f16", scale=" scale(1.0)"),
    cdna("cdna4_phases", "gfx950", amd.CDNA4_PHASES, (*amd.TILE_PHASES, amd.OTHER_BANKS), phases="ping_pong"),
)
