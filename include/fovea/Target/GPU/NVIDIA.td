//===- NVIDIA.td - NVIDIA GPUs as data ------------------------*- tablegen -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Sources: CUDA C++ Programming Guide 13.0, "Compute Capabilities"; PTX ISA 9.0,
// "wgmma" and "mma" matrix fragments, "setmaxnreg"; NVIDIA H100, A100, A10 and L40S data sheets.

class NVIDIAGPU<string name> : GPU<name> {
  let Vendor = [{GPUVendor::NVIDIA}];
}

defvar mmaFragment = "#fovea_tile.fragment<16x8, registers = [2 at (0, 1), 2 at (8, 0)], lanes = [4 at (0, 2), 8 at (1, 0)]>";

def sm_90a : NVIDIAGPU<"sm_90a"> {
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
class Ampere<string name> : NVIDIAGPU<name> {
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
