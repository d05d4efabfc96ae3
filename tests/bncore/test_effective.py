"""A field is said to be without effect if, and only if, no number depends on it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bncore.config import SHARED_FIELDS, SPECS, RunConfig
from bncore.effective import BATCH_NORMS, drawing_layers
from bncore.network import Layout
from bncore.train import train
from tests.bncore.records import ARRAYS
from tests.bncore.variants import NORMS, of_kind

BASE = {"hidden": (6, 4), "samples": 60, "seeds": 1, "epochs": 2, "batch_size": 10, "learning_rate": 0.1, "activation": "tanh"}
OTHERS = {
    "noise": 0.3, "factor": 0.3, "standardize": True, "activation": "sigmoid", "initializer": "he_normal", "init_scale": 2.0,
    "dropout": 0.4, "dropout_place": "before", "norm": "batch", "placement": "after", "norm_layers": (1,), "norm_output": True,
    "bn_momentum": 0.5, "eps": 0.5, "gamma_init": 0.5, "beta_init": 0.25, "groups": 3, "ghost_size": 3, "renorm_r_max": 1.1,
    "renorm_d_max": 0.1, "renorm_start": 0, "inference": "exact", "unbiased_running": True, "freeze_statistics": True,
    "learn_gamma": False, "learn_beta": False, "optimizer": "rmsprop", "sgd_momentum": 0.3, "adam_beta1": 0.4,
    "adam_beta2": 0.9, "adam_eps": 0.1, "rmsprop_rho": 0.4, "learning_rate": 0.2, "schedule": "cosine", "warmup": 5,
    "batch_size": 9, "batches": "fixed", "steps": 7, "weight_decay": 0.1, "precision": "float32",
}  # fmt: skip
"""Another value of every field but those that arms share."""

SETTINGS = {
    **{name: (name, {}) for name in NORMS},
    **{f"{name}, dropping": (name, {"dropout": 0.2}) for name in ("batch", "ghost")},
    **{f"{name}, frozen": (name, {"freeze_statistics": True}) for name in BATCH_NORMS},
    **{f"{name}, nowhere": (name, {"norm_layers": ()}) for name in ("batch", "group")},
    **{f"{name}, output only": (name, {"norm_layers": (), "norm_output": True, "dropout": 0.2}) for name in ("batch", "ghost")},
    **{name: ("none", {"optimizer": name}) for name in ("nesterov", "rmsprop", "adamw")},
    "no hidden layer": ("renorm", {"hidden": (), "norm_output": True, "dropout": 0.2}),
    "nothing at all": ("none", {"hidden": (), "dropout": 0.2}),
    "moons": ("batch", {"dataset": "moons"}),
}


trained = cache(train)


def differ(config, other):
    a, b = trained(config), train(other)
    if len(a.eval_step) != len(b.eval_step):
        return True
    return any(
        getattr(a, name).shape != getattr(b, name).shape or not np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True)
        for name in ARRAYS
    )


def test_every_field_is_tried():
    assert set(OTHERS) | {*SHARED_FIELDS, "hidden", "epochs"} == set(SPECS)


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_a_field_counts_exactly_where_it_changes_a_number(setting):
    name, changes = setting
    config = of_kind(name, **BASE | changes)
    inert = config.inert()
    for field, value in OTHERS.items():
        if getattr(config, field) == value or (field == "norm_layers" and not config.hidden):
            continue
        other = config.replace(**{field: value})
        if field == "norm" and config.freeze_statistics:
            assert not differ(config, other)  # frozen, all are one; yet each is drawn in its own training mode
        elif field in inert:
            assert other.key == config.key, (field, inert[field])
            assert not differ(config, other), (field, inert[field])
        elif field in ("norm", "norm_layers") and other.key == config.key:
            assert not differ(config, other), field
        else:
            assert other.key != config.key, field
            assert differ(config, other), field


@pytest.mark.parametrize("name", ["layer", "group"])
def test_what_keeps_no_statistics_says_so(name):
    why = RunConfig(norm=name).inert()
    for field in ("bn_momentum", "inference", "unbiased_running", "freeze_statistics"):
        assert why[field] == f"{name.capitalize()} normalization keeps no running statistics."
    assert RunConfig(norm=name).keeps_statistics is False


def test_a_frozen_run_says_what_that_puts_out_of_effect():
    frozen = RunConfig(norm="renorm", freeze_statistics=True).inert()
    for field in ("bn_momentum", "unbiased_running", "renorm_r_max", "renorm_d_max", "renorm_start"):
        assert frozen[field] == "The statistics are frozen."
    assert frozen["ghost_size"] == "Only ghost BN cuts a batch into parts."


def test_streams_are_used_where_something_is_drawn():
    assert [drawing_layers(RunConfig(), purpose) for purpose in ("order", "dropout", "noise")] == [(0,), (), ()]
    assert drawing_layers(RunConfig(dropout=0.1), "dropout") == (1, 2)
    assert drawing_layers(RunConfig(dropout=0.1, hidden=()), "dropout") == ()
    assert drawing_layers(RunConfig(norm="noisy", norm_layers=(2,), norm_output=True), "noise") == (2, 3)
    assert drawing_layers(RunConfig(norm="noisy", norm_layers=()), "noise") == ()
    assert drawing_layers(RunConfig(norm="noisy", freeze_statistics=True), "noise") == ()


@pytest.mark.parametrize("changes", [{"batch_size": 1}, {"norm": "noisy", "batch_size": 1}, {"norm": "ghost", "ghost_size": 1}])
def test_parts_of_one_are_warned_of(changes):
    (field,) = RunConfig(**changes).warnings()
    assert field == ("ghost_size" if "ghost_size" in changes else "batch_size")
    for quiet in ({"norm": "layer"}, {"freeze_statistics": True}):
        assert RunConfig(**changes | quiet).warnings() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"norm": "renorm", "batch_size": 1}, "batch_size"),
        ({"norm": "group", "groups": 16}, "groups"),
        ({"norm": "group", "groups": 64, "hidden": (32, 16)}, "groups"),
        ({"norm": "layer", "hidden": (1,)}, "hidden"),
        ({"norm": "layer", "norm_output": True}, "norm_output"),
        ({"norm": "group", "norm_output": True}, "norm_output"),
    ],
)
def test_what_cannot_learn_is_warned_of_and_does_not(changes, field):
    config = RunConfig(**{"hidden": (16,), "seeds": 1, "epochs": 1} | changes)
    assert list(config.warnings()) == [field]
    history, layout = train(config), Layout.of(config)
    (first, *_), (last, *_) = (layout.weights(history.params[frame]) for frame in (0, -1))
    assert np.abs(last.weight - first.weight).max() < 1e-12


@pytest.mark.parametrize("changes", [{"norm": "group"}, {"norm": "layer"}, {"norm": "layer", "hidden": (2,)}])
def test_what_can_learn_is_not(changes):
    assert RunConfig(**changes).warnings() == {}
