from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data


def epochs(config, count=1):
    targets = load_data(config).y_train[0]
    rng = np.random.default_rng(5)
    return targets, [epoch_order(config, targets, rng) for _ in range(count)]


configs = st.builds(
    RunConfig,
    samples=st.integers(20, 90),
    test_fraction=st.sampled_from([0.05, 0.2, 0.37]),
    batches=st.sampled_from(["shuffled", "one_class"]),
    batch_size=st.integers(1, 12),
    seeds=st.just(1),
)


@settings(deadline=None, max_examples=60)
@given(configs)
def test_an_epoch_sees_every_point_once_in_batches_that_fit(config):
    _, (order,) = epochs(config)
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
    for batches in ("shuffled", "one_class"):
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
