"""Faults of kernels for AMD GPUs, with waves that compute and read in turn (phases) and without.

A wait without its lgkmcnt is none of them: nobody can see it. The simulator takes what a wave reads from LDS as read
when the instruction is, and LLVM waits for a read before its result is used, which may be behind a barrier."""

import re

from rules import BEFORE, EACH, Rule, drop, number, one_lane, operand, replace, swap


def let_run(by):
    """A wait for vector memory that leaves `by` more loads under way: bits 3:0 and 15:14 of s_waitcnt's field."""

    def change(bits):
        count = (bits & 15 | bits >> 14 << 4) + by
        return bits & 0x3FF0 | count & 15 | count >> 4 << 14

    return number(r"waitcnt (\d+)", change)


def moved(by):
    """Moves by some bytes where a load to LDS goes."""

    def change(line):
        found = re.search(r"lds %\w+, (%\w+)", line)
        new = f"%fault = llvm.getelementptr {found.group(1)}[{by}] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8"
        return new + "\n" + line[: found.start(1)] + "%fault" + line[found.end(1) :]

    return change


def shuffled(which, order):
    """Puts the first four registers of a product's operand (0: A, 1: B) in another order."""

    def change(line):
        value = re.search(r"mfma\S+ (%\w+), (%\w+)", line).group(1 + which)
        kind = re.search(r" : \((\S+), (\S+),", line).group(1 + which)
        places = list(order) + list(range(4, int(re.search(r"<(\d+)x", kind).group(1))))
        new = f"%fault = llvm.shufflevector {value}, {value} {places} : {kind}"
        return new + "\n" + re.sub(f"{value}\\b", "%fault", line, count=1)

    return change


def restarted(line):
    """A product that forgets what was summed up."""
    line = replace(r"(mfma\S+ %\w+, %\w+), %\w+", r"\1, %fault")(line)
    return "%fault = arith.constant dense<0.000000e+00> : vector<16xf32>\n" + line


def never(line):
    """A branch that is never taken."""
    return "%fault = arith.constant false\n" + replace(r"scf\.if %\w+", "scf.if %fault")(line)


LOAD, RECORDS, SWIZZLE = r"load\.lds", r"extui (%\w+) : i32 to i64", r"arith\.xori %\w+, (%\d+) :"
# Not by 32, which is the other half of a wave too.
FLIP = r"arith\.xori %\d+, (%c64_i32|%c96_i32) :"
PRODUCT, HIDDEN = r"rocdl\.mfma", r"cmpi slt, %c\w+, %\d+ : i32"
WAIT, BARRIER, SCALAR_OFFSET = r"rocdl\.s\.waitcnt", r"rocdl\.s\.barrier", r"lds %\w+, %\w+, %\w+, %\w+, (%\w+)"


def common(loop, values, reads, behind):
    """What can go wrong in all kernels. `values` is the place of the values' first product in the loop, behind that of
    the scores, `reads` are those of the swizzles of keys, and of values where they have one, and `behind` is that of the
    last load that may start right behind a tensor. Of the last tile all keys may be hidden."""
    return (
        Rule("barriers as waits", WAIT, lambda _: "rocdl.s.barrier", ()),
        Rule("copies by one lane", LOAD, one_lane),
        Rule("copies by one lane", LOAD, one_lane, part=loop),
        Rule("rows of another wave", LOAD, operand(SCALAR_OFFSET, "arith.shli {0}, %c1_i32")),
        Rule("rows of another wave", LOAD, operand(SCALAR_OFFSET, "arith.shli {0}, %c1_i32"), part=loop),
        Rule("a copy one line further", LOAD, moved(128)),
        Rule("a copy one line further", LOAD, moved(128), part=loop),
        Rule("a copy in the other buffer", LOAD, moved(8192)),
        Rule("a copy in the other channel", LOAD, moved(16384), (-1,)),
        Rule("a resource of another kind", r"make\.buffer\.rsrc", operand(r"(%\w+) :", "arith.shli {0}, %c6_i32")),
        Rule("more rows than there are", RECORDS, operand(RECORDS, "arith.addi {0}, %c256_i32"), (behind,)),
        Rule("zeros in place of rows", RECORDS, operand(RECORDS, "arith.andi {0}, %c64_i32")),
        Rule("zeros in place of rows", RECORDS, operand(RECORDS, "arith.andi {0}, %c64_i32"), part=loop),
        Rule("copies without a swizzle", SWIZZLE, replace("xori", "ori")),
        Rule("copies of another swizzle", SWIZZLE, operand(SWIZZLE, "arith.andi {0}, %c64_i32")),
        Rule("reads without a swizzle", SWIZZLE, replace("xori", "ori"), reads, loop),
        Rule("reads of another swizzle", SWIZZLE, operand(SWIZZLE, "arith.shrui {0}, %c1_i32"), reads, loop),
        Rule("a chunk of another row", FLIP, replace("%c\\w+", "%c0_i32"), (0, -1), loop),
        Rule("operands exchanged", PRODUCT, replace(r"(mfma\S+) (%\w+), (%\w+)", r"\1 \3, \2"), (0, values), loop),
        Rule("sums forgotten", PRODUCT, restarted, (1, values), loop),
        Rule("registers of keys in another order", PRODUCT, shuffled(0, (1, 0, 2, 3)), (0,), loop),
        Rule("registers of values in another order", PRODUCT, shuffled(0, (2, 3, 0, 1)), (values,), loop),
        Rule("registers of terms in another order", PRODUCT, shuffled(1, (0, 2, 1, 3)), (values,), loop),
        Rule("a row's other half elsewhere", r"ds_bpermute",
             operand(r"permute (%\w+)", "arith.xori {0}, %c64_i32"), (0, -1)),
        Rule("one key too many seen", HIDDEN, replace("slt", "sle"), ()),
        Rule("one key too few seen", HIDDEN, operand(r"(%\d+) :", "arith.subi {0}, %c1_i32"), ()),
        Rule("a row too many stored", r"arith\.cmpi slt, %\w+, %c300_i32", replace("slt", "sle"), (-1,)),
        Rule("a tile of keys left out", r"arith\.ceildivsi", replace("ceildivsi", "floordivsi")),
    )


TOGETHER = (
    Rule("a wait for copies dropped", WAIT, drop),
    Rule("a wait for copies that lets one more run", WAIT, let_run(1)),
    Rule("the barrier behind the wait dropped", BARRIER, drop),
    Rule("the wait behind the barrier", r"rocdl\.s\.(waitcnt|barrier)", swap("s.waitcnt 112", "s.barrier"), ()),
    Rule("one buffer for all tiles", r"arith\.muli %\w+, %c8192_i32", replace(r"muli %\w+", "muli %c0_i32"), ()),
    Rule("tiles in the other buffer", r"arith\.muli %\w+, %c8192_i32",
         operand(r"muli (%\w+)", "arith.xori {0}, %c1_i32"), (0, 1)),
)

# The loops for tiles with a mask, for whole ones, and for the last ones with a mask. The first one runs only where a
# window or a length hides the first keys: not here.
WHOLE, LAST = 1, 2

# Before the loops all copies are awaited at once, and the waits behind that wait for none; the second one's barrier is
# needed, the third one's and the fourth one's are not: nothing is read behind them but what was there, and the later
# waves have read before the others leave the start's.
PHASES = (
    Rule("a wait for copies dropped", WAIT, drop),
    Rule("a wait for copies dropped", WAIT, drop, EACH, WHOLE),
    Rule("a wait for copies dropped", WAIT, drop, EACH, LAST),
    Rule("a wait for copies that lets one more run", WAIT, let_run(1), EACH, WHOLE),
    Rule("a wait for copies that lets one more run", WAIT, let_run(1), EACH, LAST),
    Rule("a barrier dropped", BARRIER, drop, (0, 1, -1), BEFORE),
    Rule("a barrier between phases dropped", BARRIER, drop, EACH, WHOLE),
    Rule("a barrier between phases dropped", BARRIER, drop, EACH, LAST),
    Rule("the barrier at the end dropped", BARRIER, drop, (-1,)),
    Rule("one buffer for all tiles", r"arith\.(addi|muli) %\w+, %c8192_i32", replace("%c8192_i32", "%c0_i32"), ()),
)

# A word of 16 bytes is two operands of the keys' product, or comes as two halves of the values'.
HALVES_TWICE = Rule("a half of the keys' columns twice", r"shufflevector .*\[0, 1, 2, 3\]",
                    replace(r"\[0, 1, 2, 3\]", "[4, 5, 6, 7]"), (0, 2))  # fmt: skip
HALVES_EXCHANGED = Rule("halves of the values' rows exchanged", r"shufflevector .*\[0, 1, 2, 3, 4, 5, 6, 7\]",
                        replace("0, 1, 2, 3, 4, 5, 6, 7", "4, 5, 6, 7, 0, 1, 2, 3"), (-2, -1))  # fmt: skip
TWICE = Rule("a term twice", r"extractelement .*%c0_i32 : i32\] : vector<2x", replace("%c0_i32", "%c1_i32"), (0, 5))

# v_perm_b32 takes two upper halves: 0x07060302. Terms that are cut, without the half that is added to round them, are
# no fault here: the error is 0.00295 where 0.00503 is allowed.
SELECTOR, HALF = r"constant (117834498) :", r"arith\.addi %\w+, (%c32768_i32) : i32"
AWAY = (
    Rule("terms exchanged in pairs", SELECTOR, number(SELECTOR, lambda _: 0x03020706)),
    Rule("lower halves of terms", SELECTOR, number(SELECTOR, lambda _: 0x05040100)),
    Rule("terms rounded up", HALF, operand(HALF, "arith.shli {0}, %c1_i32"), ()),
)
RESCALE = Rule("rows not rescaled", r"scf\.if %\w+ -> \(vector<16xf32>", never, (1,))
RESCALE_PHASES = Rule("rows not rescaled", r"scf\.if %arg\w+ -> \(vector<16xf32>", never, (0,), LAST)

# Matrix instructions of depth 8 and copies of 4 bytes a lane, or of depth 16 and copies of 16.
NARROW, NARROW_PHASES = common(0, 16, (0,), -3), common(WHOLE, 16, (5,), -3)
WIDE, WIDE_PHASES = common(0, 8, (0, 2), -1), common(WHOLE, 8, (7, 3), -1)

CDNA2 = NARROW + TOGETHER + (HALVES_TWICE, TWICE)
CDNA2_PHASES = NARROW_PHASES + PHASES + AWAY
CDNA3 = NARROW + TOGETHER + (HALVES_TWICE, *AWAY)
CDNA3_PHASES = NARROW_PHASES + PHASES + (TWICE, RESCALE_PHASES)
CDNA4 = WIDE + TOGETHER + (HALVES_EXCHANGED, TWICE, RESCALE)
CDNA4_PHASES = WIDE_PHASES + PHASES + (TWICE,)

SWIZZLED = r"swizzle<[^>]*>"


def swizzled(new):
    return lambda line: re.sub(SWIZZLED, f"swizzle<{new}>", line)


TILE = (
    Rule("copies not awaited", r"await_copies", drop),
    Rule("copies awaited too late", r"await_copies", number(r"pending (\d+)", lambda n: n + 1)),
    Rule("one buffer too few", r"fovea_tile\.channel depth 2", replace("depth 2", "depth 1"), (0, 1)),
    Rule("a channel over another", r"fovea_tile\.channel .* at [1-9]", number(r"at (\d+)", lambda n: n - 8192)),
    Rule("a channel beyond shared memory", r"fovea_tile\.channel .* at [1-9]", number(r"at (\d+)", lambda n: 229376)),
    Rule("a tile put and never taken", r"fovea_tile\.consumed", drop, (0, -1)),
    Rule("a swizzle with bank conflicts", SWIZZLED, swizzled("128, rows = [0, 0, 0]"), ()),
    Rule("a swizzle of other lines", SWIZZLED, swizzled("32"), ()),
)
# That of 32 banks, where there are 64.
OTHER_BANKS = Rule("a swizzle for other banks", SWIZZLED, swizzled("128"), ())

LATE = number(r"pending (\d+)", lambda n: n + 1)
TILE_PHASES = (
    Rule("copies not awaited", r"await_copies", drop, EACH, BEFORE),
    Rule("copies not awaited", r"await_copies", drop, EACH, WHOLE),
    Rule("copies not awaited", r"await_copies", drop, EACH, LAST),
    Rule("copies awaited too late", r"await_copies", LATE, (0,), BEFORE),
    Rule("copies awaited too late", r"await_copies", LATE, EACH, WHOLE),
    Rule("copies awaited too late", r"await_copies", LATE, EACH, LAST),
    Rule("a phase that does not end", r"next_phase", drop, EACH, WHOLE),
    Rule("a phase that does not end", r"next_phase", drop, EACH, LAST),
    Rule("waves not staggered", r"stagger$", drop),
    Rule("waves staggered to the end", r"stagger end", drop),
    Rule("a tile put in another's place", r"fovea_tile\.put %\w+\[%c1\]", replace(r"\[%c1\]", "[%c0]"), (0, 1)),
    Rule("other rows read", r"fovea_tile\.read .* from 32 ", replace("from 32", "from 0"), (0,), LAST),
) + TILE[2:]
