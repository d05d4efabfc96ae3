"""The probe, the lens and batch mates of several classes and of a regression."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.answers import answer
from app.live.codec import unpack
from bncore.config import Experiment, RunConfig
from bncore.network import Layout
from tests.app.runs import results_of

RUN = "abc"
CLASSES = Experiment(RunConfig(dataset="spirals3", seeds=2, epochs=2, hidden=(5,), samples=120))
VALUES = Experiment(RunConfig(dataset="plane_wave", seeds=2, epochs=2, hidden=(5,), samples=120))


def reply(experiment: Experiment, index: int = 0, **ask: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    data = answer({"run": RUN, "frame": 3, **ask}, results_of(experiment), RUN, index)
    assert data is not None
    return unpack(data)


@pytest.mark.parametrize("experiment", [CLASSES, VALUES])
@pytest.mark.parametrize("index", [0, 1])
def test_the_running_lens_and_the_learned_probe_show_the_record(experiment: Experiment, index: int) -> None:
    result = results_of(experiment)[0]
    weights = Layout.of(result.config).weights(result.history.params[3, index : index + 1])[0]
    assert weights.gamma is not None
    asked = (
        reply(experiment, index, kind="probe", arm=0, layer=0, unit=2, gamma=float(weights.gamma[0, 0, 2]), beta=None),
        reply(experiment, index, kind="lens", mode="running", batch=0),
    )
    row = result.history.frame_eval[3]
    for (header, arrays), name in zip(asked, ("surface", "a0/surface"), strict=True):
        assert "error" not in header
        score, loss = (np.ravel(header[m])[0] for m in ("test_accuracy", "test_loss"))
        assert score == pytest.approx(result.history.test_accuracy[row, index], rel=1e-12)
        assert loss == pytest.approx(result.history.test_loss[row, index], rel=1e-12)
        if index == 0:
            assert (arrays[name] == result.pictures.surface[3]).all()


@pytest.mark.parametrize("experiment", [CLASSES, VALUES])
@pytest.mark.parametrize("mode", ["batch", "exact"])
def test_other_statistics_can_be_asked_for(experiment: Experiment, mode: str) -> None:
    header, arrays = reply(experiment, kind="lens", mode=mode, batch=1)
    assert "error" not in header
    assert (arrays["a0/surface"] != results_of(experiment)[0].pictures.surface[3]).any()


def test_every_unit_of_a_normalised_output_can_be_probed() -> None:
    experiment = Experiment(CLASSES.base.replace(norm_output=True))
    header, _ = reply(experiment, kind="probe", arm=0, layer=1, unit=2, gamma=2.0, beta=0.0)
    assert "error" not in header
    header, _ = reply(experiment, kind="probe", arm=0, layer=1, unit=3, gamma=2.0, beta=0.0)
    assert header["error"] == "Ask.unit: must be a whole number in 0..2; got 3. Move the control again."


def test_a_pinned_point_has_the_margin_of_its_own_class() -> None:
    data = results_of(CLASSES)[0].dataset
    for place in range(12):
        x, y = data.x_train[0, place].astype(np.float32).tolist()
        header, arrays = reply(CLASSES, kind="mates", x=x, y=y, draw=0)
        own = int(data.y_train[0, place])
        assert (header["quantity"], header["class"], header["value"], header["toward"]) == ("margin", own, None, [own, own])
        assert header["mean"][0] == pytest.approx(arrays["a0/logits"].mean(), rel=1e-12)
        assert arrays["a1/logits"][0] == pytest.approx(header["logit"][1], rel=1e-9)
        for margin, chance in zip(header["logit"], header["chance"], strict=True):
            assert chance >= 1 / 3 - 1e-9 if margin > 0 else chance <= 0.5


def test_a_place_has_the_margin_of_the_class_that_wins_there() -> None:
    header, _ = reply(CLASSES, kind="mates", x=0.25, y=-0.5, draw=0)
    assert (header["class"], header["quantity"]) == (None, "margin")
    assert all(margin >= 0 for margin in header["logit"])
    surface = results_of(CLASSES)[1].pictures.surface[3]
    x0, x1, y0, y1 = results_of(CLASSES)[1].dataset.domain[0]
    cell = surface[int((-0.5 - y0) / (y1 - y0) * 48), int((0.25 - x0) / (x1 - x0) * 48)]
    assert header["toward"][1] == cell >> 5


def test_mates_of_a_regression_are_about_predictions() -> None:
    data = results_of(VALUES)[0].dataset
    x, y = data.x_train[0, 4].astype(np.float32).tolist()
    header, arrays = reply(VALUES, kind="mates", x=x, y=y, draw=0)
    assert (header["quantity"], header["class"], header["value"]) == ("prediction", None, data.y_train[0, 4])
    assert header["flips"] == header["toward"] == header["chance"] == [None, None]
    assert arrays["a1/logits"][0] == pytest.approx(header["logit"][1], rel=1e-9)
    assert header["sd"][0] > 0
    assert reply(VALUES, kind="mates", x=0.25, y=-0.5, draw=0)[0]["value"] is None


def test_two_classes_have_a_logit() -> None:
    header, _ = reply(Experiment(CLASSES.base.replace(dataset="circles")), kind="mates", x=0.25, y=-0.5, draw=0)
    assert (header["quantity"], header["value"], header["toward"], header["chance"]) == ("logit", None, [None] * 2, [None] * 2)
