"""Kernels of other types than those of attention, of functions over wide ranges, of register budgets and of barriers."""

from kernel import FLOAT, SMALL, Kernel, put

# PTX allows tanh an error of 2^-11, and lg2 one of 2^-22.6, or 2^-22 absolute near 1. An H100's are 59 and 1.5 ulp.
TANH_ULPS, LG2_ULPS = 64, 2


def words_of(count, keep):
    """%w0, %w1, ...: words of %a, with the bits of `keep`."""
    body = f"      %keep = arith.constant {keep} : i32\n"
    for r in range(count):
        body += f"""      %l{r} = llvm.getelementptr %from[{32 * r}] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
      %v{r} = llvm.load %l{r} : !llvm.ptr<1> -> i32
      %w{r} = arith.andi %v{r}, %keep : i32
"""
    return body


# Floats below 2, in all elements of a word: without the highest bit of their exponents.
BELOW_TWO = {"tf32": -0x40000001, "f16": -0x40004001, "e4m3": -0x40404041, "e5m2": -0x40404041, "s8": -1, "u8": -1}
DEPTH_BYTES = 32


def narrow_product(left, right, depth, overflow=""):
    """mma.sync of m16n8 with other types than 16-bit floats."""
    isInteger = left in ("s8", "u8")
    size = 4 if left == "tf32" else 1
    numLeft, numRight = depth * size // 8, depth * size // 16
    names = [f"%w{r}" for r in range(numLeft + numRight)]
    kind = "i32" if isInteger else "f32"
    struct = f"!llvm.struct<({', '.join([kind] * 4)})>"
    c = "%w0, %w1, %w2, %w3" if isInteger else "%zero, %f, %zero, %f"
    extra = f"intOverflowBehavior = #nvvm.mma_int_overflow<{overflow}>, " if overflow else ""
    body = SMALL + words_of(max(6, len(names)), BELOW_TWO[left]) + f"""      %zero = arith.constant 0.0 : f32
      %d = nvvm.mma.sync A[{", ".join(names[:numLeft])}] B[{", ".join(names[numLeft:])}] C[{c}] {{{extra}layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, multiplicandAPtxType = #nvvm.mma_type<{left}>, multiplicandBPtxType = #nvvm.mma_type<{right}>, shape = #nvvm.shape<m = 16, n = 8, k = {depth}>}} : (i32, i32, {kind}) -> {struct}
"""
    for r in range(4):
        body += f"      %d{r} = llvm.extractvalue %d[{r}] : {struct}\n" + put(f"%d{r}", r, kind)
    name = f"product_{left}_{right}_k{depth}" + (f"_{overflow}" if overflow else "")
    return Kernel(name, body)


def narrow_warpgroup(left, right, swizzle, onto=False):
    """wgmma of elements of 1 or 4 bytes, K-major, as they alone can be; rows of 32 bytes are read. `onto`: it adds to
    floats of 2^-7 to 2^8."""
    isInteger = left in ("s8", "u8")
    kind = "i32" if isInteger else "f32"
    image = 8192 if swizzle else 2048
    leading, stride = (1, 64) if swizzle else (8, 16)
    struct = f"!llvm.struct<({', '.join([kind] * 32)})>"
    size = 4 if left == "tf32" else 1

    def descriptor(start):
        return start >> 4 | leading << 16 | stride << 32 | (1 << 62 if swizzle else 0)

    body = f"""      %c128 = arith.constant 128 : i32
      %words = arith.constant {2 * image // 4} : i32
      %keep = arith.constant {BELOW_TWO[left]} : i32
      scf.for %i = %tid to %words step %c128 : i32 {{
        %p = llvm.getelementptr %a[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
        %q = llvm.getelementptr %shared[%i] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
        %w = llvm.load %p : !llvm.ptr<1> -> i32
        %v = arith.andi %w, %keep : i32
        llvm.store %v, %q : i32, !llvm.ptr<3>
      }}
      nvvm.fence.proxy {{kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}}
      nvvm.barrier
      %address = llvm.ptrtoint %shared : !llvm.ptr<3> to i32
      %unit = arith.shrui %address, %c4 : i32
      %wide = arith.extui %unit : i32 to i64
      %zero = arith.constant {0 if isInteger else 0.0} : {kind}
      %field = arith.constant {0x807FFFFF - 2**32} : i32
      %s0 = llvm.mlir.undef : {struct}
"""
    for r in range(32):
        start = "%zero"
        if onto:
            body += f"""      %factor{r} = arith.constant {2 * r + 1} : i32
      %many{r} = arith.muli %x, %factor{r} : i32
      %mantissa{r} = arith.andi %many{r}, %field : i32
      %exponent{r} = arith.constant {0x3C000000 + r % 16 * 0x800000} : i32
      %bits{r} = arith.ori %mantissa{r}, %exponent{r} : i32
      %start{r} = arith.bitcast %bits{r} : i32 to f32
"""
            start = f"%start{r}"
        body += f"      %s{r + 1} = llvm.insertvalue {start}, %s{r}[{r}] : {struct}\n"
    body += f"""      %la = arith.constant {descriptor(0)} : i64
      %lb = arith.constant {descriptor(image)} : i64
      %da = arith.addi %la, %wide : i64
      %db = arith.addi %lb, %wide : i64
      nvvm.wgmma.fence.aligned
      %d = nvvm.wgmma.mma_async %da, %db, %s32, #nvvm.shape<m = 64, n = 64, k = {DEPTH_BYTES // size}>, D[<{"s32" if isInteger else "f32"}>, <{"one" if onto else "zero"}>], A[<{left}>, <one>, <row>], B[<{right}>, <one>, <col>] : {struct} -> {struct}
      nvvm.wgmma.commit.group.sync.aligned
      nvvm.wgmma.wait.group.sync.aligned 0
"""
    for r in range(32):
        body += f"      %d{r} = llvm.extractvalue %d[{r}] : {struct}\n" + put(f"%d{r}", r, kind)
    return Kernel(f"warpgroup_{left}_{right}_{swizzle}" + ("_onto" if onto else ""), body, threads=128, shared=2 * image)


#
# Functions over wide ranges, register budgets, and barriers in a chain.


def tanh():
    """Between -2 and 2, and over all exponents."""
    body = FLOAT + SMALL.replace("%f =", "%s =")
    for r, of in enumerate(("%s", "%f")):
        body += f"      %t{r} = fovea_nvgpu.tanh {of}\n" + put(f"%t{r}", r, "f32")
    return Kernel("tanh", body, threads=128, ulps=TANH_ULPS)


def lg2():
    """Of positive numbers of all exponents, and of those near 1, where the result is small."""
    body = """      %magnitude = arith.constant 2147483647 : i32
      %one = arith.constant 1065353216 : i32
      %few = arith.constant 8388607 : i32
"""
    for r in range(8):
        body += f"""      %l{r} = llvm.getelementptr %from[{128 * r}] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
      %v{r} = llvm.load %l{r} : !llvm.ptr<1> -> i32
"""
        if r < 6:
            body += f"      %bits{r} = arith.andi %v{r}, %magnitude : i32\n"
        else:
            body += f"      %n{r} = arith.andi %v{r}, %few : i32\n      %bits{r} = arith.subi %one, %n{r} : i32\n"
        body += f"""      %f{r} = arith.bitcast %bits{r} : i32 to f32
      %g{r} = llvm.call_intrinsic "llvm.nvvm.lg2.approx.ftz.f"(%f{r}) : (f32) -> f32
""" + put(f"%g{r}", r, "f32")  # fmt: skip
    return Kernel("lg2", body, threads=128, ulps=LG2_ULPS)


def budgets(warpgroups):
    """The first warpgroup gives registers away that the others take, and hands numbers to them."""
    more, residents = {2: (232, 2), 3: (240, 1)}[warpgroups]
    return Kernel(f"budgets_{warpgroups}", f"""      %c128 = arith.constant 128 : i32
      %place = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      %y = arith.addi %x, %tid : i32
      llvm.store %y, %place : i32, !llvm.ptr<3>
      nvvm.barrier
      %isFirst = arith.cmpi slt, %tid, %c128 : i32
      scf.if %isFirst {{
        nvvm.setmaxregister decrease 24
      }} else {{
        nvvm.setmaxregister increase {more}
        %other = llvm.getelementptr %place[-128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
        %z = llvm.load %other : !llvm.ptr<3> -> i32
""" + put("%z", 0) + "      }\n", threads=128 * warpgroups, residents=residents)  # fmt: skip


def chain():
    """Four warps in a row: each waits for the one before it, at a barrier of its own number."""
    return Kernel("chain", """      %c5 = arith.constant 5 : i32
      %place = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      %warp = arith.shrui %tid, %c5 : i32
      %next = arith.addi %warp, %c1 : i32
      %isFirst = arith.cmpi eq, %warp, %c0 : i32
      %isLast = arith.cmpi eq, %warp, %c3 : i32
      %before = scf.if %isFirst -> i32 {
        scf.yield %c0 : i32
      } else {
        nvvm.barrier id = %warp number_of_threads = %c64
        %other = llvm.getelementptr %place[-32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
        %y = llvm.load %other : !llvm.ptr<3> -> i32
        scf.yield %y : i32
      }
      %sum = arith.addi %x, %before : i32
      llvm.store %sum, %place : i32, !llvm.ptr<3>
      scf.if %isLast {
      } else {
        fovea_nvgpu.barrier_arrive %next of 64
      }
""" + put("%sum", 0), threads=128)  # fmt: skip


def more_kernels():
    yield tanh()
    yield lg2()
    yield budgets(2)
    yield budgets(3)
    yield chain()
    for depth in (4, 8):
        yield narrow_product("tf32", "tf32", depth)
    for depth in (16, 32):
        for left, right in (("s8", "s8"), ("u8", "s8")):
            yield narrow_product(left, right, depth, "satfinite" if left == "s8" else "wrapped")
    for swizzle in (0, 128):
        for left, right in (("tf32", "tf32"), ("e4m3", "e4m3"), ("e5m2", "e4m3"), ("e4m3", "e5m2"), ("e5m2", "e5m2"),
                            ("s8", "s8"), ("u8", "u8")):  # fmt: skip
            yield narrow_warpgroup(left, right, swizzle)
    for left, right in (("tf32", "tf32"), ("e4m3", "e4m3"), ("e5m2", "e5m2")):
        yield narrow_warpgroup(left, right, 0, onto=True)
