#!/usr/bin/env python3
# Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stands for a ptxas that spills and serialises products."""

import sys

with open(sys.argv[sys.argv.index("-o") + 1], "w") as file:
    file.write("no code")
print("ptxas info    : (C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized", file=sys.stderr)
print("    0 bytes stack frame, 40 bytes spill stores, 24 bytes spill loads", file=sys.stderr)
print("ptxas info    : Used 168 registers", file=sys.stderr)
