from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers import answer
from app.live.codec import unpack
from bncore.config import Arm, Experiment, RunConfig
from bncore.network import Layout
from bncore.probe import histograms
from tests.app.runs import results_of

RUN = "abc"
EXPERIMENT = Experiment(RunConfig(seeds=2, epochs=3, hidden=(5, 4)))
PROBE = {"run": RUN, "kind": "probe", "arm": 0, "frame": 5, "layer": 1, "unit": None, "gamma": 2.0, "beta": -1.0}
LENS = {"run": RUN, "kind": "lens", "frame": 5, "mode": "batch", "batch": 0}
MATES = {"run": RUN, "kind": "mates", "frame": 5, "x": 0.25, "y": -0.5, "draw": 0}


def reply(ask: dict[str, Any], experiment: Experiment = EXPERIMENT, index: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    data = answer(ask, results_of(experiment), RUN, index)
    assert data is not None
    return unpack(data)


def learned(layer: int, frame: int, index: int = 0) -> tuple[Any, Any]:
    result = results_of(EXPERIMENT)[0]
    weights = Layout.of(result.config).weights(result.history.params[frame, index : index + 1])[layer]
    return weights.gamma, weights.beta


@pytest.mark.parametrize("index", [0, 1])
def test_a_probe_of_what_was_learned_gives_the_recorded_frame(index: int) -> None:
    gamma, beta = learned(1, 5, index)
    header, arrays = reply({**PROBE, "unit": 2, "gamma": gamma[0, 0, 2], "beta": beta[0, 0, 2]}, index=index)
    history = results_of(EXPERIMENT)[0].history
    assert (header["kind"], header["run"], header["arm"]) == ("answer", RUN, 0)
    assert header["test_accuracy"] == history.test_accuracy[history.frame_eval[5], index]
    assert header["train_loss"] == pytest.approx(history.train_loss[history.frame_eval[5], index], rel=1e-12)
    assert arrays["surface"].shape == (48, 48)
    assert arrays["surface"].dtype == np.uint8
    assert arrays["histogram"].dtype == np.uint32
    assert arrays["histogram"].shape == (2, 4, 42)
    if index == 0:
        pictures = results_of(EXPERIMENT)[0].pictures
        assert (arrays["surface"] == pictures.surface[5]).all()
        assert (arrays["histogram"] == pictures.histogram[5]).all()


def test_a_probe_moves_one_unit_or_the_whole_layer() -> None:
    _, one = reply({**PROBE, "unit": 2})
    _, all_units = reply(PROBE)
    _, other = reply({**PROBE, "unit": 3})
    assert (one["surface"] != other["surface"]).any()
    assert (one["surface"] != all_units["surface"]).any()
    below = results_of(EXPERIMENT)[0].pictures.histogram[5, 0]
    assert (all_units["histogram"][0] == below).all()
    assert (all_units["histogram"][1, 2] != results_of(EXPERIMENT)[0].pictures.histogram[5, 1, 2]).any()


def test_a_probe_of_gamma_alone_leaves_every_unit_its_own_beta() -> None:
    _, recorded = reply({**PROBE, "gamma": None, "beta": None})
    assert (recorded["surface"] == results_of(EXPERIMENT)[0].pictures.surface[5]).all()
    gamma, beta = learned(1, 5)
    _, alone = reply({**PROBE, "gamma": 3.0, "beta": None})
    data, own = results_of(EXPERIMENT)[0].dataset, results_of(EXPERIMENT)[0].history.params[5:6, 0].copy()
    weights = Layout.of(results_of(EXPERIMENT)[0].config).weights(own)[1]
    assert weights.gamma is not None
    weights.gamma[:] = 3.0
    counts = histograms(results_of(EXPERIMENT)[0].config, data.x_train[0], own)[0][0]
    assert np.ptp(beta) > 0
    assert (alone["histogram"] == counts).all()
    assert (alone["histogram"] != reply({**PROBE, "gamma": 3.0, "beta": float(beta.mean())})[1]["histogram"]).any()
    assert (learned(1, 5)[0] == gamma).all()


def test_a_probe_leaves_the_record_alone() -> None:
    before = results_of(EXPERIMENT)[0].history.params.copy()
    reply({**PROBE, "gamma": 3.25})
    assert (results_of(EXPERIMENT)[0].history.params == before).all()


def test_the_output_layer_can_be_probed_where_it_is_normalised() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=1, hidden=(4,), norm_output=True))
    header, _ = reply({**PROBE, "frame": 2, "layer": 1, "gamma": 0.0, "beta": 50.0}, experiment)
    assert header["test_accuracy"] == 0.5


def test_a_batch_of_one_is_one_point() -> None:
    header, _ = reply({**LENS, "frame": 1}, Experiment(RunConfig(seeds=1, epochs=1, samples=20, batch_size=1)))
    assert header["label"] == "statistics of one mini-batch of 1 point"


def test_the_lens_shows_the_same_batch_to_both_arms_and_another_when_asked() -> None:
    header, arrays = reply(LENS)
    history = results_of(EXPERIMENT)[1].history
    assert header["label"] == "statistics of one mini-batch of 32 points"
    assert len(header["test_accuracy"]) == len(header["train_loss"]) == 2
    assert header["test_accuracy"][1] == history.test_accuracy[history.frame_eval[5], 0]
    assert (arrays["a1/surface"] == results_of(EXPERIMENT)[1].pictures.surface[5]).all()
    assert (arrays["a0/surface"] != results_of(EXPERIMENT)[0].pictures.surface[5]).any()
    assert (arrays["a0/surface"] == reply(LENS)[1]["a0/surface"]).all()
    assert (arrays["a0/surface"] != reply({**LENS, "batch": 1})[1]["a0/surface"]).any()


def test_the_lens_on_the_whole_set_as_one_batch_is_exact() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=2, samples=100, batch_size=80, norm_layers=(1,), hidden=(4,)))
    one, other = reply({**LENS, "frame": 2}, experiment), reply({**LENS, "frame": 2, "batch": 9}, experiment)
    assert (np.abs(one[1]["a0/surface"].astype(int) - other[1]["a0/surface"]) <= 1).all()
    assert one[0]["train_loss"][0] == pytest.approx(other[0]["train_loss"][0], rel=1e-9)


def test_the_lens_follows_arms_that_have_other_frames() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=3), (Arm("a"), Arm("b", (("batch_size", 100),))))
    a, b = results_of(experiment)
    last = len(a.history.frame_step) - 1
    header, _ = reply({**LENS, "frame": last}, experiment)
    assert len(b.history.frame_step) != last + 1
    assert header["label"] == "statistics of one mini-batch of 32 or 100 points"


def test_the_lens_counts_the_frames_of_the_arm_that_lasts_longest() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=3), (Arm("short", (("epochs", 1), ("batch_size", 400))), Arm("long")))
    short, long = results_of(experiment)
    last = len(long.history.frame_step) - 1
    header, _ = reply({**LENS, "frame": last}, experiment)
    assert len(short.history.frame_step) <= last
    assert len(header["test_accuracy"]) == 2


def two(**second: Any) -> Experiment:
    return Experiment(EXPERIMENT.base, (Arm("a"), Arm("b", tuple(second.items()))))


@pytest.mark.parametrize("norm", ["batch", "renorm", "ghost", "noisy", "layer", "group", "none"])
@pytest.mark.parametrize("mode", ["batch", "exact", "running"])
def test_every_lens_can_be_asked_of_every_normaliser(norm: str, mode: str) -> None:
    header, arrays = reply({**LENS, "mode": mode}, two(norm=norm))
    recorded = results_of(two(norm=norm))[1]
    same = (arrays["a1/surface"] == recorded.pictures.surface[5]).all()
    assert same == (mode == "running" or norm in ("layer", "group", "none"))
    assert header["label"].startswith(
        {"exact": "exact statistics of the whole", "running": "running", "batch": "statistics of one"}[mode]
    )


def test_the_exact_lens_is_what_exact_inference_records() -> None:
    experiment = two(inference="exact")
    header, arrays = reply({**LENS, "mode": "exact"}, experiment)
    history, pictures = results_of(experiment)[1].history, results_of(experiment)[1].pictures
    for i in range(2):  # the same training: only inference differs
        assert (arrays[f"a{i}/surface"] == pictures.surface[5]).all()
        assert header["test_loss"][i] == pytest.approx(history.test_loss[history.frame_eval[5], 0], rel=1e-12)
    running = reply({**LENS, "mode": "running"}, experiment)[1]["a1/surface"]
    assert (running == results_of(experiment)[0].pictures.surface[5]).all()


def test_the_lens_takes_a_virtual_batch_of_ghost_bn() -> None:
    ghost = Experiment(EXPERIMENT.base.replace(norm="ghost"), (Arm("a"),))
    assert reply(LENS, ghost)[0]["label"] == "statistics of one virtual batch of 8 points"
    assert reply(LENS, two(norm="ghost"))[0]["label"] == "statistics of one mini-batch of 8 or 32 points"
    assert reply(LENS, two(norm="layer"))[0]["label"] == "statistics of one mini-batch of 32 points"


def test_a_probe_of_exact_inference_or_of_layer_normalization_gives_the_recorded_frame() -> None:
    for change in ({"inference": "exact"}, {"norm": "layer"}, {"norm": "group"}, {"norm": "noisy"}):
        experiment = two(**change)
        result = results_of(experiment)[1]
        header, arrays = reply({**PROBE, "arm": 1, "gamma": None, "beta": None}, experiment)
        assert (arrays["surface"] == result.pictures.surface[5]).all(), change
        assert header["test_loss"] == pytest.approx(result.history.test_loss[result.history.frame_eval[5], 0], rel=1e-12)


def test_mates_move_the_logit_of_a_place_with_bn_only() -> None:
    header, arrays = reply(MATES)
    assert header["place"] == [0.25, -0.5]
    assert header["class"] is None
    assert (header["draws"], header["batch"]) == ([200, 1], [32, 32])
    values = arrays["a0/logits"]
    assert values.shape == (200,)
    assert header["sd"][0] == pytest.approx(values.std(), rel=1e-12) != 0
    assert header["mean"][0] == pytest.approx(values.mean(), rel=1e-12)
    assert header["flips"][0] == pytest.approx(min((values > 0).mean(), (values <= 0).mean()))
    assert header["sd"][1] == 0.0
    assert header["mean"][1] == pytest.approx(header["logit"][1], rel=1e-9)


def test_mates_are_the_same_when_asked_again_and_others_when_drawn_anew() -> None:
    first, again, other = (reply({**MATES, "draw": draw})[1]["a0/logits"] for draw in (0, 0, 1))
    assert (first == again).all()
    assert (np.sort(first) != np.sort(other)).all()


def test_a_pinned_training_point_is_not_its_own_mate() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=2, samples=100, batch_size=80, hidden=(4,)))
    data = results_of(experiment)[0].dataset
    x, y = data.x_train[0, 3].astype(np.float32).tolist()
    header, arrays = reply({**MATES, "frame": 2, "x": x, "y": y}, experiment)
    assert header["class"] == data.y_train[0, 3]
    assert header["batch"] == [80, 80]
    assert np.ptp(arrays["a0/logits"]) < 1e-9  # the whole set is the only batch there is
    beside = reply({**MATES, "frame": 2, "x": x + 1e-3, "y": y}, experiment)[1]["a0/logits"]
    assert np.ptp(beside) > 1e-9


@pytest.mark.parametrize("change", [{"norm": "layer"}, {"freeze_statistics": True}, {"norm": "none"}])
def test_where_no_batch_is_normalised_by_one_draw_says_all(change: dict[str, Any]) -> None:
    header, arrays = reply(MATES, two(**change))
    assert header["draws"] == [200, 1]
    assert arrays["a1/logits"][0] == pytest.approx(header["logit"][1], rel=1e-9)


def test_what_has_diverged_has_no_numbers() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=1, hidden=(3,)))
    a, _ = results_of(experiment)
    kept = a.history.params.copy()
    try:
        a.history.params[1] = np.nan
        header, arrays = reply({**PROBE, "frame": 1, "layer": 0}, experiment)
    finally:
        a.history.params[:] = kept
    assert [header[name] for name in ("test_loss", "test_accuracy", "train_loss", "train_accuracy")] == [None] * 4
    assert arrays["surface"].shape == (48, 48)


def test_an_ask_about_another_run_is_not_answered() -> None:
    assert answer({**PROBE, "run": "other"}, results_of(EXPERIMENT), RUN) is None
    assert answer({}, results_of(EXPERIMENT), RUN) is None


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        ({**PROBE, "kind": "shell"}, "Ask.kind: must be probe, lens or mates; got 'shell'. Move the control again."),
        ({**PROBE, "kind": ["probe"]}, "Ask.kind: must be probe, lens or mates; got ['probe']. Move the control again."),
        ({**PROBE, "arm": 2}, "Ask.arm: must be a whole number in 0..1; got 2. Move the control again."),
        ({**PROBE, "arm": 1}, "Ask.layer: must be a normalised layer; got layer 2. Choose another."),
        ({**PROBE, "frame": -1}, re.compile(r"^Ask\.frame: must be a whole number in 0\.\.\d+; got -1\. Move")),
        ({**PROBE, "frame": "5"}, re.compile(r"^Ask\.frame: ")),
        ({**PROBE, "frame": True}, re.compile(r"^Ask\.frame: ")),
        ({**PROBE, "layer": 2}, "Ask.layer: must be a normalised layer; got layer 3. Choose another."),
        ({**PROBE, "layer": 0.5}, "Ask.layer: must be a whole number in 0..2; got 0.5. Move the control again."),
        ({**PROBE, "unit": 4}, "Ask.unit: must be a whole number in 0..3; got 4. Move the control again."),
        ({**PROBE, "gamma": float("nan")}, "Ask.gamma: must be a number in -1000..1000; got nan. Move the control again."),
        ({**PROBE, "beta": 1e9}, "Ask.beta: must be a number in -1000..1000; got 1000000000.0. Move the control again."),
        ({**PROBE, "beta": "1"}, "Ask.beta: must be a number in -1000..1000; got '1'. Move the control again."),
        ({**LENS, "batch": -1}, "Ask.batch: must be a whole number in 0..999999; got -1. Move the control again."),
        ({**LENS, "batch": 10**400}, re.compile(r"^Ask\.batch: ")),
        ({**LENS, "mode": "all"}, "Ask.mode: must be batch, exact or running; got 'all'. Move the control again."),
        ({**LENS, "mode": ["batch"]}, re.compile(r"^Ask\.mode: ")),
        ({**MATES, "x": None}, "Ask.x: must be a number in -1e+07..1e+07; got None. Move the control again."),
        ({**MATES, "draw": -1}, "Ask.draw: must be a whole number in 0..999999; got -1. Move the control again."),
    ],
)  # fmt: skip
def test_a_bad_ask_is_answered_with_a_sentence(ask: dict[str, Any], error: str | re.Pattern[str]) -> None:
    header, arrays = reply(ask)
    assert arrays == {}
    assert header["kind"] == "answer"
    if isinstance(error, str):
        assert header["error"] == error
    else:
        assert error.match(header["error"])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    ask=st.dictionaries(st.sampled_from([*PROBE, "mode", "batch", "x", "y", "draw"]), ANYTHING),
    base=st.sampled_from([PROBE, LENS, MATES]),
)
def test_no_ask_whatsoever_raises(ask: dict[str, Any], base: dict[str, Any]) -> None:
    data = answer({**base, **ask, "run": RUN}, results_of(EXPERIMENT), RUN)
    assert data is not None
    assert unpack(data)[0]["kind"] == "answer"
