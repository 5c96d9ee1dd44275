"""Mutations of MLIR text: mostly on tokens, so that many mutants get past the lexer, some on lines and bytes."""

import re

_TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"'  # string
    r"|(?:\d+|\?)x(?=[\d?a-z!])"  # one dimension of a shape: 2048x
    r"|0x[0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"  # number
    r"|[%@#!^]?[A-Za-z_][\w.$]*|[%^#]\d+"  # name
    r"|->|::|\s+|.",
    re.DOTALL,
)
_INTEGERS = ["0", "1", "2", "3", "7", "17", "64", "255", "4096", "-1", "-2", "2147483647", "2147483648", "4294967296",
             "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999"]
_FLOATS = ["0.0", "-0.0", "0.5", "1.0", "-3.0e38", "1.0e-40", "1.0e300", "1.0e999", "0x7FC00000", "0xFF800000"]
_DIMS = ["?x", "0x", "1x", "2x", "3x", "17x", "64x", "4096x", "2147483648x", "9223372036854775807x"]
_TYPES = ["f64", "f32", "f16", "bf16", "f8E4M3FN", "i1", "i8", "i32", "i64", "index", "none", "complex<f32>",
          "tensor<f32>", "tensor<*xf32>", "tensor<4x4xf32>", "tensor<?x?x?x?xf32>", "memref<4xf32>",
          "vector<4xf32>", "vector<[4]xf32>", "tuple<f32, i1>", "!llvm.ptr", "() -> ()", "!unknown.type"]
_ELEMENTS = ["f64", "f32", "f16", "bf16", "f8E4M3FN", "tf32", "i1", "i32", "index"]
_OPEN = {"(": ")", "<": ">", "{": "}", "[": "]"}


class Mutator:
    """Turns seeds into mutants; the seeds' own tokens are the dictionary.

    A gentle mutant mostly still parses, so that it reaches the verifiers and passes; a rough one tries the parser.
    """

    def __init__(self, seeds):
        self._words = sorted({t for s in seeds for t in _TOKEN.findall(s.text) if not t.isspace()})
        self._texts = [s.text for s in seeds]

    def mutate(self, rng, text, gentle):
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
            kinds = (_consistently, _softly) if gentle else (self._roughly, self._on_lines, _on_bytes)
            text = rng.choice(kinds)(rng, text)
        return text.replace("// -----", "")

    def _roughly(self, rng, text):
        return _apply(rng, text, (_number, _dim, _type, _swap, _swap_groups, _drop_group, _repeat_group, _drop_operand,
                                  _drop_token, self._replace, self._insert))

    def _replace(self, rng, tokens):
        _set(rng, tokens, lambda t: not t.isspace(), lambda _: rng.choice(self._words))

    def _insert(self, rng, tokens):
        tokens.insert(rng.randrange(len(tokens) + 1), " " + rng.choice(self._words) + " ")

    def _on_lines(self, rng, text):
        lines = text.split("\n")
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        kind = rng.randrange(4)
        if kind == 0:
            lines.insert(other, lines[at])
        elif kind == 1:
            del lines[at]
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        else:
            donor = rng.choice(self._texts).split("\n")
            start = rng.randrange(len(donor))
            lines[at:at] = donor[start:start + rng.randint(1, 4)]
        return "\n".join(lines)


def _apply(rng, text, edits):
    tokens = _TOKEN.findall(text)
    rng.choice(edits)(rng, tokens)
    return "".join(tokens)


def _softly(rng, text):
    return _apply(rng, text, (_number, _number, _dim, _element, _swap, _drop_group))


def _consistently(rng, text):
    """One size, number or element type, changed wherever it stands: the types still agree with one another."""
    tokens = _TOKEN.findall(text)
    sorts = [(_is_dim, _DIMS), (_is_integer, _INTEGERS), (_is_float, _FLOATS), (_is_element, _ELEMENTS)]
    wanted, values = rng.choices(sorts, (2, 1, 1, 1))[0]
    found = sorted({t for t in tokens if wanted(t)})
    if not found:
        return text
    old, new = rng.choice(found), rng.choice(values)
    return "".join(new if t == old else t for t in tokens)


def _on_bytes(rng, text):
    if not text:
        return text
    at = rng.randrange(len(text))
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + chr(rng.randrange(256)) + text[at + 1:]
    if kind == 1:
        return text[:at] + chr(rng.randrange(256)) + text[at:]
    if kind == 2:
        return text[:at] + text[at + rng.randint(1, 8):]
    return text[:at]  # the file ends early


def _set(rng, tokens, wanted, make):
    """Replaces one token that is wanted; without one, nothing happens."""
    places = [i for i, t in enumerate(tokens) if wanted(t)]
    if places:
        at = rng.choice(places)
        tokens[at] = make(tokens[at])


def _is_dim(token):
    return len(token) > 1 and token[-1] == "x" and (token[0].isdigit() or token[0] == "?")


def _is_integer(token):
    return token.isdigit()


def _is_float(token):
    return token[0].isdigit() and not token.isdigit() and not _is_dim(token)


_is_element = re.compile(r"(bf16|[fi]\d+|index)$").match


def _number(rng, tokens):
    wanted, values = rng.choice(((_is_integer, _INTEGERS), (_is_float, _FLOATS)))
    _set(rng, tokens, wanted, lambda _: rng.choice(values))


def _element(rng, tokens):
    _set(rng, tokens, _is_element, lambda _: rng.choice(_ELEMENTS))


def _dim(rng, tokens):
    # An empty string changes the rank.
    _set(rng, tokens, _is_dim, lambda t: rng.choice(_DIMS + ["", t + t]))


def _type(rng, tokens):
    _set(rng, tokens, re.compile(r"(bf16|[fi]\d+|index|tensor|vector|memref)$").match, lambda _: rng.choice(_TYPES))


def _swap(rng, tokens):
    """Two tokens of the same sort: two values, two symbols, two numbers, two words."""
    places = [i for i, t in enumerate(tokens) if not t.isspace()]
    if not places:
        return
    a = rng.choice(places)
    sort = lambda t: t[0] if t[0] in "%@#!^\"" else "0" if t[0].isdigit() else "a" if t[0].isalpha() else "."
    b = rng.choice([i for i in places if sort(tokens[i]) == sort(tokens[a])])
    tokens[a], tokens[b] = tokens[b], tokens[a]


def _drop_token(rng, tokens):
    _set(rng, tokens, lambda t: not t.isspace(), lambda _: "")


def _drop_operand(rng, tokens):
    places = [i for i, t in enumerate(tokens) if t[0] == "%"]
    if places:
        at = rng.choice(places)
        end = at + 1
        if end < len(tokens) and tokens[end] == ",":
            end += 1
        del tokens[at:end]


def _group(rng, tokens):
    """A random balanced bracket group as (first, last), or None."""
    starts = [i for i, t in enumerate(tokens) if t in _OPEN]
    if not starts:
        return None
    first = rng.choice(starts)
    depth = 0
    for last in range(first, len(tokens)):
        depth += (tokens[last] == tokens[first]) - (tokens[last] == _OPEN[tokens[first]])
        if depth == 0:
            return first, last
    return None


def _drop_group(rng, tokens):
    group = _group(rng, tokens)
    if group:
        inside = rng.random() < 0.5
        del tokens[group[0] + inside:group[1] + 1 - inside]


def _repeat_group(rng, tokens):
    group = _group(rng, tokens)
    if group:
        tokens[group[1]:group[1]] = tokens[group[0]:group[1] + 1]


def _swap_groups(rng, tokens):
    a, b = sorted((_group(rng, tokens) or (0, 0), _group(rng, tokens) or (0, 0)))
    if a[1] < b[0] and b[1]:
        tokens[a[0]:b[1] + 1] = tokens[b[0]:b[1] + 1] + tokens[a[1] + 1:b[0]] + tokens[a[0]:a[1] + 1]
