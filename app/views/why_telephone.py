"""Why it works, third section: the distribution of every layer over training."""

from __future__ import annotations

import streamlit as st

from app.live.sheet import show_sheet
from app.views.pages import link_to_playground
from app.views.why_run import kept, progress_line, trained
from app.views.why_state import PAGE, PLAYING, change, moved, stepped
from app.why.telephone import SETTINGS, experiment_of, heard
from app.why.telephone_words import telephone_parts

__all__ = ["act", "render"]


def render() -> None:
    """Draw the section; moving in time redraws the sheet alone."""
    for column, name in zip(st.columns(4), ("players", "bend", "scale", "rate"), strict=True):
        with column:
            PAGE.control(name)
    with st.container(horizontal=True):
        for label, changes in SETTINGS.items():
            st.button(label, key=f"telephone_{label}", on_click=change, kwargs=changes)
    experiment = experiment_of(PAGE.latest())
    results = trained(experiment, progress_line())
    if results is None:
        return
    arms = [kept(("telephone", result.config.key), lambda result=result: heard(result)) for result in results]  # type: ignore[misc]

    @st.fragment
    def sheet() -> None:
        parts = telephone_parts(arms, PAGE.latest()["epoch"], playing=bool(st.session_state.get(PLAYING)))
        show_sheet(parts, key="why_telephone", label="The game of telephone", on_act=act, on_values=moved)
        PAGE.write()

    sheet()
    link_to_playground(experiment)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    stepped("epoch", name)
