//===- Progress.h - says what takes long -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_TOOLS_PROGRESS_H
#define FOVEA_TOOLS_PROGRESS_H

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace fovea {

/// A step of a tool. When it lives for more than two seconds, standard error gets a
/// line with its name, one every ten seconds after that, and one at its end.
class Progress {
public:
  Progress(std::string tool, std::string step);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

private:
  void watch();

  std::string tool, step;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::thread watcher;
};

} // namespace fovea

#endif
