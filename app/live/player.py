"""Mounts the player: the hero of the Playground."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader
from app.live.telling import OnAct, OnValues, heard_of, take

__all__ = ["KEY", "show"]

KEY = "player"


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("bnlab_player", js=loader("main.js", st.get_option("server.baseUrlPath") or ""))


def show(data: bytes, key: str = KEY, on_act: OnAct | None = None, on_values: OnValues | None = None) -> None:
    """Draw a run; the browser plays it by itself.

    Parameters
    ----------
    data : bytes
        What `app.live.following.awaited` returned, with what `heard_of` says of this key; or a run, as
        `app.live.pack.pack_run` returned it. New bytes under the same key replace the run without a blank frame.
    key : str
        Unique on the page.
    on_act, on_values : callable, optional
        Called before the rerun with what is asked of the page around the player, as `app.live.telling.take` says. Acts are
        ``layer:<layer>:<on or off>`` of the normalisation of a layer, counted from 1, that was clicked in the network diagram (the
        output layer counts as one more than the last hidden layer); ``seed:<position>`` of the run, counted from 0, whose pictures
        are asked for; ``present:<on or off>``; ``lost``, where the run's address is none any more. The value ``class`` asks
        for a class link to what is shown, and holds the view's part of the address as JSON.
    """
    heard = heard_of(key)

    def moved() -> None:
        take(st.session_state[key].get("moved"), heard, on_act, on_values)

    _component()(data=data, key=key, on_moved_change=moved)
