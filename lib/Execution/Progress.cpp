//===- Progress.cpp - a word on the standard error when work takes long
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/Progress.h"

#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace fovea;

Progress::Progress(std::string step)
    : step(std::move(step)), thread([this] { watch(); }) {}

Progress::~Progress() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    done = true;
  }
  finished.notify_one();
  thread.join();
}

void Progress::watch() {
  constexpr int kSeconds = 2;
  std::unique_lock<std::mutex> lock(mutex);
  for (int waited = kSeconds;; waited += kSeconds) {
    if (finished.wait_for(lock, std::chrono::seconds(kSeconds),
                          [this] { return done; }))
      return;
    llvm::errs() << step << ": " << waited << " s so far\n";
  }
}
