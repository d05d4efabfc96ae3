"""What a component tells, in order and each once: numbered items, told again until the page says how far it has heard."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

__all__ = ["OnAct", "OnValues", "Value", "heard_of", "take"]

Value = float | str | bool

OnAct = Callable[[str], None]
OnValues = Callable[[dict[str, Value], bool], None]

NAME = 40
LONGEST = 20_000
MOST = 100
"""Items that are taken from one message; a component sends what is left again."""


def heard_of(key: str) -> dict[str, float]:
    """Return how far this session has heard a component: the number of the last item, and whose count that is."""
    heard: dict[str, float] = st.session_state.setdefault(f"{key} heard", {"sheet": 0.0, "id": 0.0})
    return heard


def take(sent: Any, heard: dict[str, float], on_act: OnAct | None, on_values: OnValues | None) -> None:
    """Do each item of a message that was not done before, in order, and note the number of the last one; for callbacks.

    Streamlit ends a callback at any touch of the session where a newer run of the whole page was asked for. What is not done
    by then is not noted: the component tells it again.

    Parameters
    ----------
    sent : object
        What came, from a browser: it may be anything.
    heard : dict
        As `heard_of` returned it; it is changed.
    on_act : callable, optional
        Called with the name of a button that was pressed. It is short, and may be none of the component's.
    on_values : callable, optional
        Called with what was moved, by name, and whether it was let go: numbers are finite, all else must be checked. Where a
        pointer is let go that moved nothing since, nothing is in it.
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
