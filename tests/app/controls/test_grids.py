from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from app.controls.grids import options_for
from app.words import label_of
from bncore.config import SPECS, RunConfig, format_value, parse_value
from tests.configs import configs

NUMBERS = [name for name, spec in SPECS.items() if spec.kind in ("int", "float") and name != "seed"]


@given(config=configs())
def test_the_value_is_a_stop_and_every_stop_is_allowed(config: RunConfig) -> None:
    for name in NUMBERS:
        value = getattr(config, name)
        if value is None:
            continue
        stops = options_for(name, config)
        assert format_value(name, value) in stops
        values = [parse_value(name, stop) for stop in stops]
        assert values == sorted(set(values))


@given(config=configs())
def test_no_two_stops_look_alike(config: RunConfig) -> None:
    for name in NUMBERS:
        if getattr(config, name) is not None:
            stops = options_for(name, config)
            assert len({label_of(stop) for stop in stops}) == len(stops)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_slider_has_enough_stops_and_not_too_many(name: str) -> None:
    config = RunConfig(epochs=None, steps=600) if name == "steps" else RunConfig()
    assert 7 <= len(options_for(name, config)) <= 35


@pytest.mark.parametrize("name", [name for name in NUMBERS if SPECS[name].log])
def test_stops_of_a_logarithmic_field_are_spread_by_ratio(name: str) -> None:
    config = RunConfig(epochs=None, steps=600) if name == "steps" else RunConfig()
    values = [float(stop) for stop in options_for(name, config) if float(stop) > 0]
    ratios = [b / a for a, b in pairwise(values)]
    assert max(ratios) <= 10.001


def test_the_largest_batch_is_the_training_set() -> None:
    assert options_for("batch_size", RunConfig(samples=100))[-1] == "80"


@pytest.mark.parametrize(
    ("name", "stops"),
    [
        ("dropout", "0.0 0.05 0.1 0.15 0.2 0.25 0.3 0.4 0.5 0.6 0.7 0.8 0.9"),
        ("warmup", "0 10 20 50 100 200 500"),
        ("renorm_start", "0 10 20 50 100 200 500"),
        ("renorm_d_max", "0.0 0.1 0.2 0.5 1.0 2.0 5.0 10.0 20.0 50.0 100.0"),
        ("groups", "1 2 4 8 16 32 64"),
        ("ghost_size", "1 2 4 8 16 32 64 128 256"),
    ],
)
def test_stops_that_make_sense(name: str, stops: str) -> None:
    assert options_for(name, RunConfig()) == stops.split()


def test_a_part_of_the_run_is_not_longer_than_the_run() -> None:
    assert options_for("warmup", RunConfig().replace(steps=5000))[-1] == "5000"
    assert options_for("warmup", RunConfig(warmup=70_000))[-1] == "70000"
