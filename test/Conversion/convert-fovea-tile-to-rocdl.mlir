// RUN: fovea-opt %s -convert-fovea-tile-to-rocdl -cse | FileCheck %s

// Waves that load tiles to LDS by buffer loads, which they count, and products by MFMA with the result transposed. A wait
// s_waitcnt N is vmcnt = N[15:14] N[3:0], expcnt = N[6:4] (7: not waited for), lgkmcnt = N[11:8].

#scores = #fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>
#left = #fovea_tile.fragment<32x16, registers = [8 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>
#pairs = #fovea_tile.fragment<32x64, registers = [4 at (0, 2), 4 at (0, 16), 2 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>
#output = #fovea_tile.fragment<32x128, registers = [4 at (0, 4), 4 at (0, 32), 4 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 16)]>
#gfx90a = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx90a">>
#gfx942 = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx942">>
#gfx950 = #fovea_tile.config<m = 128, n = 32, rows = 32, columns = 32, schedule = <target = "gfx950">>
#phases = #fovea_tile.config<m = 256, n = 64, rows = 32, columns = 64, schedule = <target = "gfx942", phases = ping_pong>>
!view = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!half_view = memref<?x64xf16, strided<[?, 1], offset: ?>>
!tile = tensor<32x64xbf16, #fovea_tile.swizzle<128>>
!half_tile = tensor<32x64xf16, #fovea_tile.swizzle<128>>
!c = !fovea_tile.channel<!tile>
!half_c = !fovea_tile.channel<!half_tile>

// CHECK-DAG: #[[COPIES:.*]] = #llvm.alias_scope<{{.*}} description = "copies">
// CHECK-DAG: #[[READS:.*]] = #llvm.alias_scope<{{.*}} description = "reads">

// What is copied and loaded by 16 bytes is aligned so; pairs of the output by 4. Registers follow from exact bounds.
// CHECK-LABEL: gpu.module @products
// CHECK-SAME: arguments = array<i32: 2, 2, 16, 2, 2, 16, 2, 2, 4>
// CHECK-SAME: threads = 256 : i32
// CHECK-NOT: fovea.staggered
// CHECK: llvm.func @products
// CHECK-SAME: ["amdgpu-flat-work-group-size", "256,256"], ["amdgpu-waves-per-eu", "1,1"]
// CHECK-SAME: rocdl.kernel
fovea_tile.kernel @products(%q: !view, %k: !view, %o: !view) grid(%t) config(#gfx942)
    attributes {fovea_tile.shared_bytes = 8192 : i64, fovea_tile.barriers_at = 8192 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
  %start = arith.constant dense<0.0> : tensor<128x64xf32, #pairs>
  %kc = fovea_tile.channel depth 1 at 0 : !c
  %vc = fovea_tile.channel depth 1 at 4096 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    // A scalar, so that what depends on it stays in scalar registers.
    // CHECK: %[[WAVE:.*]] = rocdl.readfirstlane
    // Queries: four words of 8 columns of a lane's row.
    // CHECK-COUNT-4: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<8xbf16>
    %a = fovea_tile.load %q[%t, %c0] : !view -> tensor<128x64xbf16, #left>
    // 4096 bytes by 4 waves of 64 lanes, 4 bytes each. A buffer ends where the view does, as seen from the load's own
    // row, which is its scalar offset; the swizzle goes into the lanes' offsets.
    // CHECK: %[[KEPT:.*]] = arith.xori
    // CHECK: %[[COLUMN:.*]] = arith.xori %[[KEPT]]
    // CHECK: %[[OFFSET:.*]] = arith.addi %{{.*}}, %[[COLUMN]]
    // CHECK: %[[ROW:.*]] = arith.muli
    // CHECK: %[[PLACE:.*]] = llvm.inttoptr {{.*}} : i32 to !llvm.ptr<3>
    // CHECK: %[[LEFT:.*]] = arith.subi %[[BYTES:.*]], %[[ROW]]
    // CHECK: %[[NOT_LESS:.*]] = arith.maxsi %[[LEFT]], %c0
    // CHECK: %[[RECORDS:.*]] = arith.extui %[[NOT_LESS]]
    // CHECK: %[[BUFFER:.*]] = rocdl.make.buffer.rsrc %{{.*}}, %{{.*}}, %[[RECORDS]], %c159744_i32
    // CHECK: rocdl.raw.ptr.buffer.load.lds %[[BUFFER]], %[[PLACE]], %c4_i32, %[[OFFSET]], %[[ROW]], %c0_i32, %c0_i32 {alias_scopes = [#[[COPIES]]], noalias_scopes = [#[[READS]]]}
    // CHECK-COUNT-3: rocdl.raw.ptr.buffer.load.lds
    fovea_tile.put %kc[%c0] from %k[%c0, %c0] : !c, !view
    // CHECK-NOT: buffer.load.lds
    // CHECK: rocdl.s.barrier
    fovea_tile.await_copies pending 7
    // CHECK-COUNT-4: rocdl.raw.ptr.buffer.load.lds
    fovea_tile.put %vc[%c0] from %k[%c0, %c0] : !c, !view
    // The younger tile's 4 loads may still run: vmcnt(4) lgkmcnt(0).
    // CHECK-NEXT: rocdl.s.waitcnt 116
    // CHECK-NEXT: rocdl.s.barrier
    fovea_tile.await_copies pending 1
    %b = fovea_tile.get %kc[%c0] : !c -> !tile
    // One 16-byte word of a lane's key for two instructions, in 4 steps of 16 columns: keys on the left.
    // CHECK: %[[KEYS:.*]] = llvm.load %{{.*}} {alias_scopes = [#[[READS]]], alignment = 16 : i64, noalias_scopes = [#[[COPIES]]]} : !llvm.ptr<3> -> vector<8xbf16>
    // CHECK: %[[LOW:.*]] = llvm.shufflevector %[[KEYS]], %[[KEYS]] [0, 1, 2, 3]
    // CHECK: %[[A:.*]] = llvm.bitcast %[[LOW]] : vector<4xbf16> to vector<4xi16>
    // CHECK: rocdl.mfma.f32.32x32x8bf16.1k %[[A]], %{{.*}}, %{{.*}} -> vector<16xf32>
    // CHECK-COUNT-7: rocdl.mfma.f32.32x32x8bf16.1k
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<128x64xbf16, #left>, !tile -> tensor<128x32xf32, #scores>
    // Half a unit is added, and the upper halves of two are taken together.
    // CHECK-NOT: rocdl.mfma
    // CHECK: %[[HIGH:.*]] = arith.addi %{{.*}}, %c32768_i32
    // CHECK: %[[FIRST:.*]] = arith.addi %{{.*}}, %c32768_i32
    // CHECK: llvm.call_intrinsic "llvm.amdgcn.perm"(%[[HIGH]], %[[FIRST]], %c117834498_i32)
    // CHECK-COUNT-7: llvm.amdgcn.perm
    %p = arith.truncf %s to_nearest_away : tensor<128x32xf32, #scores> to tensor<128x32xbf16, #scores>
    // vmcnt(0) lgkmcnt(0).
    // CHECK: rocdl.s.waitcnt 112
    // CHECK-NEXT: rocdl.s.barrier
    fovea_tile.await_copies pending 0
    %v = fovea_tile.get %vc[%c0] : !c -> !tile
    // A lane reads two columns of 4 keys one after the other, which are its part of two instructions' operands; what the
    // scores became is the other operand as it lies. 4 steps of 8 keys, 2 blocks of columns.
    // CHECK-COUNT-4: llvm.load {{.*}} : !llvm.ptr<3> -> vector<2xbf16>
    // CHECK-COUNT-8: rocdl.mfma.f32.32x32x8bf16.1k
    %r = fovea_tile.dot %start, %p, %v : tensor<128x32xbf16, #scores>, !tile -> tensor<128x64xf32, #pairs>
    // CHECK-NOT: rocdl.mfma
    // CHECK: llvm.fptrunc %{{.*}} : vector<2xf32> to vector<2xbf16>
    %h = arith.truncf %r : tensor<128x64xf32, #pairs> to tensor<128x64xbf16, #pairs>
    // CHECK: llvm.store %{{.*}}, %{{.*}} : i32, !llvm.ptr<1>
    fovea_tile.store %h, %o[%t, %c0] : tensor<128x64xbf16, #pairs>, !view
  }
  fovea_tile.return
}

// f16 on gfx90a: the same instruction of another type. No lane reaches the other half of its wave but by LDS.
// CHECK-LABEL: gpu.module @halves
fovea_tile.kernel @halves(%q: !half_view, %k: !half_view, %o: memref<?xf32>) grid(%t) config(#gfx90a)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
  %rows = arith.constant dense<0.0> : tensor<128xf32, #scores>
  %kc = fovea_tile.channel depth 1 at 0 : !half_c
  fovea_tile.role consumer warps 4 registers 0 {
    %a = fovea_tile.load %q[%t, %c0] : !half_view -> tensor<128x64xf16, #left>
    fovea_tile.put %kc[%c0] from %k[%c0, %c0] : !half_c, !half_view
    fovea_tile.await_copies pending 0
    %b = fovea_tile.get %kc[%c0] : !half_c -> !half_tile
    // CHECK: llvm.load {{.*}} : !llvm.ptr<3> -> vector<8xf16>
    // CHECK-COUNT-8: rocdl.mfma.f32.32x32x8f16
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<128x64xf16, #left>, !half_tile -> tensor<128x32xf32, #scores>
    // CHECK: llvm.intr.maxnum
    // CHECK: %[[OTHER:.*]] = arith.xori %{{.*}}, %c32_i32
    // CHECK: %[[LANE:.*]] = arith.muli %[[OTHER]], %c4_i32
    // CHECK: rocdl.ds_bpermute %[[LANE]], %{{.*}}
    %m = fovea_tile.reduce maximum %s, %rows : tensor<128x32xf32, #scores> -> tensor<128xf32, #scores>
    // CHECK: llvm.call_intrinsic "llvm.amdgcn.exp2.f32"
    %e = math.exp2 %m : tensor<128xf32, #scores>
    %grows = arith.cmpf ogt, %e, %rows : tensor<128xf32, #scores>
    // CHECK: rocdl.ballot %{{.*}} : i64
    %any = fovea_tile.any %grows : tensor<128xi1, #scores>
    scf.if %any {
      fovea_tile.store %e, %o[%t] : tensor<128xf32, #scores>, memref<?xf32>
    }
  }
  fovea_tile.return
}

// gfx950 loads 16 bytes to LDS, has instructions of twice the depth, reads that transpose, and rounds in one instruction.
// CHECK-LABEL: gpu.module @transposing
fovea_tile.kernel @transposing(%q: !view, %k: !view, %o: !view) grid(%t) config(#gfx950)
    attributes {fovea_tile.shared_bytes = 4096 : i64, fovea_tile.barriers_at = 4096 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<128x32xf32, #scores>
  %start = arith.constant dense<0.0> : tensor<128x64xf32, #scores>
  %kc = fovea_tile.channel depth 1 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    %a = fovea_tile.load %q[%t, %c0] : !view -> tensor<128x64xbf16, #left>
    // CHECK: rocdl.raw.ptr.buffer.load.lds %{{.*}}, %{{.*}}, %c16_i32,
    // CHECK-NOT: buffer.load.lds
    fovea_tile.put %kc[%c0] from %k[%c0, %c0] : !c, !view
    // CHECK: rocdl.s.waitcnt 112
    fovea_tile.await_copies pending 0
    %b = fovea_tile.get %kc[%c0] : !c -> !tile
    // CHECK: %[[KEYS:.*]] = llvm.load {{.*}} : !llvm.ptr<3> -> vector<8xbf16>
    // CHECK: rocdl.mfma.f32.32x32x16.bf16 %[[KEYS]],
    // CHECK-COUNT-3: rocdl.mfma.f32.32x32x16.bf16
    %s = fovea_tile.dot %zero, %a, %b transposed : tensor<128x64xbf16, #left>, !tile -> tensor<128x32xf32, #scores>
    // CHECK-NOT: rocdl.mfma
    // CHECK: llvm.fptrunc
    %p = arith.truncf %s : tensor<128x32xf32, #scores> to tensor<128x32xbf16, #scores>
    // CHECK: %[[V0:.*]] = rocdl.ds.read.tr16.b64 %{{.*}} {alias_scopes = [#{{.*}}], noalias_scopes = [#{{.*}}]} : <3> -> vector<4xbf16>
    // CHECK: %[[V1:.*]] = rocdl.ds.read.tr16.b64
    // CHECK: %[[V:.*]] = llvm.shufflevector %[[V0]], %[[V1]] [0, 1, 2, 3, 4, 5, 6, 7]
    // CHECK: rocdl.mfma.f32.32x32x16.bf16 %[[V]],
    // CHECK-COUNT-3: rocdl.mfma.f32.32x32x16.bf16
    %r = fovea_tile.dot %start, %p, %b : tensor<128x32xbf16, #scores>, !tile -> tensor<128x64xf32, #scores>
    %h = arith.truncf %r : tensor<128x64xf32, #scores> to tensor<128x64xbf16, #scores>
    // Four neighbours in one word.
    // CHECK: llvm.store %{{.*}}, %{{.*}} : {{vector<2xi32>|i64|vector<4xbf16>}}, !llvm.ptr<1>
    fovea_tile.store %h, %o[%t, %c0] : tensor<128x64xbf16, #scores>, !view
  }
  fovea_tile.return
}

// Phases: a wave that computes goes first, nothing moves over a meeting, and half of the waves meet once more.
// CHECK-LABEL: gpu.module @phases
// CHECK-SAME: fovea.staggered
// CHECK: llvm.func @phases
// CHECK-SAME: ["amdgpu-flat-work-group-size", "512,512"], ["amdgpu-waves-per-eu", "2,2"]
!wide_view = memref<?x128xbf16, strided<[?, 1], offset: ?>>
!wide = tensor<64x128xbf16, #fovea_tile.swizzle<128>>
!keys = tensor<64x128xbf16, #fovea_tile.operand<transposed = true>>
fovea_tile.kernel @phases(%q: !wide_view, %k: !wide_view, %n: index) grid(%t) config(#phases)
    attributes {fovea_tile.shared_bytes = 32768 : i64, fovea_tile.barriers_at = 32768 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant dense<0.0> : tensor<256x64xf32, #scores>
  %kc = fovea_tile.channel depth 2 at 0 : !fovea_tile.channel<!wide>
  fovea_tile.role consumer warps 8 registers 0 {
    %a = fovea_tile.load %q[%t, %c0] : !wide_view -> tensor<256x128xbf16, #left>
    // CHECK-COUNT-8: buffer.load.lds
    fovea_tile.put %kc[%c0] from %k[%c0, %c0] : !fovea_tile.channel<!wide>, !wide_view
    // vmcnt(0) lgkmcnt(0).
    // CHECK-NEXT: rocdl.s.waitcnt 112
    // CHECK-NEXT: rocdl.s.setprio 0
    // CHECK-NEXT: rocdl.sched.barrier 0
    // CHECK-NEXT: rocdl.s.barrier
    // CHECK-NEXT: rocdl.sched.barrier 0
    // CHECK-NEXT: rocdl.s.setprio 1
    fovea_tile.await_copies pending 0
    %b = fovea_tile.get %kc[%c0] : !fovea_tile.channel<!wide> -> !wide
    // CHECK-COUNT-16: llvm.load {{.*}} : !llvm.ptr<3> -> vector<8xbf16>
    %first = fovea_tile.read %b from 0 : !wide -> !keys
    // CHECK: %[[BEHIND:.*]] = arith.cmpi sge, %{{.*}}, %c4_i32 : i32
    // CHECK-NEXT: scf.if %[[BEHIND]] {
    // CHECK-NEXT: rocdl.s.barrier
    // CHECK-NEXT: }
    fovea_tile.stagger
    // Operands are carried word by word.
    // CHECK: scf.for {{.*}} -> (vector<8xbf16>, vector<8xbf16>
    %r = scf.for %i = %c0 to %n step %c2 iter_args(%x = %first) -> !keys {
      // CHECK-COUNT-32: rocdl.mfma
      %s = fovea_tile.dot %zero, %a, %x transposed : tensor<256x128xbf16, #left>, !keys -> tensor<256x64xf32, #scores>
      // CHECK: rocdl.s.setprio 0
      // CHECK-NEXT: rocdl.sched.barrier 0
      // CHECK-NEXT: rocdl.s.barrier
      // CHECK-NEXT: rocdl.sched.barrier 0
      // CHECK-NOT: setprio
      fovea_tile.next_phase
      %j = arith.addi %i, %c1 : index
      // The loop's number is even: the buffer is a constant.
      // CHECK: arith.addi %{{.*}}, %c16384_i32
      // CHECK-COUNT-8: buffer.load.lds
      fovea_tile.put %kc[%j] from %k[%i, %c0] : !fovea_tile.channel<!wide>, !wide_view
      // CHECK-COUNT-16: llvm.load {{.*}} : !llvm.ptr<3> -> vector<8xbf16>
      %y = fovea_tile.read %b from 0 : !wide -> !keys
      // One tile's 8 loads: vmcnt(8) lgkmcnt(0).
      // CHECK: rocdl.s.waitcnt 120
      // CHECK: rocdl.s.setprio 1
      fovea_tile.await_copies pending 1
      // CHECK-COUNT-8: buffer.load.lds
      fovea_tile.put %kc[%i] from %k[%i, %c0] : !fovea_tile.channel<!wide>, !wide_view
      // Two tiles' 16: vmcnt(16) lgkmcnt(0).
      // CHECK: rocdl.s.waitcnt 16496
      fovea_tile.await_copies pending 2
      scf.yield %y : !keys
    }
    // CHECK: %[[AHEAD:.*]] = arith.cmpi slt, %{{.*}}, %c4_i32 : i32
    // CHECK-NEXT: scf.if %[[AHEAD]] {
    // CHECK-NEXT: rocdl.s.barrier
    fovea_tile.stagger end
  }
  fovea_tile.return
}

// A wait behind a loop counts what the loop's last step left running, or what was before if there was none; so does the
// first one in a loop behind another.
// CHECK-LABEL: gpu.module @loops
fovea_tile.kernel @loops(%k: !view, %n: index) grid(%t) config(#gfx942)
    attributes {fovea_tile.shared_bytes = 8192 : i64, fovea_tile.barriers_at = 8192 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = fovea_tile.channel depth 2 at 0 : !c
  fovea_tile.role consumer warps 4 registers 0 {
    // CHECK: rocdl.s.waitcnt 112
    fovea_tile.await_copies pending 0
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !c, !view
    // CHECK: rocdl.s.waitcnt 116
    fovea_tile.await_copies pending 1
    // CHECK: scf.for
    scf.for %i = %c0 to %n step %c1 {
      fovea_tile.put %c[%i] from %k[%i, %c0] : !c, !view
      // A tile has 4 loads: vmcnt(8).
      // CHECK: rocdl.s.waitcnt 120
      fovea_tile.await_copies pending 2
    }
    // CHECK: scf.for
    scf.for %i = %n to %t step %c1 {
      fovea_tile.put %c[%i] from %k[%i, %c0] : !c, !view
      fovea_tile.put %c[%i] from %k[%i, %c0] : !c, !view
      // This step's 8, and 4 of the loop before: vmcnt(12).
      // CHECK: rocdl.s.waitcnt 124
      fovea_tile.await_copies pending 2
    }
    fovea_tile.put %c[%n] from %k[%n, %c0] : !c, !view
    // CHECK: rocdl.s.waitcnt 120
    fovea_tile.await_copies pending 2
  }
  fovea_tile.return
}

// With phases all reads of values are under way before the first one's elements are taken apart.
// CHECK-LABEL: gpu.module @values
!values = tensor<64x128xbf16, #fovea_tile.operand>
fovea_tile.kernel @values(%k: !wide_view) grid(%t) config(#phases)
    attributes {fovea_tile.shared_bytes = 16384 : i64, fovea_tile.barriers_at = 16384 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : tensor<256x128xf32, #output>
  %p = arith.constant dense<0.0> : tensor<256x64xbf16, #scores>
  %c = fovea_tile.channel depth 1 at 0 : !fovea_tile.channel<!wide>
  fovea_tile.role consumer warps 8 registers 0 {
    fovea_tile.put %c[%c0] from %k[%c0, %c0] : !fovea_tile.channel<!wide>, !wide_view
    fovea_tile.await_copies pending 0
    %b = fovea_tile.get %c[%c0] : !fovea_tile.channel<!wide> -> !wide
    // CHECK: rocdl.s.setprio 1
    // CHECK-COUNT-32: llvm.load {{.*}} : !llvm.ptr<3> -> vector<4xbf16>
    // CHECK-NOT: vector.extract
    // CHECK: rocdl.sched.barrier 0
    // CHECK-NOT: llvm.load
    %v = fovea_tile.read %b from 0 : !wide -> !values
    // CHECK-COUNT-32: rocdl.mfma
    %r = fovea_tile.dot %zero, %p, %v : tensor<256x64xbf16, #scores>, !values -> tensor<256x128xf32, #output>
  }
  fovea_tile.return
}
