"""Runs fovea-opt on a batch of mutants and says how it ended. An error message with exit code 1 is a good end."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

SEPARATOR = "\n// -----\n"
# Frames that every crash shows, whatever its cause.
_NOISE = re.compile(r"PrintStackTrace|RunSignalHandlers|SignalHandler|CleanupOnSignal|raise|abort|assert_fail|"
                    r"pthread_kill|__restore_rt|report_fatal_error|libc\.so")


@dataclass(frozen=True)
class Failure:
    kind: str  # "crash" or "hang"
    cause: str  # what two mutants with the same bug have in common
    log: str


class Tool:
    """One binary with the environment and limits that every run shares."""

    def __init__(self, path, timeout, memory_gb):
        self.path, self._timeout = path, timeout
        with open(path, "rb") as binary:
            sanitized = b"__asan_init" in binary.read()
        # Sanitizer reports become SIGABRT: then a signal is the only thing to look for. User poisoning is off
        # because LLVM's own libraries, which share allocators with the tool, are not instrumented.
        self._env = dict(os.environ, LLVM_DISABLE_SYMBOLIZATION="1", UBSAN_OPTIONS="abort_on_error=1:print_stacktrace=1",
                         ASAN_OPTIONS="abort_on_error=1:allow_user_poisoning=0:detect_leaks=0:"
                                      f"hard_rss_limit_mb={memory_gb * 1024}")
        # ASan reserves terabytes of addresses, so that the address limit is for the plain build only.
        self._limit = [] if sanitized else ["prlimit", f"--as={memory_gb << 30}", "--core=0"]

    def accepts(self, flags, text):
        return self._execute(flags, [text], self._env).returncode == 0

    def run(self, flags, mutants, symbolize=False):
        """None, or the Failure."""
        try:
            done = self._execute(flags, mutants, self._environment(symbolize))
        except subprocess.TimeoutExpired:
            return Failure("hang", f"no end after {self._timeout} s", "")
        if done.returncode in (0, 1):
            return None
        log = done.stderr.decode("utf-8", "replace")
        return Failure("crash", f"exit {done.returncode}: {_cause(log)}", log)

    def _execute(self, flags, mutants, env):
        command = [*self._limit, self.path, "--split-input-file", "--allow-unregistered-dialect",
                   "--mlir-disable-threading", "-o", "/dev/null", *flags, "-"]
        return subprocess.run(command, input=SEPARATOR.join(mutants).encode("latin-1"), env=env,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              timeout=self._timeout * (1 + len(mutants) / 50))

    def _environment(self, symbolize):
        if not symbolize:
            return self._env
        env = dict(self._env, LLVM_SYMBOLIZER_PATH=shutil.which("llvm-symbolizer-22") or "")
        del env["LLVM_DISABLE_SYMBOLIZATION"]
        return env


def _cause(log):
    for pattern in (r"Assertion `.*' failed", r"LLVM ERROR: .*", r"SUMMARY: .*", r"runtime error: .*"):
        found = re.search(pattern, log)
        if found:
            return re.sub(r"0x[0-9a-f]+", "0x", found.group(0))
    frames = re.findall(r"^ *#\d+ 0x[0-9a-f]+ (.*?) (?:\(|/)", log, re.MULTILINE)
    named = [f for f in frames if f and not _NOISE.search(f)]
    return named[0] if named else "no stack"
