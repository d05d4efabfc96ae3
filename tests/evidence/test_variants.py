"""What the other normalisers do where batch normalization fails, over 32 seeds: final test accuracy, medians."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bncore.presets import PRESETS
from bncore.train import train

pytestmark = pytest.mark.evidence


@cache
def final(preset: str, **changes: str) -> np.ndarray:
    base = PRESETS[preset].experiment.base
    return np.asarray(train(base.replace(seeds=32, **changes)).test_accuracy[-1])


@pytest.mark.parametrize(
    ("norm", "low", "high"), [("none", 0.97, 1.0), ("layer", 0.93, 0.98), ("group", 0.92, 0.98), ("renorm", 0.83, 0.94)]
)
def test_batches_of_two_are_no_trouble_without_batch_statistics_or_with_corrected_ones(norm: str, low: float, high: float) -> None:
    assert low <= np.median(final("tiny-batches", norm=norm)) <= high
    assert (final("tiny-batches", norm=norm) > final("tiny-batches")).mean() > 0.9


def test_exact_statistics_do_not_rescue_batches_of_two() -> None:
    assert np.median(final("tiny-batches")) < 0.6
    assert np.median(final("tiny-batches", inference="exact")) < 0.6


@pytest.mark.parametrize(("norm", "low"), [("none", 0.97), ("layer", 0.96), ("group", 0.96), ("renorm", 0.8)])
def test_batches_of_one_class_deceive_only_batch_statistics(norm: str, low: float) -> None:
    assert np.median(final("one-class-batches")) < 0.6
    assert np.median(final("one-class-batches", norm=norm)) >= low


def test_ghosts_of_one_class_are_deceived_too() -> None:
    assert np.median(final("one-class-batches", norm="ghost")) < 0.6
