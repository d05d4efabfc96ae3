"""What a student may change of a lesson's experiment, in all its cases at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.classroom.link import FREE
from app.controls.classroom import rule_now
from app.controls.echo import is_echo, wrote
from app.controls.grids import options_for
from app.controls.text import escape
from app.lessons.model import Lesson
from app.teaching.specs import parse_changes
from app.views.lesson_state import PAGE
from app.words import value_words
from bncore.config import SPECS, format_value

__all__ = ["show_knobs"]

AS_GIVEN = "as in the lesson"
DRAWN = "bnlab.lessons.drawn"

WIDTHS = (4, 8, 16, 32)
"""Units of every hidden layer that are offered."""


def show_knobs(lesson: Lesson, changes: Mapping[str, Any]) -> None:
    """Draw the knobs of a lesson, as they are set. Each keeps its place and its identity, whatever is chosen.

    What was chosen is what a knob holds and was not drawn with. Callbacks would not do: where a newer run of the page ends one,
    what it was to tell is gone.
    """
    with st.container(horizontal=True, key="lesson_knobs", vertical_alignment="bottom"):
        for name in lesson.knobs:
            if rule_now(name) == FREE:
                _knob(lesson, name, format_value(name, changes[name]) if name in changes else AS_GIVEN)
        if rule_now("seed") == FREE:
            st.button("Other seeds", on_click=_other_seeds, args=(lesson.seeds,), help="The same experiment with the next seeds.")


def _knob(lesson: Lesson, name: str, now: str) -> None:
    key, state = f"lessons.{lesson.name}.{name}", st.session_state
    drawn: dict[str, str] = state.setdefault(DRAWN, {})
    there = key in state
    if there and state[key] != now:
        echo = is_echo(key, state[key])
        if state[key] != drawn.get(key, now) and not echo and _take(lesson, name, state[key]):
            st.rerun()
        if not echo:  # what was refused is not refused for longer
            wrote(key, state[key])
        state[key] = now
    choices = _choices(lesson, name)
    choices = choices if now in choices else [*choices, now]
    shown = st.selectbox(
        SPECS[name].label, choices, index=0 if there else choices.index(now), key=key, width=190, help=escape(SPECS[name].help),
        format_func=_worded(name),
    )  # fmt: skip
    drawn[key] = now
    if shown != now:  # a browser that came back to another server says other than its address
        _take(lesson, name, shown)
        st.rerun()


def _worded(name: str) -> Callable[[str], str]:
    def words(text: str) -> str:
        return text if text == AS_GIVEN else value_words(name, text)

    return words


def _choices(lesson: Lesson, name: str) -> list[str]:
    spec, config = SPECS[name], lesson.cases[0].config
    if spec.kind == "sizes":
        return [AS_GIVEN, *(format_value(name, (width,) * len(config.hidden)) for width in WIDTHS)]
    return [AS_GIVEN, *(spec.choices or options_for(name, config))]


def _take(lesson: Lesson, name: str, chosen: str | None) -> bool:
    """Change a setting to what was chosen, and return whether it is one: a browser sent that, so it may be none of the choices."""
    if chosen is None or chosen not in _choices(lesson, name):
        return False
    kept = [(other, value) for other, value in PAGE.latest()["set"] if other != name]
    PAGE.change(set=(*kept, *(() if chosen == AS_GIVEN else parse_changes(f"{name}:{chosen}"))))
    return True


def _other_seeds(seeds: int) -> None:
    PAGE.change(first=(PAGE.latest()["first"] + seeds) % 100_000)
