//===- DeviceImage.cpp - What a kernel's image was compiled for -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// From the ELF header of cubins (LLVM's llvm/BinaryFormat/ELF.h), the metadata
// of AMD's code objects, or PTX's text. Linked into artifacts: only
// libc may be used here.
//
//===----------------------------------------------------------------------===//

#include "DeviceModule.h"

#include <string.h>

using namespace fovea::runtime;

namespace {

/// What is needed of the header of a 64-bit file.
struct ElfHeader {
  unsigned char abiVersion; // EI_ABIVERSION
  uint16_t machine;         // e_machine
  uint32_t flags;           // e_flags

  explicit ElfHeader(const void *image) {
    auto *file = static_cast<const unsigned char *>(image);
    abiVersion = file[8];
    memcpy(&machine, file + 18, sizeof(machine));
    memcpy(&flags, file + 48, sizeof(flags));
  }
};

constexpr size_t kElfHeaderBytes = 64;
constexpr uint16_t kMachineAMDGPU = 224; // EM_AMDGPU

} // namespace

/// EF_CUDA_*. Version 8 of the ABI, of CUDA 13, has moved them.
static void appendCubinTarget(Message &why, const ElfHeader &elf) {
  bool isNew = elf.abiVersion >= 8;
  unsigned version = isNew ? elf.flags >> 8 & 0xff : elf.flags & 0xff;
  bool isAccelerated = elf.flags & (isNew ? 0x8 : 0x800);
  why.append("sm_%u%s", version, isAccelerated ? "a" : "");
}

/// The target ID of the code object's metadata, "amdhsa.target" (LLVM's AMDGPU
/// Usage, "Code Object V4 Metadata"): a string behind the triple. It is sought,
/// as neither the note nor MessagePack is worth a parser. The header's flags
/// have but a number, which would need a table of all GPUs.
static void appendCodeObjectTarget(Message &why,
                                   const FoveaDeviceKernel &kernel) {
  static constexpr char kTriple[] = "amdgcn-amd-amdhsa--";
  constexpr size_t kTripleLength = sizeof(kTriple) - 1;
  auto *image = static_cast<const char *>(kernel.image);
  const char *end = image + kernel.image_bytes;
  auto *triple = static_cast<const char *>(
      memmem(image, kernel.image_bytes, kTriple, kTripleLength));
  const char *target = triple ? triple + kTripleLength : end;
  size_t length = 0;
  auto isPart = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '+' || c == '-';
  };
  while (target + length < end && isPart(target[length]))
    ++length;
  if (length)
    why.append("%.*s", static_cast<int>(length), target);
  else
    why.append("an unknown AMD GPU");
}

static bool isElf(const FoveaDeviceKernel &kernel) {
  return kernel.image_bytes >= kElfHeaderBytes &&
         !memcmp(kernel.image, "\177ELF", 4);
}

bool fovea::runtime::isCodeObject(const FoveaDeviceKernel &kernel) {
  return isElf(kernel) && ElfHeader(kernel.image).machine == kMachineAMDGPU;
}

void fovea::runtime::appendImageTarget(Message &why,
                                       const FoveaDeviceKernel &kernel) {
  if (isCodeObject(kernel))
    return appendCodeObjectTarget(why, kernel);
  if (isElf(kernel))
    return appendCubinTarget(why, ElfHeader(kernel.image));
  // PTX has ".target NAME" (PTX ISA, "PTX Module Directives").
  const char *text = static_cast<const char *>(kernel.image);
  bool isText = kernel.image_bytes && !text[kernel.image_bytes - 1];
  const char *target = isText ? strstr(text, ".target") : nullptr;
  target = target ? target + strlen(".target") : "";
  target += strspn(target, " \t");
  int length = static_cast<int>(strcspn(target, " \t\r\n,;"));
  why.append("%.*s", length ? length : 14, length ? target : "unknown target");
}
