//===- HipTest.h - Calls of an AMD GPU's entry, faked ---------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef FOVEA_TEST_UNIT_RUNTIME_HIPTEST_H
#define FOVEA_TEST_UNIT_RUNTIME_HIPTEST_H

#include "DeviceTest.h"

/// On a gfx942, with a kernel for it.
class HipTest : public DeviceTest {
protected:
  HipTest() : DeviceTest(kDLROCM) { setImage(codeObject); }

  void setImage(const std::string &image) {
    kernel.image = image.data();
    kernel.image_bytes = image.size();
  }
};

#endif // FOVEA_TEST_UNIT_RUNTIME_HIPTEST_H
