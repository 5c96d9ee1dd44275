//===- GPUTargets.td - GPUs as data ---------------------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Sources: CUDA C++ Programming Guide 13.0, "Compute Capabilities"; PTX ISA 9.0,
// "wgmma" and "mma" matrix fragments, "setmaxnreg"; NVIDIA H100, A100, A10 and L40S data sheets.

include "llvm/TableGen/SearchableTable.td"

class GPU<string name> {
  /// What --target names, and what LLVM's code generator and ptxas take.
  string Name = name;
  string Chip = name;
  string Features;

  // Threads.
  bits<32> SubgroupSize = 32;
  bits<32> MaxThreads = 1024;
  bits<32> Multiprocessors;
  bits<32> Megahertz;              // at which the data sheet's peak rates hold

  // Registers of 32 bits: in a multiprocessor, the step in which a thread gets them, and the most of a thread.
  bits<32> Registers = 65536;
  bits<32> RegisterStep = 8;
  bits<32> LargestRegisters = 255;
  bit MovesRegisters = false; // roles may give and take registers at run time

  // Memory.
  bits<32> SharedBytes;            // of one workgroup
  bits<32> ReservedSharedBytes = 1024; // of each workgroup, beside them
  bits<32> Level2Bytes;
  bits<32> MemoryGigabytes;        // per second
  bit CopiesTiles = false;    // an engine copies whole tiles, with bounds and swizzle
  bit CopiesChunks = false;   // threads start copies of 16 bytes, and wait for groups of them
  bits<32> Swizzle = 128;          // bytes of a swizzled line

  // The matrix instruction for 16-bit floats that accumulates in f32.
  bits<32> ProductSubgroups;       // subgroups that issue it together
  bits<32> ProductRows;            // rows of the result for all of them
  bits<32> ProductDepth = 16;      // of the contraction
  bits<32> ProductColumnStep = 8;
  bits<32> LargestProductColumns;
  bit AsynchronousProducts = false; // right operand from shared memory, waits for groups
  string Fragment;            // of the accumulator, and of the left operand in registers

  // Per clock and multiprocessor.
  bits<32> ProductFlops;
  bits<32> Exponentials = 16;
  bits<32> SharedBytesPerClock = 128;
}

defvar mmaFragment = "#fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>";

def sm_90a : GPU<"sm_90a"> {
  let Features = "+ptx80";
  let Multiprocessors = 132;
  let Megahertz = 1830;
  let MovesRegisters = true;
  let SharedBytes = 232448;
  let Level2Bytes = 52428800;
  let MemoryGigabytes = 3350;
  let CopiesTiles = true;
  let ProductSubgroups = 4;
  let ProductRows = 64;
  let LargestProductColumns = 256;
  let AsynchronousProducts = true;
  let Fragment = mmaFragment;
  let ProductFlops = 4096;
}

/// Threads copy, and subgroups multiply each for itself.
class Ampere<string name> : GPU<name> {
  let CopiesChunks = true;
  let ProductSubgroups = 1;
  let ProductRows = 16;
  let LargestProductColumns = 256; // of a tile; one instruction makes 8
  let Fragment = mmaFragment;
}

def sm_80 : Ampere<"sm_80"> { // A100
  let Features = "+ptx70";
  let Multiprocessors = 108;
  let Megahertz = 1410;
  let SharedBytes = 166912;
  let Level2Bytes = 41943040;
  let MemoryGigabytes = 2039;
  let ProductFlops = 2048;
}

def sm_86 : Ampere<"sm_86"> { // A10
  let Features = "+ptx71";
  let Multiprocessors = 72;
  let Megahertz = 1695;
  let SharedBytes = 101376;
  let Level2Bytes = 6291456;
  let MemoryGigabytes = 600;
  let ProductFlops = 1024;
}

def sm_89 : Ampere<"sm_89"> { // L40S
  let Features = "+ptx78";
  let Multiprocessors = 142;
  let Megahertz = 2520;
  let SharedBytes = 101376;
  let Level2Bytes = 100663296;
  let MemoryGigabytes = 864;
  let ProductFlops = 1024;
}

def GPUTargets : GenericTable {
  let FilterClass = "GPU";
  let CppTypeName = "GPUTarget";
  let Fields = ["Name", "Chip", "Features", "SubgroupSize", "MaxThreads", "Multiprocessors", "Megahertz", "Registers", "RegisterStep",
                "LargestRegisters", "MovesRegisters", "SharedBytes", "ReservedSharedBytes", "Level2Bytes", "MemoryGigabytes", "CopiesTiles", "CopiesChunks",
                "Swizzle", "ProductSubgroups", "ProductRows", "ProductDepth", "ProductColumnStep",
                "LargestProductColumns", "AsynchronousProducts", "Fragment", "ProductFlops", "Exponentials",
                "SharedBytesPerClock"];
}
