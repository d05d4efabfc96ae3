"""Runs of different settings trained in one pass are each the run trained alone."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from bncore.config import STACKABLE_FIELDS, RunConfig
from bncore.errors import ConfigError
from bncore.stack import rule_of, stacked_data, structure, value_of
from bncore.state import init_state
from bncore.train import advance, advance_many, train, train_many
from tests.bncore.records import ARRAYS
from tests.bncore.slopes import relative_error
from tests.bncore.variants import NORMS, of_kind

BASE = {"hidden": (6, 4), "samples": 60, "seeds": 2, "epochs": 4, "batch_size": 10, "learning_rate": 0.1}
DIFFERENT = {
    "learning_rate": (0.01, 0.1, 0.3),
    "bn_momentum": (0.0, 0.5, 0.99),
    "eps": (1e-5, 1e-2, 1.0),
    "init_scale": (0.5, 1.0, 3.0),
    "gamma_init": (-0.5, 1.0, 2.0),
    "beta_init": (-0.5, 0.0, 1.0),
    "weight_decay": (0.0, 0.01, 0.3),
    "dropout": (0.1, 0.5, 0.7),
    "renorm_r_max": (1.0, 1.5, 3.0),
    "renorm_d_max": (0.0, 0.5, 5.0),
    "seed": (7, 0, 100),
    "sgd_momentum": (0.0, 0.5, 0.9),
    "adam_beta1": (0.5, 0.9, 0.99),
    "adam_beta2": (0.9, 0.99, 0.999),
    "adam_eps": (1e-8, 1e-4, 0.1),
    "rmsprop_rho": (0.5, 0.9, 0.99),
}
OPTIMIZER = {"sgd_momentum": "nesterov", "rmsprop_rho": "rmsprop", "weight_decay": "adamw"}


def variants_of(name, norm="batch", **changes):
    """Return three runs that differ in one field that counts."""
    optimizer = OPTIMIZER.get(name, "adam" if name.startswith("adam") else "sgd")
    rate = {} if name == "learning_rate" or optimizer not in ("adam", "adamw", "rmsprop") else {"learning_rate": 0.01}
    base = of_kind("renorm" if name.startswith("renorm") else norm, **BASE | rate | {"optimizer": optimizer} | changes)
    return [base.replace(**{name: value}) for value in DIFFERENT[name]]


@pytest.fixture
def passes(monkeypatch):
    """Collect how many configs each pass trains."""
    training = importlib.import_module("bncore.train")  # the package has a function of this name
    found, session = [], training.Session
    monkeypatch.setattr(training, "Session", lambda *states: found.append(len(states)) or session(*states))
    return found


def assert_alike(found, expected, limit=1e-9):
    assert found.config == expected.config
    assert found.divergences == expected.divergences
    for name in ARRAYS:
        a, b = getattr(found, name), getattr(expected, name)
        assert (a.dtype, a.shape) == (b.dtype, b.shape), name
        if a.dtype.kind == "f":
            there = np.isfinite(b)
            assert np.array_equal(a[~there], b[~there], equal_nan=True), name
            assert relative_error(np.r_[0.0, a[there]], np.r_[0.0, b[there]]) < limit, name
        else:
            assert np.array_equal(a, b), name


def test_every_stackable_field_is_tried():
    assert set(DIFFERENT) == set(STACKABLE_FIELDS)


@pytest.mark.parametrize("norm", ["batch", "ghost", "none"])
@pytest.mark.parametrize("name", DIFFERENT)
def test_each_run_of_a_stack_is_the_run_alone(name, norm, passes):
    configs = variants_of(name, norm)
    together = train_many(configs)
    assert passes == [3]
    for history, config in zip(together, configs, strict=True):
        assert_alike(history, train(config))
    counts = norm != "none" or name not in ("bn_momentum", "eps", "gamma_init", "beta_init")
    assert len({history.test_loss.tobytes() for history in together}) == (3 if counts else 1)


@pytest.mark.parametrize("changes", [
    {"placement": "after", "inference": "exact", "unbiased_running": True}, {"freeze_statistics": True}, {"learn_gamma": False},
    {"norm_layers": (2,), "norm_output": True}, {"batches": "replacement", "schedule": "cosine", "warmup": 5},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("norm", [name for name in NORMS if name != "none"])
def test_many_fields_at_once(norm, changes, passes):
    base = of_kind(norm, **BASE | {"dropout": 0.2} | changes)
    configs = [
        base,
        base.replace(seed=5, seeds=3, learning_rate=0.02, eps=0.1, bn_momentum=0.5, dropout=0.6, weight_decay=0.1),
        base.replace(seeds=1, gamma_init=0.5, beta_init=-0.25, init_scale=2.0, renorm_r_max=1.1, renorm_d_max=4.0),
    ]
    together = train_many(configs)
    assert passes == [3]
    for history, config in zip(together, configs, strict=True):
        assert_alike(history, train(config))


@pytest.mark.parametrize("norm", NORMS)
def test_a_float32_stack_is_each_run_alone(norm):
    base = of_kind(norm, **BASE | {"precision": "float32", "optimizer": "adamw", "learning_rate": 0.01, "weight_decay": 0.1})
    configs = [base, base.replace(learning_rate=0.003, eps=0.1, bn_momentum=0.99, adam_beta2=0.99), base.replace(weight_decay=0.3)]
    for history, config in zip(train_many(configs), configs, strict=True):
        assert history.params.dtype == np.float32
        assert_alike(history, train(config), 1e-4)


def test_what_cannot_be_stacked_is_trained_apart_and_put_back_in_order(passes):
    base = of_kind("batch", **BASE)
    configs = [
        base.replace(learning_rate=0.01), base.replace(hidden=(3,)), base.replace(learning_rate=0.2),
        base.replace(dropout=0.3), base.replace(norm="layer"), base.replace(dropout=0.6), base.replace(hidden=(3,), seed=9),
        base.replace(norm="none"), base.replace(norm_layers=()), base.replace(precision="float32"), base.replace(epochs=3),
        base.replace(epochs=None, steps=20),
    ]  # fmt: skip
    together = train_many(configs)
    assert [history.config for history in together] == configs
    assert sorted(passes) == [1, 1, 1, 2, 2, 2, 3]  # 4 epochs are 20 steps; no normalised layer is no normalization
    for history, config in zip(together, configs, strict=True):
        assert_alike(history, train(config))


def test_nothing_is_nothing():
    assert train_many([]) == []


def test_structure_does_not_count_what_has_no_effect():
    base = RunConfig()
    assert structure(base) == structure(
        base.replace(ghost_size=2, groups=3, sgd_momentum=0.1, renorm_start=7, dropout_place="before")
    )
    for changes in ({"dropout": 0.1}, {"norm": "ghost"}, {"optimizer": "adam"}, {"inference": "exact"}, {"noise": 0.2},
                    {"schedule": "cosine"}, {"warmup": 3}, {"batches": "fixed"}, {"unbiased_running": True}, {"learn_beta": False},
                    {"freeze_statistics": True}, {"precision": "float32"}, {"steps": 781}, {"batch_size": 31}):  # fmt: skip
        assert structure(base) != structure(base.replace(**changes)), changes
    ghost = base.replace(norm="ghost", dropout=0.1)
    assert structure(ghost) != structure(ghost.replace(ghost_size=4))
    assert structure(ghost) != structure(ghost.replace(dropout_place="before"))


def test_values_stand_by_run():
    configs = [RunConfig(seeds=2, learning_rate=0.1), RunConfig(seeds=1, learning_rate=0.3, seed=4)]
    assert value_of(configs, "learning_rate").tolist() == [0.1, 0.1, 0.3]
    assert value_of(configs, "eps") == 1e-3
    rule = rule_of(configs)
    assert rule.learning_rate.shape == (3, 1)
    assert rule.weight_decay == 0.0
    data = stacked_data(configs)
    for run, config in enumerate((RunConfig(seeds=1), RunConfig(seeds=1, seed=1), RunConfig(seeds=1, seed=4))):
        alone = stacked_data([config])
        for name in ("x_train", "y_train", "x_test", "y_test", "domain"):
            assert np.array_equal(getattr(data, name)[run], getattr(alone, name)[0])


@pytest.mark.parametrize("norm", [{"norm": "none"}, {"norm": "layer", "norm_layers": (1,)}, {"norm": "batch", "norm_layers": (1,)}])
def test_a_run_that_diverges_names_itself_and_spares_the_others(norm, passes):
    base = of_kind("batch", **BASE | {"activation": "linear", "epochs": 20, "learning_rate": 0.03} | norm)
    configs = [base.replace(seed=3), base.replace(seed=40, seeds=3, learning_rate=100.0), base.replace(seed=90, learning_rate=0.1)]
    together = train_many(configs)
    assert passes == [3]
    assert [len(history.divergences) for history in together] == [0, 3, 0]
    assert sorted((d.run, d.seed) for d in together[1].divergences) == [(0, 40), (1, 41), (2, 42)]
    for history, config in zip(together, configs, strict=True):
        assert_alike(history, train(config), 1e-7)
        assert np.isfinite(history.params[-1]).all() == (config.learning_rate < 1.0)


def test_stacked_states_carry_on_alone_and_together():
    configs = [of_kind("renorm", **BASE, dropout=0.3).replace(seed=seed, renorm_r_max=r) for seed, r in ((0, 1.2), (9, 3.0))]
    halfway = [state for state, _ in advance_many([init_state(config) for config in configs], 2)]
    assert [state.config for state in halfway] == configs
    together = advance_many(halfway, 2)
    for (state, history), half, config in zip(together, halfway, configs, strict=True):
        alone, expected = advance(half, 2)
        assert_alike(history, expected)
        assert (state.step, state.done, state.orders, state.masks) == (20, True, alone.orders, alone.masks)
        whole = train(config)
        assert relative_error(state.params, whole.params[-1]) < 1e-9


def test_states_that_do_not_belong_together_are_refused():
    one, other = init_state(RunConfig(seeds=1)), init_state(RunConfig(seeds=1, hidden=(3,)))
    for states in ([one, other], [one, advance(one, 1)[0]]):
        with pytest.raises(
            ConfigError, match=r"^advance_many\.states: must share structure and step; got 2 states\. Use train_many\.$"
        ):
            advance_many(states, 1)
