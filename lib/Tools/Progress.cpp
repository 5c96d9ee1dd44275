//===- Progress.cpp - says what takes long -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Tools/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace fovea;
using namespace std::chrono_literals;

Progress::Progress(std::string tool, std::string step)
    : tool(std::move(tool)), step(std::move(step)), watcher([this] { watch(); }) {}

Progress::~Progress() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    done = true;
  }
  changed.notify_one();
  watcher.join();
}

void Progress::watch() {
  auto start = std::chrono::steady_clock::now();
  auto getSeconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::unique_lock<std::mutex> lock(mutex);
  auto patience = 2000ms;
  while (!changed.wait_for(lock, patience, [&] { return done; })) {
    llvm::errs() << tool << ": " << step << " ... "
                 << llvm::format("%.0f", getSeconds()) << " s\n";
    patience = 10000ms;
  }
  if (getSeconds() > 2)
    llvm::errs() << tool << ": " << step << " took " << llvm::format("%.1f", getSeconds())
                 << " s\n";
}
