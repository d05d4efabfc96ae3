"""Mounts a sheet: HTML made in Python, whose inputs tell what a person moves while they move it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader

__all__ = ["show_sheet"]

Value = float | str | bool

NAME = 40
LONGEST = 20_000


@cache
def _component() -> Callable[..., Any]:
    base = st.get_option("server.baseUrlPath") or ""
    return st.components.v2.component("bnlab_sheet", js=loader("sheet.js", base, css="sheet.css"))


def show_sheet(
    parts: Mapping[str, str],
    key: str,
    label: str,
    on_act: Callable[[str], None] | None = None,
    on_values: Callable[[dict[str, Value], bool], None] | None = None,
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

    def moved() -> None:
        sent = st.session_state[key].get("moved")
        st.session_state[f"{key} heard"] = _count(sent)
        values, final = _moved(sent)
        if on_values is not None and (values or final):
            on_values(values, final)

    def acted() -> None:
        act = st.session_state[key].get("act")
        if on_act is not None and isinstance(act, str) and len(act) <= NAME:
            on_act(act)

    data = {"parts": [list(part) for part in parts.items()], "heard": st.session_state.get(f"{key} heard", 0), "label": label}
    _component()(data=data, key=key, on_moved_change=moved, on_act_change=acted)


def _moved(sent: Any) -> tuple[dict[str, Value], bool]:
    """Return what was moved, as far as it is of a kind that a sheet sends."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("values"), Mapping):
        return {}, False
    values: dict[str, Value] = {}
    for name, value in sent["values"].items():
        if not isinstance(name, str) or len(name) > NAME:
            continue
        if isinstance(value, bool) or (isinstance(value, str) and len(value) <= LONGEST):
            values[name] = value
        elif (number := _finite(value)) is not None:
            values[name] = number
    return values, sent.get("final") is True


def _count(sent: Any) -> float:
    """Return which message this is, by the browser's count."""
    return (_finite(sent.get("n")) or 0) if isinstance(sent, Mapping) else 0


def _finite(value: Any) -> float | None:
    """Return a number that a browser sent, if it is one that there is a float for."""
    try:
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
