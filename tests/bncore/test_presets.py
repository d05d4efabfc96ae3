from __future__ import annotations

import pytest

from bncore.config import Experiment, RunConfig
from bncore.cost import estimate
from bncore.presets import PRESETS, preset_of
from bncore.summary import epochs_to, first, quantile
from bncore.train import train


def test_the_default_experiment_is_the_clear_one() -> None:
    assert PRESETS["clear"].experiment == Experiment()
    assert list(PRESETS) == ["clear", "notes", "rings", "one-class-batches", "tiny-batches"]


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_is_told_in_one_sentence_and_can_be_paid_for(name: str) -> None:
    preset = PRESETS[name]
    assert preset.title
    assert preset.description.endswith(".")
    assert preset.description.count(".") == 1
    for config in preset.experiment.configs().values():
        assert estimate(config).fits


def test_the_notes_networks_have_the_notes_numbers() -> None:
    config = PRESETS["notes"].experiment.base
    assert (config.hidden, config.placement, config.optimizer, config.learning_rate) == ((3, 2), "after", "adam", 1e-3)
    assert (config.batch_size, config.bn_momentum, config.epochs, config.seeds) == (32, 0.99, 200, 64)
    assert (config.dataset, config.initializer, config.batches) == ("adaboost", "glorot_uniform", "shuffled")


def test_clear_shows_bn_first() -> None:
    with_bn, without = (train(config) for config in PRESETS["clear"].experiment.configs().values())
    assert first(epochs_to(with_bn, 0.95), epochs_to(without, 0.95)).a >= 7


@pytest.mark.parametrize("name", ["one-class-batches", "tiny-batches"])
def test_where_bn_hurts_it_hurts(name: str) -> None:
    experiment = PRESETS[name].experiment.replace({"seeds": 4})
    with_bn, without = (train(config).test_accuracy[-1] for config in experiment.configs().values())
    assert (without > 0.9).all()
    assert with_bn.mean() < 0.65
    assert quantile(with_bn, 0.5) < 0.65  # type: ignore[operator]


def test_batches_of_one_class_are_exactly_pure() -> None:
    config = PRESETS["one-class-batches"].experiment.base
    assert config.batches == "one_class"
    assert config.n_train == 512
    assert RunConfig().batches == "shuffled"


def test_a_preset_is_known_whatever_its_first_seed() -> None:
    for name, preset in PRESETS.items():
        last = 2**31 - preset.experiment.base.seeds  # for a preset of more seeds this would be too large
        assert preset_of(preset.experiment.replace({"seed": last})) == name
        assert preset_of(preset.experiment.replace({"noise": 0.33})) is None
