//===- PhaseTables.cpp - which lanes meet in shared memory ----*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Sources:
// [G] "AMDGPU kernel optimization guide", "Workgroup Memory (LDS)", with
//     measurements on MI300X and MI350X (docs/ and docs/empirical-lds/ of
//     github.com/nod-ai/amd-shark-ai at efa471a).
// [H] HipKittens (arXiv 2511.08083), measured on MI355X with
//     SQ_LDS_BANK_CONFLICT: analysis/paper_experiments/phases/ of
//     github.com/HazyResearch/HipKittens at f09e968.
// [R] rocRoller's bank model (shared/rocroller/lib/source/LDSBankModel.cpp of
//     github.com/ROCm/rocm-libraries): lanes a clock, and which instructions
//     have 64 banks on gfx950.
// [T] triton-lang/triton, pull request 11365: the groups of ds_read_b128.
// [C] "Understanding AMD GPU LDS and Bank Conflicts", Composable Kernel
//     documentation: ds_write_b128 of eight lanes each, no chip named.
// [P] HIP documentation, "Hardware implementation": 32 banks in CDNA to CDNA3,
//     64 in CDNA4.
//
//===----------------------------------------------------------------------===//

#include "fovea/Target/AMD/SharedMemory/PhaseTables.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace fovea::amd;

static constexpr uint64_t lanes(unsigned first, unsigned last) {
  return (~uint64_t(0) >> (63 - last)) & (~uint64_t(0) << first);
}

static constexpr uint64_t kAll[] = {lanes(0, 63)};
static constexpr uint64_t kBy32[] = {lanes(0, 31), lanes(32, 63)};
static constexpr uint64_t kBy16[] = {lanes(0, 15), lanes(16, 31), lanes(32, 47),
                                     lanes(48, 63)};
static constexpr uint64_t kBy8[] = {lanes(0, 7),   lanes(8, 15),  lanes(16, 23),
                                    lanes(24, 31), lanes(32, 39), lanes(40, 47),
                                    lanes(48, 55), lanes(56, 63)};
/// Rows of 16 lanes with those of the other half of the wave.
static constexpr uint64_t kHalves[] = {lanes(0, 15) | lanes(32, 47),
                                       lanes(16, 31) | lanes(48, 63)};
/// [G], [T]; [H] for ds_read_b96 of MI355X.
static constexpr uint64_t kCrossed8[] = {
    lanes(0, 3) | lanes(20, 23),   lanes(4, 7) | lanes(16, 19),
    lanes(8, 11) | lanes(28, 31),  lanes(12, 15) | lanes(24, 27),
    lanes(32, 35) | lanes(52, 55), lanes(36, 39) | lanes(48, 51),
    lanes(40, 43) | lanes(60, 63), lanes(44, 47) | lanes(56, 59)};
/// [G], [H], [T].
static constexpr uint64_t kCrossed16[] = {
    lanes(0, 3) | lanes(12, 15) | lanes(20, 27),
    lanes(4, 11) | lanes(16, 19) | lanes(28, 31),
    lanes(32, 35) | lanes(44, 47) | lanes(52, 59),
    lanes(36, 43) | lanes(48, 51) | lanes(60, 63)};

/// One chip's instructions that share groupings.
namespace {
struct Entry {
  Chip chip;
  LDSInstruction instruction;
  llvm::ArrayRef<PhaseTable> tables;
};
} // namespace

static const PhaseTable kDwords32[] = {{"32 lanes", 32, kBy32}};
static const PhaseTable kPairs32[] = {{"16 lanes", 32, kBy16}};
static const PhaseTable kQuads32[] = {{"8 lanes", 32, kBy8}};
static const PhaseTable kCrossedQuads32[] = {{"4 + 4 lanes", 32, kCrossed8}};
static const PhaseTable kEitherQuads32[] = {{"4 + 4 lanes", 32, kCrossed8},
                                            {"8 lanes", 32, kBy8}};
static const PhaseTable kDwords950[] = {{"64 lanes", 64, kAll},
                                        {"32 lanes", 32, kBy32}};
static const PhaseTable kPairs64[] = {{"32 lanes", 64, kBy32}};
static const PhaseTable kTwoPairs950[] = {{"32 lanes", 64, kBy32},
                                          {"16 lanes", 32, kBy16}};
static const PhaseTable kQuads64[] = {{"4 + 4 + 8 lanes", 64, kCrossed16}};
static const PhaseTable kTransposed950[] = {{"32 lanes", 64, kBy32},
                                            {"16 + 16 lanes", 64, kHalves},
                                            {"16 lanes", 32, kBy16}};
static const PhaseTable kDirect950[] = {{"8 lanes", 32, kBy8},
                                        {"16 lanes", 64, kBy16}};

static const Entry kEntries[] = {
    // Of gfx90a only the 32 banks [P] are published. Its read_b128 may have
    // either grouping; all other accesses are cut into consecutive lanes
    // wherever they were measured or documented.
    {Chip::GFX90A, LDSInstruction::ReadU16, kDwords32},
    {Chip::GFX90A, LDSInstruction::ReadB32, kDwords32},
    {Chip::GFX90A, LDSInstruction::Read2B32, kDwords32},
    {Chip::GFX90A, LDSInstruction::ReadB64, kPairs32},
    {Chip::GFX90A, LDSInstruction::Read2B64, kPairs32},
    {Chip::GFX90A, LDSInstruction::ReadB128, kEitherQuads32},
    {Chip::GFX90A, LDSInstruction::WriteB32, kDwords32},
    {Chip::GFX90A, LDSInstruction::WriteB64, kPairs32},
    {Chip::GFX90A, LDSInstruction::WriteB128, kQuads32},
    // How loads write LDS is not published for any chip. Lane l writes piece l,
    // so that consecutive lanes never collide, and a swizzle changes nothing.
    {Chip::GFX90A, LDSInstruction::LoadB32, kDwords32},

    // [G]: b32, b64, read2_b64 (its two halves one after the other), b128,
    // write_b128. Not published: u16 and read2_b32, which move dwords as b32
    // does; write_b32 and write_b64, taken from the width of 128 bytes a clock
    // and [H]'s order on MI355X.
    {Chip::GFX942, LDSInstruction::ReadU16, kDwords32},
    {Chip::GFX942, LDSInstruction::ReadB32, kDwords32},
    {Chip::GFX942, LDSInstruction::Read2B32, kDwords32},
    {Chip::GFX942, LDSInstruction::ReadB64, kPairs32},
    {Chip::GFX942, LDSInstruction::Read2B64, kPairs32},
    {Chip::GFX942, LDSInstruction::ReadB128, kCrossedQuads32},
    {Chip::GFX942, LDSInstruction::WriteB32, kDwords32},
    {Chip::GFX942, LDSInstruction::WriteB64, kPairs32},
    {Chip::GFX942, LDSInstruction::WriteB128, kQuads32},
    {Chip::GFX942, LDSInstruction::LoadB32, kDwords32},

    // [G] measured one phase for b32, [R] has 32 banks for all but b64 and
    // b128: both must hold. [G] and [H] agree on b64 and b128.
    {Chip::GFX950, LDSInstruction::ReadU16, kDwords950},
    {Chip::GFX950, LDSInstruction::ReadB32, kDwords950},
    {Chip::GFX950, LDSInstruction::Read2B32, kDwords950},
    {Chip::GFX950, LDSInstruction::ReadB64, kPairs64},
    {Chip::GFX950, LDSInstruction::ReadB128, kQuads64},
    // Not published: read2_b64 is two reads of b64, or as in [R]; transposed
    // reads may take halves of the wave, or rows of 16 lanes from both halves,
    // or one row at a time over 32 banks as [R] has it for what is no plain
    // b64.
    {Chip::GFX950, LDSInstruction::Read2B64, kTwoPairs950},
    {Chip::GFX950, LDSInstruction::ReadB64TrB16, kTransposed950},
    // [H] measured write_b64; writes have 32 banks there and in [R]. write_b128
    // as in [C], and as [G] has it for MI300.
    {Chip::GFX950, LDSInstruction::WriteB32, kDwords32},
    {Chip::GFX950, LDSInstruction::WriteB64, kPairs32},
    {Chip::GFX950, LDSInstruction::WriteB128, kQuads32},
    {Chip::GFX950, LDSInstruction::LoadB32, kDwords32},
    {Chip::GFX950, LDSInstruction::LoadB128, kDirect950},
};

llvm::ArrayRef<PhaseTable>
fovea::amd::getPhaseTables(Chip chip, LDSInstruction instruction) {
  for (const Entry &entry : kEntries)
    if (entry.chip == chip && entry.instruction == instruction)
      return entry.tables;
  return {};
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static constexpr llvm::StringRef kChips[] = {"gfx90a", "gfx942", "gfx950"};

std::optional<Chip> fovea::amd::lookupChip(llvm::StringRef name) {
  const auto *found = llvm::find(kChips, name);
  if (found == std::end(kChips))
    return std::nullopt;
  return static_cast<Chip>(found - std::begin(kChips));
}

llvm::StringRef fovea::amd::getName(Chip chip) {
  return kChips[static_cast<unsigned>(chip)];
}

namespace {
struct Form {
  llvm::StringRef mnemonic;
  unsigned bytes;
};
} // namespace

/// In the order of `LDSInstruction`.
static constexpr Form kForms[] = {
    {"ds_read_u16", 2},           {"ds_read_b32", 4},
    {"ds_read2_b32", 4},          {"ds_read_b64", 8},
    {"ds_read2_b64", 8},          {"ds_read_b128", 16},
    {"ds_read_b64_tr_b16", 8},    {"ds_write_b32", 4},
    {"ds_write_b64", 8},          {"ds_write_b128", 16},
    {"buffer_load_dword lds", 4}, {"buffer_load_dwordx4 lds", 16}};

llvm::StringRef fovea::amd::getMnemonic(LDSInstruction instruction) {
  return kForms[static_cast<unsigned>(instruction)].mnemonic;
}

unsigned fovea::amd::getBytes(LDSInstruction instruction) {
  return kForms[static_cast<unsigned>(instruction)].bytes;
}

std::string fovea::amd::formatLanes(uint64_t lanes) {
  std::string result;
  for (unsigned lane = 0; lane < kWaveLanes; ++lane) {
    if (!(lanes >> lane & 1))
      continue;
    unsigned last = lane;
    while (last + 1 < kWaveLanes && (lanes >> (last + 1) & 1))
      ++last;
    result += (result.empty() ? "" : " ") + llvm::utostr(lane);
    if (last != lane)
      result += "-" + llvm::utostr(last);
    lane = last;
  }
  return result;
}
