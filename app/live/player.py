"""Mounts the player: the hero of the Playground."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader

__all__ = ["show"]


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("bnlab_player", js=loader("main.js", st.get_option("server.baseUrlPath") or ""))


def show(
    data: bytes,
    key: str = "player",
    on_layer: Callable[[int], None] | None = None,
    on_seed: Callable[[int], None] | None = None,
    on_page: Callable[[Mapping[str, Any]], None] | None = None,
) -> None:
    """Draw a run; the browser plays it by itself.

    Parameters
    ----------
    data : bytes
        What `app.live.pack.pack_run` returned; new bytes under the same key replace the run without a blank frame.
    key : str
        Unique on the page.
    on_layer : callable, optional
        Called before the rerun with the layer, counted from 1, whose normalisation was clicked in the network
        diagram; the output layer counts as one more than the last hidden layer.
    on_seed : callable, optional
        Called before the rerun with the position of the run, counted from 0, whose pictures are asked for.
    on_page : callable, optional
        Called before the rerun with what is asked of the page around the player, as the browser sent it: check every field.
    """

    def clicked() -> None:
        layer = st.session_state[key].get("layer")
        if on_layer is not None and isinstance(layer, int) and not isinstance(layer, bool):
            on_layer(layer)

    def seeded() -> None:
        run = st.session_state[key].get("seed")
        if on_seed is not None and isinstance(run, int) and not isinstance(run, bool):
            on_seed(run)

    def asked() -> None:
        ask = st.session_state[key].get("page")
        if on_page is not None and isinstance(ask, Mapping):
            on_page(ask)

    _component()(data=data, key=key, on_layer_change=clicked, on_seed_change=seeded, on_page_change=asked)
