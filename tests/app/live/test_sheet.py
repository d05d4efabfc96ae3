from __future__ import annotations

import json
import math
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.live.sheet import show_sheet

    heard = st.session_state.setdefault("heard", [])
    more = st.session_state.get("more", {})
    show_sheet(
        {"top": "<p>a</p>", **more}, "sheet", "What it is", heard.append, lambda values, final: heard.append((values, final))
    )
    st.button("plain", on_click=lambda: show_sheet({}, "other", "No one listens"))


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page)


def sent(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.mixed.json or app.get("bidi_component")[0].proto.json)
    return data


def test_parts_keep_their_order_and_the_sheet_its_place(app: AppTest) -> None:
    app.run()
    assert sent(app) == {"parts": [["top", "<p>a</p>"]], "heard": 0, "label": "What it is"}
    name = app.get("bidi_component")[0].proto.id
    app.session_state["more"] = {"a": "<p>b</p>"}
    app.run()
    assert sent(app)["parts"] == [["top", "<p>a</p>"], ["a", "<p>b</p>"]]
    assert app.get("bidi_component")[0].proto.id == name


MOVES = [
    ({"values": {"gamma": 2}, "final": False}, ({"gamma": 2.0}, False)),
    ({"values": {"a": 1.5, "b": "text", "c": True}, "final": True}, ({"a": 1.5, "b": "text", "c": True}, True)),
    ({"values": {}, "final": True}, ({}, True)),
    ({"values": {"a": math.nan, "b": math.inf, "c": 10**400, "d": None, "e": [1], "f": {}}, "final": "yes"}, None),
    ({"values": {"x" * 41: 1.0, "b": "y" * 20_001, "x" * 40: "y" * 20_000}}, ({"x" * 40: "y" * 20_000}, False)),
    ({"values": [1], "final": True}, None),
    ({}, None),
    (None, None),
    ("text", None),
]


@pytest.mark.parametrize(("moved", "heard"), MOVES)
def test_what_was_moved_is_heard_as_far_as_it_is_of_a_kind_a_sheet_sends(moved: Any, heard: Any) -> None:
    from app.live.sheet import _moved

    values, final = _moved(moved)
    assert ((values, final) if values or final else None) == heard


def test_the_count_of_the_last_move_that_was_taken_over_goes_back_to_the_browser(app: AppTest) -> None:
    app.session_state["sheet"] = {"moved": {"n": 13, "values": {}, "final": False}}
    app.session_state["sheet heard"] = 12
    app.run()
    assert sent(app)["heard"] == 12


@pytest.mark.parametrize(("n", "heard"), [(12, 12), (math.nan, 0), (math.inf, 0), (10**400, 0), ("12", 0), (True, 0), (None, 0)])
def test_a_count_is_a_finite_number(n: Any, heard: float) -> None:
    from app.live.sheet import _count

    assert _count({"n": n, "values": {}, "final": False}) == heard
    assert _count(n) == 0


@pytest.mark.parametrize("moved", [None, "text", [1], 5])
def test_whatever_a_browser_sends_does_no_harm(app: AppTest, moved: Any) -> None:
    app.session_state["sheet"] = {"moved": moved}
    app.run()
    assert sent(app)["heard"] == 0
    assert app.session_state["heard"] == []
