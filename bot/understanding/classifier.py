"""Which label features speak for: a linear model, learnt from the phrases in `data` (see `bot.learning`).

Whoever reads a message only adds and compares.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from math import exp, log, sqrt
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct

from bot.errors import DataError

NOTHING = "none"
"""The label of what says nothing of what the other labels stand for."""
_LANE = 32
_MIDDLE = 1 << (_LANE - 1)
"""Added to each sum, so that none is negative when the number is taken apart."""
_REMEMBERED = 20_000
"""Features whose weights are kept at hand: those of what people write most."""
ZERO = 128
"""The byte that stands for a weight of 0; one more or less is a weight of `scale` or minus that."""


class WeightsFile(msgspec.Struct, frozen=True):
    """What a file of weights holds.

    `signs` are the signs of the features (see `sign_of`), ascending, and `ends` says for each where its part of `pairs`
    ends; both are rows of 4-byte numbers, the lowest byte first. `pairs` are pairs of bytes: the number of a label, and
    the weight (see `ZERO`). `phrases` is the fingerprint of what the weights were learnt from.
    """

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    signs: bytes
    ends: bytes
    pairs: bytes
    phrases: str


def sign_of(feature: str) -> int:
    """Return what stands for a feature in the file: 4 bytes, so that few unknown ones are taken for a known one."""
    return crc32(feature.encode())


class Evidence(Struct, frozen=True):
    """What speaks for each label: the sums of the weights over `count` features.

    All sums stand in one number, `_LANE` bits for each in the order of the labels, so that one addition adds them all.
    """

    sums: int
    count: int

    def __add__(self, other: "Evidence") -> "Evidence":
        """Return the evidence of two clauses taken together."""
        return Evidence(self.sums + other.sums, self.count + other.count)


class Judgement(Struct, frozen=True):
    """How likely each label is, as natural logarithms of probabilities; `best` is the likeliest but `NOTHING`."""

    labels: tuple[str, ...]
    logs: list[float]
    best: str
    log: float
    """Of `best`."""
    nothing: float
    """Of `NOTHING`."""

    def ranked(self) -> list[str]:
        """Return all labels but `NOTHING`, the likeliest first."""
        ranked = sorted(zip(self.logs, self.labels, strict=True), reverse=True)
        return [label for _, label in ranked if label != NOTHING]


class Classifier:
    """Weighs features."""

    def __init__(self, file: WeightsFile) -> None:
        self._labels = file.labels
        self._nothing = file.labels.index(NOTHING)
        self._told = [number for number in range(len(file.labels)) if number != self._nothing]
        self._signs = _numbers(file.signs)
        self._ends = _numbers(file.ends)
        self._pairs = file.pairs
        self._bias = file.bias
        self._scale = file.scale
        self._middle = sum(_MIDDLE << (_LANE * number) for number in range(len(file.labels)))
        self._row = lru_cache(maxsize=_REMEMBERED)(self._find)

    @classmethod
    def load(cls, path: Path, labels: Iterable[str]) -> "Classifier":
        """Read weights for `labels` and `NOTHING`; `DataError` for a file that is missing or of something else."""
        try:
            file = msgspec.msgpack.decode(path.read_bytes(), type=WeightsFile)
        except (OSError, msgspec.DecodeError) as error:
            raise DataError(f"{path}: {error}; `make learn` writes it anew") from error
        wanted = {*labels, NOTHING}
        if set(file.labels) != wanted:
            wrong = ", ".join(sorted(wanted ^ set(file.labels)))
            raise DataError(f"{path}: labels missing or not known: {wrong}; `make learn` writes it anew")
        return cls(file)

    def weigh(self, features: Sequence[str]) -> Evidence:
        """Return what the features of a clause say."""
        return Evidence(sum(map(self._row, features)), len(features))

    def _find(self, feature: str) -> int:
        """Return the weights of a feature as `Evidence` holds sums; 0 for an unknown one."""
        sign = sign_of(feature)
        at = bisect_left(self._signs, sign)
        if at == len(self._signs) or self._signs[at] != sign:
            return 0
        pairs = self._pairs[self._ends[at - 1] if at else 0 : self._ends[at]]
        return sum((weight - ZERO) << (_LANE * label) for label, weight in zip(pairs[::2], pairs[1::2], strict=True))

    def judge(self, evidence: Evidence, expected: Set[str] = frozenset(), bonus: float = 0.0) -> Judgement:
        """Return how likely each label is; those that are expected are likelier by a `bonus`, a logarithm."""
        step = self._scale / sqrt(evidence.count or 1)
        lanes = _numbers((evidence.sums + self._middle).to_bytes(len(self._bias) * _LANE // 8, "little"))
        scores = [bias + (lane - _MIDDLE) * step for bias, lane in zip(self._bias, lanes, strict=True)]
        if expected:
            scores = [
                score + bonus if label in expected else score for score, label in zip(scores, self._labels, strict=True)
            ]
        highest = max(scores)
        whole = highest + log(sum([exp(score - highest) for score in scores]))
        best = max(self._told, key=scores.__getitem__)
        return Judgement(
            self._labels,
            [score - whole for score in scores],
            self._labels[best],
            scores[best] - whole,
            scores[self._nothing] - whole,
        )


def _numbers(row: bytes) -> "array[int]":
    numbers = array("I", row)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
