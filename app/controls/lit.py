"""The controls that matter to the lesson from which the Playground was opened."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from app.lessons.model import Lesson
from bncore.config import Experiment

__all__ = ["lead_over", "lit", "mark"]

LESSON = "bnlab.lesson"


def lead_over(lesson: Lesson) -> None:
    """Remember a lesson whose experiment may be opened next."""
    st.session_state[LESSON] = lesson


def lit(experiment: Experiment) -> Lesson | None:
    """Return the lesson whose experiment this is, whatever its knobs and its first seed; None for any other."""
    lesson: Lesson | None = st.session_state.get(LESSON)
    if lesson is None:
        return None
    own = lesson.experiment
    as_given = {name: getattr(own.base, name) for name in (*lesson.knobs, "seed", "seeds")}
    return lesson if experiment.arms == own.arms and experiment.base.replace(**as_given) == own.base else None


def mark(names: Iterable[str]) -> None:
    """Mark the controls of some fields."""
    places = ", ".join(f'[data-testid="stSidebar"] .st-key-{name}' for name in names)
    st.html(f"<style>{places} {{ border-left: 3px solid var(--st-primary-color, #007355); padding-left: 0.5rem; }}</style>")
