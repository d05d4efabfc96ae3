"""How far the remembered variance is off, and what right statistics win back."""

import numpy as np
import pytest

from app.lessons.dropout import AHEAD, BASE, BEFORE, LESSON, after, measure, shift_of
from app.lessons.model import Measure
from bncore import Layout, exact_statistics, load_data, train

SMALL = BASE.replace(seeds=2, epochs=4, hidden=(16, 16), dropout=0.5)


def test_it_is_the_last_normalised_layer_that_is_looked_at() -> None:
    config = SMALL.replace(norm_layers=(1,))
    history = train(config)
    exact = exact_statistics(config, history.params[-1], load_data(config).x_train)
    mean_and_variance = Layout.of(config).statistics(history.running[-1])
    assert [found is not None for found in mean_and_variance] == [True, False, False]
    expected = np.median(history.running[-1][:, 16:] / exact[:, 16:], axis=1)
    assert (shift_of(history, exact) == expected).all()


def test_statistics_that_are_those_of_inference_are_off_by_nothing_and_win_nothing() -> None:
    history = train(SMALL)
    assert shift_of(history, history.running[-1]).tolist() == [1.0, 1.0]
    assert measure(SMALL.replace(inference="exact"), "").numbers["won"].tolist() == [0.0, 0.0]


def test_exact_statistics_answer_as_a_network_does_that_was_told_to_use_them() -> None:
    found, told = (measure(config, "").numbers for config in (SMALL, SMALL.replace(inference="exact")))
    assert (found["mended"] == told["accuracy"]).all()
    assert (found["won"] == found["mended"] - found["accuracy"]).all()


def test_the_variance_under_dropout_is_what_its_formula_says() -> None:
    """Values of mean m and variance v, dropped at rate p and scaled up, have the variance (v + m^2) / (1 - p) - m^2."""
    config = BASE.replace(seeds=1, hidden=(64,), dropout=0.5, dropout_place="before", bn_momentum=0.97)
    history = train(config.replace(steps=400, epochs=None, learning_rate=1e-5))
    mean, var = np.split(exact_statistics(config, history.params[-1], load_data(config).x_train)[0], 2)
    expected = ((var + mean**2) / 0.5 - mean**2) / var
    remembered = history.running[-1][0, 64:] / var
    assert np.median(remembered) == pytest.approx(np.median(expected), rel=0.1)


@pytest.mark.parametrize(("running", "exact", "answer"), [(0.96, 1.0, "fine"), (0.8, 1.0, "some"), (0.5, 1.0, "guessing")])
def test_every_answer_can_be_the_right_one(running: float, exact: float, answer: str) -> None:
    numbers = {"accuracy": np.array([running] * 3), "mended": np.array([exact] * 3)}
    assert LESSON.truth({BEFORE: Measure(numbers)}) == answer


def test_cases_differ_from_each_other_in_dropout_its_place_and_where_bn_is() -> None:
    configs = {case.label: case.config for case in LESSON.cases}
    assert configs[after(0.5)].replace(dropout_place="before") == configs[BEFORE]
    assert configs[after(0.5)].replace(norm_layers=(1,)) == configs[AHEAD]
