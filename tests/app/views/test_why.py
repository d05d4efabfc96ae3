from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.views import why_inputs, why_measured, why_shift, why_telephone
from app.views.why_state import PAGE, PLAYING, moved, stepped
from app.why.specs import SPECS


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter
    from app.views.why import render
    from app.views.why_state import PAGE

    enter("why")
    render()
    st.json(PAGE.latest())
    st.json({name: st.query_params.get_all(name) for name in st.query_params})


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=120)
    test.query_params.update(address)
    test.run()
    return test


def parts(test: AppTest) -> dict[str, str]:
    assert not test.exception
    (shown,) = (json.loads(element.proto.json) for element in test.get("bidi_component") if "parts" in element.proto.json)
    return dict(shown["parts"])


def state(test: AppTest) -> dict[str, Any]:
    return dict(json.loads(test.json[0].value))


def address(test: AppTest) -> dict[str, Any]:
    return dict(json.loads(test.json[1].value))


def test_the_page_opens_with_the_inputs_and_an_empty_address():
    test = opened()
    assert "2.4 million" in parts(test)["pictures"]
    assert address(test) == {}
    assert [w.value for w in test.warning] == []


@pytest.mark.parametrize(
    ("section", "part", "words"),
    [
        ("inputs", "say", "the loss is above its floor by"),
        ("shift", "say", "On roses of all colours"),
        ("telephone", "say", "Here BN holds the layers' means still"),
        ("measured", "say", "Here BN smooths"),
    ],
)
def test_every_section_is_in_the_address_and_alone_on_the_page(section: str, part: str, words: str):
    test = opened(section=section)
    assert words in parts(test)[part]
    assert address(test) == {"section": [section]}
    assert len(test.get("page_link")) == (section != "inputs")


@pytest.mark.parametrize(
    "settings",
    [
        {"w1": "-1.6", "w2": "1.6", "c": "2.2", "rho": "0.98", "step": "52"},
        {"w1": "0", "w2": "0", "c": "0.02", "rho": "-0.98", "step": "0"},
        {"section": "shift", "change": "mixture", "flower": "15", "grown": "0"},
        {"section": "shift", "change": "place", "grown": "12"},
        {"section": "shift", "change": "light"},
        {"section": "telephone", "players": "2", "bend": "sigmoid", "scale": "0.05", "rate": "0.001", "epoch": "0"},
        {"section": "telephone", "players": "20", "bend": "relu", "scale": "10.0", "rate": "3.0", "epoch": "30"},
        {"section": "measured", "deep": "1", "wide": "4", "curve": "sigmoid", "speed": "0.001", "walk": "0", "first": "100000"},
        {"section": "measured", "deep": "8", "wide": "32", "curve": "relu", "speed": "3.0", "walk": "11"},
    ],
    ids=str,
)
def test_the_ends_of_every_setting_are_a_page(settings: dict[str, str]):
    test = opened(**settings)
    html = "".join(parts(test).values())
    assert [w.value for w in test.warning] == []
    assert "nan" not in html.replace("nance", "")
    kept = {name: values[-1] for name, values in address(test).items()}
    assert {name: SPECS[name][0].kind for name in kept}.keys() <= settings.keys()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"c": "3"}, "Learning rate (c): must be 0.02..2.2; got 3.0. Use 2.2 or less. Using 1.0."),
        ({"step": "-1"}, "Moment (step): must be 0..52; got -1. Use 0 or more. Using 10."),
        ({"w1": "left"}, "Start: w1 (w1): must be a number; got 'left'. Write it like 0.1. Using -1.0."),
        (
            {"section": "magic"},
            "section: must be one of inputs, shift, telephone, measured; got 'magic'. Use inputs. Using inputs.",
        ),
        ({"colour": "red"}, "colour: no such setting on this page. Left out."),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_told_and_the_rest_is_shown(bad: dict[str, str], said: str):
    test = opened(**bad)
    assert [w.value.replace("\\", "") for w in test.warning] == [said]
    assert parts(test)


def test_one_click_sets_a_configuration_and_the_address():
    test = opened(section="telephone", rate="1.0")
    test.button(key="telephone_A dead network").click().run()
    assert "The trap:" in parts(test)["say"]
    assert address(test) == {"section": ["telephone"], "bend": ["sigmoid"]}
    test = opened(section="measured")
    test.button(key="measured_BN does not smooth").click().run()
    assert "Here BN does not smooth" in parts(test)["say"]
    assert address(test) == {"section": ["measured"], "curve": ["tanh"], "speed": ["0.1"]}


def test_another_section_keeps_the_settings_of_the_first_and_stops_what_plays():
    test = opened(c="1.5")
    test.session_state[PLAYING] = True
    test.run()
    assert "data-play" in parts(test)["moment"]
    test.segmented_control(key="why.section").set_value("shift").run()
    assert "data-play" not in parts(test)["moment"]
    assert address(test) == {"section": ["shift"], "c": ["1.5"]}


def sheets() -> None:
    import streamlit as st

    from app.views import why_inputs, why_shift
    from app.views.why_state import PAGE, PLAYING, moved, stepped

    PAGE.current()
    for label, act, args in (
        ("c=2.05", why_inputs.act, ("c=2.05",)),
        ("c=fast", why_inputs.act, ("c=fast",)),
        ("next", why_inputs.act, ("next",)),
        ("play", why_inputs.act, ("play",)),
        ("shift back", why_shift.act, ("back",)),
        ("move", moved, ({"w1": 0.5, "w2": -0.5, "evil": 1.0}, True)),
        ("far", moved, ({"w1": 9.0}, True)),
        ("released", moved, ({}, True)),
    ):
        st.button(label, key=label, on_click=act, args=args)
    st.json(PAGE.latest())
    st.json({"playing": bool(st.session_state.get(PLAYING)), "known": stepped("epoch", "fly")})


def test_a_sheet_moves_the_page_and_what_a_browser_makes_up_does_not():
    test = AppTest.from_function(sheets, default_timeout=20)
    test.run()

    def pressed(name: str) -> dict[str, Any]:
        test.button(key=name).click().run()
        assert not test.exception
        return state(test) | json.loads(test.json[1].value)

    assert pressed("c=2.05")["c"] == 2.05
    assert pressed("c=fast")["c"] == 2.05
    assert pressed("next")["step"] == 11
    assert pressed("shift back")["grown"] == 11
    after = pressed("move")
    assert (after["w1"], after["w2"], "evil" in after) == (0.5, -0.5, False)
    assert pressed("far")["w1"] == 0.5
    assert pressed("play")["playing"]
    assert pressed("released")["playing"]  # a pointer that is let go has moved nothing
    assert not pressed("move")["playing"]
    assert not pressed("play")["known"]


def test_playing_begins_anew_at_the_end_and_stops_there(monkeypatch: pytest.MonkeyPatch):
    kept: dict[str, Any] = {}
    now = {"epoch": 30}
    monkeypatch.setattr("streamlit.session_state", kept)
    monkeypatch.setattr(PAGE, "latest", lambda: dict(now))
    monkeypatch.setattr(PAGE, "change", lambda **values: now.update(values))
    assert stepped("epoch", "play")
    assert (now, kept[PLAYING]) == ({"epoch": 0}, True)
    now["epoch"] = 28
    assert stepped("epoch", "next")
    assert (now, kept[PLAYING]) == ({"epoch": 29}, True)
    assert stepped("epoch", "next")
    assert (now, kept[PLAYING]) == ({"epoch": 30}, False)
    assert stepped("epoch", "next")
    assert now == {"epoch": 30}
    moved({"epoch": 3.0}, False)
    assert now == {"epoch": 3.0}
    for act in (why_inputs.act, why_shift.act, why_telephone.act, why_measured.act):
        assert callable(act)


def test_a_failed_run_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    from app import compute

    class Failed:
        done = True
        released = False
        error = "Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons."

    monkeypatch.setattr(compute, "request", lambda *_: Failed())
    test = opened(section="telephone", rate="0.3")
    assert not test.exception
    assert "must fit into memory" in test.error[0].value
    assert not test.get("bidi_component")
