#!/usr/bin/env python3
"""Writes the files of a new pass or a new op, with a test that passes from the start.

  scripts/scaffold.py pass FoldScale --in Fovea              lib/Dialect/Fovea/Transforms/FoldScale.cpp, ...
  scripts/scaffold.py op rms_norm --family NormOps           lib/Dialect/Fovea/IR/RmsNormOp.cpp, ...

What is left to write is marked TODO. docs/adding-a-pass.md and docs/adding-an-op.md go on from there.
"""

import argparse
import re
import sys
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
DIALECTS = {
    # name: C++ namespace, prefix of passes, prefix of definitions in TableGen, mnemonic
    "Fovea": dict(namespace="fovea", flag="fovea", td="Fovea", dialect="fovea"),
    "FoveaTile": dict(namespace="fovea::tile", flag="fovea-tile", td="FoveaTile", dialect="fovea_tile"),
}


def parse_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--root", type=Path, default=HERE.parent, help=argparse.SUPPRESS)  # for the test
    kinds = p.add_subparsers(dest="kind", required=True)
    new_pass = kinds.add_parser("pass", help="a pass on one dialect")
    new_pass.add_argument("name", help="its class, in CamelCase: FoldScale")
    new_op = kinds.add_parser("op", help="an op with a verifier")
    new_op.add_argument("name", help="its mnemonic, in snake_case: rms_norm")
    new_op.add_argument("--family", required=True, help="its .td file, new or existing: NormOps")
    for kind in (new_pass, new_op):
        kind.add_argument("--in", dest="where", choices=DIALECTS, default="Fovea",
                          help="the dialect (default: %(default)s)")
    args = p.parse_args()
    wanted = r"([A-Z][a-z0-9]*)+" if args.kind == "pass" else r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
    if not re.fullmatch(wanted, args.name):
        p.error(f"{args.name!r} is no name for this: a pass is CamelCase, an op is snake_case")
    if args.kind == "op" and not re.fullmatch(r"[A-Z]\w*Ops", args.family):
        p.error(f"--family {args.family!r}: expected a name like NormOps")
    return args


def header(file, what, language="C++"):
    return (f"//===- {file} - {what} -*- {language} -*-===//\n"
            "// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.\n"
            "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n")


def fill(template, names):
    return Template((HERE / "templates" / template).read_text()).substitute(names)


class Tree:
    """Collects the writes, so that nothing is written when one of them cannot be done."""

    def __init__(self, root):
        self.root, self._files = root, {}

    def create(self, path, text):
        if (self.root / path).exists():
            sys.exit(f"scaffold: {path} exists already")
        self._files[path] = text

    def exists(self, path):
        return (self.root / path).exists()

    def edit(self, path, pattern, replacement):
        """Replaces the last match of the pattern by replacement(match)."""
        try:
            text = self._files.get(path) or (self.root / path).read_text()
        except FileNotFoundError:
            sys.exit(f"scaffold: there is no {path}")
        matches = list(re.finditer(pattern, text, re.MULTILINE | re.DOTALL))
        if not matches:
            sys.exit(f"scaffold: cannot find where to add to {path}")
        found = matches[-1]
        self._files[path] = text[:found.start()] + replacement(found) + text[found.end():]

    def add_source(self, path, source):
        """Adds a source to the fovea_add_library call, in order."""
        def add(found):
            return found.group(1) + "".join(sorted(found.group(2).splitlines(True) + [f"  {source}\n"]))
        self.edit(path, r"(fovea_add_library\(\w+\n)((?:  \w+\.cpp\n)+)", add)

    def add_definition(self, path, definition):
        """Adds a TableGen definition before the closing #endif."""
        self.edit(path, r"#endif\s*\Z", lambda _: definition + "\n#endif\n")

    def write(self):
        for path, text in self._files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            print(path)


def scaffold_pass(tree, args, names):
    flag = re.sub(r"(?<!^)(?=[A-Z])", "-", args.name).lower()
    where = f"Dialect/{args.where}/Transforms"
    names.update(Name=args.name, NAME=args.name.upper(), where=where, flag=f"{names['flag']}-{flag}")
    tree.add_definition(f"include/fovea/{where}/Passes.td", fill("pass.td", names))
    tree.create(f"lib/{where}/{args.name}.cpp",
                header(f"{args.name}.cpp", "TODO: in one line, what") + fill("pass.cpp", names))
    tree.add_source(f"lib/{where}/CMakeLists.txt", f"{args.name}.cpp")
    tree.create(f"test/Dialect/{args.where}/{flag}.mlir", fill("pass.mlir", names))


def scaffold_op(tree, args, names):
    name = "".join(part.capitalize() for part in args.name.split("_")) + "Op"
    where, dash = f"Dialect/{args.where}/IR", args.name.replace("_", "-")
    family = f"include/fovea/{where}/{args.family}.td"
    names.update(Name=name, mnemonic=args.name, where=where, Family=args.family,
                 GUARD=f"FOVEA_DIALECT_{args.where.upper()}_IR_{args.family.upper()}_TD")
    if not tree.exists(family):
        tree.create(family, header(f"{args.family}.td", "TODO: in one line, which ops", "tablegen")
                    + fill("family.td", names))
        include = f'include "fovea/{where}/{args.family}.td"\n'
        tree.edit(f"include/fovea/{where}/{args.where}Ops.td", r'^include "[^\n]*\n', lambda m: m.group(0) + include)
    tree.add_definition(family, fill("op.td", names))
    tree.create(f"lib/{where}/{name}.cpp",
                header(f"{name}.cpp", f"verification of {names['dialect']}.{args.name}") + fill("op.cpp", names))
    tree.add_source(f"lib/{where}/CMakeLists.txt", f"{name}.cpp")
    tree.create(f"test/Dialect/{args.where}/{dash}.mlir", fill("op.mlir", names))
    tree.create(f"test/Dialect/{args.where}/{dash}-invalid.mlir", fill("op-invalid.mlir", names))


def main():
    args = parse_arguments()
    tree = Tree(args.root)
    (scaffold_pass if args.kind == "pass" else scaffold_op)(tree, args, dict(DIALECTS[args.where], Dialect=args.where))
    tree.write()


if __name__ == "__main__":
    main()
