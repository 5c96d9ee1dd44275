"""What the small kernels of this folder share: text in the form of `fovea-compile --emit=target`. Each reads %a and writes
%b, both 64x64xi32, and has the thread's number as %tid."""

import dataclasses

ROWS = COLUMNS = 64


@dataclasses.dataclass(frozen=True)
class Kernel:
    """`maps` are tensor maps of fovea.device_kernel: (argument, element type, swizzle, rows, columns) each. Results are
    compared bit by bit, or as f32 within `ulps` units in the last place."""

    name: str
    body: str
    threads: int = 32
    shared: int = 8192
    workgroups: int = 1
    cluster: int = 1
    maps: tuple = ()
    ulps: int = 0
    # Workgroups that share a multiprocessor's registers; 0: the kernel does not say.
    residents: int = 0

    def module(self):
        """The kernel, and a host function @run(a, b) that launches it."""
        maps = ", ".join(str(x) for m in self.maps for x in m)
        parameters = "".join(f", %map{i}: !llvm.ptr {{llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, "
                             "nvvm.grid_constant}" for i in range(len(self.maps)))  # fmt: skip
        cluster = f", nvvm.cluster_dim = array<i32: {self.cluster}, 1, 1>" if self.cluster > 1 else ""
        residents = f", nvvm.minctasm = {self.residents} : i32" if self.residents else ""
        return f"""module {{
  llvm.func @fovea_device_launch(!llvm.ptr, !llvm.ptr, !llvm.ptr)
  llvm.mlir.global external @fovea_device_kernel_k() {{addr_space = 0 : i32}} : !llvm.array<0 x i8>
  gpu.module @k attributes {{fovea.device_kernel = {{
      arguments = array<i32: 2, 4, 0, 2, 4, 0>, grid_rank = 1 : i32, persistent = 0 : i32,
      shared_bytes = {self.shared} : i32, tensor_maps = array<i32{": " if maps else ""}{maps}>,
      threads = {self.threads} : i32}}}} {{
    llvm.mlir.global external @shared() {{addr_space = 3 : i32, alignment = 1024 : i64}} : !llvm.array<0 x i8>
    llvm.func @k(%a: !llvm.ptr<1>, %a0: i32, %a1: i32, %as0: i64, %as1: i64, %b: !llvm.ptr<1>, %b0: i32, %b1: i32,
                 %bs0: i64, %bs1: i64{parameters}, %grid: i32) attributes {{nvvm.kernel,
                 nvvm.reqntid = array<i32: {self.threads}>{cluster}{residents}}} {{
      %tid = nvvm.read.ptx.sreg.tid.x : i32
      %shared = llvm.mlir.addressof @shared : !llvm.ptr<3>
      %all = arith.constant -1 : i32
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %c4 = arith.constant 4 : i32
      %c7 = arith.constant 7 : i32
      %c16 = arith.constant 16 : i32
      %c31 = arith.constant 31 : i32
      %c32 = arith.constant 32 : i32
      %c64 = arith.constant 64 : i32
      %from = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      %x = llvm.load %from : !llvm.ptr<1> -> i32
{self.body}
      llvm.return
    }}
  }}
  func.func @run(%a: memref<64x64xi32>, %b: memref<64x64xi32>) {{
{HOST.replace("WORKGROUPS", str(self.workgroups))}
    return
  }}
}}
"""


DESCRIPTOR = "!llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>"


def host(name):
    return f"""    %{name}d = builtin.unrealized_conversion_cast %{name} : memref<64x64xi32> to {DESCRIPTOR}
    %{name}p = llvm.alloca %one x {DESCRIPTOR} : (i64) -> !llvm.ptr
    llvm.store %{name}d, %{name}p : {DESCRIPTOR}, !llvm.ptr
"""


HOST = f"""    %one = llvm.mlir.constant(1 : i64) : i64
    %two = llvm.mlir.constant(2 : i64) : i64
{host("a")}{host("b")}    %list = llvm.alloca %two x !llvm.ptr : (i64) -> !llvm.ptr
    llvm.store %ap, %list : !llvm.ptr, !llvm.ptr
    %second = llvm.getelementptr %list[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    llvm.store %bp, %second : !llvm.ptr, !llvm.ptr
    %sizes = llvm.alloca %one x i64 : (i64) -> !llvm.ptr
    %n = llvm.mlir.constant(WORKGROUPS : i64) : i64
    llvm.store %n, %sizes : i64, !llvm.ptr
    %k = llvm.mlir.addressof @fovea_device_kernel_k : !llvm.ptr
    llvm.call @fovea_device_launch(%k, %sizes, %list) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()"""

# What the entry is: fovea-run takes its inputs and outputs from here, and the kernels from the module.
SOURCE = """func.func @run(%a: tensor<64x64xi32>) -> tensor<64x64xi32> {
  return %a : tensor<64x64xi32>
}
"""


def put(value, row, kind="i32"):
    """Stores a value of each thread in its column of a row of 128 words of %b."""
    n = f"{value.strip('%')}_{row}".replace("#", "_")
    return f"""      %o{n} = arith.constant {128 * row} : i32
      %i{n} = arith.addi %tid, %o{n} : i32
      %p{n} = llvm.getelementptr %b[%i{n}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
      llvm.store {value}, %p{n} : {kind}, !llvm.ptr<1>
"""


FLOAT = "      %f = arith.bitcast %x : i32 to f32\n"
# Numbers between -2 and 2 from the bits of %x.
SMALL = """      %mask = arith.constant 1023 : i32
      %low = arith.andi %x, %mask : i32
      %half = arith.constant 512 : i32
      %centred = arith.subi %low, %half : i32
      %whole = arith.sitofp %centred : i32 to f32
      %scale = arith.constant 0.00390625 : f32
      %f = arith.mulf %whole, %scale : f32
"""
