"""What the page on running statistics claims: the libraries' numbers, and the network at its default settings."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app.result import ArmResult
from app.running.network import SPECS, cure, settings, tuned
from bncore import load_data, train
from bncore.instruments.gap import gap
from tests.bncore.slopes import relative_error

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.evidence


def test_keras_and_pytorch_still_store_this(tmp_path):
    file = tmp_path / "running.npz"
    command = [sys.executable, "-B", "-m", "tests.golden.make_golden_running", str(file)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, f"requirements-peers.txt must be installed\n{made.stderr}"
    golden = ROOT / "tests" / "golden" / file.name
    with np.load(golden, allow_pickle=False) as committed, np.load(file, allow_pickle=False) as new:
        assert sorted(committed.files) == sorted(new.files)
        for name in committed.files:
            assert committed[name].shape == new[name].shape, name
            if name != "version":
                assert relative_error(new[name], committed[name]) < (1e-6 if "keras" in name else 1e-12), name


def test_the_libraries_refuse_and_default_as_the_page_says(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras, torch = pytest.importorskip("keras"), pytest.importorskip("torch")
    layer, norm = keras.layers.BatchNormalization(), torch.nn.BatchNorm1d(1)
    assert (layer.momentum, layer.epsilon) == (0.99, 1e-3)
    assert (norm.momentum, norm.eps) == (0.1, 1e-5)
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        norm(torch.ones(1, 1))


@cache
def trained(**changes) -> ArmResult:
    values = {name: default for name, (_, default) in SPECS.items()}
    config = settings(values).replace(**({"seeds": 32} | changes))
    return ArmResult(config, load_data(config), train(config), None)


def accuracies(**changes) -> tuple[float, float, float]:
    """Return median accuracy with exact, batch and running statistics."""
    run = trained(**changes)
    return tuple(
        float(np.median(way.accuracy)) for way in gap(run.config, run.dataset, run.history.params[-1], run.history.running[-1])
    )


def test_high_momentum_lags_and_exact_statistics_do_not():
    by_momentum = [accuracies(bn_momentum=m) for m in (0.5, 0.9, 0.99, 0.999)]
    exact, batch, running = (list(column) for column in zip(*by_momentum, strict=True))
    assert len(set(exact)) == len(set(batch)) == 1  # momentum changes no weight
    assert exact[0] > 0.98
    assert running[0] > 0.97
    assert running[1] > 0.97
    assert 0.83 < running[2] < 0.92
    assert 0.74 < running[3] < 0.85


def test_small_batches_hurt_more_than_their_statistics():
    exact, batch, _ = accuracies(batch_size=4, bn_momentum=0.9)
    assert exact < 0.93
    assert batch < exact - 0.02
    assert accuracies(batch_size=256, bn_momentum=0.9)[0] > 0.99


def test_re_estimation_mends_every_seed():
    found = cure(trained())
    assert (found.after[0] > found.before[0]).mean() > 0.95
    assert np.median(found.after[1]) - np.median(found.before[1]) > 0.08


def test_fine_tuning_on_batches_of_two_wants_frozen_exact_statistics():
    found = {name: float(np.median(values)) for name, values in tuned(trained(), 2).items()}
    assert found["updated"] < found["frozen"] < found["cured"]
    assert found["cured"] > 0.98
    assert found["updated"] < 0.93
