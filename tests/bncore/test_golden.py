"""Numbers of PyTorch (float64) and Keras (float32), made by the scripts in tests/golden."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bncore.data import load_data
from bncore.fold import infer
from bncore.network import Layout, forward
from bncore.norm import batch_norm_backward, batch_norm_forward, frozen_norm_forward, update_running
from bncore.optim import MOMENTS, Rule, optimizer_step
from bncore.parts_norm import group_norm_forward, parts_norm_backward
from bncore.schedule import rate_factor
from bncore.train import train
from tests.bncore.slopes import relative_error
from tests.golden.cases import BATCHES, DECAYED, GRADIENTS, GROUPED, KEPT_STEPS, NETWORKS, SCHEDULES, START, STEPPED

GOLDEN = Path(__file__).parents[1] / "golden"
TORCH, KERAS = 1e-12, 1e-5
"""Largest difference, relative to the array's largest value; Keras's BatchNormalization computes in float32."""


@cache
def stored(file):
    with np.load(GOLDEN / file, allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def of(file, kind, name):
    start = f"{kind}/{name}/"
    return {key.removeprefix(start): value for key, value in stored(file).items() if key.startswith(start)}


def biased(running_var, bn_momentum, sizes):
    """Return running variances as Keras and bncore keep them, from PyTorch's (T + 1, ...).

    PyTorch: r_t = m r_(t-1) + (1 - m) v_t with the unbiased v_t = S_t / (n_t - 1), and its ``momentum`` is 1 - m.
    So (1 - m) v_t = r_t - m r_(t-1), and the biased variance of the batch is v_t (n_t - 1) / n_t.
    """
    kept = [running_var[0]]
    for before, after, n in zip(running_var[:-1], running_var[1:], sizes, strict=True):
        kept.append(bn_momentum * kept[-1] + (after - bn_momentum * before) * (n - 1) / n)
    return np.stack(kept)


def ours(name):
    """Return the outputs, gradients and running statistics of every batch of a case, and inference with the last ones."""
    case = BATCHES[name]
    gamma, beta = case.gamma[None, None], case.beta[None, None]
    found = {}
    mean, var = np.zeros_like(gamma), np.ones_like(gamma)
    for x, dy in zip(case.x, case.dy, strict=True):
        y, norm = batch_norm_forward(x[None], gamma, beta, case.eps)
        mean, var = update_running(mean, norm.mean, case.bn_momentum), update_running(var, norm.var, case.bn_momentum)
        values = (y[0], *(g[0] for g in batch_norm_backward(dy[None], norm)), mean[0], var[0])
        for key, value in zip(("y", "dx", "dgamma", "dbeta", "running_mean", "running_var"), values, strict=True):
            found.setdefault(key, []).append(value if key in ("y", "dx") else value[0])
    frozen = frozen_norm_forward(case.x[:1], gamma, beta, mean, var, case.eps)
    frozen = (frozen[0], *batch_norm_backward(case.dy[:1], frozen[1]))
    return {key: np.stack(values) for key, values in found.items()}, [g[0] if g.shape[1] > 1 else g[0, 0] for g in frozen]


@pytest.mark.parametrize("name", BATCHES)
def test_the_peers_saw_these_batches(name):
    golden = of("torch.npz", "norm", name)
    for key, value in BATCHES[name].arrays().items():
        assert np.array_equal(golden[key], value), "regenerate tests/golden"


@pytest.mark.parametrize("name", BATCHES)
def test_batch_norm_is_pytorchs(name):
    golden, case = of("torch.npz", "norm", name), BATCHES[name]
    found, _ = ours(name)
    start = np.ones((1, case.x.shape[2]))
    golden["running_var"] = biased(
        np.concatenate([start, golden["running_var"]]), case.bn_momentum, [case.x.shape[1]] * len(case.x)
    )[1:]
    for key, values in found.items():
        assert values.shape == golden[key].shape, key
        reference = golden[key]
        if case.x.shape[1] == 2 and key == "dx":
            values, reference = with_terms(case, values), with_terms(case, reference)
        assert relative_error(values, reference) < TORCH, key


@pytest.mark.parametrize("name", GROUPED)
def test_layer_and_group_norm_are_pytorchs(name):
    golden, (groups, case) = of("torch.npz", "grouped", name), GROUPED[name]
    for key, value in case.arrays().items():
        assert np.array_equal(golden[key], value), "regenerate tests/golden"
    for place, (x, dy) in enumerate(zip(case.x, case.dy, strict=True)):
        y, norm = group_norm_forward(x[None], case.gamma[None, None], case.beta[None, None], case.eps, groups)
        dx, dgamma, dbeta = parts_norm_backward(dy[None], norm)
        for key, values in {"y": y[0], "dx": dx[0], "dgamma": dgamma[0, 0], "dbeta": dbeta[0, 0]}.items():
            reference = golden[key][place]
            if key in ("dx", "dgamma") and x.shape[1] // groups <= 2:  # all but 0: they round as their terms do
                term = np.abs(norm.inv_std * case.gamma * dy).max()
                values, reference = np.append(values, term), np.append(reference, term)
            assert relative_error(values, reference) < TORCH, key


def with_terms(case, dx):
    """Return dx and the size of its terms: with two points it is their difference, all but 0, and rounds as they do."""
    spread = np.sqrt(case.x.var(axis=1, keepdims=True) + case.eps)
    return np.append(dx, np.abs(case.gamma / spread * case.dy).max())


@pytest.mark.parametrize("name", BATCHES)
def test_inference_is_pytorchs(name):
    golden, case = of("torch.npz", "norm", name), BATCHES[name]
    mean, var = golden["running_mean"][-1][None, None], golden["running_var"][-1][None, None]
    y, norm = frozen_norm_forward(case.x[:1], case.gamma[None, None], case.beta[None, None], mean, var, case.eps)
    dx, dgamma, dbeta = batch_norm_backward(case.dy[:1], norm)
    for key, values in {"y": y[0], "dx": dx[0], "dgamma": dgamma[0, 0], "dbeta": dbeta[0, 0]}.items():
        assert relative_error(values, golden[f"frozen_{key}"]) < TORCH, key


@pytest.mark.parametrize("name", BATCHES)
def test_batch_norm_and_its_running_statistics_are_keras(name):
    golden, case = of("keras.npz", "norm", name), BATCHES[name]
    found, frozen = ours(name)
    found |= dict(zip(("frozen_y", "frozen_dx", "frozen_dgamma", "frozen_dbeta"), frozen, strict=True))
    for key, values in found.items():
        reference = golden[key].astype(float)
        if case.x.shape[1] == 2 and key == "dx":
            values, reference = with_terms(case, values), with_terms(case, reference)
        assert relative_error(values, reference) < KERAS, key


@pytest.mark.parametrize("name", STEPPED)
def test_every_optimizer_is_pytorchs(name):
    golden, rule = of("torch.npz", "optimizer", name)["params"], Rule.of(STEPPED[name])
    params, moments = START[None].copy(), np.zeros((MOMENTS[rule.optimizer], 1, len(START)))
    found = [START]
    for step, grad in enumerate(GRADIENTS, 1):
        optimizer_step(rule, params, grad[None].copy(), moments, step, rule.learning_rate, DECAYED)
        found.append(params[0].copy())
    for place, values in enumerate(np.stack(found).T):
        assert relative_error(values, golden[:, place]) < TORCH, place


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_pytorchs(name):
    golden, config = of("torch.npz", "schedule", name)["rate"], SCHEDULES[name]
    steps = range(1, config.total_steps + 1)
    found = [config.learning_rate * rate_factor(config.schedule, config.warmup, t, config.total_steps) for t in steps]
    assert found == pytest.approx(golden, rel=TORCH)


networks = pytest.mark.parametrize("name", NETWORKS)


@networks
def test_pytorch_started_where_we_start(name):
    golden, config = of("torch.npz", "network", name), NETWORKS[name]
    history, data = train(config), load_data(config)
    assert relative_error(data.x_train, golden["x_train"]) < 1e-15, "regenerate tests/golden"
    assert np.array_equal(history.params[0], golden["params"][0]), "regenerate tests/golden"


@networks
def test_twenty_steps_are_pytorchs(name):
    golden, config = of("torch.npz", "network", name), NETWORKS[name]
    history, layout = train(config), Layout.of(config)
    assert history.frame_step.tolist() == list(range(21))
    assert relative_error(history.batch_loss[1:], golden["loss"]) < TORCH
    assert not np.array_equal(golden["params"][0], golden["params"][-1])
    for place, step in enumerate(KEPT_STEPS):
        assert relative_error(history.params[step], golden["params"][place]) < TORCH, step
    bounds = config.batch_bounds
    sizes = [bounds[step % len(bounds)][1] - bounds[step % len(bounds)][0] for step in range(20)]
    expected = golden["running"].copy()  # (21, R, S)
    for layer in layout.layers:
        if layer.statistics is not None and not config.unbiased_running and not config.freeze_statistics:
            var = slice(layer.statistics + layer.fan_out, layer.statistics + 2 * layer.fan_out)
            expected[..., var] = biased(expected[..., var], config.bn_momentum, sizes)
    if layout.n_running:
        assert relative_error(history.running, expected) < TORCH


@networks
def test_inference_of_a_whole_network_is_pytorchs(name):
    golden, config = of("torch.npz", "network", name), NETWORKS[name]
    layout = Layout.of(config)
    weights, given = layout.weights(golden["params"][-1]), layout.statistics(golden["given"])
    logits = forward(layout, weights, golden["x_test"], config.eps, given)[-1].out[..., 0]
    assert relative_error(logits, golden["logits"]) < TORCH
    assert relative_error(infer(layout, weights, given, config.eps, golden["x_test"])[..., 0], golden["logits"]) < TORCH


def test_the_fixtures_are_small_and_say_what_made_them():
    assert sum((GOLDEN / file).stat().st_size for file in ("torch.npz", "keras.npz")) < 400_000
    assert str(stored("torch.npz")["version"]).startswith("2.13.0")
    assert str(stored("keras.npz")["version"])
