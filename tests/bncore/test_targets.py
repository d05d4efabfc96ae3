"""Classes and values as targets: data, training, scores, pictures, instruments, files and reports."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from bncore.config import DATASETS, Arm, Experiment, RunConfig
from bncore.data import load_data
from bncore.errors import ConfigError
from bncore.evaluate import evaluate
from bncore.fold import infer
from bncore.fork import fork
from bncore.history import History
from bncore.instruments import covariate_shift, gap, gradient, jitter, logits, propagation, scale_invariance
from bncore.losses import LOSSES
from bncore.network import Layout, forward
from bncore.probe import picture_frames, surfaces
from bncore.report import ArmRecord, result_object, result_table
from bncore.state import TrainState, init_state
from bncore.summary import epochs_to
from bncore.table import parameter_table
from bncore.targets import TARGETS, class_sizes, target_of
from bncore.train import advance, train, train_many
from tests.bncore.files import assert_same, loaded, stored
from tests.bncore.networks import by_hand
from tests.bncore.slopes import central_slope, relative_error

TABLE = [(i % 7 - 3.0, i % 5 - 2.0, i % 5) for i in range(60)]
BASE = {"samples": 90, "hidden": (5, 4), "seeds": 2, "epochs": 4, "batch_size": 16, "learning_rate": 0.1, "activation": "tanh"}
SETTINGS = {
    "three classes": {"dataset": "spirals3"},
    "three classes, output": {"dataset": "ring_classes", "norm_output": True, "placement": "after"},
    "three classes, layer": {"dataset": "spirals3", "norm": "layer", "norm_output": True},
    "five classes": {"dataset": "table", "table": TABLE},
    "value": {"dataset": "plane_wave"},
    "value, output": {"dataset": "plane_wave", "norm_output": True},
    "value, layer": {"dataset": "plane_wave", "norm": "layer"},
    "large value": {"dataset": "rings_temperature", "optimizer": "adam"},
}
settings = pytest.mark.parametrize("changes", SETTINGS.values(), ids=SETTINGS)


def configured(changes):
    return RunConfig(**BASE | changes)


def graded(config, outputs, y):
    """Return loss and score by their definitions."""
    if config.task == "regression":
        error = ((outputs - y) ** 2).mean()
        return error, 1 - error / ((y - y.mean()) ** 2).mean()
    p = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y.astype(int)]).mean(), (p.argmax(axis=1) == y).mean()


def test_every_data_set_says_what_it_is_to_learn():
    table = {"table": [(0, i, i % 4) for i in range(20)]}
    configs = {name: RunConfig(dataset=name, batch_size=8, **(table if name == "table" else {})) for name in DATASETS}
    others = {name for name, config in configs.items() if config.task != "binary"}
    assert others == {*TARGETS, "table"}
    for config in configs.values():
        found = (config.outputs, config.score, config.surface_kind, config.target_range is None, len(config.class_sizes))
        k = config.n_classes
        expected = {
            "binary": (1, "accuracy", "probability", True, 2),
            "classes": (k, "accuracy", "class", True, k),
            "regression": (1, "R2", "value", False, 1),
        }
        assert found == expected[config.task]
        assert (target_of(config).n_classes, class_sizes(config)) == (k, config.class_sizes)
        assert sum(config.class_sizes) == config.n_points == config.n_train + config.n_test
        assert (load_data(config).n_classes, load_data(config).target_range) == (k, config.target_range)
    assert RunConfig(dataset="spirals3", samples=500).class_sizes == (167, 167, 166)


def points(dataset, **changes):
    data = load_data(RunConfig(dataset=dataset, samples=2000, seeds=1, **{"noise": 0.0} | changes))
    return np.concatenate([data.x_train[0], data.x_test[0]]), np.concatenate([data.y_train[0], data.y_test[0]]), data


def test_rings_and_arms_have_a_class_each():
    x, y, _ = points("ring_classes")
    np.testing.assert_allclose(np.hypot(*x.T), (y + 1) / 3, rtol=1e-12)
    x, y, _ = points("spirals3")
    radius = np.hypot(*x.T)
    angle = 2 * math.pi * (radius / 2 + y / 3)
    np.testing.assert_allclose(x, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), atol=1e-12)
    assert 1.9 < radius.max() <= 2
    for dataset in ("ring_classes", "spirals3"):
        (one, _, _), (other, _, _) = points(dataset), points(dataset, noise=0.2)
        assert (other - one).std() == pytest.approx(0.2, rel=0.03)


def test_values_are_their_formulas_and_noise_is_in_their_standard_deviations():
    x, y, data = points("plane_wave")
    np.testing.assert_allclose(y, math.sqrt(2) * np.sin(math.pi * x.sum(axis=1)), atol=1e-12)
    assert data.target_range == (-1.5, 1.5)
    assert np.abs(x).max() <= 1
    warm_x, warm_y, warm = points("rings_temperature")
    np.testing.assert_allclose(warm_y, 50 + 20 * math.sqrt(2) * np.cos(2 * math.pi * np.hypot(*warm_x.T)), atol=1e-12)
    assert warm.target_range == (20.0, 80.0)
    assert np.hypot(*warm_x.T).max() <= 1
    for dataset, mean, sd in (("plane_wave", 0.0, 1.0), ("rings_temperature", 50.0, 20.0)):
        (x, y, _), (noisy_x, noisy_y, _) = points(dataset), points(dataset, noise=0.3)
        assert np.array_equal(x, noisy_x)
        assert y.mean() == pytest.approx(mean, abs=0.1 * sd)
        assert y.std() == pytest.approx(sd, rel=0.05)
        assert (noisy_y - y).std() == pytest.approx(0.3 * sd, rel=0.05)


@settings
def test_both_modes_and_all_scores_are_the_network_written_out(changes):
    config = configured(changes)
    history, data, layout = train(config), load_data(config), Layout.of(config)
    assert history.test_loss[-1].max() < history.test_loss[0].min() * 1.2
    folded = infer(layout, layout.weights(history.params[-1]), layout.statistics(history.running[-1]), config.eps, data.x_test)
    assert folded.shape == (2, config.n_test, config.outputs)
    for run in range(2):
        for x, y, part in ((data.x_test, data.y_test, "test"), (data.x_train, data.y_train, "train")):
            given = None if config.norm == "layer" else history.running[-1, run]
            if config.norm == "layer":
                outputs = infer(layout, layout.weights(history.params[-1]), (None,) * 3, config.eps, x)[run]
                outputs = outputs[:, 0] if config.outputs == 1 else outputs
            else:
                outputs = by_hand(config, history.params[-1, run], x[run], given)
            loss, score = graded(config, outputs, y[run])
            assert getattr(history, f"{part}_loss")[-1, run] == pytest.approx(loss, rel=1e-11)
            assert getattr(history, f"{part}_accuracy")[-1, run] == pytest.approx(score, rel=1e-11)


@settings
@pytest.mark.parametrize("freeze", [False, True])
def test_the_gradient_is_the_slope_of_the_loss(changes, freeze):
    config = configured(changes).replace(freeze_statistics=freeze)
    state, _ = advance(init_state(config), 1)
    data, rng = load_data(config), np.random.default_rng(4)
    x, y = data.x_train[:, :12], data.y_train[:, :12]
    direction = rng.standard_normal(state.params.shape)
    found = gradient(config, state.params, state.running, x, y)[1]
    slope = central_slope(lambda p: gradient(config, p, state.running, x, y)[0], state.params, direction)
    assert relative_error((found * direction).sum(axis=1), slope) < 1e-8
    outputs = forward(Layout.of(config), Layout.of(config).weights(state.params), x, config.eps)[-1].out
    assert outputs.shape == (2, 12, config.outputs)


@settings
def test_a_surface_is_the_documented_byte(changes):
    config = configured(changes)
    history, data, layout = train(config), load_data(config), Layout.of(config)
    pictures = picture_frames(config, data, history, 1)
    columns, rows = ((np.arange(48) + 0.5) / 48 * (b - a) + a for a, b in data.domain[1].reshape(2, 2))
    grid = np.array([[(x, y) for x in columns] for y in rows]).reshape(1, -1, 2)
    weights, given = layout.weights(history.params[-1, 1:]), layout.statistics(history.running[-1, 1:])
    outputs = forward(layout, weights, grid, config.eps, given)[-1].out[0]
    found = pictures.surface[-1].reshape(-1).astype(int)
    if config.task == "regression":
        low, high = config.target_range
        expected = 255 * np.clip((outputs[:, 0] - low) / (high - low), 0, 1)
        assert np.abs(found - expected).max() <= 0.51
        return
    p, k = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True), config.outputs
    sure = np.sort(p, axis=1)[:, -1] - np.sort(p, axis=1)[:, -2] > 1e-4
    assert (found >> 5 == p.argmax(axis=1))[sure].all()
    assert np.abs((found & 31) - 31 * (p.max(axis=1) - 1 / k) / (1 - 1 / k)).max() <= 0.51
    assert sure.mean() > 0.9
    assert len(set(found >> 5)) > 1


def test_the_ends_of_a_surface():
    config = RunConfig(dataset="table", table=[(i, i, i % 6) for i in range(60)], hidden=(), norm="none", batch_size=4)
    params = np.zeros((3, Layout.of(config).n_params))
    params[0, -1] = params[1, 12] = 1e4  # the biases of the last class and of the first
    params[2] = np.nan
    found = surfaces(config, np.array([-1.0, 1, -1, 1]), params, np.zeros((3, 0)))
    assert [np.unique(frame).tolist() for frame in found] == [[5 * 32 + 31], [31], [0]]
    assert np.unique(surfaces(config, np.array([-1.0, 1, -1, 1]), np.zeros((1, 18)), np.zeros((1, 0)))).tolist() == [0]
    value = RunConfig(dataset="rings_temperature", hidden=(), norm="none")
    params = np.array([[0.0, 0, bias] for bias in (-1e9, 20.0, 50.0, 80.0, 1e9, np.nan)])
    found = surfaces(value, np.array([-1.0, 1, -1, 1]), params, np.zeros((6, 0)))
    assert [np.unique(frame).tolist() for frame in found] == [[0], [0], [128], [255], [255], [128]]


def test_a_network_of_classes_is_counted_with_its_outputs():
    config = RunConfig(dataset="ring_classes", hidden=(4,), norm_output=True)
    rows = {(row.layer, row.part): row.shape for row in parameter_table(config)}
    assert rows["Dense 2", "weight"] == (4, 3)
    assert rows["BN 2", "running_var"] == (3,)
    assert sum(row.trainable + row.non_trainable for row in parameter_table(config)) == (2 * 4 + 4 + 16) + (4 * 3 + 3 + 12)


@settings
def test_stacked_runs_are_the_runs_alone(changes):
    configs = [configured(changes).replace(learning_rate=rate, seed=seed) for rate, seed in ((0.05, 0), (0.1, 7))]
    for together, config in zip(train_many(configs), configs, strict=True):
        alone = train(config)
        for name in ("params", "test_loss", "test_accuracy", "batch_loss"):
            assert relative_error(np.nan_to_num(getattr(together, name)), np.nan_to_num(getattr(alone, name))) < 1e-9, name


@settings
def test_32_bits_are_64_but_for_rounding(changes):
    config = configured(changes).replace(epochs=1, optimizer="sgd", learning_rate=0.01)
    wide, narrow = (train(config.replace(precision=p)) for p in ("float64", "float32"))
    assert narrow.params.dtype == np.float32
    assert relative_error(narrow.params[-1], wide.params[-1]) < 1e-3
    assert relative_error(narrow.test_loss, wide.test_loss) < 1e-3


@settings
def test_files_and_forks_keep_the_target(changes):
    state, history = advance(init_state(configured(changes)), 2)
    assert_same(loaded(stored(state), TrainState), state)
    assert_same(loaded(stored(history), History), history)
    again, _ = advance(fork(history, -1 + len(history.frame_step), learning_rate=0.01), 1)
    assert again.config.outputs == state.config.outputs


def test_a_fork_cannot_change_the_number_of_outputs():
    history = train(RunConfig(samples=60, epochs=1, seeds=1, batch_size=8))
    message = (
        "fork: must keep the shape of the parameters and of the running statistics; got dataset spirals3 of 3 outputs. "
        "Leave these as they are, or start a new run."
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        fork(history, 0, dataset="spirals3")
    table = [(i, i, i % 2) for i in range(40)]
    assert str(fork(history, 0, dataset="table", table=table).origin) == "from step 0: dataset table, table changed"


@settings
def test_instruments_grade_by_the_target(changes):
    config = configured(changes)
    history, data = train(config), load_data(config)
    params, running = history.params[-1], history.running[-1]
    found = gap(config, data, params, running)
    outputs = logits(config, params, running, data.x_train, training=True)
    for run in range(2):
        loss, score = graded(config, outputs[run], data.y_train[run])
        assert found.whole.loss[run] == pytest.approx(loss, rel=1e-11)
        assert found.whole.accuracy[run] == pytest.approx(score, rel=1e-11)
    assert np.array_equal(found.inference.accuracy, history.train_accuracy[-1])
    moved = jitter(config, data, params, running, 3, draws=12, batch_size=6)
    assert moved.values.shape == (12, 2)
    assert np.isnan(moved.flips).all() if config.task == "regression" else (moved.flips <= 1).all()
    same = jitter(config, data, params, running, 3, draws=2, batch_size=config.n_train)
    if config.task == "classes":
        for run in range(2):
            own = int(data.y_train[run, 3])
            margin = outputs[run, 3, own] - np.delete(outputs[run, 3], own).max()
            assert same.values[0, run] == pytest.approx(margin, rel=1e-9)
        assert (same.flips == 0).all()
    else:
        assert same.values[0] == pytest.approx(outputs[:, 3], rel=1e-9)
    x, y = data.x_train, data.y_train
    assert covariate_shift(config, params, running, x, y).distance.shape == (2, 3)
    assert propagation(config, params, running, x, y).gradient.shape == (2, 3)
    last = scale_invariance(config, params, running, x, y, layer=3, a=5.0)
    assert (last.output_change < 1e-2).all() if config.norm_output else (last.output_change > 0.1).all()


def test_the_rarer_classes_of_a_point_are_counted_as_flips():
    config = configured({"dataset": "ring_classes"})
    history, data = train(config), load_data(config)
    found = jitter(config, data, history.params[-1], history.running[-1], 0, draws=60, batch_size=2)
    assert ((found.flips > 0) == ((found.values > 0).mean(axis=0) % 1 > 0)).all()
    assert found.flips.max() > 0.05


def test_a_network_that_answers_nothing_has_no_score():
    for changes in SETTINGS.values():
        config = configured(changes)
        state = init_state(config)
        state.params[0] = np.nan
        with np.errstate(invalid="ignore"):
            found = evaluate(config, load_data(config), state.params, state.running)
        assert np.isnan(found[:, 0]).all()
        assert np.isfinite(found[:, 1]).all()


def test_a_report_names_the_score():
    base = RunConfig(dataset="plane_wave", samples=60, seeds=2, epochs=2, batch_size=8)
    experiment = Experiment(base, (Arm("only"),))
    record = ArmRecord("only", train(base), 1.0)
    assert result_object([record])["arms"][0]["score"] == "R2"
    table = result_table(experiment, [record])
    assert "Epochs until the test R2 is reached: median [10 %, 90 % quantile], seeds that got there\n" in table
    assert re.search(r"\n +0\.6 +0\.9 +0\.95\nonly ", table)
    assert "      test R2  test loss  train R2  train loss  diverged  seconds\n" in table
    assert "\nR2 (1 - SSE / SST of the set) and loss (mean squared error): in inference mode, on the whole set;" in table
    own = RunConfig(dataset="table", table=TABLE, seeds=1, epochs=1, batch_size=8)
    table = result_table(Experiment(own, (Arm("own"),)), [ArmRecord("own", train(own), 1.0)])
    assert table.startswith("table: 60 points (50 to train, 10 to test), seed 0\n")
    assert "steps); dataset=table, table=(60 rows), batch_size=8, epochs=1, seeds=1\n" in table


def test_thresholds_count_r2():
    history = train(RunConfig(dataset="plane_wave", seeds=4, optimizer="adam", learning_rate=0.03, norm="none", noise=0.0))
    found = epochs_to(history, 0.9)
    assert np.isfinite(found).all()
    ends = history.test_accuracy[history.eval_epoch_end]
    for run, epoch in enumerate(found.astype(int)):
        assert ends[epoch, run] >= 0.9 > ends[1:epoch, run].max(initial=-np.inf)


def test_bn_on_the_output_harms_a_value_in_its_own_unit_and_not_a_standard_one():
    """In every seed; without BN elsewhere, so that nothing else is compared."""
    base = RunConfig(optimizer="adam", learning_rate=0.03, norm_layers=(), noise=0.05, seeds=16, epochs=40)
    rmse = {
        (dataset, on): np.sqrt(train(base.replace(dataset=dataset, norm_output=on)).test_loss[-1])
        for dataset in ("rings_temperature", "plane_wave")
        for on in (False, True)
    }
    assert (rmse["rings_temperature", True] > 1.5 * rmse["rings_temperature", False]).all()
    assert np.median(rmse["rings_temperature", True]) > 20
    assert np.median(rmse["plane_wave", True]) < 1.5 * np.median(rmse["plane_wave", False]) < 0.5


def test_every_task_has_a_loss():
    assert {target_of(configured(changes)).task for changes in SETTINGS.values()} | {"binary"} == set(LOSSES)
