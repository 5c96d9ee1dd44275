//===- AMD.td - AMD's data-centre GPUs as data ----------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Sources: AMD Instinct MI200, CDNA 3 and CDNA 4 instruction set architecture reference guides (registers, LDS, MFMA
// passes, loads to LDS); AMD CDNA 2, CDNA 3 and CDNA 4 white papers and the data sheets of MI250X (one of its two dies),
// MI300X and MI355X (compute units, caches, clocks, peak rates); AMD matrix instruction calculator (fragments).

/// Wave64. Registers are split evenly over the waves of a SIMD, vector and
/// accumulation registers alike, so that a role cannot take another one's.
class AMDGPU<string name> : GPU<name> {
  let Vendor = [{GPUVendor::AMD}];
  let SubgroupSize = 64;
  let Registers = 131072;          // 4 SIMDs of 512 registers of 64 lanes
  let LargestRegisters = 512;
  let ReservedSharedBytes = 0;
  let CopiesChunks = true;         // buffer loads to LDS
  let CountsCopies = true;         // vmcnt
  let SharedMemory = [{&amd::kSharedMemory}];
  let ProductSubgroups = 1;
  let ProductRows = 32;            // queries, as the columns of K Q^T
  let ProductDepth = 16;           // two instructions' on gfx90a and gfx942: one 16-byte read serves both
  let ProductColumnStep = 32;
  let LargestProductColumns = 256;
  // The result of v_mfma_f32_32x32, transposed: a lane holds columns of one row.
  let Fragment = "#fovea_tile.fragment<32x32, registers = [4 at (0, 1), 4 at (0, 8)], lanes = [32 at (1, 0), 2 at (0, 4)]>";
  let LeftFragment = "#fovea_tile.fragment<32x16, registers = [8 at (0, 1)], lanes = [32 at (1, 0), 2 at (0, 8)]>";
  let Exponentials = 16;           // 4 SIMDs, a quarter of the rate of other instructions
}

def gfx90a : AMDGPU<"gfx90a"> { // MI250X, one die
  let Multiprocessors = 110;
  let Megahertz = 1700;
  let SharedBytes = 65536;
  let Level2Bytes = 8388608;
  let MemoryGigabytes = 1638;
  let CopyBytes = 4;
  let InstructionDepth = 8;
  let GroupsColumns = true;
  let RoundsToBF16 = false;
  let FirstExponentials = 2;
  let FirstVectors = 4;
  let LastVectors = 2;
  let LastExponentials = 2;
  let TightExponentials = 2;
  let TightVectors = 1;
  let TightLastVectors = 2;
  let TightLastExponentials = 2;
  let ProductFlops = 1024;
}

def gfx942 : AMDGPU<"gfx942"> { // MI300X
  let Multiprocessors = 304;
  let Chiplets = 8;
  let Megahertz = 2100;
  let SharedBytes = 65536;
  let Level2Bytes = 4194304;       // of one die
  let MemoryGigabytes = 5300;
  let CopyBytes = 4;
  let InstructionDepth = 8;
  let GroupsColumns = true;
  let RoundsToBF16 = false;
  let FirstExponentials = 1;
  let FirstVectors = 4;
  let LastVectors = 2;
  let LastExponentials = 1;
  let TightExponentials = 1;
  let TightVectors = 4;
  let TightLastVectors = 2;
  let TightLastExponentials = 2;
  let ProductFlops = 2048;
}

def gfx950 : AMDGPU<"gfx950"> { // MI355X
  let Multiprocessors = 256;
  let Chiplets = 8;
  let Megahertz = 2400;
  let SharedBytes = 163840;
  let Level2Bytes = 4194304;       // of one die
  let MemoryGigabytes = 8000;
  let CopyBytes = 16;
  let InstructionDepth = 16;
  let TransposesReads = true;
  let FirstExponentials = 1;
  let FirstVectors = 4;
  let LastVectors = 6;
  let LastExponentials = 2;
  let TightExponentials = 1;
  let TightVectors = 4;
  let TightLastVectors = 6;
  let TightLastExponentials = 2;
  let ProductFlops = 4096;
}
