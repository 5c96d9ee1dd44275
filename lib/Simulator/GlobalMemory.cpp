//===- GlobalMemory.cpp - the tensors that kernels may touch
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GlobalMemory.h"

using namespace fovea::sim;

/// What cudaMalloc promises.
static constexpr uint64_t kAlignment = 256;

static uint64_t addressOf(const void *pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

/// The extent of `map` that holds `address` or is next below it.
static Extent *findBelow(std::map<uint64_t, Extent> &map, uint64_t address) {
  auto next = map.upper_bound(address);
  return next == map.begin() ? nullptr : &std::prev(next)->second;
}

static bool holds(const Extent &extent, uint64_t address, uint64_t size) {
  uint64_t base = addressOf(extent.base);
  return address >= base && size <= extent.size &&
         address - base <= extent.size - size;
}

void GlobalMemory::admit(void *base, uint64_t size) {
  last = nullptr;
  uint64_t first = addressOf(base), end = first + size;
  if (Extent *below = findBelow(allocated, first))
    if (holds(*below, first, size))
      return;
  // Views of one tensor (of heads, of parts) overlap.
  for (auto it = admitted.begin(); it != admitted.end();) {
    uint64_t begin = it->first, finish = begin + it->second.size;
    if (finish <= first || begin >= end) {
      ++it;
      continue;
    }
    first = std::min(first, begin);
    end = std::max(end, finish);
    it = admitted.erase(it);
  }
  Extent &extent = admitted[first];
  extent.base = reinterpret_cast<char *>(first);
  extent.size = end - first;
}

void *GlobalMemory::allocate(uint64_t size) {
  last = nullptr;
  auto memory = std::make_unique<char[]>(size + kAlignment);
  uint64_t base = (addressOf(memory.get()) + kAlignment - 1) & -kAlignment;
  Extent &extent = allocated[base];
  extent.base = reinterpret_cast<char *>(base);
  extent.size = size;
  extent.poison.assign(size, 0xff);
  storage[base] = std::move(memory);
  return extent.base;
}

bool GlobalMemory::release(void *base) {
  last = nullptr;
  allocated.erase(addressOf(base));
  return storage.erase(addressOf(base)) != 0;
}

void GlobalMemory::endLaunch() {
  last = nullptr;
  admitted.clear();
  for (auto &[base, extent] : allocated)
    extent.stores.clear();
}

Extent *GlobalMemory::find(uint64_t address, uint64_t size) {
  if (last && holds(*last, address, size))
    return last;
  for (auto *map : {&admitted, &allocated})
    if (Extent *below = findBelow(*map, address))
      if (holds(*below, address, size))
        return last = below;
  return nullptr;
}

std::string GlobalMemory::describe(uint64_t address) const {
  // The extents' order is that of the host's addresses.
  uint64_t nearest = ~uint64_t(0);
  std::string text = "in no tensor";
  for (const auto *map : {&admitted, &allocated})
    for (const auto &[base, extent] : *map) {
      uint64_t end = base + extent.size;
      uint64_t distance = address < base ? base - address : address - end;
      if (address >= base && address < end)
        distance = 0;
      if (distance >= nearest)
        continue;
      nearest = distance;
      int64_t offset = address - base;
      text = "at byte " + std::to_string(offset) + " of a tensor of " +
             std::to_string(extent.size) + " bytes";
    }
  return text;
}

static bool isOrdered(const Store &earlier, const Store &later,
                      const View &view) {
  return earlier.workgroup == 0 ||
         (earlier.workgroup == later.workgroup &&
          (earlier.agent == later.agent ||
           view.generic[earlier.agent] >= earlier.event));
}

const Store *GlobalMemory::read(Extent &extent, uint64_t offset, uint64_t size,
                                const Store &by, const View &view) const {
  if (extent.stores.empty())
    return nullptr;
  for (uint64_t byte = offset; byte < offset + size; ++byte)
    if (!isOrdered(extent.stores[byte], by, view))
      return &extent.stores[byte];
  return nullptr;
}

const Store *GlobalMemory::write(Extent &extent, uint64_t offset, uint64_t size,
                                 const Store &by, const View &view) const {
  if (extent.stores.empty())
    extent.stores.resize(extent.size);
  if (const Store *conflict = read(extent, offset, size, by, view))
    return conflict;
  std::fill_n(extent.stores.begin() + offset, size, by);
  return nullptr;
}
