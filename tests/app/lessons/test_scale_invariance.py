"""Long weights replay a run at the square of their length, and nowhere else."""

from __future__ import annotations

import numpy as np

from app.lessons.scale_invariance import BASE, DECAY, EXACT, KERAS_EPS, NO_DECAY, REPLAYS, TINY_EPS, measure
from bncore import train
from bncore.instruments import weight_norms

CONFIG = EXACT.replace(seeds=2, epochs=3)


def test_only_a_hundred_times_the_rate_replays_the_run() -> None:
    apart = {label: measure(CONFIG, label).numbers["apart"] for label in REPLAYS}
    assert (apart["rate × 100"] < 1e-10).all()
    assert (apart["rate × 1"] > 1e-3).all()
    assert (apart["rate × 10"] > 1e-3).all()


def test_eps_ends_the_invariance() -> None:
    exact, usual = measure(CONFIG, TINY_EPS), measure(CONFIG.replace(eps=1e-3), KERAS_EPS)
    assert (exact.curves["change"].y < 1e-12).all()
    assert (usual.numbers["short"] == usual.curves["change"].y[:, 0]).all()
    assert (usual.numbers["short"] > 0.1).all()


def test_the_lengths_are_those_of_the_hidden_layers() -> None:
    config = BASE.replace(seeds=2, epochs=3, weight_decay=0.01)
    norms = weight_norms(train(config))[..., :2]
    found = measure(config, DECAY)
    assert np.allclose(found.numbers["longer"], norms[-1].mean(axis=1) / norms[0].mean(axis=1), rtol=1e-12)
    assert np.allclose(found.numbers["rate"], (0.5 / norms[-1] ** 2).mean(axis=1), rtol=1e-12)
    assert (measure(config.replace(weight_decay=0.0), NO_DECAY).numbers["longer"] > found.numbers["longer"]).all()
