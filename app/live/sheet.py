"""Mounts a sheet: HTML made in Python, which tells what a person moves while they move it, and what they press, in that order."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader

__all__ = ["show_sheet"]

Value = float | str | bool

OnAct = Callable[[str], None]
OnValues = Callable[[dict[str, Value], bool], None]

NAME = 40
LONGEST = 20_000
MOST = 100
"""Items that are taken from one message; a sheet sends what is left again."""


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
    heard = st.session_state.setdefault(f"{key} heard", {"sheet": 0.0, "id": 0.0})

    def moved() -> None:
        _take(st.session_state[key].get("moved"), heard, on_act, on_values)

    data = {"parts": [list(part) for part in parts.items()], "heard": dict(heard), "key": key, "label": label}
    _component()(data=data, key=key, on_moved_change=moved)


def _take(sent: Any, heard: dict[str, float], on_act: OnAct | None, on_values: OnValues | None) -> None:
    """Do each item of a message that was not done before, in order, and note the number of the last one.

    Streamlit ends a callback at any touch of the session where a newer run of the whole page was asked for. What is not done
    by then is not noted: the sheet tells it again.
    """
    sheet, items = _items(sent)
    if items and sheet != heard["sheet"]:
        heard.update(sheet=sheet, id=0.0)

    def one(number: float, item: Mapping[str, Any]) -> None:
        if number <= heard["id"]:
            return
        try:
            _do(item, on_act, on_values)
        except Exception:
            heard["id"] = number
            raise
        heard["id"] = number

    _in_turn(one, items)


def _do(item: Mapping[str, Any], on_act: OnAct | None, on_values: OnValues | None) -> None:
    if "act" in item:
        if on_act is not None and isinstance(item["act"], str) and len(item["act"]) <= NAME:
            on_act(item["act"])
        return
    values, final = _moved(item)
    if on_values is not None and (values or final):
        on_values(values, final)


def _in_turn(do: Callable[..., None], items: list[tuple[float, Mapping[str, Any]]]) -> None:
    """Do it with each item: one that fails takes none of the others with it, and each failure names the one before."""
    if not items:
        return
    try:
        do(*items[0])
    except Exception:
        _in_turn(do, items[1:])
        raise
    _in_turn(do, items[1:])


def _items(sent: Any) -> tuple[float, list[tuple[float, Mapping[str, Any]]]]:
    """Return whose message it is, and its items with their numbers, as far as it is one that a sheet sends."""
    sheet = _finite(sent.get("sheet")) if isinstance(sent, Mapping) else None
    if sheet is None or not isinstance(sent.get("items"), list):
        return 0.0, []
    found = [(_finite(item.get("id")), item) for item in sent["items"][:MOST] if isinstance(item, Mapping)]
    return sheet, [(number, item) for number, item in found if number is not None]


def _moved(item: Mapping[str, Any]) -> tuple[dict[str, Value], bool]:
    """Return what was moved, as far as it is of a kind that a sheet sends."""
    if not isinstance(item.get("values"), Mapping):
        return {}, False
    values: dict[str, Value] = {}
    for name, value in item["values"].items():
        if not isinstance(name, str) or len(name) > NAME:
            continue
        if isinstance(value, bool) or (isinstance(value, str) and len(value) <= LONGEST):
            values[name] = value
        elif (number := _finite(value)) is not None:
            values[name] = number
    return values, item.get("final") is True


def _finite(value: Any) -> float | None:
    """Return a number that a browser sent, if it is one that there is a float for."""
    try:
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
