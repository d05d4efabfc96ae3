"""A batch of one stops every hidden weight; a batch of two leaves a sign."""

import numpy as np
import pytest

from app.lessons.tiny_batches import BASE, NEAR, PLAIN_ONE, PLAIN_TWO, measure, still
from bncore import init_state, load_data

SMALL = BASE.replace(seeds=2, steps=20)


def test_a_batch_of_one_moves_no_hidden_weight_and_gives_the_activation_nothing_but_zeros() -> None:
    found = measure(SMALL.replace(batch_size=1), "")
    assert found.numbers["moved"].tolist() == [0.0, 0.0]
    assert found.numbers["signs"].tolist() == [0.0, 0.0]
    assert (measure(SMALL.replace(batch_size=1, norm="none"), PLAIN_ONE).numbers["moved"] > 0.01).all()


def test_a_batch_of_two_leaves_what_half_the_distance_says() -> None:
    state = init_state(SMALL)
    x = load_data(SMALL).x_train[:, :64]
    z = x @ state.params[:, :32].reshape(2, 2, 16)
    d = np.abs(z[:, 0::2] - z[:, 1::2]) / 2
    expected = (d / np.sqrt(d**2 + SMALL.eps) >= 1 - NEAR).mean(axis=(1, 2))
    assert measure(SMALL, "").numbers["signs"] == pytest.approx(expected, abs=1e-12)


def test_without_a_normaliser_it_looks_at_what_the_activation_is_given() -> None:
    config = SMALL.replace(norm="none")
    z = load_data(config).x_train[:, :64] @ init_state(config).params[:, :32].reshape(2, 2, 16)
    expected = (np.abs(np.abs(z) - 1) <= NEAR).mean(axis=(1, 2))
    assert measure(config, PLAIN_TWO).numbers["signs"] == pytest.approx(expected, abs=1e-12)


def test_hidden_weights_that_move_count_against_the_claim() -> None:
    stopped, moving = (measure(SMALL.replace(batch_size=size), "") for size in (1, 2))
    assert (still({"BN, 1": stopped, PLAIN_ONE: moving}) == 100 * moving.numbers["moved"]).all()
    assert (still({"BN, 1": moving, PLAIN_ONE: moving}) == -100 * moving.numbers["moved"]).all()
