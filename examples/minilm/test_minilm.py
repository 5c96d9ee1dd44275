"""Tests of the example; plain unittest: python3 test_minilm.py

The NumPy model is checked against facts from elsewhere: the similarities that
sentence-transformers publishes for this model, vocab.txt, closed forms. The tests
of a compiled artifact run when FOVEA_MINILM_ARTIFACT names one.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

import model
import pretrained
import report
from compiled import CompiledAttention
from errors import UserError
from run import THRESHOLD, read_sentences

HERE = Path(__file__).resolve().parent
ARTIFACT = os.environ.get("FOVEA_MINILM_ARTIFACT")

# From the quickstart of sentence-transformers (sbert.net), for this very model.
PUBLISHED_TEXTS = [
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
]
PUBLISHED_SIMILARITY = [
    [1.0000, 0.6660, 0.1046],
    [0.6660, 1.0000, 0.1411],
    [0.1046, 0.1411, 1.0000],
]


class WithModel(unittest.TestCase):
    """Loads the model once."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pretrained.find_model()
        cls.config = pretrained.load_config(cls.folder)
        cls.model = model.MiniLM(cls.config, pretrained.load_weights(cls.folder))
        cls.tokenizer = pretrained.load_tokenizer(cls.folder, cls.config.max_tokens)

    def ids(self, texts):
        return [t.ids for t in pretrained.tokenize(self.tokenizer, texts)]

    def embed(self, texts, dtype=np.float32):
        return self.model.encode(self.ids(texts), model.numpy_attention, dtype)


class TokenizerTest(WithModel):
    def test_known_ids(self):
        self.assertEqual(self.ids(["hello world"]), [[101, 7592, 2088, 102]])

    def test_case_and_accents_are_ignored(self):
        plain, fancy = self.ids(["hello world", "Héllo  WÖRLD"])
        self.assertEqual(plain, fancy)

    def test_pieces_of_vocab_spell_the_text(self):
        vocab = (self.folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        for text in read_sentences(HERE / "sentences.txt"):
            pieces = [vocab[i] for i in self.ids([text])[0]]
            self.assertEqual((pieces[0], pieces[-1]), ("[CLS]", "[SEP]"))
            spelled = "".join(p.removeprefix("##") for p in pieces[1:-1])
            self.assertEqual(spelled, text.lower().replace(" ", ""))

    def test_long_text_is_cut_at_the_models_limit(self):
        (tokens,) = pretrained.tokenize(self.tokenizer, ["word " * 1000])
        self.assertEqual(len(tokens.ids), 256)
        self.assertEqual(tokens.dropped, 1000 - (256 - 2))


class ModelTest(WithModel):
    def test_published_similarities(self):
        e = self.embed(PUBLISHED_TEXTS)
        np.testing.assert_allclose(e @ e.T, PUBLISHED_SIMILARITY, atol=6e-5)

    def test_float32_agrees_with_float64(self):
        texts = read_sentences(HERE / "sentences.txt")
        single, double = self.embed(texts), self.embed(texts, np.float64)
        self.assertEqual((single.dtype, double.dtype), (np.float32, np.float64))
        np.testing.assert_allclose(single, double, atol=2e-6)
        np.testing.assert_allclose(np.linalg.norm(double, axis=1), 1, atol=1e-12)

    def test_a_sentence_does_not_depend_on_its_batch(self):
        texts = [f"The number of the day is {n}." for n in range(20)]
        texts += PUBLISHED_TEXTS  # other lengths
        together = self.embed(texts)
        alone = np.concatenate([self.embed([text]) for text in texts])
        np.testing.assert_allclose(together, alone, atol=1e-6)

    def test_the_threshold_notices_a_wrong_attention(self):
        def uniform(q, k, v):  # ignores q and k: every key has the same weight
            return np.broadcast_to(v.mean(axis=2, keepdims=True), v.shape)

        def unscaled(q, k, v):
            return model.numpy_attention(q * math.sqrt(q.shape[-1]), k, v)

        ids = self.ids(PUBLISHED_TEXTS)
        right = self.model.encode(ids, model.numpy_attention)
        for wrong in (uniform, unscaled):
            cosines = report.cosines(self.model.encode(ids, wrong), right)
            self.assertLess(cosines.max(), THRESHOLD, wrong.__name__)


class PartsTest(unittest.TestCase):
    def test_erf(self):
        x = np.linspace(-6, 6, 10001)
        exact = [math.erf(value) for value in x]
        np.testing.assert_array_equal(model.erf(x), exact)
        np.testing.assert_allclose(model.erf(x.astype(np.float32)), exact, atol=6e-7)

    def test_attention_closed_forms(self):
        rng = np.random.default_rng(1)
        q, v = rng.standard_normal((2, 2, 3, 8, 4))
        equal_keys = np.ones_like(q)
        mean = np.broadcast_to(v.mean(axis=2, keepdims=True), v.shape)
        np.testing.assert_allclose(model.numpy_attention(q, equal_keys, v), mean)
        one = np.s_[:, :, :1]  # one key: its value, whatever the query
        o = model.numpy_attention(q[one], q[one], v[one])
        np.testing.assert_array_equal(o, v[one])

    def test_batches_hold_every_row_once_with_one_length(self):
        sentences = [[0] * (1 + n % 3) for n in range(50)]
        batches = list(model.equal_length_batches(sentences))
        self.assertEqual(sorted(sum(batches, [])), list(range(50)))
        for rows in batches:
            self.assertLessEqual(len(rows), model.MAX_BATCH)
            self.assertEqual(len({len(sentences[row]) for row in rows}), 1)


def run_example(*args, python_flags=()):
    command = [sys.executable, *python_flags, str(HERE / "run.py"), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True)


class CommandLineErrorTest(unittest.TestCase):
    """One clear line on stderr, nothing on stdout, exit code 1."""

    def check(self, expected, *args, **options):
        done = run_example(*args, **options)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertRegex(done.stderr, rf"\Aerror: [^\n]*{expected}[^\n]*\n\Z")

    def test_sentences_file(self):
        with tempfile.TemporaryDirectory() as folder:
            self.check("No such file", "--sentences", f"{folder}/none.txt")
            self.check("Is a directory", "--sentences", folder)
            path = Path(folder) / "sentences.txt"
            path.write_text(" \n\n")
            self.check("has no sentence", "--sentences", path)
            path.write_bytes(b"caf\xe9\n")
            self.check(r"is not UTF-8 text \(byte 3\)", "--sentences", path)

    def test_artifact(self):
        self.check("does not exist; make it with", "--artifact", "none.so")
        self.check("cannot load", "--artifact", HERE / "run.py")

    def test_flags(self):
        self.check("not a whole number", "--repeat", "0")
        self.check("unrecognized", "--repeats", "3", "--fast")

    def test_missing_library(self):
        # -S leaves site-packages out, so that NumPy is not found.
        self.check("numpy is not installed", python_flags=["-S"])

    def test_missing_model_package(self):
        self.addCleanup(setattr, pretrained, "PACKAGE", pretrained.PACKAGE)
        pretrained.PACKAGE = "no_such_package"
        with self.assertRaisesRegex(UserError, "no_such_package is not installed"):
            pretrained.find_model()


@unittest.skipUnless(ARTIFACT, "FOVEA_MINILM_ARTIFACT names no artifact")
class ArtifactTest(unittest.TestCase):
    def test_attention_is_as_exact_as_numpy(self):
        """Error to float64 at most twice that of NumPy's float32 attention."""
        compiled = CompiledAttention(Path(ARTIFACT))
        rng = np.random.default_rng(2)
        for batch, tokens in ((1, 1), (1, 3), (3, 17), (8, 64), (1, 131), (2, 256)):
            qkv = rng.standard_normal((3, batch, 12, tokens, 32)).astype(np.float32)
            exact = model.numpy_attention(*qkv.astype(np.float64))
            allowed = 2 * np.abs(model.numpy_attention(*qkv) - exact).max()
            error = np.abs(compiled(*qkv) - exact).max()
            # The floor is for one token, where NumPy's softmax is exactly 1.
            self.assertLessEqual(error, max(allowed, 1e-6), (batch, tokens))

    def test_wrong_shape_and_type_are_refused(self):
        compiled = CompiledAttention(Path(ARTIFACT))
        for wrong in (np.zeros((1, 8, 4, 32), np.float32), np.zeros((1, 12, 4, 32))):
            with self.assertRaises(UserError):
                compiled(wrong, wrong, wrong)

    def test_whole_example(self):
        done = run_example("--artifact", ARTIFACT, "--repeat", "1", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        result = json.loads(done.stdout)
        self.assertTrue(result["passed"])
        self.assertGreaterEqual(len(result["sentences"]), 8)
        for sentence in result["sentences"]:
            self.assertGreaterEqual(sentence["cosine_f32"], THRESHOLD)
            self.assertGreaterEqual(sentence["cosine_f64"], THRESHOLD)


if __name__ == "__main__":
    unittest.main()
