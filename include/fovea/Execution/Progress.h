//===- Progress.h - a word on the standard error when work takes long
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_EXECUTION_PROGRESS_H
#define FOVEA_EXECUTION_PROGRESS_H

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace fovea {

/// While it lives: every two seconds, says what is going on and since when.
class Progress {
public:
  explicit Progress(std::string step);
  ~Progress();

private:
  void watch();

  std::string step;
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  std::thread thread;
};

} // namespace fovea

#endif
