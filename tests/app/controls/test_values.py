from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arms import DIFFERENT, named, twins
from app.controls.second import COMPARE, FIELD, ONE_FIELD, OWN, fields_for, kinds_for, other_value, value_key
from app.controls.values import WIDGETS, read, shown
from bncore.config import SPECS, Arm, Experiment, RunConfig
from tests.configs import configs, experiments

OWN_ARMS = (Arm("plain", (("norm", "none"), ("hidden", (4,)))), Arm("deep"))


@given(experiment=experiments())
def test_controls_that_nobody_touched_change_nothing(experiment: Experiment) -> None:
    assert read(shown(experiment), experiment) == (experiment, [])


@given(config=configs(), field=st.sampled_from(DIFFERENT))
def test_a_control_for_every_field_and_for_the_one_that_differs(config: RunConfig, field: str) -> None:
    held = shown(Experiment(config))
    assert set(SPECS) < set(held) <= set(WIDGETS)
    value = config.epochs or 1 if field == "epochs" else other_value(field, config) if getattr(config, field) is not None else 7
    two = shown(Experiment(config, twins(config, field, value)))
    assert set(two) - set(held) == {FIELD, value_key(field)}
    assert (two[COMPARE], two[FIELD]) == (ONE_FIELD, field)


@given(before=configs(), after=configs())
def test_controls_moved_all_at_once_are_read_back(before: RunConfig, after: RunConfig) -> None:
    same_hidden = after.replace(hidden=before.hidden, norm_layers=before.norm_layers)
    moved = {key: value for key, value in shown(Experiment(same_hidden)).items() if key in SPECS and value != ""}
    if same_hidden.steps is not None:
        moved.pop("epochs", None)
    same_mode = (before.steps is None) == (after.steps is None)
    moved_at_all = same_hidden != before
    if same_mode:
        assert read(moved, Experiment(before)) == (named(Experiment(same_hidden)) if moved_at_all else Experiment(before), [])


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
    assert read(touched, Experiment()) == (named(Experiment(RunConfig(**fields))), [])


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
    assert messages == ["batch_size: must be 1..80, the training points; got 400. Use 80 or less. Using 80."]


def test_a_table_without_rows_leaves_the_data_as_they_were() -> None:
    before = Experiment(RunConfig(dataset="moons", noise=0.3))
    experiment, messages = read({"dataset": "table"}, before)
    assert experiment == before
    assert messages == ["dataset: table has no rows yet. Give them at Your own table. Still using moons."]


def test_data_that_cannot_be_learned_give_way_to_the_default() -> None:
    experiment, messages = read({"dataset": "plane_wave"}, Experiment(RunConfig(batches="one_class")))
    assert (experiment.base.dataset, experiment.base.batches) == ("plane_wave", "shuffled")
    assert messages == ["batches: one_class needs classes; got dataset plane_wave. Use shuffled. Using shuffled."]


def test_text_that_cannot_be_read_leaves_the_field_as_it_was() -> None:
    before = Experiment(RunConfig(hidden=(5,)))
    experiment, messages = read({"hidden": "5;5"}, before)
    assert experiment == before
    assert messages[0].startswith("hidden: must be whole numbers with commas between them, or none; got '5;5'. ")
    assert messages[0].endswith(" Using 5.")


def test_a_network_deeper_than_the_slider_is_left_alone() -> None:
    before = Experiment(RunConfig(hidden=(4,) * 20))
    assert shown(before)["depth"] == 8
    assert read({"batch_size": "16"}, before)[0].base.hidden == (4,) * 20


@pytest.mark.parametrize(
    ("touched", "labels", "override"),
    [
        ({COMPARE: "layer"}, ("with BN", "with layer norm"), ("norm", "layer")),
        ({COMPARE: "batch"}, ("with BN", "the same"), ("norm", "batch")),
        ({COMPARE: ONE_FIELD}, ("learning rate 0.03", "learning rate 0.1"), ("learning_rate", 0.1)),
        ({COMPARE: "layer", "norm": "group"}, ("with group norm", "with layer norm"), ("norm", "layer")),
        ({"norm": "layer"}, ("with layer norm", "without"), ("norm", "none")),
        ({"norm": "none"}, ("without", "the same"), ("norm", "none")),
    ],
)
def test_the_second_arm_is_chosen_and_called_by_what_differs(
    touched: dict[str, str], labels: tuple[str, str], override: tuple[str, Any]
) -> None:
    experiment, said = read(touched, Experiment())
    assert said == []
    assert tuple(arm.label for arm in experiment.arms) == labels
    assert [arm.overrides for arm in experiment.arms] == [(), (override,)]


def test_the_one_setting_and_its_value_are_chosen() -> None:
    one, _ = read({COMPARE: ONE_FIELD}, Experiment())
    two, _ = read({FIELD: "bn_momentum"}, one)
    assert [arm.label for arm in two.arms] == ["BN momentum 0.9", "BN momentum 0.98"]
    three, _ = read({value_key("bn_momentum"): "0.5"}, two)
    assert three.arms[1] == Arm("BN momentum 0.5", (("bn_momentum", 0.5),))
    same, _ = read({value_key("bn_momentum"): "0.9"}, three)
    assert [arm.label for arm in same.arms] == ["BN momentum 0.9", "the same"]
    assert read({"bn_momentum": "0.99"}, same)[0].arms[0].label == "BN momentum 0.99"
    assert read({COMPARE: "none"}, same)[0] == Experiment()


def test_a_value_that_the_second_arm_cannot_take_is_named_and_left() -> None:
    before = Experiment(arms=twins(RunConfig(), "hidden", (4,)))
    experiment, said = read({value_key("hidden"): "4;4"}, before)
    assert experiment == before
    assert said[0].startswith("hidden: must be whole numbers with commas between them, or none; got '4;4'.")


def test_arms_of_ones_own_stay_until_others_are_chosen() -> None:
    own = Experiment(arms=OWN_ARMS)
    assert shown(own)[COMPARE] == OWN == kinds_for(own)[-1]
    assert OWN not in kinds_for(Experiment())
    assert read({"learning_rate": "0.1"}, own)[0].arms == OWN_ARMS
    assert read({COMPARE: "none"}, own)[0] == Experiment()


def test_fields_without_effect_are_not_offered_unless_chosen() -> None:
    assert "adam_beta1" not in fields_for(Experiment())
    assert "adam_beta1" in fields_for(Experiment(arms=twins(RunConfig(), "adam_beta1", 0.5)))
    assert {"epochs", "steps"} & set(fields_for(Experiment())) == {"epochs"}
    assert {"epochs", "steps"} & set(fields_for(Experiment(RunConfig().replace(steps=9)))) == {"steps"}


@given(config=configs(), name=st.sampled_from(DIFFERENT))
def test_the_other_value_is_another_and_allowed(config: RunConfig, name: str) -> None:
    if getattr(config, name) is None:
        return
    other = other_value(name, config)
    config.replace(**{name: other})
    one_choice = (name == "norm_layers" and not config.hidden) or (name == "batch_size" and config.n_train == 1)
    assert other != getattr(config, name) or one_choice
