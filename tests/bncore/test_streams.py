"""Streams of random numbers: fixed, and independent of each other."""

from itertools import product

import numpy as np
import pytest

from bncore.streams import PURPOSES, stream


def test_a_stream_always_gives_the_same_numbers() -> None:
    assert stream(3, "weights", 2).integers(1000, size=4).tolist() == stream(3, "weights", 2).integers(1000, size=4).tolist()


def test_the_numbers_of_a_purpose_are_fixed_for_good() -> None:
    key = (PURPOSES.index("order"), 5)
    expected = np.random.Generator(np.random.PCG64(np.random.SeedSequence(11, spawn_key=key))).standard_normal(8)
    assert (stream(11, "order", 5).standard_normal(8) == expected).all()
    assert PURPOSES == ("data", "split", "weights", "order", "dropout", "noise", "lens")


def test_seeds_purposes_and_indices_share_no_number() -> None:
    drawn = [stream(*key).integers(2**62, size=20) for key in product((0, 1, 2**31 - 1), PURPOSES, (0, 1, 2))]
    assert len(np.unique(np.concatenate(drawn))) == 20 * len(drawn)


def test_streams_of_neighbours_are_uncorrelated() -> None:
    rows = np.stack([stream(seed, p, i).standard_normal(4000) for seed in (0, 1) for p in PURPOSES for i in (0, 1)])
    correlation = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlation).max() < 0.08  # five standard errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (0, "weight"),
            "stream.purpose: must be one of data, split, weights, order, dropout, noise, lens; got 'weight'. Use data.",
        ),
        ((-1, "data"), "stream.seed: must be 0 or more; got -1. Use 0 or more."),
        ((0, "data", -2), "stream.index: must be 0 or more; got -2. Use 0 or more."),
    ],
)
def test_a_wrong_stream_is_refused(arguments: tuple[int, str], message: str) -> None:
    with pytest.raises(ValueError, match="stream") as caught:
        stream(*arguments)
    assert str(caught.value) == message
