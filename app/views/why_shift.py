"""Why it works, second section: inputs that are spread otherwise than those of training."""

from __future__ import annotations

import streamlit as st

from app.live.sheet import show_sheet
from app.views.pages import link_to_playground
from app.views.why_run import kept, progress_line, trained
from app.views.why_state import PAGE, PLAYING, moved, stepped
from app.why.shift import CASES, measured
from app.why.shift_words import shift_parts
from app.why.specs import ROSES_MOMENTS

__all__ = ["act", "render"]


def render() -> None:
    """Draw the section; moving in time redraws the sheet alone."""
    PAGE.control("change")
    case = PAGE.latest()["change"]
    results = trained(CASES[case].experiment, progress_line())
    if results is None:
        return
    shifted = kept(("shift", case), lambda: measured(case, results, ROSES_MOMENTS + 1))

    @st.fragment
    def sheet() -> None:
        values = PAGE.latest()
        parts = shift_parts(case, results, shifted, values["grown"], values["flower"], playing=bool(st.session_state.get(PLAYING)))
        show_sheet(parts, key="why_shift", label="Covariate shift", on_act=act, on_values=moved)
        PAGE.write()

    sheet()
    link_to_playground(CASES[case].shown_in_playground)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    stepped("grown", name)
