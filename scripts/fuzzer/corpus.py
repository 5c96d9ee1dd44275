"""Seeds: the pieces of the project's own .mlir files, with the flags their RUN lines give to fovea-opt."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

# Flags that change how lit looks at the output, not what the compiler does.
_DROPPED = re.compile(r"-{1,2}(split-input-file|verify-diagnostics|o|load-\w+-plugin|show-dialects|help|mlir-print-)")


@dataclass(frozen=True)
class Seed:
    name: str
    text: str
    flags: tuple


def load(folders):
    """Every piece (between `// -----` lines) of every .mlir file under the folders."""
    files = sorted(path for folder in folders for path in Path(folder).rglob("*.mlir"))
    return [seed for path in files for seed in _pieces(path)]


def _pieces(path):
    # latin-1 maps every byte to one character and back, so that mutations may produce any byte.
    text = path.read_text(encoding="latin-1")
    flags = _flags_of(text)
    for number, piece in enumerate(text.split("// -----")):
        code = "\n".join(line for line in piece.splitlines() if not line.lstrip().startswith("//")).strip()
        if code:
            yield Seed(f"{path}#{number}", code + "\n", flags)


def _flags_of(text):
    """The flags of the first `fovea-opt` command in a RUN line."""
    run_lines = " ".join(re.findall(r"//\s*RUN:\s*(.*)", text)).replace("\\ ", " ")
    found = re.search(r"fovea-opt\s([^|>]*)", run_lines)
    if not found:
        return ()
    try:
        words = shlex.split(found.group(1))
    except ValueError:  # an odd quote in a RUN line costs a seed its flags, no more
        return ()
    return tuple(w for w in words if w.startswith("-") and "%" not in w and not _DROPPED.match(w))
