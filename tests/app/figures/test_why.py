"""The pictures of "Why it works" hold the numbers they are given."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from app.figures.bowl import bowl_plot, excess_plot
from app.figures.landscape import measure_plot, walk_plot
from app.figures.shift import Points, accuracy_plot, boundary_plot, crossing
from app.figures.telephone import drift_plot, layer_plot, limit_of, moment_plot
from bncore.bowl import bowl_of, descend

CROSS = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
BOWL = bowl_of(CROSS, np.array([1.0, -1, 0, 0]))


def label(html: str) -> str:
    found = re.search(r"aria-label='([^']*)'", html)
    assert found is not None
    return found[1]


def test_a_bowl_has_its_contours_its_path_and_its_minimum():
    path = descend(BOWL, np.array([-1.0, 0.5, 0.0]), 1.0, np.arange(4))
    html = bowl_plot(BOWL, path, 2.0, "Raw")
    assert html.count("thin muted") == 6
    assert label(html).startswith(
        "Raw: contours of the loss over w1 and w2 at the present bias; now at w1 = 0.75, w2 = 0.0625; the minimum is at w1 = 1, "
    )
    assert "class='ring' cx='25%' cy='37.5%'" in html  # the start


def test_a_path_that_has_left_all_numbers_is_told_and_drawn():
    path = np.array([[-1.0, 0.5, 0.0], [math.inf, math.nan, math.nan]])
    html = bowl_plot(BOWL, path, 2.0, "Raw")
    assert "it has left all numbers" in label(html)
    assert "nan" not in html
    assert "<title>now</title>" not in html


def test_the_excess_says_when_it_is_down_and_never():
    start = np.array([-1.0, 0.5, 0.0])
    html = excess_plot([BOWL] * 3, [1.0, 1.0, 2.5], [10, 10, math.inf], ["raw", "centred", "standardized"], start, 5, 10**6)
    assert (
        label(html)
        == "Loss above its floor over the steps; steps to a millionth: raw after 10, centred after 10, standardized after ∞"
    )
    assert html.count("class='shape'") == 2


@pytest.mark.parametrize("slope", [(1.0, 0.0), (1.0, 1.0), (-0.3, 1.0)])
def test_the_crossing_of_a_plane_is_its_line(slope):
    xs, ys = np.linspace(-1, 1, 9), np.linspace(-1, 1, 9)
    values = slope[0] * xs[None] + slope[1] * ys[:, None] - 0.1
    left, up = (np.array(one) for one in crossing(xs, ys, values))
    seen = np.isfinite(left)
    assert seen.sum() == 2 * (~seen).sum() > 0
    assert slope[0] * left[seen] + slope[1] * up[seen] == pytest.approx(0.1)


def test_what_never_crosses_has_no_line():
    assert crossing(np.arange(3.0), np.arange(3.0), np.ones((3, 3))) == ([], [])


def test_a_boundary_shows_what_was_learned_and_what_is_new():
    learned = Points(np.array([[0.2, 0.2], [0.8, 0.8]]), np.array([0.0, 1.0]))
    met = Points(np.array([[0.4, 0.4], [0.6, 0.6], [0.7, 0.7]]), np.array([0.0, 1.0, 1.0]))
    grid = np.linspace(-1, 1, 5)[None] * np.ones((5, 1))
    html = boundary_plot("BN", [0, 1, 0, 1], grid, learned, met, ("redness", "shape"), ("other", "rose"))
    assert html.count("class='ring'") == 1
    assert html.count("class='shape'") == 2
    assert html.count("<title>new: rose</title>") == 2
    assert "M50.000" in html  # the line x = 0.5
    assert "M50.000" not in boundary_plot("BN", [0, 1, 0, 1], grid * np.nan, learned, met, ("a", "b"), ("other", "rose"))


def test_accuracies_are_medians_over_the_seeds():
    accuracy = np.stack([np.array([[0.5, 0.6, 0.9], [0.7, 0.7, 0.7], [0.8, 0.8, 1.0]])] * 2)  # (M, 3, R)
    html = accuracy_plot(np.array([0.0, 60.0]), accuracy, ["none", "BN", "again"], 1, "New")
    assert label(html) == "New: none 0.60, BN 0.70, again 0.80"
    assert html.count("<polygon") == 3


def test_bands_are_drawn_for_every_layer():
    bands = np.array([[-2.0, -1, 0, 1, 2], [-0.2, -0.1, 0, 0.1, 0.2]])
    html = moment_plot(bands, 2.2, "with BN", "bn")
    assert label(html) == "with BN: from the 5th to the 95th percentile, layer 1 4, layer 2 0.4"
    assert html.count("<polygon") == 4
    one = layer_plot(bands, 2.2, 1, "layer 1", "bn", last=True)
    assert label(one) == "layer 1: median 0 at first, 0 at last"
    assert "epoch" in one
    assert "epoch" not in layer_plot(bands, 2.2, 1, "layer 1", "bn", last=False)


def test_the_axis_of_bands_is_never_tiny_nor_huge():
    assert limit_of([np.array([5.0, np.inf])]) == pytest.approx(5.5)


def test_drift_beyond_its_axis_or_all_numbers_is_no_error():
    html = drift_plot([np.array([[1e-9], [0.1]]), np.array([[np.nan], [np.nan]])], ["with BN", "without"], ["bn", "plain"])
    assert label(html) == "Drift of the last hidden layer: with BN 0.1, without not a number"
    assert "nan" not in html


def test_a_walk_is_medians_and_what_diverged_leaves_the_picture():
    walk = np.linspace(1.0, 0.2, 9)[:, None] * np.ones((9, 3))
    html = walk_plot([walk, walk * np.nan, walk], ["without", "with BN", "noisy"], ["plain", "bn", "other"], 1.2, "Down")
    assert label(html).startswith("Down: median loss without from 1 to 0.2, with BN from")
    assert "nan" not in html.replace("not a number", "")


def test_a_measure_marks_its_moment():
    step, values = np.array([1, 60, 120]), np.array([[0.1, 0.3], [1.0, 3.0], [np.inf, np.inf]])
    arms, names, roles = [values, 10 * values, values], ["without", "with BN", "noisy"], ["plain", "bn", "other"]
    html = measure_plot(step, arms, names, roles, 1, "Loss range", "loss")
    assert label(html) == "Loss range at step 60: without 2, with BN 20, noisy 2"
    assert "data-symbol='loss'" in html
    assert "Loss range at step 1" in label(measure_plot(step, [values * np.inf] * 3, names, roles, 0, "Loss range", "loss"))
