"""The Playground as a lesson leaves it: its controls marked, and in sight."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.controls.lit import ARRIVING, LESSON, OPENS, lit
from app.controls.sidebar import NAMED
from app.controls.text import escape
from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.running import opened
from bncore.config import SPECS, Experiment

KINDS = ("select_slider", "slider", "toggle", "selectbox", "button_group", "text_input", "number_input")


def page() -> None:
    import streamlit as st

    from app.controls import current, sidebar

    sidebar(current()[0], st.html)


def from_lesson(name: str, experiment: Experiment | None = None) -> AppTest:
    lesson = lesson_of(name)
    own = opened(lesson, {}, 100)
    app = AppTest.from_function(page, default_timeout=20)
    state = app.session_state
    state[LESSON], state[OPENS], state[ARRIVING] = lesson, own, True
    state["bnlab.experiment"], state["bnlab.messages"], state["bnlab.written"] = experiment or own, [], {}
    return app.run()


def drawn(app: AppTest) -> set[str]:
    assert not app.exception
    return {widget.key for kind in KINDS for widget in getattr(app, kind)}


@pytest.mark.parametrize("name", NAMES)
def test_the_knobs_of_a_lesson_are_in_sight_when_the_playground_opens(name: str) -> None:
    app = from_lesson(name)
    assert f"From the lesson *{escape(lesson_of(name).title)}*" in " ".join(caption.value for caption in app.caption)
    assert set(lesson_of(name).knobs) <= drawn(app)


def test_a_group_that_a_lesson_opened_can_be_folded_again() -> None:
    app = from_lesson("faster")
    assert "activation" in drawn(app)
    app.session_state[f"group_{SPECS['activation'].group.lower()}"] = False
    assert "activation" not in drawn(app.run())


def test_an_experiment_of_ones_own_opens_no_group() -> None:
    app = from_lesson("faster", Experiment())
    assert not [caption for caption in app.caption if "From the lesson" in caption.value]
    assert drawn(app) & set(SPECS) <= set(NAMED)


def test_a_lesson_is_known_by_all_but_its_knobs_and_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = lesson_of("faster")
    own = opened(lesson, {"learning_rate": 0.1}, 132)
    monkeypatch.setattr("streamlit.session_state", {LESSON: lesson, OPENS: own})
    assert lit(own) is lesson
    assert lit(own.replace({"learning_rate": 0.3, "seed": 7, "seeds": 1})) is lesson
    assert lit(own.replace({"noise": 0.3})) is None
    assert lit(Experiment(own.base)) is (lesson if own.arms == Experiment().arms else None)
