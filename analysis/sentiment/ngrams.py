"""Pieces of texts as numbers: the features of the two hashed linear models.

A feature is the top bits of a 32-bit hash of its code points or words; what collides shares a
weight. Hashes do not depend on the machine, the process or Python's hash seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BITS = {"zh": 18, "en": 19}  # of the number of weights per language
_START, _END = "\x02", "\x03"
_SEEDS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)

Hashes = NDArray[np.uint32]
Rows = NDArray[np.intp]


class Features(NamedTuple):
    """Feature ``index[i]`` stands in piece ``row[i]`` and counts ``weight[i]``."""

    index: NDArray[np.intp]  # type: ignore[assignment]  # a tuple has an index of its own
    row: Rows
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, index: NDArray[np.intp], row: Rows) -> Features:
        """Features that all count the same."""
        return cls(index, row, np.ones(len(row)))

    def counting(self, share: float) -> Features:
        """The same, each counting `share` of what it did."""
        return self._replace(weight=share * self.weight)

    def __add__(self, other: Features) -> Features:  # type: ignore[override]
        return Features(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))


def character_ngrams(pieces: Sequence[str], sizes: Sequence[int], bits: int) -> Features:
    """Runs of characters within each piece, its start and end counted as characters.

    Digits count as one character: which number it was says nothing about tone.
    """
    joined = "".join(f"{_START}{piece}{_END}" for piece in pieces)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    row = np.cumsum(codes == ord(_START)) - 1
    plain = np.where((codes >= 48) & (codes <= 57), 48, codes).astype(np.uint32)
    return _runs(plain, row, sizes, bits)


def word_ngrams(words: Hashes, row: Rows, sizes: Sequence[int], bits: int) -> Features:
    """Runs of words, given by their hashes, within each piece."""
    return _runs(words, row, sizes, bits)


def word_hash(word: str) -> int:
    """A 32-bit number that stands for a word."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _runs(codes: Hashes, row: Rows, sizes: Sequence[int], bits: int) -> Features:
    found = []
    mixed = codes * np.uint32(_SEEDS[0])
    for size in range(1, max(sizes) + 1):
        if size > 1:
            later = codes[size - 1 :] * np.uint32(_SEEDS[(size - 1) % 4])
            mixed = ((mixed[:-1] << np.uint32(5)) | (mixed[:-1] >> np.uint32(27))) ^ later
        if size in sizes and len(mixed):
            inside = row[: len(mixed)] == row[size - 1 :]
            found.append(Features.of(_bucket(mixed[inside], size, bits), row[: len(mixed)][inside]))
    return sum(found, start=Features.of(np.empty(0, np.intp), np.empty(0, np.intp)))


def _bucket(hashes: Hashes, size: int, bits: int) -> NDArray[np.intp]:
    mixed = (hashes ^ (hashes >> np.uint32(15)) ^ np.uint32(size)) * np.uint32(0x2C1B3C6D)
    mixed = (mixed ^ (mixed >> np.uint32(12))) * np.uint32(0x297A2D39)
    return (mixed >> np.uint32(32 - bits)).astype(np.intp)
