//===- Trace.h - what a role does in one run -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_TRACE_H
#define FOVEA_LIB_DIALECT_FOVEATILE_TRANSFORMS_VERIFYSCHEDULE_TRACE_H

#include "Assumptions.h"
#include "Rules.h"

namespace fovea::tile {

/// Something that other roles or the matrix unit notice.
struct Event {
  enum Kind {
    Put,
    Get,
    Consumed,
    Store,
    Dot,
    Await,
    AwaitCopies,
    Read,
    TakeTurn,
    PassTurn
  };
  Kind kind;
  mlir::Operation *op;
  /// Of puts, gets, consumed and stores through a channel.
  mlir::Value channel;
  Known number;
  /// Tiles of channels and products that the op reads: of a dot, in the order
  /// of its operands.
  llvm::SmallVector<Known, 3> operands;
};

using Trace = llvm::SmallVector<Event>;

/// Whether an op is recorded wherever it stands.
bool isEvent(mlir::Operation *op);

/// The ops of a kernel that a run has to follow.
struct Slice {
  explicit Slice(KernelOp kernel);

  /// Scalar ops that decide which events happen, and with which numbers.
  llvm::DenseSet<mlir::Operation *> needed;
  /// Events and what holds them.
  llvm::DenseSet<mlir::Operation *> eventful;
};

/// One run of a kernel: the traces of its roles.
struct Run {
  const ScheduledKernel &scheduled;
  const Slice &slice;
  Assumptions assumptions;
  llvm::SmallVector<Trace> traces;
  /// Whether a condition asks for one of the assumed numbers.
  bool guarded = false;
};

/// How far a role could be followed.
enum class Outcome {
  Done,
  Restart,    // something was assumed that was used before
  Impossible, // the assumptions contradict the program
  TooLong,
  Error, // reported
};

/// Follows a role through the run, and appends its trace.
Outcome followRole(Run &run, RoleOp role);

/// "tile 3 of channel %0".
std::string describeTile(const Event &event);

// Rules on one run.

mlir::LogicalResult verifyChannels(Run &run); // V4 and V8
mlir::LogicalResult verifyWaits(Run &run);    // V6
mlir::LogicalResult verifyProgress(Run &run); // V5
mlir::LogicalResult verifyCopies(Run &run);   // V9

} // namespace fovea::tile

#endif
