"""Why it works, fourth section: what later papers measured, measured on the runs that are chosen."""

from __future__ import annotations

import streamlit as st

from app.live.sheet import show_sheet
from app.views.pages import link_to_playground
from app.views.why_run import kept, progress, progress_line, trained
from app.views.why_state import PAGE, PLAYING, change, moved, stepped
from app.why.landscape import SETTINGS, experiment_of, measured
from app.why.landscape_words import landscape_parts

__all__ = ["act", "render"]

FIELDS = ("deep", "wide", "curve", "speed", "first")


def render() -> None:
    """Draw the section; moving in time redraws the sheet alone."""
    for column, name in zip(st.columns(len(FIELDS)), FIELDS, strict=True):
        with column:
            PAGE.control(name)
    with st.container(horizontal=True):
        for label, changes in SETTINGS.items():
            st.button(label, key=f"measured_{label}", on_click=change, kwargs=changes)
    experiment = experiment_of(PAGE.latest())
    line = progress_line()
    results = trained(experiment, line)
    if results is None:
        return
    arms = []
    for i, result in enumerate(results):
        arms.append(kept(("measured", result.config.key), lambda result=result: measured(result)))  # type: ignore[misc]
        progress(line, (i + 1) / len(results), "Measuring")  # also where a change of the page ends this
    line.empty()

    @st.fragment
    def sheet() -> None:
        parts = landscape_parts(arms, PAGE.latest()["walk"], playing=bool(st.session_state.get(PLAYING)))
        show_sheet(parts, key="why_measured", label="What was measured later", on_act=act, on_values=moved)
        PAGE.write()

    sheet()
    link_to_playground(experiment)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    stepped("walk", name)
