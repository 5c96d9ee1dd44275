// RUN: fovea-opt %s -convert-fovea-launch-to-runtime | FileCheck %s

#config = #fovea_tile.config<m = 64, n = 64, rows = 64, columns = 64, schedule = <target = "sm_90a">>
fovea_tile.kernel @k(%a: memref<?x64xbf16, strided<[?, 1], offset: ?>>, %x: f32, %o: memref<?x64xbf16, strided<[?, 1], offset: ?>>) grid(%h, %t) config(#config) {
  fovea_tile.return
}

// One declaration of each, however many launches.
// CHECK-DAG: llvm.func @fovea_device_launch(!llvm.ptr, !llvm.ptr, !llvm.ptr)
// CHECK-DAG: llvm.mlir.global external @fovea_device_kernel_k() {{.*}} : !llvm.array<0 x i8>
// CHECK: fovea_tile.kernel @k

// The kernel's description, the grid's sizes, and pointers to the operands, each an array on the stack that is made
// once: the launch may be in a loop.
// CHECK-LABEL: func.func @f
// CHECK-SAME: (%[[A:.*]]: memref<?x64xbf16, {{.*}}>, %[[X:.*]]: f32, %[[O:.*]]: memref<?x64xbf16, {{.*}}>, %[[N:.*]]: index)
// CHECK-COUNT-5: llvm.alloca
// CHECK-NOT: llvm.alloca
func.func @f(%a: memref<?x64xbf16, strided<[?, 1], offset: ?>>, %x: f32, %o: memref<?x64xbf16, strided<[?, 1], offset: ?>>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  scf.for %i = %c0 to %n step %c1 {
    // CHECK: arith.index_cast %[[N]] : index to i64
    // CHECK: %[[VIEW:.*]] = builtin.unrealized_conversion_cast %[[A]] : {{.*}} to !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
    // CHECK: llvm.store %[[VIEW]], %{{.*}}
    // CHECK: llvm.store %{{.*}}, %{{.*}} : f32, !llvm.ptr
    // CHECK: %[[KERNEL:.*]] = llvm.mlir.addressof @fovea_device_kernel_k : !llvm.ptr
    // CHECK-COUNT-2: llvm.store %{{.*}}, %{{.*}} : i64, !llvm.ptr
    // CHECK-COUNT-3: llvm.store %{{.*}}, %{{.*}} : !llvm.ptr, !llvm.ptr
    // CHECK: llvm.call @fovea_device_launch(%[[KERNEL]], %{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
    fovea_tile.launch @k grid(%n, %i) ins(%a, %x) outs(%o) : (memref<?x64xbf16, strided<[?, 1], offset: ?>>, f32) -> (memref<?x64xbf16, strided<[?, 1], offset: ?>>)
  }
  return
}

// Scratch, views and sizes are for the host.
// CHECK-LABEL: func.func @scratch
func.func @scratch(%o: memref<64x64xbf16>, %x: f32) -> index {
  %c1 = arith.constant 1 : index
  // CHECK: memref.alloc
  %a = memref.alloc() : memref<64x64xbf16>
  // CHECK: llvm.call @fovea_device_launch
  fovea_tile.launch @k grid(%c1, %c1) ins(%a, %x) outs(%o) : (memref<64x64xbf16>, f32) -> (memref<64x64xbf16>)
  // CHECK: memref.dealloc
  memref.dealloc %a : memref<64x64xbf16>
  %d = memref.dim %o, %c1 : memref<64x64xbf16>
  return %d : index
}
