"""Why it works: four sections, of which the chosen one alone is computed and drawn."""

from __future__ import annotations

import streamlit as st

from app.controls.text import escape
from app.views import why_inputs, why_measured, why_shift, why_telephone
from app.views.style import apply_style
from app.views.why_state import PAGE, PLAYING

__all__ = ["render"]

SHOWN = "bnlab.why.shown"


def render() -> None:
    """Draw the page: which section, then that section."""
    apply_style()
    values, said = PAGE.current()
    PAGE.control("section")
    for message in said:
        st.warning(escape(message))
    if st.session_state.get(SHOWN) != values["section"]:
        st.session_state[SHOWN], st.session_state[PLAYING] = values["section"], False  # what plays belongs to its section
    SECTIONS[values["section"]]()


SECTIONS = {
    "inputs": why_inputs.render,
    "shift": why_shift.render,
    "telephone": why_telephone.render,
    "measured": why_measured.render,
}
