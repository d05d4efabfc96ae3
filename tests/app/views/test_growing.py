"""What was sent of a run is sent again only when it has grown enough for how busy the lab is."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app import compute
from app.views import growing
from app.views.growing import due


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "status", lambda: compute.Status(alive=2, warm=2, cache_bytes=0, waiting=41))


def page() -> None:
    import streamlit as st

    from app.views.growing import forget, last_sent, sent

    told = st.session_state["told"]
    if told[0] == "sent":
        sent(*told[1:])
    elif told[0] == "forget":
        forget()
    else:
        st.text(repr(last_sent(*told[1:])))


def run(app: AppTest, *told: object) -> str:
    app.session_state["told"] = told
    app.run()
    assert not app.exception
    return app.text[0].value if app.text else ""


def test_one_who_waits_alone_sees_every_step_and_sixty_see_some() -> None:
    steps = [i / 60 for i in range(1, 61)]

    def shown(waiting: int) -> int:
        last, count = 0.0, 0
        for step in steps:
            if due(last, step, waiting):
                last, count = step, count + 1
        return count

    assert [shown(waiting) for waiting in (1, 21, 60)] == [60, 6, 3]


def test_nothing_new_is_not_sent_again() -> None:
    assert not due(0.5, 0.5, 1)


@pytest.mark.usefixtures("busy")
def test_what_was_sent_serves_until_the_run_has_grown() -> None:
    app = AppTest.from_function(page)
    assert run(app, "ask", "run", 0.1) == "None"
    run(app, "sent", "run", 0.1, b"first")
    assert run(app, "ask", "run", 0.2) == repr(b"first")
    assert run(app, "ask", "run", 0.31) == "None"
    assert run(app, "ask", "another run", 0.2) == "None"
    run(app, "forget")
    assert run(app, "ask", "run", 0.2) == "None"
    assert growing.SENT not in app.session_state
