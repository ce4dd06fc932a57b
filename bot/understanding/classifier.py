"""Which label features speak for: a linear model, learnt from the phrases in `data` (see `bot.learning`).

Whoever reads a message only adds and compares.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from math import exp, inf, log, sqrt
from pathlib import Path
from typing import Literal
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
"""Features whose weights are kept as `Evidence` holds sums."""
ZERO = 128
"""The byte that stands for a weight of 0; one more or less is a weight of `scale` or minus that."""


class WeightsFile(msgspec.Struct, frozen=True):
    """What a file of weights holds.

    `signs` are those of the features (see `signs_of`), ascending, and `ends` says for each where its part of `pairs`
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


def signs_of(features: Iterable[str]) -> Iterator[int]:
    """Return what stands for each feature in the file: 4 bytes, so that few unknown ones are taken for a known one."""
    return map(crc32, map(str.encode, features))


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
    """How likely labels are, as natural logarithms of probabilities; `best` is the likeliest but `NOTHING`."""

    labels: tuple[str, ...]
    scores: list[float]
    whole: float
    """What a score is more than the logarithm that it stands for."""
    best: str
    log: float
    """Of `best`."""
    nothing: float
    """Of `NOTHING`."""

    def ranked(self) -> list[str]:
        """Return all labels but `NOTHING`, the likeliest first."""
        logs = [score - self.whole for score in self.scores]
        ranked = sorted(zip(logs, self.labels, strict=True), reverse=True)
        return [label for _, label in ranked if label != NOTHING]


class _Rows(dict[int, int]):
    """The weights of each feature by its sign, as `Evidence` holds sums; 0 for an unknown one."""

    def __init__(self, file: WeightsFile) -> None:
        super().__init__()
        self._signs = _numbers(file.signs)
        self._ends = _numbers(file.ends)
        self._pairs = file.pairs

    def __missing__(self, sign: int) -> int:
        at = bisect_left(self._signs, sign)
        if at == len(self._signs) or self._signs[at] != sign:
            return 0
        pairs = self._pairs[self._ends[at - 1] if at else 0 : self._ends[at]]
        row = sum((weight - ZERO) << (_LANE * label) for label, weight in zip(pairs[::2], pairs[1::2], strict=True))
        if len(self) < _REMEMBERED:
            self[sign] = row
        return row


class Classifier:
    """Weighs features."""

    def __init__(self, file: WeightsFile) -> None:
        self._labels = file.labels
        self._nothing = file.labels.index(NOTHING)
        self._rows = _Rows(file)
        self._bias = file.bias
        self._scale = file.scale
        self._middle = sum(_MIDDLE << (_LANE * number) for number in range(len(file.labels)))

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
        return Evidence(sum(map(self._rows.__getitem__, signs_of(features))), len(features))

    def judge(self, evidence: Evidence, expected: Set[str] = frozenset(), bonus: float = 0.0) -> Judgement:
        """Return how likely each label is; those that are expected are likelier by a `bonus`, a logarithm."""
        step = self._scale / sqrt(evidence.count or 1)
        # Once none is negative, taking the middle away from each without borrowing leaves them as signed numbers.
        sums = (evidence.sums + self._middle) ^ self._middle
        lanes = _numbers(sums.to_bytes(len(self._bias) * _LANE // 8, "little"), "i")
        scores = [bias + lane * step for bias, lane in zip(self._bias, lanes, strict=True)]
        if expected:
            scores = [
                score + bonus if label in expected else score for score, label in zip(scores, self._labels, strict=True)
            ]
        highest = max(scores)
        whole = highest + log(sum([exp(score - highest) for score in scores]))
        nothing = scores[self._nothing]
        told = scores.copy()
        told[self._nothing] = -inf
        best = told.index(max(told))
        return Judgement(self._labels, scores, whole, self._labels[best], scores[best] - whole, nothing - whole)


def _numbers(row: bytes, kind: Literal["I", "i"] = "I") -> "array[int]":
    """Return 4-byte numbers, not negative, or of either sign (`i`)."""
    numbers = array(kind, row)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
