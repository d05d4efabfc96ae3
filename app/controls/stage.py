"""Presentation: whether this browser tab shows the Playground large and alone, and how its address says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.controls.url import PRESENT

__all__ = ["present", "present_of", "presenting", "stage_params", "take_stage"]

STATE = "bnlab.present"
WORDS = {"true": True, "1": True, "false": False, "0": False}


def presenting() -> bool:
    """Return whether the tab presents."""
    return bool(st.session_state.get(STATE, False))


def present(on: bool) -> None:
    """Begin or end the presentation; for callbacks."""
    st.session_state[STATE] = on


def take_stage(address: Mapping[str, Sequence[str]]) -> list[str]:
    """Take over what an address says of it, and return what was wrong with that."""
    on, said = present_of(address)
    present(on)
    return said


def present_of(address: Mapping[str, Sequence[str]]) -> tuple[bool, list[str]]:
    """Return whether an address asks for a presentation, and what was wrong with how it does.

    Examples
    --------
    >>> present_of({"present": ["true"]}), present_of({})
    ((True, []), (False, []))
    >>> present_of({"present": ["yes!"]})[1]
    ['present: must be true or false; got yes!. Using false.']
    """
    text = [*address.get(PRESENT, ()), "false"][0].strip().lower()
    if text in WORDS:
        return WORDS[text], []
    return False, [f"{PRESENT}: must be true or false; got {text[:40]}. Using false."]


def stage_params() -> dict[str, list[str]]:
    """Return what presenting adds to the address."""
    return {PRESENT: ["true"]} if presenting() else {}
