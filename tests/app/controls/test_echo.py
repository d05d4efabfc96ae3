from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app.controls import echo


def page() -> None:
    import streamlit as st

    from app.controls.echo import is_echo, sent, wrote

    if "ask" in st.session_state:
        st.text(f"{is_echo('rate', 'old')} {is_echo('rate', 'other')}")
    if st.session_state.pop("write", False):
        wrote("rate", st.session_state.get("before", "old"))
    if st.session_state.get("reaches its end", True):
        sent()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(echo, "time", clock)
    return clock


def written(*, ends: bool = True) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state["write"], app.session_state["reaches its end"] = True, ends
    return app.run()


def asked(app: AppTest) -> str:
    app.session_state["ask"] = True
    return app.run().text[0].value


@pytest.mark.parametrize(("after", "said"), [(0.5, "True False"), (5.0, "False False")])
def test_what_was_replaced_is_an_echo_for_a_while(clock: SimpleNamespace, after: float, said: str) -> None:
    app = written()
    clock.now = after
    assert asked(app) == said


def test_the_while_begins_when_the_page_is_drawn(clock: SimpleNamespace) -> None:
    app = written(ends=False)
    clock.now = 60.0
    app.session_state["reaches its end"] = True
    app.run()
    clock.now = 60.5
    assert asked(app) == "True False"


def test_a_page_that_is_drawn_again_does_not_begin_it_anew(clock: SimpleNamespace) -> None:
    app = written()
    clock.now = 5.0
    app.run()
    assert asked(app) == "False False"


def test_what_was_replaced_long_ago_is_a_choice_also_after_another_change(clock: SimpleNamespace) -> None:
    app = written()
    clock.now = 5.0
    app.session_state["write"], app.session_state["before"] = True, "older"
    app.run()
    assert asked(app) == "False False"
