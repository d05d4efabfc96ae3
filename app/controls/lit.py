"""The controls that matter to the lesson from which the Playground was opened."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from app.lessons.model import Lesson
from bncore.config import SPECS, Experiment

__all__ = ["arriving", "lead_over", "lit", "mark"]

LESSON, OPENS, ARRIVING = "bnlab.lesson", "bnlab.lesson.opens", "bnlab.lesson.arriving"


def lead_over(lesson: Lesson, experiment: Experiment) -> None:
    """Remember a lesson and what the Playground may be opened on next."""
    state = st.session_state
    state[LESSON], state[OPENS], state[ARRIVING] = lesson, experiment, True


def lit(experiment: Experiment) -> Lesson | None:
    """Return the lesson from which this experiment was opened, whatever its knobs and its seeds are by now; else None."""
    lesson: Lesson | None = st.session_state.get(LESSON)
    if lesson is None:
        return None
    own: Experiment = st.session_state[OPENS]
    held = [name for name in SPECS if name not in (*lesson.knobs, "seed", "seeds")]
    same = all(getattr(experiment.base, name) == getattr(own.base, name) for name in held)
    return lesson if same and experiment.arms == own.arms else None


def arriving() -> bool:
    """Return whether the Playground is drawn for the first time since a lesson led over to it; a second call says no."""
    return bool(st.session_state.pop(ARRIVING, False))


def mark(names: Iterable[str]) -> None:
    """Mark the controls of some fields."""
    places = ", ".join(f'[data-testid="stSidebar"] .st-key-{name}' for name in names)
    st.html(f"<style>{places} {{ border-left: 3px solid var(--st-primary-color, #007355); padding-left: 0.5rem; }}</style>")
