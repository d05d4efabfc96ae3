"""Whether a page has just been opened, and not drawn again."""

from __future__ import annotations

import streamlit as st

__all__ = ["enter", "entering"]

PAGE, ENTERING = "bnlab.page", "bnlab.entering"


def enter(page: str) -> None:
    """Tell which page is shown; to be called before it is drawn."""
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE] = page
        st.session_state[ENTERING] = True


def entering() -> bool:
    """Return once for each time that a page is opened whether it was: its address then decides, if it says anything."""
    return bool(st.session_state.pop(ENTERING, False))
