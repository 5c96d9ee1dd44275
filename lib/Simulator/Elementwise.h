//===- Elementwise.h - handlers that work lane by lane -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_ELEMENTWISE_H
#define FOVEA_LIB_SIMULATOR_ELEMENTWISE_H

#include "Decoder.h"
#include "Warp.h"

#include <utility>

namespace fovea::sim {

/// Calls `f` on the elements of each lane, active or not: what is computed in
/// the others is never read.
template <typename F, typename R, typename... A, size_t... I>
Step applyLanes(Warp &w, const Instruction &i, std::index_sequence<I...>) {
  R *out = w.out<R>(i);
  std::tuple<const A *...> in(w.in<A>(i, I)...);
  for (int base = 0; base < w.size; base += kLaneStep)
    for (int lane = base; lane < base + kLaneStep; ++lane)
      out[lane] = F()(std::get<I>(in)[lane]...);
  return w.finish(i);
}

/// A handler for `R F(A...)`.
template <typename F, typename R, typename... A>
Step apply(Warp &w, const Instruction &i) {
  return applyLanes<F, R, A...>(w, i, std::index_sequence_for<A...>());
}

/// A handler of an op on integers, chosen by its bytes.
template <template <typename> class Pick>
Handler forWidth(unsigned bytes) {
  switch (bytes) {
  case 1:
    return Pick<uint8_t>::handler;
  case 2:
    return Pick<uint16_t>::handler;
  case 4:
    return Pick<uint32_t>::handler;
  default:
    return Pick<uint64_t>::handler;
  }
}

} // namespace fovea::sim

#endif
