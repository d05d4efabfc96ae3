from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import compute
from app.live.codec import unpack, unzipped
from app.live.following import FOLLOWED
from app.live.pack import run_hash
from app.views.playground import CROWDED, PATIENCE, _answer
from app.views.waiting import FEW
from bncore import Experiment, RunConfig

PAGE = Path(__file__).parents[3] / "app" / "page.py"
SMALL = {"seeds": "2", "epochs": "3"}


@pytest.fixture
def app() -> AppTest:
    test = AppTest.from_file(str(PAGE), default_timeout=60)
    test.query_params.update(SMALL)
    return test


def header(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    shown = [element.proto.bytes for element in app.get("bidi_component") if element.proto.bytes]
    return unpack(shown[0])[0]


def test_the_page_shows_the_experiment_of_its_address(app: AppTest) -> None:
    app.query_params["learning_rate"] = "0.1"
    app.run()
    shown = header(app)
    assert shown["complete"]
    assert shown["epochs"] == 3
    assert [arm["label"] for arm in shown["arms"]] == ["with BN", "without"]
    assert shown["arms"][0]["config"]["learning_rate"] == "0.1"
    assert "median of 2 seeds" in shown["headline"]
    assert len(shown["sentences"]) == shown["arms"][0]["frames"]
    assert shown["messages"] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("batch_size", "64"), ("bn_momentum", "0.5"), ("gamma_init", "2.0"), ("beta_init", "1.0"), ("learning_rate", "0.1")],
)
def test_a_moved_control_shows_another_run(app: AppTest, key: str, value: str) -> None:
    app.run()
    before = header(app)
    app.select_slider(key=key).set_value(value).run()
    after = header(app)
    assert after["run"] != before["run"]
    assert after["arms"][0]["config"][key] == value


def test_what_could_not_be_used_is_told_on_the_screen(app: AppTest) -> None:
    app.query_params["noise"] = "loud"
    app.query_params["batch_size"] = "1"
    app.run()
    messages = header(app)["messages"]
    assert messages[0].startswith("noise: must be a number; got 'loud'.")
    assert messages[1].startswith("Batch of one")


@pytest.mark.parametrize(("asked", "shown"), [("2", 1), ("1", 0), ("3", 0), ("two", 0)])
def test_the_address_says_whose_pictures_are_shown(app: AppTest, asked: str, shown: int) -> None:
    app.query_params |= {"seed": "5", "v.run": asked}
    app.run()
    said = header(app)
    assert (said["run_index"], said["seed"], said["seeds"]) == (shown, 5 + shown, [5, 6])
    assert app.query_params["v.run"] == asked


def test_another_seeds_pictures_are_chosen_without_training(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.compute.inline import InlineBoard
    from app.views.playground import RUN, act

    app.run()
    first = header(app)
    monkeypatch.setattr(InlineBoard, "_train", lambda *_: pytest.fail("trained"))
    app.session_state[RUN] = 1
    app.run()
    second = header(app)
    assert (second["run_index"], second["headline"]) == (1, first["headline"])
    assert second["run"] != first["run"]
    monkeypatch.setattr("streamlit.session_state", state := {RUN: 1})
    for run, kept in (("0", 0), ("-1", 0), ("", 0), ("x", 0), ("9" * 30, 0), ("\u00b2", 0), ("1", 1), ("2", 1), ("0.0", 1)):
        act(Experiment(RunConfig(seeds=2)), f"seed:{run}")
        assert state[RUN] == kept


def test_a_seed_that_is_gone_gives_way_to_the_first(app: AppTest) -> None:
    app.query_params["v.run"] = "2"
    app.session_state["group_seeds"] = True  # unfolded
    app.run()
    app.select_slider(key="seeds").set_value("1").run()
    assert header(app)["run_index"] == 0
    app.select_slider(key="seeds").set_value("2").run()
    assert header(app)["run_index"] == 1


def test_arms_of_other_durations_are_each_shown_whole(app: AppTest) -> None:
    app.query_params["arm"] = ["short:epochs=1", "long:"]
    app.run()
    said = header(app)
    assert (said["complete"], said["trained"], said["lead"]) == (True, 3.0, 1)
    assert len(said["sentences"]) == said["arms"][1]["frames"] > said["arms"][0]["frames"]


def clicks() -> None:
    import streamlit as st

    from app.controls import current, encode, sidebar
    from app.views.playground import act

    experiment, _ = current()
    sidebar(experiment, st.html)
    st.json(encode(experiment))
    for what in st.session_state["acts"]:
        st.button(what, key=what, on_click=act, args=(experiment, f"layer:{what}"))


@pytest.mark.parametrize(
    ("start", "acts", "end"),
    [
        ({}, ["1:off"], {"norm_layers": ["2"]}),
        ({}, ["1:off", "1:on"], {}),
        ({}, ["1:off", "2:off"], {"norm_layers": ["none"]}),
        ({}, ["3:on"], {"norm_output": ["true"]}),
        ({}, ["3:on", "3:off"], {}),
        ({}, ["3:off", "1:on"], {}),
        ({"norm": "none"}, ["2:on"], {"norm_layers": ["2"]}),
        ({"norm": "none", "norm_output": "true"}, ["3:on"], {"norm_layers": ["none"], "norm_output": ["true"]}),
        ({}, ["0:on", "4:on", "-1:on", "1", "1:", "1:no", ":off", "x:off", "1.0:off", "9" * 30 + ":on"], {}),
        ({"norm": "layer"}, ["1:off"], {"norm": ["layer"], "norm_layers": ["2"]}),
        ({"norm": "ghost", "norm_layers": "none"}, ["2:on"], {"norm": ["ghost"], "norm_layers": ["2"]}),
    ],
)
def test_a_click_in_the_diagram_switches_a_layers_normalization(
    start: dict[str, str], acts: list[str], end: dict[str, Any]
) -> None:
    app = AppTest.from_function(clicks, default_timeout=20)
    app.session_state["acts"] = acts
    app.query_params.update(start)
    app.run()
    for act in acts:
        app.button(key=act).click().run()
        app.button(key=act).click().run()  # what is so already stays
    assert not app.exception
    assert json.loads(app.json[0].value) == end


def test_too_much_is_refused_with_a_way_out(app: AppTest) -> None:
    app.query_params |= {"hidden": ",".join(["64"] * 20), "seeds": "512", "epochs": "500", "noise": "loud"}
    app.run()
    assert not app.exception
    assert app.error[0].value.startswith("seeds\\: one arm may take at most")
    assert app.warning[0].value.startswith("noise\\: must be a number")
    offer = app.button(key="offer_seeds")
    assert offer.label.startswith("Use ")
    assert not app.get("bidi_component")


def test_an_offer_is_taken_by_a_click(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from bncore import cost

    monkeypatch.setattr(cost, "MAX_BYTES", 3_000_000)
    app.query_params["seeds"] = "64"
    app.run()
    offered = int(app.button(key="offer_seeds").label.split()[1])
    app.button(key="offer_seeds").click().run()
    assert header(app)["seeds"] == list(range(offered))
    assert app.query_params["seeds"] == str(offered)


def test_a_failed_run_is_a_sentence(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failed:
        done = True
        forgotten = False
        released = False
        error = "Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons."

    monkeypatch.setattr(compute, "request", lambda *_: Failed())
    app.run()
    assert not app.exception
    assert "must fit into memory" in app.error[0].value


@pytest.mark.parametrize(
    ("error", "forgotten", "kind"), [("Run: released.", False, "gone"), (None, True, "gone"), (None, False, "busy")]
)
def test_a_question_that_nothing_answers_yet_is_told_to_wait_only_while_something_is_trained(
    error: str | None, forgotten: bool, kind: str
) -> None:
    class Partial:
        def __init__(self) -> None:
            self.error, self.forgotten, self.progress = error, forgotten, 0.25

        def results(self) -> None:
            return None

    experiment = Experiment()
    ask = partial(_answer, experiment, Partial(), 0)  # type: ignore[arg-type]
    said = ask({"run": run_hash(experiment, 0), "kind": "lens"})
    assert said is not None
    assert unpack(said)[0]["kind"] == kind
    assert unpack(said)[0].get("progress", 0.25) == 0.25
    assert ask({"run": "another", "kind": "lens"}) is None


@pytest.fixture
def pooled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "pooled", lambda: True)


@pytest.mark.usefixtures("pooled")
def test_the_page_says_where_the_run_is_and_does_not_wait_for_it(app: AppTest) -> None:
    app.query_params["epochs"] = "2000"
    app.run()
    said = header(app)
    assert said["kind"] == "awaited"
    following = FOLLOWED.get(said["address"].rpartition("/")[2])
    assert following is not None
    assert following.make() is None
    assert isinstance(following.run, compute.Ticket)
    while following.make() is None:
        following.run.wait(0.0)
    shown = unpack(unzipped(following.make() or b""))[0]
    assert not shown["complete"]
    assert shown["headline"].startswith("So far, epoch ")
    assert 0 < shown["trained"] < 2000


@pytest.mark.usefixtures("pooled")
@pytest.mark.parametrize(("waiting", "seconds"), [(FEW, PATIENCE), (FEW + 1, CROWDED)])
def test_in_a_crowd_the_first_picture_comes_soon(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, waiting: int, seconds: float
) -> None:
    app.query_params["epochs"] = "2000"
    app.run()
    following = FOLLOWED.get(header(app)["address"].rpartition("/")[2])
    assert following is not None
    now = replace(compute.status(), waiting=waiting)
    monkeypatch.setattr(compute, "status", lambda: now)
    assert following.patience() == seconds


@pytest.mark.usefixtures("pooled")
def test_a_tab_has_one_address_and_the_same_experiment_the_same_tag(app: AppTest) -> None:
    app.run()
    first = header(app)
    app.run()
    again = header(app)
    app.select_slider(key="learning_rate").set_value("0.1").run()
    other = header(app)
    assert len({each["address"] for each in (first, again, other)}) == 3
    assert first["tag"] == again["tag"] != other["tag"]
    assert [FOLLOWED.get(each["address"].rpartition("/")[2]) is None for each in (first, again, other)] == [True, True, False]


@pytest.mark.usefixtures("pooled")
def test_a_setting_without_effect_gives_another_tag_because_it_is_told() -> None:
    tags = []
    for beta in ("0.9", "0.5"):
        app = AppTest.from_file(str(PAGE), default_timeout=60)
        app.query_params.update({**SMALL, "adam_beta1": beta})
        tags.append(header(app.run())["tag"])
    assert tags[0] != tags[1]


@pytest.mark.usefixtures("pooled")
def test_a_run_that_failed_is_told(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute.Ticket, "error", "Training: no.")
    app.run()
    assert [error.value for error in app.error] == ["Training\\: no."]
