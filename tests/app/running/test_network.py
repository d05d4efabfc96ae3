"""The trained network of the page: every number is measured on what the engine trained."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from app.result import ArmResult
from app.running import network_pictures as pictures
from app.running import network_words as words
from app.running.network import SPECS, cure, experiments, handed_on, measured, settings, tuned, unit_of
from app.running.network_panels import network_parts, waiting_parts
from bncore import Divergence, fork, load_data, train
from bncore.evaluate import evaluate
from bncore.instruments.gap import gap
from bncore.train import advance

VALUES = {name: default for name, (_, default) in SPECS.items()}


@cache
def result(**changes) -> ArmResult:
    config = settings(VALUES).replace(**({"seeds": 5, "steps": 20} | changes))
    data, history = load_data(config), train(config)
    return ArmResult(config, data, history, None)  # type: ignore[arg-type]


def results(**changes):
    chosen = result(**changes)
    momenta = [result(**(changes | {"bn_momentum": m})) for m in (0.5, 0.9)]
    return {"chosen": [chosen], "momentum": momenta, "batch": [result(**(changes | {"batch_size": b})) for b in (4, 64)]}


def test_what_is_trained():
    config = settings(VALUES | {"net_momentum": 0.95, "net_batch": 8, "updates": 130})
    found = experiments(config)
    assert [c.bn_momentum for c in found["momentum"].configs().values()] == [0.5, 0.9, 0.99, 0.999]
    assert [c.batch_size for c in found["batch"].configs().values()] == [4, 16, 64, 256]
    assert {c.total_steps for e in found.values() for c in e.configs().values()} == {130}
    assert list(found["chosen"].configs().values()) == [config]
    assert [c.inference for c in handed_on(config).configs().values()] == ["running", "exact"]


def test_the_accuracies_are_the_instruments():
    chosen = result()
    ways = measured(chosen)
    expected = gap(chosen.config, chosen.dataset, chosen.history.params[-1], chosen.history.running[-1])
    assert ways.updates[[0, -1]].tolist() == [0.0, 20.0]
    assert np.array_equal(ways.exact[-1], expected.whole.accuracy)
    assert np.array_equal(ways.batch[-1], expected.batches.accuracy)
    assert np.array_equal(ways.running[-1], expected.inference.accuracy)
    last = measured(chosen, 1)
    assert all(np.array_equal(a[-1:], b) for a, b in zip(ways, last, strict=True))


def test_momentum_changes_no_weight():
    assert np.array_equal(result(bn_momentum=0.5).history.params, result(bn_momentum=0.9).history.params)
    assert np.array_equal(measured(result(bn_momentum=0.5), 1).exact, measured(result(bn_momentum=0.9), 1).exact)


def test_the_cure_gives_what_exact_statistics_give():
    chosen = result()
    found = cure(chosen)
    exact = chosen.config.replace(inference="exact")
    measured_exact = evaluate(exact, chosen.dataset, chosen.history.params[-1], chosen.history.running[-1])
    assert np.array_equal(found.after[0], measured_exact[3])
    assert np.array_equal(found.after[1], measured_exact[1])
    assert np.array_equal(found.before[1], chosen.history.test_accuracy[-1])
    assert np.array_equal(found.after[0], measured(chosen).exact[-1])


def test_fine_tuning_is_the_engines_fork():
    chosen = result()
    found = tuned(chosen, 4)
    frames = len(chosen.history.frame_step)
    changes = {"samples": 40, "learning_rate": 0.03, "steps": 100, "batch_size": 4}
    state = fork(chosen.history, frames - 1, freeze_statistics=True, **changes)
    ended, _ = advance(state, state.config.total_epochs)
    assert np.array_equal(ended.running, chosen.history.running[-1])
    expected = evaluate(chosen.config, chosen.dataset, ended.params, ended.running)[1]
    assert np.array_equal(found["frozen"], expected)
    assert list(found) == ["updated", "frozen", "cured"]
    assert not np.array_equal(found["updated"], found["frozen"])
    assert tuned(chosen, 4) is found


def test_a_seed_that_diverged_counts_as_0():
    chosen = result()
    params = chosen.history.params.copy()
    params[-1, 2] = np.nan
    broken = replace(chosen, config=chosen.config.replace(seed=77), history=replace(chosen.history, params=params))
    assert measured(broken).running[-1, 2] == 0.0
    assert cure(broken).after[1][2] == 0.0
    assert cure(broken).after[1][1] == cure(chosen).after[1][1]


def test_one_units_statistics():
    chosen = result()
    unit = unit_of(chosen)
    data, history = chosen.dataset, chosen.history
    z = data.x_train[0] @ history.params[-1, 0, :32].reshape(2, 16) + history.params[-1, 0, 32:48]
    assert unit.exact_mean == pytest.approx(z[:, 0].mean(), rel=1e-12)
    assert unit.exact_var == pytest.approx(z[:, 0].var(), rel=1e-12)
    assert (unit.running_mean, unit.running_var) == (history.running[-1, 0, 0], history.running[-1, 0, 16])


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def test_the_headline_is_of_these_seeds():
    chosen = result()
    ways = measured(chosen)
    running, exact, batch = (
        f"{np.quantile(v[-1], 0.5, method='inverted_cdf') * 100:.0f}" for v in (ways.running, ways.exact, ways.batch)
    )
    worse = int((ways.running[-1] < ways.exact[-1]).sum())
    assert words.headline(chosen.config, ways) == (
        f"After 20 updates at momentum 0.99: {running} % right with the running statistics, {exact} with exact ones, {batch} in "
        f"training mode (median of 5 seeds; running below exact in {worse})."
    )


@pytest.mark.parametrize("stage", ["trained", "cured", "tuned"])
def test_each_stage_has_its_sheet(stage):
    parts = network_parts(VALUES | {"stage": stage}, results())
    shown = text(parts["net-cure"])
    assert ("no weight moved" in shown) == (stage != "trained")
    assert ("more updates of 2 points" in shown) == (stage == "tuned")
    assert f"data-act='{stage}' aria-current=step" in parts["net-stages"]
    assert "data-input='tune_batch'" in parts["net-stages"] or stage != "tuned"
    assert "nan" not in text("".join(parts.values()))


def test_the_share_of_the_start_is_in_the_formula():
    parts = network_parts(VALUES, results())
    assert f"{100 * 0.99**20:.1f}" in parts["net-cure"]


def test_seeds_that_diverged_are_named():
    found = results()
    history = replace(found["chosen"][0].history, divergences=(Divergence(1, 1, 1, 3, "loss"),))
    found["chosen"] = [replace(found["chosen"][0], history=history)]
    assert "1 of 5 seeds diverged and count as 0 %." in network_parts(VALUES, found)["net-title"]


def test_the_chosen_setting_stands_among_its_neighbours():
    at = measured(result(), 1)
    others = {0.5: measured(result(bn_momentum=0.5), 1), 0.9: measured(result(bn_momentum=0.9), 1)}
    drawn = pictures.sweep(others, (0.99, at), "momentum")
    assert drawn.count("class='circle'") == 3
    assert f"0.99: {pictures.percent(at.running[-1]):.0f} % with running statistics" in drawn
    assert pictures.sweep(others, (0.9, others[0.9]), "momentum").count("class='circle'") == 2


def test_every_seed_is_drawn():
    drawn = pictures.seeds_picture({"one": np.array([0.5, 0.75, 1.0]), "two": np.array([1.0, 1.0, 1.0])}, ["running", "other"])
    assert drawn.count("class='circle'") == 6
    assert "aria-label='Medians: one 75 %; two 100 %.'" in drawn


def test_waiting_says_how_far_it_is_or_why_nothing_will_come():
    assert "aria-valuenow='25'" in waiting_parts(VALUES, 0.25)["net-wait"]
    assert "Training 128 networks: 25 %" in waiting_parts(VALUES, 0.25)["net-wait"]
    assert "Training 144 networks: 0 %" in waiting_parts(VALUES | {"net_momentum": 0.95}, 0.0)["net-wait"]
    assert waiting_parts(VALUES, 0.25, "Lost.")["net-wait"] == "<p class='warn' role='alert'>Lost.</p>"


def test_a_value_between_the_stops_is_kept():
    parts = waiting_parts(VALUES | {"net_momentum": 0.95, "updates": 77}, 0.0)
    assert "<option value='0.95' selected>" in parts["net-knobs"]
    assert "<option value='77' selected>" in parts["net-knobs"]
    assert parts["net-knobs"].count(" selected") == 3
