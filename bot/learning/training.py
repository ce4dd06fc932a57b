"""From samples to weights: a multinomial logistic regression, its small weights dropped, the others in a byte each."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.learning.samples import Sample
from bot.understanding.classifier import ZERO, WeightsFile, signs_of

STRENGTH = 40.0
"""Inverse of the regularisation (`C` of scikit-learn); chosen by cross-validation."""
_RARE = 2
"""A feature of fewer samples tells nothing."""
_STEPS = 300
_CLOSE = 3e-4
"""How flat the loss has to be for the learning to end."""
_SMALL = 3
"""A weight whose byte would be less is left out."""


def learn(plain: Sequence[Sample], composed: Sequence[Sample], phrases: str) -> WeightsFile:
    """Return the weights learnt from the samples; `phrases` is the fingerprint of where they come from.

    Which features are worth a weight is told by the `plain` samples; the `composed` ones are made of the same words.
    """
    counts = Counter(feature for sample in plain for feature in sample.features)
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    samples = [*plain, *composed]
    model = LogisticRegression(C=STRENGTH, max_iter=_STEPS, tol=_CLOSE)
    model.fit(_matrix(samples, names), [sample.label for sample in samples])
    scale = float(np.abs(model.coef_).max()) / (ZERO - 1)
    steps = np.rint(model.coef_ / scale).astype(int)
    by_sign = {sign: _row(column) for sign, column in zip(signs_of(names), steps.T, strict=True)}
    signs = sorted(sign for sign, row in by_sign.items() if row)
    return WeightsFile(
        labels=tuple(map(str, model.classes_)),
        bias=tuple(map(float, model.intercept_)),
        scale=scale,
        signs=np.array(signs, dtype="<u4").tobytes(),
        ends=np.cumsum([len(by_sign[sign]) for sign in signs], dtype="<u4").tobytes(),
        pairs=b"".join(by_sign[sign] for sign in signs),
        phrases=phrases,
    )


def _matrix(samples: Sequence[Sample], names: Sequence[str]) -> csr_matrix:
    """Return the samples as rows, the features as columns in the order of `names`."""
    columns = {name: column for column, name in enumerate(names)}
    entries = [
        (row, columns[feature], value)
        for row, sample in enumerate(samples)
        for feature, value in sample.features.items()
        if feature in columns
    ]
    rows, places, values = zip(*entries, strict=True)
    return csr_matrix((values, (rows, places)), shape=(len(samples), len(names)), dtype=np.float32)


def _row(steps: NDArray[np.int64]) -> bytes:
    """Return the weights of one feature, in steps of the scale, as pairs of bytes; the small ones are left out."""
    return bytes(byte for label in np.flatnonzero(np.abs(steps) >= _SMALL) for byte in (label, steps[label] + ZERO))
