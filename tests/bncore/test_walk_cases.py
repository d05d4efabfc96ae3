from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.walk import LayerWeights, walk
from bncore.walk_cases import dz_by_eps, pair_of, undoing

seeds = st.integers(0, 2**32 - 1)


def drawn(seed, m):
    rng = np.random.default_rng(seed)
    x = np.array([7.5, 100.0]) + np.array([0.8, 12.0]) * rng.standard_normal((m, 2))
    weight = np.array([[1.0], [0.05]]) * rng.standard_normal((2, 2))
    return x, (rng.random(m) < 0.5).astype(float), LayerWeights(weight, *rng.standard_normal((4, 2)), 0.3)


@given(seeds, st.integers(2, 16), st.sampled_from([0, 1]), st.sampled_from([1e-8, 1e-3, 0.1]))
def test_undoing_leaves_rounding_and_the_notes_sigma_leaves_what_eps_takes(seed, m, neuron, eps):
    x, targets, w = drawn(seed, m)
    plain = walk(x, targets, w, eps=eps)
    found = undoing(x, targets, w, neuron, eps)
    var, largest = float(plain.var[neuron]), float(np.abs(plain.centred[:, neuron]).max())
    rounding = 4 * np.spacing(np.abs(plain.z[:, neuron]).max() + largest)
    assert (found.gamma, found.beta, found.sigma) == (np.sqrt(var + eps), plain.mu[neuron], np.sqrt(var))
    assert found.gap <= rounding
    assert found.sigma_gap_without_eps <= rounding
    assert abs(found.sigma_gap - (1.0 - np.sqrt(var / (var + eps))) * largest) <= rounding
    gamma, beta = w.gamma.copy(), w.beta.copy()
    gamma[neuron], beta[neuron] = found.gamma, found.beta
    undone = walk(x, targets, dataclasses.replace(w, gamma=gamma, beta=beta), "tanh", eps)
    assert np.abs(undone.y - undone.z)[:, neuron].max() == found.gap


def test_undoing_leaves_the_weights_alone():
    x, targets, w = drawn(1, 4)
    before = w.gamma.tolist(), w.beta.tolist()
    undoing(x, targets, w, 1, 1e-3)
    assert (w.gamma.tolist(), w.beta.tolist()) == before


def test_a_batch_of_one_is_undone_exactly():
    x, targets, w = drawn(2, 1)
    found = undoing(x, targets, w, 0, 1e-3)
    assert (found.gap, found.sigma, found.sigma_gap, found.sigma_gap_without_eps) == (0.0, 0.0, 0.0, 0.0)


@given(seeds, st.sampled_from([0, 1]), st.sampled_from(["relu", "sigmoid", "tanh"]), st.sampled_from([1e-8, 1e-3, 0.1, 1.0]))
def test_the_closed_form_of_two_is_the_walk(seed, neuron, activation, eps):
    x, targets, w = drawn(seed, 2)
    steps = walk(x, targets, w, activation, eps)
    pair = pair_of(steps, neuron, eps)
    z_hat, dz = steps.z_hat[:, neuron], steps.dz[:, neuron]
    assert abs(np.abs(z_hat).max() - pair.z_hat) < 1e-9
    size = np.abs(steps.dz_hat[:, neuron]).max() * steps.inv_std[neuron] + 1e-300
    assert np.abs(dz - [pair.dz, -pair.dz]).max() < 1e-9 * size
    assert pair.factor == pytest.approx(eps / (pair.d**2 + eps) ** 1.5, rel=1e-12)
    assert pair.dz == pair.upstream * pair.factor


def test_dz_by_eps_is_one_walk_an_eps():
    x, targets, w = drawn(4, 2)
    found = dz_by_eps(x, targets, w, "sigmoid", 1, (1e-6, 1e-2, 1.0))
    expected = [float(np.abs(walk(x, targets, w, "sigmoid", eps).dz[:, 1]).max()) for eps in (1e-6, 1e-2, 1.0)]
    assert list(found) == expected
    assert min(expected) > 0.0
