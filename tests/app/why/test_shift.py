"""The accuracies on familiar and new inputs are those of the engine, with the statistics that are named."""

from __future__ import annotations

import numpy as np
import pytest

from app.why.shift import CASES, MODELS, SEEDS, familiar, measured, moments, neuron, new
from app.why.shift_words import shift_parts
from bncore.evaluate import evaluate
from bncore.instruments import signals_of
from bncore.network import Layout
from bncore.statistics import exact_statistics
from tests.app.why.twins import arms

COUNT = 4


@pytest.fixture(params=list(CASES))
def case(request):
    return request.param


def shifted(case):
    return measured(case, arms(CASES[case].experiment), COUNT)


def test_new_inputs_are_what_they_are_called():
    assert (new("colours").x_test[new("colours").y_test == 1][:, 0] < 1.2).mean() > 0.4
    assert (familiar("colours").x_test[familiar("colours").y_test == 1][:, 0] < 1.2).mean() < 0.01
    assert new("light").x_test[..., 0] == pytest.approx(0.6 * familiar("light").x_test[..., 0])
    assert (new("light").x_test[..., 1] == familiar("light").x_test[..., 1]).all()
    moved = new("place").x_test - familiar("place").x_test
    assert moved[..., 0] == pytest.approx(2.5 * familiar("place").x_train[..., 0].std(axis=1)[:, None] * np.ones(moved.shape[:2]))
    assert moved[..., 1] == pytest.approx(0)
    assert new("mixture").y_test.mean() == pytest.approx(0.1, abs=0.005)
    known = {tuple(point) for point in familiar("mixture").x_test[3]}
    assert all(tuple(point) in known for point in new("mixture").x_test[3])


def test_the_training_set_is_never_another(case):
    for data in (familiar(case), new(case)):
        assert (data.x_train == arms(CASES[case].experiment)[0].dataset.x_train).all()


def test_accuracies_are_the_engines(case):
    with_bn, without = arms(CASES[case].experiment)
    found, data = shifted(case), new(case)
    assert found.frames.tolist() == moments(len(with_bn.history.frame_step), COUNT).tolist()
    assert found.new.shape == (COUNT, len(MODELS), SEEDS)
    last = with_bn.history.params[-1]
    estimated = exact_statistics(with_bn.config, last, data.x_test)
    assert (found.estimated[-1] == estimated).all()
    expected = [
        evaluate(without.config, data, without.history.params[-1], without.history.running[-1])[1],
        evaluate(with_bn.config, data, last, with_bn.history.running[-1])[1],
        evaluate(with_bn.config, data, last, estimated)[1],
    ]
    assert (found.new[-1] == expected).all()
    if case == "place":  # moons, not moved: the ordinary test set
        assert (found.familiar[-1, 0] == without.history.test_accuracy[-1]).all()


def test_the_neuron_is_the_one_that_moved_most(case):
    with_bn = arms(CASES[case].experiment)[0]
    found = shifted(case)
    of = neuron(case, with_bn, found, COUNT - 1, 2)
    config = with_bn.config.replace(seed=2, seeds=1)
    layout = Layout.of(config)
    z = signals_of(config, with_bn.history.params[-1, 2:3], with_bn.history.running[-1, 2:3], new(case).x_test[2:3])[0]["z"][0]
    assert of.z == pytest.approx(z[0, of.number - 1])
    assert (of.mean[1], of.var[1]) == (pytest.approx(z[:, of.number - 1].mean()), pytest.approx(z[:, of.number - 1].var()))
    trained = layout.statistics(with_bn.history.running[-1, 2:3])[0]
    ways = np.abs(trained.mean[0, 0] - z.mean(axis=0)) / np.sqrt(trained.var[0, 0] + config.eps)
    assert of.number - 1 == ways.argmax()


def test_a_neuron_without_statistics_is_refused(case):
    with pytest.raises(
        ValueError,
        match=r"^neuron\.result: must be the arm with BN; got one that keeps no statistics\. Use the first of the twins\.$",
    ):
        neuron(case, arms(CASES[case].experiment)[1], shifted(case), 0, 0)


def test_the_sheet_says_what_was_measured(case):
    found = shifted(case)
    parts = shift_parts(case, arms(CASES[case].experiment), found, COUNT - 1, 0, playing=False)
    medians = [f"{100 * np.median(values):.0f} %" for values in found.new[-1]]
    assert all(f">{median}</b>" in parts["say"] for median in medians)
    assert f"worse than no BN in {(found.new[-1, 1] < found.new[-1, 0]).sum()} of {SEEDS}" in parts["say"]
    assert all(f"<b>{median}</b>" in parts["numbers"] for median in medians)
    assert parts["pictures"].count("<figure") == 3
    assert "epoch 60" in parts["moment"]


def test_the_first_moment_is_before_training(case):
    parts = shift_parts(case, arms(CASES[case].experiment), shifted(case), 0, SEEDS - 1, playing=True)
    assert "epoch 0" in parts["moment"]
    assert "data-play" in parts["moment"]


def test_roses_of_all_colours_are_known_best_without_bn_and_dim_light_is_cured():
    colours, light, mixture = shifted("colours").new[-1], shifted("light").new[-1], shifted("mixture").new[-1]
    assert (colours[1] < colours[0]).all()
    assert (colours[2] > colours[1]).sum() >= 13
    assert (colours[2] > colours[0]).sum() <= 3
    assert (light[2] > light[0]).sum() >= 14
    assert (mixture[2] < mixture[1]).all()
