//===- Warp.h - a subgroup that runs a program -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_SIMULATOR_WARP_H
#define FOVEA_LIB_SIMULATOR_WARP_H

#include "Clock.h"
#include "Counter.h"
#include "Program.h"
#include "Register.h"

#include "mlir/IR/Diagnostics.h"

#include <optional>
#include <string>
#include <utility>

namespace fovea::sim {

class Workgroup;

/// Asynchronous work of one warp that is committed in groups, and waited for by
/// how many may still run (cp.async, cp.async.bulk, wgmma). Groups are the
/// lanes' own: one lane's commit and wait say nothing of another's work.
struct Groups {
  /// What one commit has closed.
  struct Group {
    uint32_t number;
    /// Lanes that have not waited: those with work in the group, and all that
    /// have committed it, if without work.
    LaneMask working, counting;
    /// The events of its work; lanes that commit it elsewhere share them.
    Event first, last;
  };

  /// An instruction of these lanes starts work.
  void add(LaneMask mask, Event event) {
    if (!open)
      first = event;
    open |= mask;
    last = event;
  }
  /// These lanes close their groups.
  void commit(LaneMask mask) {
    committed.push_back({number++, open & mask, mask, first, last});
    open &= ~mask;
  }
  /// Lanes wait until at most `pending` of their own groups run. Returns the
  /// last event that is over for all, or 0.
  Event wait(LaneMask mask, uint32_t pending);
  /// All lanes have waited for group `g`.
  bool isOver(uint32_t g) const;
  /// Nothing runs, and nothing waits for a commit.
  bool isIdle() const;

  /// Whose accesses the work's are.
  Agent agent = 0;
  /// Lanes with work that is not committed, and its events.
  LaneMask open = 0;
  Event first = 0, last = 0;
  /// Oldest first.
  std::vector<Group> committed;
  /// Of the group that the next commit closes, from 1.
  uint32_t number = 1;
};

/// One subgroup: registers, active lanes, and where it is.
class Warp {
public:
  Warp(Workgroup &workgroup, const Program &program, int number, int size);

  Register &reg(Slot slot) { return registers[slot]; }
  const Register &reg(Slot slot) const { return registers[slot]; }
  template <typename T>
  const T *in(const Instruction &i, unsigned operand) const {
    return registers[i.operands[operand]].as<T>();
  }
  template <typename T>
  T *out(const Instruction &i, unsigned result = 0) {
    return registers[i.results[result]].as<T>();
  }

  /// All lanes that exist run.
  bool isConverged() const { return mask == allLanes; }
  int firstLane() const { return mask ? __builtin_ctzll(mask) : 0; }
  bool isActive(int lane) const { return mask >> lane & 1; }

  /// Marks the results as defined now; poison in a lane of an operand is
  /// poison in that lane of all of them. Every handler of elementwise ops ends
  /// with it.
  Step finish(const Instruction &i) {
    bool isClean = true;
    for (Slot operand : i.operands)
      isClean &= registers[operand].isClean;
    for (Slot result : i.results)
      define(result, isClean);
    return isClean ? Step::Next : spreadPoison(i);
  }
  /// The result was written whole, or has its own poison.
  void define(Slot slot, bool isClean) {
    Register &r = registers[slot];
    r.isClean = isClean;
    r.group = 0;
    r.written = steps;
  }
  /// The result was written, and its poison, in all lanes.
  void defineByPoison(Slot slot) { define(slot, isDefined(reg(slot))); }
  /// Poison in lanes that do not run, none in those that do.
  void defineActive(Slot slot);

  /// Sets a register to the same bits in all lanes.
  void fill(Slot slot, uint64_t value);
  /// Copies registers in the active lanes.
  void copy(Slot to, const Register &from);

  /// Poison, group and step of a register that has the same bits.
  static void copyState(Register &to, const Register &from);

  /// What an op needs to be defined, the same in all active lanes or not.
  /// Failed, with a message that names `what`, where it is poison.
  bool requireDefined(const Instruction &i, unsigned operand,
                      llvm::StringRef what);
  template <typename T>
  std::optional<T> uniform(const Instruction &i, unsigned operand,
                           llvm::StringRef what) {
    if (!requireDefined(i, operand, what))
      return std::nullopt;
    const T *values = in<T>(i, operand);
    T first = values[firstLane()];
    for (int lane = 0; lane < size; ++lane)
      if (isActive(lane) && values[lane] != first) {
        fail(i, "has another " + what.str() + " in lane " +
                    std::to_string(lane) + " than in lane " +
                    std::to_string(firstLane()) + ", expected one");
        return std::nullopt;
      }
    return first;
  }

  /// Reports an error at the instruction's op, and where it happened.
  Step fail(const Instruction &i, const llvm::Twine &message);
  mlir::InFlightDiagnostic report(const Instruction &i,
                                  const llvm::Twine &message);
  /// An asynchronous product may still write the register. One whose group is
  /// over becomes an ordinary value here.
  bool isInFlight(Slot slot);
  /// No operand is the result of an asynchronous product in flight. Handlers
  /// that neither end with finish nor use requireDefined call it.
  bool requireFinished(const Instruction &i);
  /// Copies in some lanes would mix results in flight with other values.
  bool requireCopyable(const Instruction &i);
  /// For ops that PTX calls .aligned.
  bool requireConverged(const Instruction &i);

  /// What all lanes together have seen, as they arrive at a barrier. A wave's
  /// own stores to shared memory may still be under way.
  View publish();
  /// Something is over for the lanes that run.
  void learn(const View &over) { view.join(over); }
  /// All lanes meet: what one has waited for, all have.
  void meet() { view.join(publish()); }
  /// Some lanes go alone, and come back: what they have seen there is theirs.
  void enterBranch() { views.push_back(view); }
  void leaveBranch();

  /// A new access by the warp's own threads.
  Event begin(const Instruction &i);
  /// A new access of an asynchronous agent.
  Event begin(const Instruction &i, Agent agent);
  /// Everything in groups but the `pending` youngest of each active lane is
  /// over.
  void wait(Groups &groups, uint32_t pending);

  /// What a blocked warp waits for, in words.
  using Explain = std::string (*)(Warp &, const Instruction &);
  /// A handler that cannot go on ends with it.
  Step block(Explain why) {
    explain = why;
    return Step::Blocked;
  }
  /// A handler that may block starts with it: is it here again?
  bool resume() {
    bool isAgain = explain != nullptr;
    explain = nullptr;
    return isAgain;
  }
  std::string explainBlock();

  /// Runs until it blocks, ends, or has done `quantum` instructions.
  Step run(uint64_t quantum);

  Workgroup &workgroup;
  const Program &program;
  const int number;
  /// Whose accesses its threads' are.
  Agent agent = 0;
  /// Threads, and lanes of the hardware's subgroup.
  const int size;
  LaneMask mask, allLanes;
  /// Masks of the regions that are open.
  std::vector<LaneMask> masks;
  /// Of branches that not all lanes take: the view in front of them.
  std::vector<View> views;
  uint32_t pc = 0;
  uint64_t steps = 0;
  /// What is over for all of its lanes, and for any of them: what some lanes
  /// have waited for is the others' behind a barrier only.
  View view, held;
  /// A wave of CDNA; a warp of NVIDIA's otherwise.
  const bool isWave;
  /// Of a wave: vmcnt's operations, the loads to shared memory among them, and
  /// lgkmcnt's, which are its loads and stores of shared memory.
  Counter vectorMemory, localMemory;
  /// By cp.async; by TMA, as readers of shared memory and as writers of
  /// tensors; by wgmma.
  Groups copies, bulkCopies, bulkStores, products;
  /// The steps of the last wgmma.fence and the last wait for products; 0: there
  /// was none.
  uint64_t fenced = 0, awaited = 0;
  /// How many collectives of its warpgroup this warp has run.
  size_t numCollectives = 0;
  int registersPerThread = 0;
  /// At a named barrier: which, and in which of its rounds.
  uint32_t barrier = 0;
  uint64_t barrierRound = 0;
  /// At the cluster's barrier, between arrival and wait.
  std::optional<uint64_t> clusterRound;
  bool isBlocked = false, isDone = false;
  /// Registers copied at once, where one may be both read and written.
  std::vector<Register> temporaries;

private:
  Step spreadPoison(const Instruction &i);
  /// Its poison says nothing of any lane that exists.
  bool isDefined(const Register &r) const;

  Explain explain = nullptr;
  std::vector<Register> registers;
};

/// "nvvm.ldmatrix" and its text, cut short.
std::string describe(mlir::Operation *op);

} // namespace fovea::sim

#endif
