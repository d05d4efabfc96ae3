from __future__ import annotations

import math
import pickle
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.config import SHARED_FIELDS, SPECS, TWINS, Arm, Experiment, RunConfig, format_value, parse_value, spec_of
from bncore.effective import NORM_FIELDS
from bncore.errors import ConfigError
from tests.configs import configs, experiments, values_of


@given(config=configs())
def test_every_field_survives_its_text_to_the_last_bit(config: RunConfig) -> None:
    texts = config.as_text()
    assert RunConfig(**{name: parse_value(name, text) for name, text in texts.items()}) == config


@given(data=st.data(), name=st.sampled_from(list(SPECS)))
def test_every_value_survives_its_text(data: st.DataObject, name: str) -> None:
    value = data.draw(values_of(name))
    if name == "table":
        value = RunConfig(table=value).table
    back = parse_value(name, format_value(name, value))
    assert back == value
    assert type(back) is type(value)


@given(config=configs())
def test_changed_says_everything_that_is_not_default(config: RunConfig) -> None:
    assert RunConfig(**{name: parse_value(name, text) for name, text in config.changed().items()}) == config


@given(config=configs())
def test_settings_without_effect_do_not_count(config: RunConfig) -> None:
    assert config.effective.key == config.key
    assert config.effective.effective == config.effective
    assert config.effective.total_steps == config.total_steps
    assert config.effective.normalised_layers == config.normalised_layers


@given(config=configs())
def test_batches_cover_the_training_set_once(config: RunConfig) -> None:
    bounds = config.batch_bounds
    assert bounds[0][0] == 0
    assert bounds[-1][1] == config.n_train
    assert all(a[1] == b[0] for a, b in pairwise(bounds))
    assert config.n_train + config.n_test == config.n_points


@given(experiment=experiments())
def test_experiments_travel_between_processes(experiment: Experiment) -> None:
    assert pickle.loads(pickle.dumps(experiment)) == experiment


def test_a_field_with_effect_changes_the_key() -> None:
    base = RunConfig()
    others = {
        "learning_rate": 0.05,
        "batch_size": 16,
        "seeds": 9,
        "seed": 1,
        "placement": "after",
        "bn_momentum": 0.8,
        "noise": 0.2,
    }
    keys = {base.key, *(base.replace(**{name: value}).key for name, value in others.items())}
    assert len(keys) == len(others) + 1


def test_fields_without_effect_are_told_apart() -> None:
    assert RunConfig().inert() == {
        "table": "The points are not those of a table.",
        "dropout_place": "Nothing is dropped.",
        "groups": "Only group normalization has groups.",
        "ghost_size": "Only ghost BN cuts a batch into parts.",
        "renorm_r_max": "Only batch renormalization has limits.",
        "renorm_d_max": "Only batch renormalization has limits.",
        "renorm_start": "Only batch renormalization has a schedule.",
        "sgd_momentum": "Only momentum and Nesterov use it.",
        "rmsprop_rho": "Only RMSprop uses it.",
        "adam_beta1": "Only Adam and AdamW use it.",
        "adam_beta2": "Only Adam and AdamW use it.",
        "adam_eps": "Only Adam, AdamW and RMSprop use it.",
    }
    assert RunConfig(norm="none").inert().keys() >= set(NORM_FIELDS)
    assert RunConfig(norm_layers=()).inert()["gamma_init"] == "No layer is normalised."
    assert "norm_layers" not in RunConfig(norm_layers=()).inert()
    assert RunConfig(norm_layers=(), norm_output=True).inert()["placement"] == "No hidden layer is normalised."


def test_steps_that_are_whole_epochs_are_the_same_run() -> None:
    assert RunConfig(epochs=None, steps=780).key == RunConfig().key
    assert RunConfig(epochs=None, steps=781).key != RunConfig().key


def test_a_batch_of_one_is_allowed_and_warned_of() -> None:
    assert RunConfig(batch_size=1).warnings() == {
        "batch_size": "Batch of one: every unit equals its own batch mean, so the normalised signal is 0, "
        "the output of BN is beta, and no gradient reaches the layers below."
    }
    assert RunConfig(batch_size=1, norm="none").warnings() == {}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"batch_size": 0}, "RunConfig.batch_size: must be 1..400, the training points; got 0. Use 1 or more."),
        ({"batch_size": 401}, "RunConfig.batch_size: must be 1..400, the training points; got 401. Use 400 or less."),
        ({"batch_size": 2.5}, "RunConfig.batch_size: must be a whole number; got 2.5. Use a number."),
        ({"batch_size": True}, "RunConfig.batch_size: must be a whole number; got True. Use a number."),
        ({"learning_rate": 0}, "RunConfig.learning_rate: must be 1e-05..100; got 0. Use 1e-05 or more."),
        ({"learning_rate": math.inf}, "RunConfig.learning_rate: must be 1e-05..100; got inf. Use 100 or less."),
        ({"learning_rate": math.nan}, "RunConfig.learning_rate: must be 1e-05..100; got nan. Use a finite number."),
        ({"gamma_init": -11}, "RunConfig.gamma_init: must be -10..10; got -11. Use -10 or more."),
        ({"dataset": "iris"}, "RunConfig.dataset: must be one of circles, rings, moons, spirals, xor, blobs, adaboost, students, "
         "roses, ring_classes, spirals3, plane_wave, rings_temperature, table; got 'iris'. Use circles."),
        ({"standardize": 1}, "RunConfig.standardize: must be true or false; got 1. Use true or false."),
        ({"hidden": (16, 65)}, "RunConfig.hidden: each layer must have 1..64 neurons; got 65. Write it like 16,16."),
        ({"hidden": (1,) * 41}, "RunConfig.hidden: must be 0..40 layers; got 41 layers. Use 40 or fewer."),
        ({"norm_layers": (3,)}, "RunConfig.norm_layers: must name hidden layers 1..2; got 3. Use all, or layers that exist."),
        ({"steps": 600}, "RunConfig.epochs, steps: exactly one must be given; got both. Set the other to none."),
        ({"epochs": None}, "RunConfig.epochs, steps: exactly one must be given; got neither. Set the other to none."),
        ({"seed": 2**31 - 1}, "RunConfig.seed: seed + seeds must stay below 2147483648; got 2147483647. Use a smaller seed."),
        ({"seeds": 1025}, "RunConfig.seeds: must be 1..1024; got 1025. Use 1024 or less."),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_in_full(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        RunConfig(**values)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("seeds", "eight", "RunConfig.seeds: must be a whole number; got 'eight'. "),
        ("seeds", "1_0", "RunConfig.seeds: must be a whole number; got '1_0'. "),
        ("noise", "1_0", "RunConfig.noise: must be a number; got '1_0'. "),
        ("standardize", "maybe", "RunConfig.standardize: must be true or false; got 'maybe'. "),
        ("hidden", "16,,16", "RunConfig.hidden: must be whole numbers with commas between them, or none; got '16,,16'. "),
        (
            "norm_layers",
            "some",
            "RunConfig.norm_layers: must be all, none, or whole numbers with commas between them; got 'some'. ",
        ),
        ("hidden", "1" * 201, "RunConfig.hidden: must be at most 200 characters; got 201 characters. Shorten it."),
    ],
)
def test_text_that_is_no_value_is_told(name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}"):
        parse_value(name, text)


def test_minus_zero_is_zero() -> None:
    assert RunConfig(beta_init=-0.0).key == RunConfig().key
    assert str(parse_value("beta_init", "-0.0")) == "0.0"


def test_an_unknown_field_is_told() -> None:
    message = f"RunConfig: has no such field; got lr. Fields: {', '.join(SPECS)}."
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        spec_of("lr")
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        RunConfig().replace(lr=1)


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        ((), "Experiment.arms: must be 1..4 arms; got 0 arms. Compare four at most."),
        ((Arm("a"), Arm("a")), "Experiment.arms: labels must differ; got a, a. Rename one."),
        ((Arm("a"), Arm("b", (("seeds", 3),))), "Experiment.arms.seeds: arms share data and seeds; got 3. Change it in the base."),
    ],
)
def test_arms_that_do_not_compare_are_told(arms: tuple[Arm, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        Experiment(RunConfig(), arms)


def test_the_twins_differ_in_nothing_but_normalization() -> None:
    with_bn, without = Experiment(RunConfig(batch_size=7), TWINS).configs().values()
    assert {name for name in SPECS if getattr(with_bn, name) != getattr(without, name)} == {"norm"}
    assert set(SHARED_FIELDS) <= set(SPECS)


def test_an_override_may_be_a_list() -> None:
    arm = Arm("deeper", (("hidden", [8, 4]),))
    assert Experiment(arms=(arm,)).configs()["deeper"].hidden == (8, 4)
    assert hash(arm) == hash(Arm("deeper", (("hidden", (8, 4)),)))


def test_errors_travel_between_processes() -> None:
    error = ConfigError("RunConfig.seeds", "must be 1..1024", "0", "Use 1 or more.")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.field == "seeds"


@pytest.mark.parametrize("name", SPECS)
def test_a_help_says_what_a_field_does_and_after_a_semicolon_what_to_look_for(name: str) -> None:
    text = SPECS[name].help
    does, _, look = text.removesuffix(".").rpartition("; ")
    assert text.endswith(".")
    assert ". " not in text  # one sentence
    assert min(len(does.split()), len(look.split())) >= 4
