"""Why it works, first section: what normalising the inputs does to the loss of a linear model."""

from __future__ import annotations

import streamlit as st

from app.live.sheet import show_sheet
from app.views.why_state import PAGE, PLAYING, moved, stepped
from app.why.bowls import Setting, views
from app.why.bowls_words import bowl_parts

__all__ = ["act", "render"]

FIELDS = ("w1", "w2", "c", "rho", "step")


@st.fragment
def render() -> None:
    """Draw the section; a move in it redraws it alone."""
    values = PAGE.latest()
    setting = Setting(**{name: values[name] for name in FIELDS})
    parts = bowl_parts(setting, views(setting), playing=bool(st.session_state.get(PLAYING)))
    show_sheet(parts, key="why_inputs", label="Input normalisation", on_act=act, on_values=moved)
    PAGE.write()


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    if not stepped("step", name) and name.startswith("c="):
        PAGE.change(c=_number(name.removeprefix("c=")))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float(PAGE.latest()["c"])
