from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.batches import epoch_order
from bncore.config import BATCHES, RunConfig
from bncore.data import load_data
from bncore.state import init_state
from bncore.streams import stream
from bncore.train import advance, train


def epochs(config, count=1):
    targets = load_data(config).y_train[0]
    rng = np.random.default_rng(5)
    return targets, [epoch_order(config, targets, rng) for _ in range(count)]


configs = st.builds(
    RunConfig,
    samples=st.integers(20, 90),
    test_fraction=st.sampled_from([0.05, 0.2, 0.37]),
    batches=st.sampled_from(BATCHES),
    batch_size=st.integers(1, 12),
    seeds=st.just(1),
)


@settings(deadline=None, max_examples=60)
@given(configs)
def test_an_epoch_sees_every_point_once_in_batches_that_fit(config):
    _, (order,) = epochs(config)
    assert order.dtype == np.intp
    if config.batches == "replacement":
        assert order.shape == (config.n_train,)
        assert set(order.tolist()) <= set(range(config.n_train))
    else:
        assert sorted(order.tolist()) == list(range(config.n_train))
    bounds = config.batch_bounds
    assert [first for first, _ in bounds] == [0, *(last for _, last in bounds[:-1])]
    assert bounds[-1][1] == config.n_train
    sizes = [last - first for first, last in bounds]
    if config.batch_size == 1:
        assert sizes == [1] * config.n_train
    else:
        assert all(2 <= size <= config.batch_size + 1 for size in sizes)


@settings(deadline=None, max_examples=60)
@given(configs.map(lambda config: config.replace(batches="one_class")))
def test_a_batch_of_one_class_is_pure(config):
    targets, orders = epochs(config, 2)
    for order in orders:
        assert all(len(set(targets[order[first:last]].tolist())) == 1 for first, last in config.batch_bounds)


@pytest.mark.parametrize(
    ("samples", "batch_size", "sizes"),
    [
        (50, 10, [10, 10, 10, 10]),
        (50, 12, [12, 12, 12, 4]),
        (50, 13, [13, 13, 14]),  # a last batch of one joins the one before
        (50, 39, [40]),
        (50, 40, [40]),
        (21, 1, [1] * 17),
        (21, 2, [2] * 7 + [3]),
    ],
)
def test_a_partial_last_batch_is_kept_unless_it_is_one_point(samples, batch_size, sizes):
    config = RunConfig(samples=samples, batch_size=batch_size, test_fraction=0.2)
    assert [last - first for first, last in config.batch_bounds] == sizes


def test_with_one_class_a_last_batch_of_one_joins_its_own_class():
    config = RunConfig(samples=50, batch_size=19, batches="one_class", seeds=1)
    assert config.train_class_sizes == (20, 20)
    assert [last - first for first, last in config.batch_bounds] == [20, 20]
    config = RunConfig(samples=50, batch_size=6, batches="one_class", seeds=1)
    assert [last - first for first, last in config.batch_bounds] == [6, 6, 6, 6, 6, 6, 2, 2]


def test_no_epoch_repeats_another():
    for batches in ("shuffled", "one_class", "replacement"):
        _, orders = epochs(RunConfig(seeds=1, batches=batches), 3)
        assert not np.array_equal(orders[0], orders[1])
        assert not np.array_equal(orders[1], orders[2])


def test_with_one_class_the_classes_come_in_random_order_and_the_last_batches_last():
    config = RunConfig(samples=200, batch_size=8, batches="one_class", seeds=1)
    assert config.train_class_sizes == (80, 80)
    targets, orders = epochs(config, 100)
    classes = np.array([[targets[order[first]] for first, _ in config.batch_bounds] for order in orders])
    assert (classes[:, -2:].sum(axis=1) == 1).all()
    share = classes.mean(axis=0)
    assert share.min() > 0.2
    assert share.max() < 0.8
    assert len({tuple(row) for row in classes.tolist()}) == 100


def test_with_one_class_every_point_may_stand_in_the_last_batch():
    config = RunConfig(samples=50, batch_size=12, batches="one_class", seeds=1)
    _, orders = epochs(config, 30)
    assert len({point for order in orders for point in order[-16:].tolist()}) == config.n_train


def test_what_differs_only_in_the_normaliser_sees_the_same_order():
    config = RunConfig(seeds=1)
    other = config.replace(norm="none", hidden=(3,), learning_rate=1.0, init_scale=2.0)
    assert all(np.array_equal(a, b) for a, b in zip(epochs(config, 3)[1], epochs(other, 3)[1], strict=True))


def test_a_larger_batch_cuts_the_same_permutation():
    small, large = RunConfig(seeds=1, batch_size=8), RunConfig(seeds=1, batch_size=64)
    assert all(np.array_equal(a, b) for a, b in zip(epochs(small, 3)[1], epochs(large, 3)[1], strict=True))


def test_fixed_batches_are_those_of_the_first_shuffled_epoch_for_good():
    config = RunConfig(seeds=1, batches="fixed", batch_size=7)
    _, orders = epochs(config, 4)
    first = epochs(config.replace(batches="shuffled"))[1][0]
    assert all(np.array_equal(order, first) for order in orders)
    assert config.batch_bounds == config.replace(batches="shuffled").batch_bounds


def test_fixed_batches_take_nothing_from_the_stream_and_do_not_ask_where_it_stands():
    config, rng, targets = RunConfig(seeds=1, batches="fixed"), stream(3, "order"), np.zeros(20)
    first = epoch_order(config, targets, rng)
    assert rng.bit_generator.state == stream(3, "order").bit_generator.state
    rng.random(5)
    assert np.array_equal(epoch_order(config, targets, rng), first)
    assert not np.array_equal(epoch_order(config, targets, stream(4, "order")), first)


def test_with_replacement_every_point_is_as_likely_at_every_place():
    """Points of an epoch: the share never seen is (1 - 1/n)^n; how often each is drawn is binomial."""
    config = RunConfig(samples=100, seeds=1, batches="replacement")
    _, orders = epochs(config, 500)
    drawn, n = np.array(orders), config.n_train
    counts = np.bincount(drawn.ravel(), minlength=n)
    expected = len(drawn)
    chi_squared = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_squared - (n - 1)) < 4.5 * np.sqrt(2 * (n - 1))
    missed = 1.0 - np.array([len(np.unique(order)) for order in orders]) / n
    p = (1.0 - 1.0 / n) ** n
    assert abs(missed.mean() - p) < 4.5 * np.sqrt(p * (1.0 - p) / n / len(drawn))
    assert abs(drawn[:, 0].mean() - (n - 1) / 2) < 4.5 * np.sqrt((n * n - 1) / 12 / len(drawn))


@pytest.mark.parametrize("batches", BATCHES)
def test_batches_are_the_same_however_a_run_is_cut(batches):
    config = RunConfig(samples=60, hidden=(3,), seeds=2, epochs=5, batch_size=10, batches=batches)
    start = state = init_state(config)
    for more in (1, 3, 1):
        state, _ = advance(state, more)
    assert np.array_equal(state.params, train(config).params[-1])
    assert (state.orders == start.orders) is (batches == "fixed")
