from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from app.controls.values import WIDGETS, read, shown
from bncore.config import SPECS, Experiment, RunConfig
from tests.configs import configs


@given(config=configs())
def test_controls_that_nobody_touched_change_nothing(config: RunConfig) -> None:
    before = Experiment(config)
    assert read(shown(config), before) == (before, [])


@given(config=configs())
def test_a_control_for_every_field(config: RunConfig) -> None:
    assert set(shown(config)) == set(WIDGETS) > set(SPECS)


@given(before=configs(), after=configs())
def test_controls_moved_all_at_once_are_read_back(before: RunConfig, after: RunConfig) -> None:
    same_hidden = after.replace(hidden=before.hidden, norm_layers=before.norm_layers)
    moved = {key: value for key, value in shown(same_hidden).items() if key in SPECS and value != ""}
    if same_hidden.steps is not None:
        moved.pop("epochs", None)
    same_mode = (before.steps is None) == (after.steps is None)
    if same_mode:
        assert read(moved, Experiment(before)) == (Experiment(same_hidden), [])


@pytest.mark.parametrize(
    ("touched", "fields"),
    [
        ({"batch_size": "64"}, {"batch_size": 64}),
        ({"learning_rate": "1e-05"}, {"learning_rate": 1e-5}),
        ({"same_updates": True}, {"epochs": None, "steps": 780}),
        ({"same_updates": True, "batch_size": "64"}, {"epochs": None, "steps": 780, "batch_size": 64}),
        ({"depth": 4}, {"hidden": (16, 16, 16, 16)}),
        ({"depth": 0}, {"hidden": ()}),
        ({"width": 8}, {"hidden": (8, 8)}),
        ({"hidden": " 3, 2 "}, {"hidden": (3, 2)}),
        ({"hidden": "none"}, {"hidden": ()}),
        ({"norm_layers": [2]}, {"norm_layers": (2,)}),
        ({"norm_layers": []}, {"norm_layers": ()}),
        ({"norm_layers": [2, 1]}, {}),
        ({"seed": 7}, {"seed": 7}),
        ({"seed": None}, {}),
        ({"standardize": True}, {"standardize": True}),
    ],
)
def test_a_touched_control_changes_its_field(touched: dict[str, Any], fields: dict[str, Any]) -> None:
    assert read(touched, Experiment()) == (Experiment(RunConfig(**fields)), [])


def test_a_duration_in_steps_goes_back_to_epochs() -> None:
    before = Experiment(RunConfig().replace(steps=600))
    assert read({"same_updates": False}, before)[0].base.epochs == 47
    long = Experiment(RunConfig(batch_size=400).replace(steps=100_000))
    assert read({"same_updates": False}, long)[0].base.epochs == 2000


def test_all_layers_stay_all_when_layers_come_and_go() -> None:
    assert read({"depth": 5}, Experiment())[0].base.norm_layers == "all"
    chosen = Experiment(RunConfig(hidden=(8, 8, 8), norm_layers=(1, 3)))
    experiment, messages = read({"depth": 2}, chosen)
    assert experiment.base.norm_layers == (1,)
    assert messages == ["norm_layers: must name hidden layers 1..2; got 1,3. Use all, or layers that exist. Using 1."]
    last = Experiment(RunConfig(hidden=(8, 8, 8), norm_layers=(3,)))
    assert read({"depth": 2}, last)[0].base.norm_layers == "all"


def test_a_combination_that_is_not_allowed_is_mended_and_named() -> None:
    experiment, messages = read({"samples": "100"}, Experiment(RunConfig(batch_size=400)))
    assert experiment.base.batch_size == 80
    assert messages == ["batch_size: must be 1..n_train (80); got 400. Use 80 or less. Using 80."]


def test_text_that_cannot_be_read_leaves_the_field_as_it_was() -> None:
    before = Experiment(RunConfig(hidden=(5,)))
    experiment, messages = read({"hidden": "5;5"}, before)
    assert experiment == before
    assert messages[0].startswith("hidden: must be whole numbers with commas between them, or none; got '5;5'. ")
    assert messages[0].endswith(" Using 5.")


def test_a_network_deeper_than_the_slider_is_left_alone() -> None:
    before = Experiment(RunConfig(hidden=(4,) * 20))
    assert shown(before.base)["depth"] == 8
    assert read({"batch_size": "16"}, before)[0].base.hidden == (4,) * 20
