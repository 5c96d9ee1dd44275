//===- GPUTargets.td - GPUs as data ---------------------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The chips themselves, with their sources, stand in NVIDIA.td and AMD.td.

include "llvm/TableGen/SearchableTable.td"

class GPU<string name> {
  /// What --target names, and what LLVM's code generator and ptxas take.
  string Name = name;
  string Chip = name;
  string Features = "";
  code Vendor;

  // Threads.
  bits<32> SubgroupSize = 32;
  bits<32> MaxThreads = 1024;
  bits<32> Multiprocessors;
  bits<32> Chiplets = 1;           // dies that take workgroups in turn, each with a second-level cache of its own
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
  bit CountsCopies = false;   // such copies complete in order and are counted one by one, not in groups
  bits<32> CopyBytes = 16;         // of such a copy, for each thread
  bits<32> Swizzle = 128;          // bytes of a swizzled line
  code SharedMemory = [{nullptr}]; // banks, by which a program chooses row masks of its own; none: the hardware's swizzle

  // The matrix instruction for 16-bit floats that accumulates in f32.
  bits<32> ProductSubgroups;       // subgroups that issue it together
  bits<32> ProductRows;            // rows of the result for all of them
  bits<32> ProductDepth = 16;      // of the contraction
  bits<32> ProductColumnStep = 8;
  bits<32> LargestProductColumns;
  bit AsynchronousProducts = false; // right operand from shared memory, waits for groups
  string Fragment;            // of the accumulator, and of a left operand that was one
  string LeftFragment = "";       // of a left operand that comes from memory; none: it goes through shared memory
  bits<32> InstructionDepth = 16;  // of the contraction, of one instruction
  bit GroupsColumns = false;  // rows of a right operand are read as they lie: a lane's neighbours are columns of different blocks
  bit TransposesReads = false; // reads of shared memory may exchange rows and columns
  bit RoundsToBF16 = true;    // one instruction rounds a pair to bf16

  // Of the phases of subgroups that compute and read in turn: instructions beside each of the matrix unit, by the issue
  // model (Target/AMD/MachineCode). Exponentials and others where exponentials come first; others and exponentials
  // where they come last. Tight: where no register is left to mix more.
  bits<32> FirstExponentials = 0;
  bits<32> FirstVectors = 0;
  bits<32> LastVectors = 0;
  bits<32> LastExponentials = 0;
  bits<32> TightExponentials = 0;
  bits<32> TightVectors = 0;
  bits<32> TightLastVectors = 0;
  bits<32> TightLastExponentials = 0;

  // Per clock and multiprocessor.
  bits<32> ProductFlops;
  bits<32> Exponentials = 16;
  bits<32> SharedBytesPerClock = 128;
}

include "fovea/Target/GPU/AMD.td"
include "fovea/Target/GPU/NVIDIA.td"

def GPUTargets : GenericTable {
  let FilterClass = "GPU";
  let CppTypeName = "GPUTarget";
  let Fields = ["Name", "Chip", "Features", "Vendor", "SubgroupSize", "MaxThreads", "Multiprocessors", "Chiplets", "Megahertz", "Registers", "RegisterStep",
                "LargestRegisters", "MovesRegisters", "SharedBytes", "ReservedSharedBytes", "Level2Bytes", "MemoryGigabytes", "CopiesTiles", "CopiesChunks",
                "CountsCopies", "CopyBytes",
                "Swizzle", "SharedMemory", "ProductSubgroups", "ProductRows", "ProductDepth", "ProductColumnStep",
                "LargestProductColumns", "AsynchronousProducts", "Fragment", "LeftFragment",
                "InstructionDepth", "GroupsColumns", "TransposesReads", "RoundsToBF16", "FirstExponentials", "FirstVectors", "LastVectors", "LastExponentials",
                "TightExponentials", "TightVectors", "TightLastVectors", "TightLastExponentials",
                "ProductFlops", "Exponentials",
                "SharedBytesPerClock"];
}
