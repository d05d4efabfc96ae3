"""The settings of the page "Why it works", and what its sheets do to them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.controls.pagestate import Field, PageState
from app.why.specs import SPECS, STOPS, WORDS

__all__ = ["PAGE", "PLAYING", "change", "moved", "stepped"]

PAGE = PageState(
    "why", {name: Field(spec, default, STOPS.get(name, ()), WORDS.get(name)) for name, (spec, default) in SPECS.items()}
)
PLAYING = "bnlab.why.playing"


def change(**values: Any) -> None:
    """Set what one click sets; for callbacks."""
    st.session_state[PLAYING] = False
    PAGE.change(**values)


def moved(values: dict[str, Any], final: bool) -> None:
    """Take over what was moved in a sheet; for callbacks. A browser sent it."""
    if known := {name: value for name, value in values.items() if name in SPECS}:
        change(**known)


def stepped(name: str, act: str) -> bool:
    """Move a moment as a button says: ``next``, ``back`` or ``play``; return whether it was one of these.

    Parameters
    ----------
    name : str
        The setting that is the moment.
    act : str
    """
    spec, value = SPECS[name][0], PAGE.latest()[name]
    last, playing = int(spec.upper or 0), bool(st.session_state.get(PLAYING))
    if act == "play":
        st.session_state[PLAYING] = not playing
        if not playing and value >= last:
            PAGE.change(**{name: 0})
    elif act == "next":
        PAGE.change(**{name: min(value + 1, last)})
        st.session_state[PLAYING] = playing and value + 1 < last
    elif act == "back":
        PAGE.change(**{name: max(value - 1, 0)})
        st.session_state[PLAYING] = False
    else:
        return False
    return True
