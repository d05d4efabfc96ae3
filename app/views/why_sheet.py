"""What the sections of "Why it works" are drawn with: a row of controls, settings for one click, and a sheet that moves in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app.live.sheet import show_sheet
from app.views.why_state import PAGE, PLAYING, change, moved

__all__ = ["configuration", "moving"]


def configuration(section: str, names: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw the controls of a section, and a button for each of its settings."""
    for column, name in zip(st.columns(len(names)), names, strict=True):
        with column:
            PAGE.control(name)
    with st.container(horizontal=True):
        for label, changes in settings.items():
            st.button(label, key=f"{section}_{label}", on_click=change, kwargs=dict(changes))


def moving(
    section: str, label: str, parts: Callable[[Mapping[str, Any], bool], Mapping[str, str]], act: Callable[[str], None]
) -> None:
    """Draw the sheet of a section; a move in it redraws it alone.

    Parameters
    ----------
    section : str
    label : str
        What the sheet is, for the ear.
    parts : callable
        Gets the page's settings and whether time goes on by itself; returns the sheet's parts.
    act : callable
        Gets the name of a button that was pressed.
    """

    @st.fragment
    def sheet() -> None:
        found = parts(PAGE.latest(), bool(st.session_state.get(PLAYING)))
        PAGE.write()
        show_sheet(found, key=f"why_{section}", label=label, on_act=act, on_values=moved)

    sheet()
