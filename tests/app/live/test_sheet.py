from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

NOTHING = {"sheet": 0.0, "id": 0.0}


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
    assert sent(app) == {"parts": [["top", "<p>a</p>"]], "heard": NOTHING, "key": "sheet", "label": "What it is"}
    name = app.get("bidi_component")[0].proto.id
    app.session_state["more"] = {"a": "<p>b</p>"}
    app.run()
    assert sent(app)["parts"] == [["top", "<p>a</p>"], ["a", "<p>b</p>"]]
    assert app.get("bidi_component")[0].proto.id == name


def test_the_page_does_what_a_browser_sends_and_answers_how_far_it_came(app: AppTest) -> None:
    app.run()
    items = [{"id": 1, "values": {"box": "rows"}, "final": True}, {"id": 2, "act": "use"}]
    for n in (1, 2):  # the second time it is said again
        states = WidgetStates()
        message = {"sheet": 0.5, "n": n, "items": items}
        states.widgets.add(id=app.get("bidi_component")[0].proto.id, json_value=json.dumps({"moved": message}))
        app._run(states)
        assert app.session_state["heard"] == [({"box": "rows"}, True), "use"]
        assert sent(app)["heard"] == {"sheet": 0.5, "id": 2.0}


@pytest.mark.parametrize("moved", [None, "text", [1], 5, {}, {"sheet": 0.5}, {"sheet": 0.5, "items": {"id": 1}}])
def test_whatever_a_browser_sends_does_no_harm(app: AppTest, moved: Any) -> None:
    app.run()
    states = WidgetStates()
    states.widgets.add(id=app.get("bidi_component")[0].proto.id, json_value=json.dumps({"moved": moved}))
    app._run(states)
    assert sent(app)["heard"] == NOTHING
    assert app.session_state["heard"] == []
