#!/usr/bin/env python3
"""Stands in for fovea-opt in fuzz.test: dies by a signal where it reads a certain number."""

import os
import signal
import sys

if "--help" not in sys.argv and b"9223372036854775807" in sys.stdin.buffer.read():
    os.kill(os.getpid(), signal.SIGSEGV)
