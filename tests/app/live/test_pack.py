from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from app.live.pack import pack_run, role_of, run_hash, unpack
from app.result import ArmResult
from bncore.config import Arm, Experiment, RunConfig
from bncore.data import load_data
from bncore.network import Layout
from bncore.probe import picture_frames
from bncore.state import init_state
from bncore.train import advance

BASE = RunConfig(samples=60, hidden=(4, 3), epochs=4, seeds=3, batch_size=16)


@cache
def results(experiment: Experiment, run: int = 0, epochs: tuple[int, ...] = (4, 4)) -> tuple[ArmResult, ...]:
    made = []
    for config, count in zip(experiment.configs().values(), epochs, strict=True):
        data, (_, history) = load_data(config), advance(init_state(config), count)
        made.append(ArmResult(config, data, history, picture_frames(config, data, history, run)))
    return tuple(made)


def packed(experiment: Experiment = Experiment(BASE), **changes: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:  # noqa: B008 - frozen
    return unpack(pack_run(experiment, results(experiment), **changes))


def test_the_header_says_what_is_shown() -> None:
    header, _ = packed(threshold=0.6, headline="So it is.", kept=(5, "Still."), sentences=["a", "b"], messages=["m"])
    assert {name: header[name] for name in ("kind", "version", "seed", "seeds", "run_index", "complete", "trained", "epochs")} == {
        "kind": "run", "version": 1, "seed": 0, "seeds": [0, 1, 2], "run_index": 0, "complete": True, "trained": 4.0, "epochs": 4.0,
    }  # fmt: skip
    assert [header[name] for name in ("threshold", "headline", "kept")] == [0.6, "So it is.", {"epochs": 5, "headline": "Still."}]
    assert (header["lead"], header["sentences"], header["messages"]) == (0, ["a", "b"], ["m"])
    assert [(arm["label"], arm["role"]) for arm in header["arms"]] == [("with BN", "bn"), ("without", "none")]
    assert [arm["hidden"] for arm in header["arms"]] == [[4, 3], [4, 3]]
    assert header["arms"][0]["layers"] == [{"normalised": True, "signals": ["z", "x_hat", "y", "a"]}] * 2
    assert header["arms"][1]["layers"] == [{"normalised": False, "signals": ["z", "a"]}] * 2
    assert (len(header["edges"]["normalised"]), header["edges"]["other"][20]) == (41, 0.0)


def test_arrays_are_those_of_the_run_shown() -> None:
    experiment = Experiment(BASE)
    made = results(experiment, 2)
    header, arrays = unpack(pack_run(experiment, made, run_index=2))
    result, frames = made[0], header["arms"][0]["frames"]
    assert header["seed"] == 2
    np.testing.assert_array_equal(arrays["a0/surface"], result.pictures.surface)
    np.testing.assert_array_equal(arrays["a0/histogram"], result.pictures.histogram)
    np.testing.assert_array_equal(arrays["a0/test_loss"], result.history.test_loss.astype(np.float32))
    np.testing.assert_array_equal(arrays["a0/gradient_norm"], result.history.gradient_norm[:, 2].astype(np.float32))
    np.testing.assert_array_equal(arrays["points_test"][:, :2], result.dataset.x_test[2].astype(np.float32))
    layout = Layout.of(result.config)
    for layer, width in enumerate((4, 3)):
        gamma = layout.weights(result.history.params[:, 2])[layer].gamma
        var = layout.statistics(result.history.batch_stats[:, 2])[layer].var
        assert arrays[f"a0/gamma{layer}"].shape == (frames, width)
        np.testing.assert_array_equal(arrays[f"a0/gamma{layer}"], gamma[:, 0].astype(np.float32))
        np.testing.assert_array_equal(arrays[f"a0/batch_var{layer}"], var[:, 0].astype(np.float32))
    assert not any(name.startswith("a1/gamma") for name in arrays)


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        ("circles", ["binary", 2, "accuracy", "probability", None]),
        ("spirals3", ["classes", 3, "accuracy", "class", None]),
        ("rings_temperature", ["regression", 0, "R2", "value", list(RunConfig(dataset="rings_temperature").target_range or ())]),
    ],
)
def test_the_header_says_what_the_numbers_are(dataset: str, said: list[Any]) -> None:
    header, _ = packed(Experiment(BASE.replace(dataset=dataset)))
    assert [header[name] for name in ("task", "n_classes", "score", "surface_kind", "target_range")] == said


def test_a_point_brings_its_class_or_the_level_of_its_value() -> None:
    classes = Experiment(BASE.replace(dataset="ring_classes"))
    y = results(classes)[0].dataset.y_test[0]
    assert set(y) == {0.0, 1.0, 2.0}
    np.testing.assert_array_equal(packed(classes)[1]["points_test"][:, 2], y)
    values = Experiment(BASE.replace(dataset="plane_wave"))
    data = results(values)[0].dataset
    low, high = data.target_range or (0.0, 0.0)
    levels = packed(values)[1]["points_train"][:, 2]
    np.testing.assert_array_equal(levels, np.rint(255 * np.clip((data.y_train[0] - low) / (high - low), 0, 1)))
    assert levels.min() >= 0
    assert levels.max() <= 255
    assert len(set(levels)) > 10


def test_every_class_of_a_normalised_output_has_its_traces() -> None:
    header, arrays = packed(Experiment(BASE.replace(dataset="spirals3", norm_output=True)))
    assert arrays["a0/gamma2"].shape == (header["arms"][0]["frames"], 3)


def test_a_normalised_output_has_its_traces() -> None:
    header, arrays = packed(Experiment(BASE.replace(norm_output=True)))
    assert header["arms"][0]["output_normalised"]
    assert arrays["a0/gamma2"].shape == (header["arms"][0]["frames"], 1)


def test_large_counts_travel_in_four_bytes() -> None:
    experiment = Experiment(BASE)
    many = [replace(r, pictures=replace(r.pictures, histogram=r.pictures.histogram + 70_000)) for r in results(experiment)]
    _, arrays = unpack(pack_run(experiment, many))
    assert arrays["a0/histogram"].dtype == np.uint32
    assert packed()[1]["a0/histogram"].dtype == np.uint16


def test_a_run_under_way_says_how_far_it_is() -> None:
    experiment = Experiment(BASE)
    header, arrays = unpack(pack_run(experiment, results(experiment, 0, (2, 2))))
    assert (header["complete"], header["trained"], header["epochs"]) == (False, 2.0, 4.0)
    for i in range(2):
        assert arrays[f"a{i}/eval_epoch"][-1] == arrays[f"a{i}/frame_epoch"][-1] == 2.0
        frames = header["arms"][i]["frames"]
        for name in ("frame_epoch", "frame_eval", "surface", "histogram", "idle", "finite", "gradient_norm"):
            assert len(arrays[f"a{i}/{name}"]) == frames, name
        assert arrays[f"a{i}/frame_eval"].max() < len(arrays[f"a{i}/eval_epoch"])


@pytest.mark.parametrize(("trained", "complete", "shown"), [((2, 3), False, 3.0), ((2, 4), True, 4.0)])
def test_an_arm_of_fewer_epochs_does_not_cut_the_other(trained: tuple[int, int], complete: bool, shown: float) -> None:
    experiment = Experiment(BASE, (Arm("short", (("epochs", 2),)), Arm("long")))
    header, arrays = unpack(pack_run(experiment, results(experiment, 0, trained)))
    assert (header["complete"], header["trained"], header["epochs"], header["lead"]) == (complete, shown, 4.0, 1)
    assert [arrays[f"a{i}/frame_epoch"][-1] for i in range(2)] == [2.0, shown]


def test_a_run_that_diverged_says_where() -> None:
    experiment = Experiment(RunConfig(samples=60, hidden=(8,) * 6, activation="linear", epochs=4, seeds=1, learning_rate=100.0))
    header, arrays = unpack(pack_run(experiment, results(experiment)))
    said = [arm["diverged"] for arm in header["arms"]]
    assert said[1] is not None
    assert said[1].startswith("diverged in epoch ")
    assert arrays["a1/finite"][0] == 1
    assert arrays["a1/finite"][-1] == 0
    assert np.isnan(arrays["a1/test_loss"][-1]).all()


def test_one_result_an_arm() -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        pack_run(Experiment(BASE), results(Experiment(BASE))[:1])
    assert str(error.value) == "pack_run.results: must be one an arm (2); got 1. Give one result an arm."


def test_an_arm_without_a_frame_is_refused() -> None:
    made = results(Experiment(BASE))
    bare = [replace(r, history=r.history.until(-1), pictures=r.pictures.until(0)) for r in made]
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        pack_run(Experiment(BASE), bare)
    assert str(error.value) == "pack_run.results: every arm must have a frame; got none of 'with BN'. Wait for the first slice."


def test_roles_and_names() -> None:
    assert [role_of(config) for config in (BASE, BASE.replace(norm="none"), BASE.replace(norm_layers=()))] == ["bn", "none", "none"]
    assert run_hash(Experiment(BASE)) != run_hash(Experiment(BASE.replace(learning_rate=0.1)))
    assert len(run_hash(Experiment(BASE))) == 12
