from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import compute
from app.live.codec import unpack

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


def clicks() -> None:
    import streamlit as st

    from app.controls import current, encode, sidebar
    from app.views.playground import toggle_layer

    experiment, _ = current()
    sidebar(experiment)
    st.json(encode(experiment))
    for layer in range(5):
        st.button(f"layer {layer}", key=f"layer_{layer}", on_click=toggle_layer, args=(layer,))


@pytest.mark.parametrize(
    ("start", "layers", "end"),
    [
        ({}, [1], {"norm_layers": ["2"]}),
        ({}, [1, 1], {}),
        ({}, [1, 2], {"norm_layers": ["none"]}),
        ({}, [3], {"norm_output": ["true"]}),
        ({}, [3, 3], {}),
        ({"norm": "none"}, [2], {"norm_layers": ["2"]}),
        ({"norm": "none", "norm_output": "true"}, [3], {"norm_layers": ["none"], "norm_output": ["true"]}),
        ({}, [0, 4], {}),
    ],
)
def test_a_click_in_the_diagram_switches_a_layers_normalization(
    start: dict[str, str], layers: list[int], end: dict[str, Any]
) -> None:
    app = AppTest.from_function(clicks, default_timeout=20)
    app.query_params.update(start)
    app.run()
    for layer in layers:
        app.button(key=f"layer_{layer}").click().run()
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
        released = False
        error = "Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons."

    monkeypatch.setattr(compute, "request", lambda *_: Failed())
    app.run()
    assert not app.exception
    assert "must fit into memory" in app.error[0].value


def test_a_long_run_is_shown_before_it_is_done(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.views import playground

    monkeypatch.setattr(playground, "PATIENCE", -1.0)
    app.query_params["epochs"] = "2000"
    app.run()
    shown = header(app)
    assert not shown["complete"]
    assert shown["headline"].startswith("So far, epoch ")
    assert 0 < shown["trained"] < 2000
