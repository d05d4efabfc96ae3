"""Mounts a sheet: HTML made in Python, which tells what a person moves while they move it, and what they press, in that order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader
from app.live.telling import OnAct, OnValues, heard_of, take

__all__ = ["show_sheet"]


@cache
def _component() -> Callable[..., Any]:
    base = st.get_option("server.baseUrlPath") or ""
    return st.components.v2.component("bnlab_sheet", js=loader("sheet.js", base, css="sheet.css"))


def show_sheet(
    parts: Mapping[str, str],
    key: str,
    label: str,
    on_act: OnAct | None = None,
    on_values: OnValues | None = None,
) -> None:
    """Draw a sheet; to be called within a fragment, so that a move reruns it alone.

    Parameters
    ----------
    parts : mapping of str to str
        HTML by name, top to bottom. The browser changes only what differs: focus, hover and a slider under the pointer stay,
        and a box that is being typed in keeps its text. Text that came from outside must be escaped.
    key : str
        Unique on the page.
    label : str
        What the sheet is, for the ear.
    on_act : callable, optional
        Called before the rerun with the name of the button that was pressed (``data-act``). A browser sent it: it is short,
        and may be none of the sheet's.
    on_values : callable, optional
        Called before the rerun with what was moved, by name (``data-input``), and whether it was let go. A browser sent
        it: numbers are finite, all else must be checked. Where a pointer is let go that moved nothing since, nothing is in it.
    """
    heard = heard_of(key)

    def moved() -> None:
        take(st.session_state[key].get("moved"), heard, on_act, on_values)

    data = {"parts": [list(part) for part in parts.items()], "heard": dict(heard), "key": key, "label": label}
    _component()(data=data, key=key, on_moved_change=moved)
