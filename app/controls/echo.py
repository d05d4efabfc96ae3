"""What the browser still says of a control because it has not heard yet what the page wrote there."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

__all__ = ["ECHOES", "SECONDS", "is_echo", "sent", "wrote"]

ECHOES = "bnlab.echoes"
"""The session's key of what was written: by control, what it held before, and when the browser could first know."""

SECONDS = 2.0
"""How long a drawn page may take to the browser and back; a person who puts the old value back needs longer."""


def wrote(key: str, before: Any) -> None:
    """Remember that the page itself gave a control another value, and what it held before."""
    echoes = st.session_state.setdefault(ECHOES, {})
    old, at = echoes.get(key, ((), None))
    echoes[key] = ((*(old if _young(at) else ()), before), None)


def sent() -> None:
    """Say that the page is on its way to the browser, with what was written; at the end of every run, and before a wait in it.

    Before that no browser can know of it, however long the page takes: one that waits for its turn behind a class, or that was
    overtaken by a newer change.
    """
    echoes, now = st.session_state.get(ECHOES, {}), time.monotonic()
    for key, (old, at) in echoes.items():
        echoes[key] = (old, now if at is None else at)


def is_echo(key: str, value: Any) -> bool:
    """Return whether a control's value is one that the page has just replaced, sent before the browser knew.

    Streamlit sends the values of all controls with every change of one. A change that leaves the browser before the answer to
    the one before it therefore holds what the page has replaced meanwhile, and looks like a person's choice.
    """
    echoes = st.session_state.get(ECHOES, {})
    if key not in echoes:
        return False
    old, at = echoes[key]
    if value in old and _young(at):
        return True
    del echoes[key]
    return False


def _young(at: float | None) -> bool:
    return at is None or time.monotonic() - at < SECONDS
