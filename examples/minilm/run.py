#!/usr/bin/env python3
"""Sentence embeddings with all-MiniLM-L6-v2, its attention compiled by Fovea.

Runs every sentence three times over: with the artifact's attention, and with NumPy's
in float32 and in float64. Exit code 0 only if every embedding of the first agrees
with both references: cosine at least 0.99999.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

try:
    import numpy as np

    import model
    import pretrained
    import report
    from compiled import CompiledAttention
    from errors import UserError
except ModuleNotFoundError as missing:
    sys.exit(
        f"error: Python package {missing.name} is not installed; run: "
        f"pip install --no-deps -r {Path(__file__).with_name('requirements.txt')}"
    )

HERE = Path(__file__).resolve().parent
DEFAULT_ARTIFACT = HERE.parents[1] / "build/examples/minilm/libattention.so"
THRESHOLD = 0.99999


class Timed:
    """An attention that counts the seconds spent in it."""

    def __init__(self, attention: model.Attention):
        self.attention = attention
        self.seconds = 0.0

    def __call__(self, q, k, v):
        start = time.perf_counter()
        o = self.attention(q, k, v)
        self.seconds += time.perf_counter() - start
        return o


def timed_encode(encoder, ids, attention):
    """One pass: embeddings [N, hidden] and its report.Timing."""
    timed = Timed(attention)
    start = time.perf_counter()
    embeddings = encoder.encode(ids, timed)
    return embeddings, report.Timing(timed.seconds, time.perf_counter() - start)


def compare(encoder, texts, tokens, compiled, repeats) -> report.Result:
    """Embeds with every path. The two timed paths alternate, after one warm-up."""
    ids = [t.ids for t in tokens]
    progress("reference in float64")
    exact = encoder.encode(ids, model.numpy_attention, np.float64)

    paths = {"numpy": model.numpy_attention, "compiled": compiled}
    embeddings = {}
    timings = {path: [] for path in paths}
    for repeat in range(repeats + 1):
        for path, attention in paths.items():
            progress(f"{path}, pass {repeat} of {repeats}")
            embeddings[path], timing = timed_encode(encoder, ids, attention)
            if repeat > 0:
                timings[path].append(timing)
    progress("")
    return report.Result(
        texts=texts,
        tokens=tokens,
        embeddings=embeddings["compiled"],
        cosine_f32=report.cosines(embeddings["compiled"], embeddings["numpy"]),
        cosine_f64=report.cosines(embeddings["compiled"], exact),
        repeats=repeats,
        timings={path: median(runs) for path, runs in timings.items()},
        threshold=THRESHOLD,
    )


def median(runs: list[report.Timing]) -> report.Timing:
    """The run whose total is the median: its two numbers belong together."""
    total = statistics.median_low(run.total for run in runs)
    return next(run for run in runs if run.total == total)


def progress(message: str) -> None:
    """One line that overwrites itself, only where a person watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{message}", end="", file=sys.stderr, flush=True)


def read_sentences(path: Path) -> list[str]:
    """One sentence a line; blank lines are skipped."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    sentences = [line.strip() for line in lines if line.strip()]
    if not sentences:
        raise UserError(f"{path} has no sentence; write one to a line")
    return sentences


def run(args: argparse.Namespace) -> int:
    texts = read_sentences(args.sentences)
    compiled = CompiledAttention(args.artifact)
    folder = pretrained.find_model()
    config = pretrained.load_config(folder)
    encoder = model.MiniLM(config, pretrained.load_weights(folder))
    tokenizer = pretrained.load_tokenizer(folder, config.max_tokens)
    tokens = pretrained.tokenize(tokenizer, texts)

    if not args.json:
        print(
            f"all-MiniLM-L6-v2: {config.layers} layers, {config.heads} heads of "
            f"{config.head_dim}, hidden {config.hidden}\n"
            f"attention: {args.artifact}\n"
            f"the rest:  NumPy {np.__version__}"
        )
    result = compare(encoder, texts, tokens, compiled, args.repeat)
    if args.json:
        print(report.to_json(result))
    else:
        report.print_tables(result)
    return verdict(result, quiet=args.json)


def verdict(result: report.Result, quiet: bool) -> int:
    """The exit code, with one line that says why."""
    if result.failed:
        first = result.failed[0]
        text = report.label(result.texts[first], 40)
        raise UserError(
            f"{len(result.failed)} of {len(result.texts)} embeddings differ from the "
            f"NumPy reference; the first is sentence {first + 1} ({text!r}) with "
            f"cosine {result.worst[first]:.8f}, below {result.threshold}"
        )
    if not quiet:
        print(
            f"\nPASS: every embedding agrees with NumPy: smallest cosine "
            f"{result.worst.min():.8f}, at least {result.threshold} needed"
        )
    return 0


class Parser(argparse.ArgumentParser):
    """argparse with the project's exit code for wrong flags: 1, not 2."""

    def error(self, message: str):
        self.exit(1, f"error: {message} (see {self.prog} --help)\n")


def parse_args() -> argparse.Namespace:
    parser = Parser(description="Sentence embeddings, attention compiled by Fovea.")
    parser.add_argument(
        "--artifact",
        type=Path,
        default=DEFAULT_ARTIFACT,
        help="libattention.so made from attention.mlir (default: %(default)s)",
    )
    parser.add_argument(
        "--sentences",
        type=Path,
        default=HERE / "sentences.txt",
        help="UTF-8 text, one sentence a line (default: %(default)s)",
    )
    parser.add_argument(
        "--repeat",
        type=positive,
        default=5,
        metavar="N",
        help="timed passes over all sentences, after one warm-up (default: %(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document instead of tables"
    )
    return parser.parse_args()


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def main() -> int:
    try:
        code = run(parse_args())
        sys.stdout.flush()  # here, so that a closed pipe is noticed below
        return code
    except UserError as error:
        progress("")
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress("")
        return 130
    except BrokenPipeError:
        # The reader has gone (`| head`): keep Python's exit from writing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
