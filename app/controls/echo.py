"""What the browser still says of a control because it has not heard yet what the page wrote there."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

__all__ = ["SECONDS", "is_echo", "wrote"]

ECHOES = "bnlab.echoes"

SECONDS = 1.0
"""How long the browser may take to hear of a value that the page wrote; a person who puts the old one back needs longer."""


def wrote(key: str, before: Any) -> None:
    """Remember that the page itself gave a control another value, and what it held before."""
    echoes = st.session_state.setdefault(ECHOES, {})
    old, _ = echoes.get(key, ((), 0.0))
    echoes[key] = ((*old, before), time.monotonic())


def is_echo(key: str, value: Any) -> bool:
    """Return whether a control's value is one that the page has just replaced, sent before the browser knew.

    Streamlit sends the values of all controls with every change of one. A change that leaves the browser before the answer to
    the one before it therefore holds what the page has replaced meanwhile, and looks like a person's choice.
    """
    echoes = st.session_state.get(ECHOES, {})
    if key not in echoes:
        return False
    old, at = echoes[key]
    if value in old and time.monotonic() - at < SECONDS:
        return True
    del echoes[key]
    return False
