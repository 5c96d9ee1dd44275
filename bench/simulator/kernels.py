"""Small kernels, one for each instruction that the simulator models beyond those of attention."""

from kernel import FLOAT, SMALL, Kernel, put
from more_kernels import more_kernels


def shuffles():
    body = ""
    segments = {"none": 31, "eight": 0x181F}
    for at, (name, clamp) in enumerate(segments.items()):
        body += f"      %{name} = arith.constant {clamp} : i32\n      %{name}up = arith.constant {clamp & 0x1F00} : i32\n"
        for k, kind in enumerate(("bfly", "idx", "up", "down")):
            c = f"%{name}up" if kind == "up" else f"%{name}"
            body += f"      %{kind}{name} = nvvm.shfl.sync {kind} %all, %x, %c3, {c} : i32 -> i32\n"
            body += put(f"%{kind}{name}", 4 * at + k)
    return Kernel("shuffles", body)


def votes():
    return Kernel("votes", """      %bit = arith.andi %x, %c1 : i32
      %p = arith.cmpi eq, %bit, %c1 : i32
      %mine = nvvm.vote.sync ballot %all, %p -> i32
      %any = nvvm.vote.sync any %all, %p -> i1
      %every = nvvm.vote.sync all %all, %p -> i1
      %same = nvvm.vote.sync uni %all, %p -> i1
      %v1 = arith.extui %any : i1 to i32
      %v2 = arith.extui %every : i1 to i32
      %v3 = arith.extui %same : i1 to i32
""" + put("%mine", 0) + put("%v1", 1) + put("%v2", 2) + put("%v3", 3))  # fmt: skip


def matrices(load, store):
    """Four 8x8 matrices of 16 bits through shared memory, rows in the lanes' order."""
    shape = "eltType = #nvvm.ld_st_matrix_elt_type<b16>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>"
    body = """      %offset = arith.muli %tid, %c16 : i32
      %row = llvm.getelementptr %shared[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
"""
    for r in range(1, 4):
        body += f"      %k{r} = arith.constant {1000 * r} : i32\n      %x{r} = arith.addi %x, %k{r} : i32\n"
    body += f"""      nvvm.stmatrix %row, %x, %x1, %x2, %x3 {{layout = #nvvm.mma_layout<{store}>, {shape}}} : !llvm.ptr<3>, i32, i32, i32, i32
      nvvm.bar.warp.sync %all : i32
      %m = nvvm.ldmatrix %row {{layout = #nvvm.mma_layout<{load}>, num = 4 : i32, {shape}}} : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32, i32, i32)>
"""
    for r in range(4):
        body += f"      %m{r} = llvm.extractvalue %m[{r}] : !llvm.struct<(i32, i32, i32, i32)>\n" + put(f"%m{r}", r)
    return Kernel(f"matrices_{store}_{load}", body)


def product(kind):
    vector, convert = f"vector<2x{kind}>", f"nvvm.convert.f32x2.to.{kind}x2"
    body = SMALL + "      %zero = arith.constant 0.0 : f32\n"
    for r in range(6):
        body += f"      %w{r} = arith.constant {r - 2}.0 : f32\n      %g{r} = arith.addf %f, %w{r} : f32\n"
        body += f"      %h{r} = {convert} %g{r}, %f {{rnd = #nvvm.fp_rnd_mode<rn>}} : {vector}\n"
    names = [f"%h{r}" for r in range(6)]
    extra = ""
    if kind == "bf16":
        for r in range(6):
            body += f"      %j{r} = llvm.bitcast %h{r} : {vector} to i32\n"
        names, vector = [f"%j{r}" for r in range(6)], "i32"
        extra = ", multiplicandAPtxType = #nvvm.mma_type<bf16>, multiplicandBPtxType = #nvvm.mma_type<bf16>"
    struct = "!llvm.struct<(f32, f32, f32, f32)>"
    body += f"""      %d = nvvm.mma.sync A[{", ".join(names[:4])}] B[{", ".join(names[4:])}] C[%zero, %f, %zero, %f] {{layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>{extra}, shape = #nvvm.shape<m = 16, n = 8, k = 16>}} : ({vector}, {vector}, f32) -> {struct}
"""
    for r in range(4):
        body += f"      %d{r} = llvm.extractvalue %d[{r}] : {struct}\n" + put(f"%d{r}", r, "f32")
    return Kernel(f"product_{kind}", body)


def conversions():
    body = FLOAT + SMALL.replace("%f =", "%s =") + """      %rn = nvvm.convert.float.to.tf32 %f {rnd = #nvvm.fp_rnd_mode<rna>}
      %h = nvvm.convert.f32x2.to.f16x2 %f, %s {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xf16>
      %hb = llvm.bitcast %h : vector<2xf16> to i32
      %g = nvvm.convert.f32x2.to.bf16x2 %f, %s {rnd = #nvvm.fp_rnd_mode<rn>} : vector<2xbf16>
      %gb = llvm.bitcast %g : vector<2xbf16> to i32
      %e = nvvm.convert.f32x2.to.f8x2 %f, %s {rnd = #nvvm.fp_rnd_mode<rn>, sat = #nvvm.sat_mode<satfinite>} : i16 (f8E4M3FN)
      %eb = arith.extui %e : i16 to i32
      %t = nvvm.convert.f32x2.to.f8x2 %f, %s {rnd = #nvvm.fp_rnd_mode<rn>, sat = #nvvm.sat_mode<satfinite>} : i16 (f8E5M2)
      %tb = arith.extui %t : i16 to i32
"""
    return Kernel("conversions", body + "".join(put(v, r) for r, v in enumerate(("%rn", "%hb", "%gb", "%eb", "%tb"))))


def functions():
    """Whose errors PTX bounds."""
    body = SMALL
    for r, name in enumerate(("ex2", "rcp")):
        body += f"""      %{name} = llvm.call_intrinsic "llvm.nvvm.{name}.approx.ftz.f"(%f) : (f32) -> f32
""" + put(f"%{name}", r, "f32")  # fmt: skip
    return Kernel("functions", body, ulps=1)


def barriers():
    """Warps 0 and 1 hand numbers to each other through bar.arrive and bar.sync."""
    return Kernel("barriers", """      %place = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      %isFirst = arith.cmpi slt, %tid, %c32 : i32
      scf.if %isFirst {
        llvm.store %x, %place : i32, !llvm.ptr<3>
        fovea_nvgpu.barrier_arrive %c3 of 64
      } else {
        nvvm.barrier id = %c3 number_of_threads = %c64
        %other = llvm.getelementptr %place[-32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
        %y = llvm.load %other : !llvm.ptr<3> -> i32
""" + put("%y", 0) + "      }\n", threads=64)  # fmt: skip


def chunks():
    """cp.async of 16 bytes, of which 0, 4, 8, 12 or 16 come from memory."""
    body = """      %words = arith.muli %tid, %c4 : i32
      %to = llvm.getelementptr %shared[%words] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      %source = llvm.getelementptr %a[%words] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      %c5 = arith.constant 5 : i32
      %rest = arith.remui %tid, %c5 : i32
      %given = arith.muli %rest, %c4 : i32
      nvvm.cp.async.shared.global %to, %source, 16, cache = cg, %given : !llvm.ptr<3>, !llvm.ptr<1>, i32
      nvvm.cp.async.commit.group
      nvvm.cp.async.wait.group 0
"""
    for r in range(4):
        body += f"""      %q{r} = llvm.getelementptr %to[{r}] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
      %y{r} = llvm.load %q{r} : !llvm.ptr<3> -> i32
""" + put(f"%y{r}", r)  # fmt: skip
    return Kernel("chunks", body)


START = """      %bar = llvm.getelementptr %shared[1024] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
      %isOne = arith.cmpi eq, %tid, %c0 : i32
      %ticks = arith.constant 1000000 : i32
"""


def load(bytes_, row, column, extra=""):
    return START + f"""      %bytes = arith.constant {bytes_} : i32
      %row = arith.constant {row} : i32
      %column = arith.constant {column} : i32
      scf.if %isOne {{
        nvvm.mbarrier.init %bar, %c1 : !llvm.ptr<3>, i32
        nvvm.fence.mbarrier.init
        nvvm.mbarrier.arrive.expect_tx %bar, %bytes : !llvm.ptr<3>, i32
        %here = llvm.addrspacecast %shared : !llvm.ptr<3> to !llvm.ptr<7>
        nvvm.cp.async.bulk.tensor.shared.cluster.global %here, %map0, %bar, box[%column, %row] : !llvm.ptr<7>, !llvm.ptr
      }}
      nvvm.barrier
      nvvm.mbarrier.try_wait.parity %bar, %c0, %ticks : !llvm.ptr<3>, i32, i32
{extra}"""


def box(swizzle, row, column):
    """A box of 8 rows, and the words of shared memory as they lie there."""
    columns = (swizzle or 128) // 4
    words = 8 * columns
    body = load(4 * words, row, column)
    for r in range(words // 32):
        body += f"""      %q{r} = llvm.getelementptr %shared[{32 * r}] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i32
      %s{r} = llvm.getelementptr %q{r}[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      %y{r} = llvm.load %s{r} : !llvm.ptr<3> -> i32
""" + put(f"%y{r}", r)  # fmt: skip
    return Kernel(f"box_{swizzle}_{row}_{column}".replace("-", "m"), body, maps=((0, 2, swizzle, 8, columns),))


def stored_box(row, column):
    """A box from %a, and back into %b, where what is out of bounds is dropped."""
    body = load(1024, 3, 4, f"""      scf.if %isOne {{
        %r = arith.constant {row} : i32
        %c = arith.constant {column} : i32
        nvvm.cp.async.bulk.tensor.global.shared.cta %map1, %shared, box[%c, %r] : !llvm.ptr, <3>
        nvvm.cp.async.bulk.commit.group
        nvvm.cp.async.bulk.wait_group 0
      }}
""")
    maps = tuple((argument, 2, 128, 8, 32) for argument in (0, 1))
    return Kernel(f"stored_box_{row}_{column}".replace("-", "m"), body, maps=maps)


def warpgroup(left, right, swizzle):
    """wgmma of operands that lie in shared memory as %a's first words do, in each order."""

    def descriptor(start, transposed):
        leading, stride = (1, 64) if swizzle else (64, 8) if transposed else (8, 16)
        bits = start >> 4 | leading << 16 | stride << 32 | (1 << 62 if swizzle else 0)
        return bits

    struct = f"!llvm.struct<({', '.join(['f32'] * 32)})>"
    body = """      %c128 = arith.constant 128 : i32
      %words = arith.constant 1024 : i32
      scf.for %i = %tid to %words step %c128 : i32 {
        %p = llvm.getelementptr %a[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
        %q = llvm.getelementptr %shared[%i] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
        %w = llvm.load %p : !llvm.ptr<1> -> i32
        %keep = arith.constant -1073692673 : i32
        %v = arith.andi %w, %keep : i32
        llvm.store %v, %q : i32, !llvm.ptr<3>
      }
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier
      %address = llvm.ptrtoint %shared : !llvm.ptr<3> to i32
      %unit = arith.shrui %address, %c4 : i32
      %wide = arith.extui %unit : i32 to i64
      %zero = arith.constant 0.0 : f32
"""
    body += f"      %s0 = llvm.mlir.undef : {struct}\n"
    for r in range(32):
        body += f"      %s{r + 1} = llvm.insertvalue %zero, %s{r}[{r}] : {struct}\n"
    layout = {False: ("<row>", "<col>"), True: ("<col>", "<row>")}
    body += f"""      %la = arith.constant {descriptor(0, left)} : i64
      %lb = arith.constant {descriptor(2048, right)} : i64
      %da = arith.addi %la, %wide : i64
      %db = arith.addi %lb, %wide : i64
      nvvm.wgmma.fence.aligned
      %d = nvvm.wgmma.mma_async %da, %db, %s32, #nvvm.shape<m = 64, n = 64, k = 16>, D[<f32>, <zero>], A[<f16>, <one>, {layout[left][0]}], B[<f16>, <one>, {layout[right][1]}] : {struct} -> {struct}
      nvvm.wgmma.commit.group.sync.aligned
      nvvm.wgmma.wait.group.sync.aligned 0
"""
    for r in range(32):
        body += f"      %d{r} = llvm.extractvalue %d[{r}] : {struct}\n" + put(f"%d{r}", r, "f32")
    name = f"warpgroup_{'t' if left else 'n'}{'t' if right else 'n'}_{swizzle}"
    return Kernel(name, body, threads=128, ulps=8)


MEET = "      nvvm.cluster.arrive {aligned}\n      nvvm.cluster.wait {aligned}\n"
PLACE = """      %rank = nvvm.read.ptx.sreg.cluster.ctarank : i32
      %other = arith.xori %rank, %c1 : i32
      %first = arith.muli %rank, %c32 : i32
      %index = arith.addi %first, %tid : i32
      %mine = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      %to = llvm.getelementptr %b[%index] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
"""


def neighbours():
    return Kernel("neighbours", PLACE + """      %y = arith.addi %x, %rank : i32
      llvm.store %y, %mine : i32, !llvm.ptr<3>
""" + MEET + """      %theirs = nvvm.mapa %mine, %other : !llvm.ptr<3> -> !llvm.ptr<7>
      %z = llvm.load %theirs : !llvm.ptr<7> -> i32
      llvm.store %z, %to : i32, !llvm.ptr<1>
""" + MEET, workgroups=2, cluster=2)  # fmt: skip


def multicast():
    return Kernel("multicast", PLACE + START + """      %bytes = arith.constant 1024 : i32
      %mask = arith.constant 3 : i16
      scf.if %isOne {
        nvvm.mbarrier.init %bar, %c1 : !llvm.ptr<3>, i32
        nvvm.fence.mbarrier.init
        nvvm.mbarrier.arrive.expect_tx %bar, %bytes : !llvm.ptr<3>, i32
      }
      nvvm.barrier
""" + MEET + """      %leads = arith.cmpi eq, %index, %c0 : i32
      scf.if %leads {
        %here = llvm.addrspacecast %shared : !llvm.ptr<3> to !llvm.ptr<7>
        nvvm.cp.async.bulk.tensor.shared.cluster.global %here, %map0, %bar, box[%c4, %c7] multicast_mask = %mask : !llvm.ptr<7>, !llvm.ptr
      }
      nvvm.mbarrier.try_wait.parity %bar, %c0, %ticks : !llvm.ptr<3>, i32, i32
      %y = llvm.load %mine : !llvm.ptr<3> -> i32
      llvm.store %y, %to : i32, !llvm.ptr<1>
""" + MEET, workgroups=2, cluster=2, maps=((0, 2, 128, 8, 32),))  # fmt: skip


def remote_arrivals():
    return Kernel("remote_arrivals", PLACE + START + """      scf.if %isOne {
        nvvm.mbarrier.init %bar, %c32 : !llvm.ptr<3>, i32
      }
      nvvm.barrier
""" + MEET + """      %theirs = nvvm.mapa %mine, %other : !llvm.ptr<3> -> !llvm.ptr<7>
      llvm.store %x, %theirs : i32, !llvm.ptr<7>
      %remote = nvvm.mapa %bar, %other : !llvm.ptr<3> -> !llvm.ptr<7>
      nvvm.mbarrier.arrive %remote {scope = #nvvm.mem_scope<cluster>} : !llvm.ptr<7>
      nvvm.mbarrier.try_wait.parity %bar, %c0, %ticks : !llvm.ptr<3>, i32, i32
      %y = llvm.load %mine : !llvm.ptr<3> -> i32
      llvm.store %y, %to : i32, !llvm.ptr<1>
""" + MEET, workgroups=2, cluster=2)  # fmt: skip


def kernels():
    yield shuffles()
    yield votes()
    for store in ("row", "col"):
        for order in ("row", "col"):
            yield matrices(order, store)
    for kind in ("f16", "bf16"):
        yield product(kind)
    yield conversions()
    yield functions()
    yield barriers()
    yield chunks()
    for swizzle in (0, 32, 64, 128):
        for row, column in ((0, 0), (60, 40), (-3, -4)):
            yield box(swizzle, row, column)
    for row, column in ((8, 16), (60, 40), (64, 0)):
        yield stored_box(row, column)
    for left in (False, True):
        for right in (False, True):
            yield warpgroup(left, right, 0)
    yield warpgroup(True, True, 128)
    yield neighbours()
    yield multicast()
    yield remote_arrivals()
    yield from more_kernels()


KERNELS = tuple(kernels())
