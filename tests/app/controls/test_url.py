from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arms import named, twins
from app.controls.url import decode, encode, view_of
from bncore.config import SPECS, TWINS, Arm, Experiment, RunConfig
from bncore.presets import PRESETS
from tests.configs import experiments


@given(experiment=experiments())
def test_a_link_gives_the_same_experiment_to_the_last_bit(experiment: Experiment) -> None:
    assert decode(encode(experiment)) == (named(experiment), [])


@given(params=st.dictionaries(st.sampled_from([*SPECS, "arm", "v.epoch", "other"]), st.lists(st.text(max_size=30), max_size=3)))
def test_any_link_gives_an_experiment(params: dict[str, list[str]]) -> None:
    experiment, _ = decode(params)
    assert decode(encode(experiment)) == (experiment, [])


def test_defaults_are_not_in_the_link() -> None:
    assert encode(Experiment()) == {}
    assert encode(Experiment(RunConfig(batch_size=64, standardize=True))) == {"batch_size": ["64"], "standardize": ["true"]}
    assert encode(Experiment(RunConfig().replace(steps=600))) == {"steps": ["600"]}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_its_link(name: str) -> None:
    assert decode(encode(PRESETS[name].experiment)) == (PRESETS[name].experiment, [])


def test_other_arms_are_in_the_link_one_each() -> None:
    arms = (Arm("plain", (("norm", "none"), ("hidden", (4, 4)))), Arm("a:b"))
    assert encode(Experiment(arms=arms)) == {"arm": ["plain:norm=none,hidden=4,4", "a:b:"]}
    assert decode({"arm": ["plain:norm=none,hidden=4,4", "a:b:"]})[0].arms == arms


def test_a_second_arm_is_in_the_link_unless_it_is_the_base_without() -> None:
    assert encode(named(Experiment(RunConfig(norm="layer")))) == {"norm": ["layer"]}
    faster = Experiment(arms=twins(RunConfig(), "learning_rate", 0.1))
    assert encode(faster) == {"arm": ["learning rate 0.03:", "learning rate 0.1:learning_rate=0.1"]}
    assert decode({"arm": ["with BN:", "with layer norm:norm=layer"], "norm": ["group"]})[0].arms[0].label == "with group norm"


@pytest.mark.parametrize(
    ("params", "changed", "messages"),
    [
        (
            {"learning_rate": ["-1"], "seeds": ["4"]},
            {"seeds": ["4"]},
            ["learning_rate: must be 1e-05..100; got -1.0. Use 1e-05 or more. Using 0.03."],
        ),
        ({"eps": ["nan"]}, {}, ["eps: must be 1e-300..10; got nan. Use a finite number. Using 0.001."]),
        ({"placement": ["<b>"]}, {}, ["placement: must be one of before, after; got '<b>'. Use before. Using before."]),
        ({"lr": ["1"], "v.epoch": ["3"]}, {}, ["lr: no such setting. Left out."]),
        ({"batch_size": ["500"]}, {}, ["batch_size: must be 1..400, the training points; got 500. Use 400 or less. Using 32."]),
        (
            {"samples": ["20"], "batch_size": ["18"]},
            {"samples": ["20"], "batch_size": ["16"]},
            ["batch_size: must be 1..16, the training points; got 18. Use 16 or less. Using 16."],
        ),
        (
            {"samples": ["20"]},
            {"samples": ["20"], "batch_size": ["16"]},
            ["batch_size: must be 1..16, the training points; got 32. Use 16 or less. Using 16."],
        ),
        (
            {"norm_layers": ["1,5"]},
            {},
            ["norm_layers: must name hidden layers 1..2; got 1,5. Use all, or layers that exist. Using all."],
        ),
        (
            {"epochs": ["50"], "steps": ["600"]},
            {"epochs": ["50"]},
            ["epochs, steps: exactly one must be given; got both. Set the other to none. Using none."],
        ),
        (
            {"arm": ["plain"]},
            {},
            ["arm: must be label:field=value; got 'plain'. Write it like without:norm=none. Using the default twins."],
        ),
        (
            {"arm": ["a:seeds=3"]},
            {},
            ["seeds: arms share data and seeds; got 3. Change it in the base. Using the default twins."],
        ),
        (
            {"arm": [f"{i}:" for i in range(5)]},
            {},
            ["arm: must be 1..4 arms; got 5 arms. Compare four at most. Using the default twins."],
        ),
    ],
)
def test_what_cannot_be_used_is_named_and_replaced(
    params: dict[str, list[str]], changed: dict[str, list[str]], messages: list[str]
) -> None:
    experiment, said = decode(params)
    assert said == messages
    assert encode(experiment) == changed
    assert experiment.arms == TWINS


def test_a_long_bad_value_is_cut_short() -> None:
    (message,) = decode({"dataset": ["x" * 190]})[1]
    assert len(message) < 300


def test_the_last_of_repeated_values_counts() -> None:
    assert decode({"seeds": ["2", "3"]})[0].base.seeds == 3


def test_the_players_parameters_are_told_apart() -> None:
    assert view_of({"v.epoch": ["5"], "v": ["1"], "seed": ["3"]}) == {"v.epoch": ["5"]}
