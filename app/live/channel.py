"""The way back: an invisible component that carries one question of the player to Python and its answer to the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader

__all__ = ["open_channel"]

Answer = Callable[[Mapping[str, Any]], bytes | None]


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("bnlab_channel", js=loader("channel.js", st.get_option("server.baseUrlPath") or ""))


@st.fragment
def open_channel(answer: Answer, key: str = "channel") -> None:
    """Let the player ask; a question reruns this fragment alone.

    Parameters
    ----------
    answer : callable
        Gets the question, the dictionary that ``docs/design.md`` describes, as the browser sent it: check every field.
        Returns the answer's bytes, or None when the question is not about the run on the screen.
    key : str
        Unique on the page.

    Notes
    -----
    The last answer is kept in the session: a rerun of the page sends it again without asking for it.
    """
    ask = (st.session_state.get(key) or {}).get("ask")
    memory = f"{key} answered"
    if isinstance(ask, Mapping) and st.session_state.get(memory, (None, None))[0] != ask:
        st.session_state[memory] = (dict(ask), answer(ask))
    _component()(data=st.session_state.get(memory, (None, None))[1], key=key, on_ask_change=lambda: None)
