from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from bncore.data import load_data
from bncore.errors import ConfigError
from bncore.instruments import PERCENTILES, drift, signals_of
from bncore.network import Layout
from tests.bncore.instruments.moments import SMALL, record


def sliding(config):
    """Return a record in which all parameters stand still but the second layer's first bias, which rises by 2 a frame."""
    history = record(config)
    params = np.broadcast_to(history.params[-1], history.params.shape).copy()
    place = Layout.of(config).layers[1].parts["bias"].start
    params[..., place] += 2.0 * np.arange(len(params))[:, None]
    return replace(history, params=params)


@pytest.mark.parametrize("changes", [{"norm": "none"}, {"placement": "after"}], ids=str)
def test_a_rising_bias_moves_what_comes_before_the_activation(changes):
    config = SMALL.replace(**changes)
    data = load_data(config)
    found = drift(sliding(config), data, 2, unit=1)
    assert np.isnan(found.moved[0]).all()
    assert found.moved[1:] == pytest.approx(2.0)
    assert np.diff(found.bands, axis=0) == pytest.approx(2.0)
    assert np.diff(found.mean, axis=0) == pytest.approx(2.0)
    assert drift(sliding(config), data, 2, unit=3).moved[1:] == pytest.approx(0.0, abs=1e-12)
    whole = drift(sliding(config), data, 2)
    assert whole.mean.shape[2] == 6
    assert whole.moved[1:] == pytest.approx(2.0 / np.sqrt(6.0))  # one unit of six


def test_bn_before_the_activation_takes_it_away():
    found = drift(sliding(SMALL), load_data(SMALL), 2)
    assert found.moved[1:] == pytest.approx(0.0, abs=1e-9)


def test_the_first_layers_bands_are_those_of_the_data():
    config = SMALL.replace(norm="none")
    history, data = record(config), load_data(config)
    params = np.zeros_like(history.params)
    params[..., Layout.of(config).layers[0].parts["weight"].start] = 3.0  # the first unit sees three times the first feature
    found = drift(replace(history, params=params), data, 1, unit=1)
    expected = 3.0 * np.percentile(data.x_train[..., 0], PERCENTILES, axis=1).T
    assert found.bands[0] == pytest.approx(expected)
    assert found.mean[-1, :, 0] == pytest.approx(3.0 * data.x_train[..., 0].mean(axis=1))


def test_what_bn_gives_has_the_mean_beta():
    history, data = record(SMALL), load_data(SMALL)
    beta = history.params[..., Layout.of(SMALL).layers[2].parts["beta"]]
    assert drift(history, data, 3).mean == pytest.approx(beta, abs=1e-12)


@pytest.mark.parametrize("changes", [{}, {"norm_layers": (1,)}, {"norm": "layer"}, {"placement": "after"}], ids=str)
def test_all_units_together_are_the_activations_input(changes):
    config = SMALL.replace(**changes)
    history, data = record(config), load_data(config)
    found = drift(history, data, 2)
    signals = signals_of(config, history.params[3], history.running[3], data.x_train)[1]
    inside = np.arctanh(np.clip(signals["a"], -1 + 1e-12, 1 - 1e-12))
    for run in range(3):
        assert found.bands[3, run] == pytest.approx(np.percentile(inside[run], PERCENTILES), rel=1e-4)


def test_a_lost_run_has_no_number():
    history = record(SMALL)
    params = history.params.copy()
    params[2:, 1] = np.nan
    found = drift(replace(history, params=params), load_data(SMALL), 1)
    for part in (found.bands, found.mean, found.moved):
        assert np.isnan(part[2:, 1]).all()
        assert np.isfinite(part[1:, 0]).all()


@pytest.mark.parametrize(
    ("layer", "unit", "message"),
    [
        (4, None, "drift.layer: must be 1..3; got 4. Layers and units are counted from 1."),
        (2, 7, "drift.unit: must be 1..6; got 7. Layers and units are counted from 1."),
    ],
)
def test_what_does_not_exist_is_named(layer, unit, message):
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        drift(record(SMALL), load_data(SMALL), layer, unit=unit)
