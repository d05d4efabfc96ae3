"""The data: sizes, classes, shapes of the patterns, and what they depend on."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.config import DATASETS, RunConfig
from bncore.data import OWN_UNITS, Dataset, load_data
from bncore.streams import stream

ARRAYS = ("x_train", "y_train", "x_test", "y_test", "domain")
MOVED = {"test_shift": -1.5, "test_rotation": 30.0, "test_scale": 0.4}


TABLE = [(math.cos(i) * (1 + i % 3) * 40.0, math.sin(7 * i) * 0.02, 3 - i % 2) for i in range(90)]
CLASSED = [dataset for dataset in DATASETS if dataset not in ("plane_wave", "rings_temperature")]
DRAWN = [dataset for dataset in DATASETS if dataset != "table"]


def configured(dataset: str, **changes: Any) -> RunConfig:
    return RunConfig(dataset=dataset, **({"table": TABLE, "batch_size": 8} if dataset == "table" else {}), **changes)


def joined(data: Dataset, run: int = 0) -> tuple[np.ndarray, np.ndarray]:
    x = np.concatenate([data.x_train[run], data.x_test[run]])
    return x, np.concatenate([data.y_train[run], data.y_test[run]])


def in_order(x: np.ndarray) -> np.ndarray:
    return x[np.lexsort(x.T)]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([dataset for dataset in CLASSED if dataset != "table"]), st.integers(20, 211), st.floats(0.05, 0.8))
def test_sizes_and_classes_are_what_the_settings_say(dataset: str, samples: int, test_fraction: float) -> None:
    config = RunConfig(dataset=dataset, samples=samples, test_fraction=test_fraction, batch_size=2, seeds=2)
    data = load_data(config)
    assert data.x_train.shape == (2, config.n_train, 2)
    assert data.x_test.shape == (2, config.n_test, 2)
    held_out = [max(1, round(n * test_fraction)) for n in config.class_sizes]
    for run in range(2):
        assert [int((data.y_test[run] == label).sum()) for label in range(config.n_classes)] == held_out
        assert [int((joined(data, run)[1] == label).sum()) for label in range(config.n_classes)] == list(config.class_sizes)


@pytest.mark.parametrize("changes", [{}, {**MOVED, "standardize": True}], ids=["as drawn", "moved"])
@pytest.mark.parametrize("dataset", DATASETS)
def test_a_stack_of_seeds_equals_single_seeds_to_the_bit(dataset: str, changes: dict[str, Any]) -> None:
    stack = load_data(configured(dataset, seed=5, seeds=3, **changes))
    for run in range(3):
        single = load_data(configured(dataset, seed=5 + run, seeds=1, **changes))
        for name in ARRAYS:
            assert (getattr(stack, name)[run] == getattr(single, name)[0]).all()


@pytest.mark.parametrize("dataset", DATASETS)
def test_arrays_are_float64_finite_and_read_only(dataset: str) -> None:
    data = load_data(configured(dataset, seeds=2))
    for name in ARRAYS:
        array = getattr(data, name)
        assert array.dtype == np.float64
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    if data.n_classes:
        assert np.unique(data.y_train).tolist() == list(range(data.n_classes))


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_seed_draws_and_splits_afresh(dataset: str) -> None:
    data = load_data(configured(dataset, seeds=2))
    assert not np.array_equal(data.x_train[0], data.x_train[1])


def test_only_the_data_fields_and_the_seeds_count() -> None:
    one = load_data(RunConfig())
    other = load_data(RunConfig(norm="none", hidden=(4,), batch_size=7, learning_rate=1.0, epochs=None, steps=99, bn_momentum=0.5))
    assert one is other


def test_the_inner_radius_counts_for_circles_only() -> None:
    assert load_data(RunConfig(dataset="moons", factor=0.3)) is load_data(RunConfig(dataset="moons"))
    assert load_data(RunConfig(factor=0.3)) is not load_data(RunConfig())


@pytest.mark.parametrize(("seeds", "kept"), [(8, 64), (64, 4)])
def test_so_many_datasets_are_kept_at_a_time_fewer_of_large_ones(seeds: int, kept: int) -> None:
    one = RunConfig(seed=1000, seeds=seeds)
    first = load_data(one)
    for last in (kept - 1, kept):
        for i in range(1, last + 1):
            load_data(one.replace(seed=1000 * (i + 1)))
        assert (load_data(one) is first) == (last < kept)
    assert (load_data(one).x_train == first.x_train).all()


@pytest.mark.parametrize("dataset", [dataset for dataset in DATASETS if dataset != "roses"])
def test_the_split_deals_out_the_same_points(dataset: str) -> None:
    few, many = (joined(load_data(configured(dataset, test_fraction=f)))[0] for f in (0.1, 0.6))
    assert (in_order(few) == in_order(many)).all()


def test_the_split_follows_its_own_stream() -> None:
    order = stream(3, "split").permutation(500)
    held_out = {int(i) for label in (0, 1) for i in order[order // 250 == label][:50]}
    angle = 2 * math.pi * (np.arange(500) % 250) / 250
    points = np.where(np.arange(500) < 250, 1.0, 0.5)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    data = load_data(RunConfig(noise=0.0, seed=3, seeds=1))
    np.testing.assert_allclose(data.x_test[0], points[[i for i in order if i in held_out]], atol=1e-12)
    np.testing.assert_allclose(data.x_train[0], points[[i for i in order if i not in held_out]], atol=1e-12)


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_larger_test_set_contains_the_smaller_one(dataset: str) -> None:
    few, many = (load_data(configured(dataset, test_fraction=f)).x_test[0] for f in (0.1, 0.6))
    assert {tuple(p) for p in few} < {tuple(p) for p in many}


def test_training_and_test_points_are_shuffled() -> None:
    data = load_data(RunConfig(seeds=4))
    for y in (*data.y_train, *data.y_test):
        changes = np.abs(np.diff(y)).sum()
        assert 0.3 * len(y) < changes < 0.7 * len(y)


@pytest.mark.parametrize("dataset", ["circles", "moons", "rings", "spirals", "xor", "roses"])
def test_more_noise_moves_the_same_points_further(dataset: str) -> None:
    none, some, twice = (load_data(configured(dataset, noise=n)).x_train for n in (0.0, 0.2, 0.4))
    np.testing.assert_allclose(twice - none, 2 * (some - none), atol=1e-12)
    assert (some - none).std() == pytest.approx(0.2, rel=0.03)


def test_circles_have_their_radii() -> None:
    x, y = joined(load_data(RunConfig(noise=0.0, factor=0.35)))
    radius = np.hypot(*x.T)
    np.testing.assert_allclose(radius[y == 0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(radius[y == 1], 0.35, rtol=1e-12)


def test_rings_alternate() -> None:
    x, y = joined(load_data(RunConfig(dataset="rings", samples=600, noise=0.0)))
    ring = np.round(4 * np.hypot(*x.T)).astype(int)
    np.testing.assert_allclose(np.hypot(*x.T), ring / 4, rtol=1e-12)
    assert np.bincount(ring).tolist() == [0, 150, 150, 150, 150]
    assert ((ring - 1) % 2 == y).all()


def test_spirals_are_two_arms_half_a_turn_apart() -> None:
    x, y = joined(load_data(RunConfig(dataset="spirals", noise=0.0)))
    radius = np.hypot(*x.T)
    angle = 2 * math.pi * 1.5 * radius / 2 + math.pi * y
    np.testing.assert_allclose(x, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), atol=1e-12)
    assert radius.max() <= 2


def test_xor_is_the_sign_of_the_product() -> None:
    x, y = joined(load_data(RunConfig(dataset="xor", noise=0.0)))
    assert ((x[:, 0] * x[:, 1] < 0) == (y == 1)).all()
    assert np.abs(x).min() >= 0.1
    assert np.abs(x).max() <= 1
    assert [int((np.sign(x) == signs).all(axis=1).sum()) for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1))] == [125] * 4


@pytest.mark.parametrize(("noise", "spread"), [(0.0, 0.5), (1.2, 1.3)])
def test_blobs_stand_at_their_centres(noise: float, spread: float) -> None:
    x, y = joined(load_data(RunConfig(dataset="blobs", samples=2000, noise=noise)))
    for label, centre in ((0, -1.0), (1, 1.0)):
        np.testing.assert_allclose(x[y == label].mean(axis=0), centre, atol=0.2)
        np.testing.assert_allclose(x[y == label].std(axis=0), spread, rtol=0.1)


def test_moons_are_two_half_circles() -> None:
    x, y = joined(load_data(RunConfig(dataset="moons", noise=0.0)))
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.hypot(*(x - centre).T), 1.0, rtol=1e-12)


def test_adaboost_is_two_gaussians_with_opposite_labels() -> None:
    data = load_data(RunConfig(dataset="adaboost", samples=2000, seeds=20, noise=0.7))
    assert data is load_data(RunConfig(dataset="adaboost", samples=2000, seeds=20))
    x, y = (np.concatenate(parts) for parts in zip(*(joined(data, run) for run in range(20)), strict=True))
    np.testing.assert_allclose(x.mean(axis=0), 0.6 * 3, atol=0.05)
    spread = 0.4 * 2 + 0.6 * 1.5 + 0.4 * 0.6 * 9
    np.testing.assert_allclose(x.var(axis=0), spread, rtol=0.03)
    assert y[np.hypot(*x.T) < 0.5].mean() < 0.1
    assert y[np.hypot(*(x - 3).T) < 0.5].mean() > 0.9
    assert y[x.sum(axis=1) < -3].mean() > 0.9
    assert y[x.sum(axis=1) > 9].mean() < 0.1


def test_students_are_placed_by_grade_and_iq() -> None:
    config = RunConfig(dataset="students", samples=2000, noise=0.0)
    data = load_data(config)
    x, y = joined(data)
    assert data.feature_names == ("CGPA", "IQ")
    assert (x.min(axis=0) >= [5, 70]).all()
    assert (x.max(axis=0) <= [10, 145]).all()
    np.testing.assert_allclose(x.mean(axis=0), [7.5, 107.5], rtol=0.01)
    merit = (x[:, 0] - 7.5) / 5 + (x[:, 1] - 107.5) / 75
    assert merit[y == 0].max() < merit[y == 1].min()


def test_noise_blurs_the_placement_of_students_and_nothing_else() -> None:
    (x, y), (x_noisy, y_noisy) = (joined(load_data(RunConfig(dataset="students", noise=n))) for n in (0.0, 0.8))
    assert (in_order(x) == in_order(x_noisy)).all()
    by_place, by_place_noisy = y[np.lexsort(x.T)], y_noisy[np.lexsort(x_noisy.T)]
    assert 0.05 < (by_place != by_place_noisy).mean() < 0.4


@pytest.mark.parametrize("dataset", DATASETS)
def test_standardizing_uses_the_training_set_alone(dataset: str) -> None:
    raw, data = (load_data(configured(dataset, seeds=3, standardize=s)) for s in (False, True))
    np.testing.assert_allclose(data.x_train.mean(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose(data.x_train.std(axis=1), 1.0, rtol=1e-12)
    mean, sd = raw.x_train.mean(axis=1, keepdims=True), raw.x_train.std(axis=1, keepdims=True)
    np.testing.assert_allclose(data.x_test * sd + mean, raw.x_test, rtol=1e-9, atol=1e-9)
    assert all(name.endswith(" (standardized)") for name in data.feature_names)


def test_training_roses_are_red_and_test_roses_have_any_colour() -> None:
    data = load_data(RunConfig(dataset="roses", samples=2000, test_fraction=0.5, noise=0.0, seeds=4))
    assert data.feature_names == ("redness", "shape")
    for x, y, lowest in ((data.x_train, data.y_train, 1.6), (data.x_test, data.y_test, 0.0)):
        for label, low in ((0, 0.0), (1, lowest)):
            redness, shape = x[y == label].T
            assert low <= redness.min() < low + 0.01
            assert 1.99 < redness.max() <= 2.0
            np.testing.assert_allclose(redness.std(), (2.0 - low) / math.sqrt(12), rtol=0.03)
            np.testing.assert_allclose([shape.mean(), shape.std()], [label - 0.5, 0.33], rtol=0.03)


def test_in_both_sets_the_shape_alone_tells_13_of_14_roses() -> None:
    data = load_data(RunConfig(dataset="roses", samples=2000, test_fraction=0.5, seeds=20))
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert np.mean((x[..., 1] > 0) == (y > 0.5)) == pytest.approx(0.927, abs=0.01)  # Phi(0.5 / hypot(0.33, 0.1))


def test_a_flower_keeps_its_shape_whichever_set_it_falls_in() -> None:
    (x, y), (x_other, y_other) = (joined(load_data(RunConfig(dataset="roses", test_fraction=f))) for f in (0.1, 0.6))
    assert (np.sort(x[:, 1]) == np.sort(x_other[:, 1])).all()
    assert (in_order(x[y == 0]) == in_order(x_other[y_other == 0])).all()
    assert not (in_order(x[y == 1]) == in_order(x_other[y_other == 1])).all()


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("dataset", DATASETS)
def test_a_move_leaves_the_training_set_and_every_class_to_the_bit(dataset: str, standardize: bool) -> None:
    plain, moved = (load_data(configured(dataset, standardize=standardize, **changes)) for changes in ({}, MOVED))
    for name in ("x_train", "y_train", "y_test"):
        assert (getattr(plain, name) == getattr(moved, name)).all()
    assert not np.isclose(plain.x_test, moved.x_test).all(axis=2).any()


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_shift_is_counted_in_training_standard_deviations_of_the_first_feature(dataset: str) -> None:
    plain, moved = (load_data(configured(dataset, test_shift=s)) for s in (0.0, 2.5))
    by = 2.5 * plain.x_train[..., 0].std(axis=1, keepdims=True)
    np.testing.assert_allclose(moved.x_test[..., 0], plain.x_test[..., 0] + by, rtol=1e-12, atol=1e-12)
    assert (moved.x_test[..., 1] == plain.x_test[..., 1]).all()
    plain, moved = (load_data(configured(dataset, test_shift=s, standardize=True)) for s in (0.0, 2.5))
    np.testing.assert_allclose(moved.x_test - plain.x_test, np.broadcast_to([2.5, 0.0], plain.x_test.shape), atol=1e-12)


@pytest.mark.parametrize(("angle", "scale", "shift"), [(30.0, 0.4, -1.5), (-120.0, 1.0, 0.0), (0.0, 3.0, 1.0)])
@pytest.mark.parametrize("dataset", DATASETS)
def test_the_test_points_are_turned_and_rescaled_about_the_training_mean_before_they_are_shifted(
    dataset: str, angle: float, scale: float, shift: float
) -> None:
    plain = load_data(configured(dataset))
    moved = load_data(configured(dataset, test_shift=shift, test_rotation=angle, test_scale=scale))
    mean, sd = (f(plain.x_train, axis=1, keepdims=True) for f in (np.mean, np.std))
    unit = sd if dataset in OWN_UNITS else 1.0  # grades and IQ cannot be turned into each other
    before, after = ((x - mean) / unit for x in (plain.x_test, moved.x_test - shift * sd * [1.0, 0.0]))
    turned = scale * np.exp(1j * math.radians(angle)) * (before[..., 0] + 1j * before[..., 1])
    np.testing.assert_allclose(after, np.stack([turned.real, turned.imag], axis=2), atol=1e-12)


@pytest.mark.parametrize("changes", [{}, MOVED, {"test_shift": 5.0}, {"test_scale": 10.0}], ids=str)
@pytest.mark.parametrize(("dataset", "standardize"), [(d, s) for d in DATASETS for s in (False, True)])
def test_the_domain_holds_all_points_with_a_margin(dataset: str, standardize: bool, changes: dict[str, float]) -> None:
    data = load_data(configured(dataset, seeds=3, standardize=standardize, **changes))
    for run in range(3):
        x, _ = joined(data, run)
        low, high = data.domain[run, [0, 2]], data.domain[run, [1, 3]]
        np.testing.assert_allclose((low + high) / 2, (x.min(axis=0) + x.max(axis=0)) / 2, atol=1e-12)
        width = x.max(axis=0) - x.min(axis=0)
        expected = 1.16 * (width if dataset in OWN_UNITS and not standardize else width.max())
        np.testing.assert_allclose(high - low, expected, rtol=1e-12)
