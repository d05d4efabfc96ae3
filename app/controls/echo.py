"""What the browser still says of a control because it has not heard yet what the page wrote there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

__all__ = ["ECHOES", "SECONDS", "echoes", "is_echo", "note", "sent", "wrote"]

ECHOES = "bnlab.echoes"
"""The session's key of what was written: by control, what it held before, and when the browser could first know."""

SECONDS = 2.0
"""How long a drawn page may take to the browser and back; a person who puts the old value back needs longer."""

MOST = 16
"""Values that are remembered of a control: a fragment that is redrawn alone may write it again and again."""


Echoes = dict[str, tuple[tuple[Any, ...], float | None]]


def echoes() -> Echoes:
    """Return what this session remembers of what its pages wrote, for `note`."""
    known: Echoes = st.session_state.setdefault(ECHOES, {})
    return known


def note(known: Echoes, replaced: Mapping[str, Any]) -> None:
    """Remember that the page itself gives controls other values, and what they held before.

    It does not touch the session. Streamlit ends a run at any touch of it where a newer one was asked for: who notes what will be
    written right after the settings themselves are changed leaves nothing half done, however far the writing comes.
    """
    for key, before in replaced.items():
        old, at = known.get(key, ((), None))
        known[key] = ((*(old[1 - MOST :] if _young(at) else ()), before), None)


def wrote(key: str, before: Any) -> None:
    """Remember that the page itself gave one control another value, and what it held before."""
    note(echoes(), {key: before})


def sent() -> None:
    """Say that the page is on its way to the browser, with what was written; at the end of every run, and before a wait in it.

    Before that no browser can know of it, however long the page takes: one that waits for its turn behind a class, or that was
    overtaken by a newer change.
    """
    known, now = echoes(), time.monotonic()
    for key, (old, at) in known.items():
        known[key] = (old, now if at is None else at)


def is_echo(key: str, value: Any) -> bool:
    """Return whether a control's value is one that the page has just replaced, sent before the browser knew.

    Streamlit sends the values of all controls with every change of one. A change that leaves the browser before the answer to
    the one before it therefore holds what the page has replaced meanwhile, and looks like a person's choice.
    """
    known = echoes()
    if key not in known:
        return False
    old, at = known[key]
    if value in old and _young(at):
        return True
    del known[key]
    return False


def _young(at: float | None) -> bool:
    return at is None or time.monotonic() - at < SECONDS
