"""Every page of the lab, in the order of the navigation, and links between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.controls.classroom import class_params
from app.controls.url import encode
from bncore.config import Experiment, format_value

__all__ = ["link_to_playground", "pages"]


def pages() -> list[StreamlitPage]:
    """Return the pages; a page's code is read when it is first opened."""
    return [st.Page(draw, title=title, url_path=path, default=path == "playground") for path, title, draw in _PAGES]


def link_to_playground(experiment: Experiment, label: str = "Open this in the Playground") -> None:
    """Draw a link that opens an experiment in the Playground, within the same session.

    An address without anything would leave the Playground as it was; so the default experiment names its seed. A student's
    link carries what the class may do.
    """
    texts = (encode(experiment) or {"seed": [format_value("seed", experiment.base.seed)]}) | class_params()
    query: Mapping[str, str | Sequence[str]] = {name: each if len(each) > 1 else each[0] for name, each in texts.items()}
    st.page_link(pages()[0], label=label, query_params=query)


def _page(module: str) -> Callable[[], None]:
    def draw() -> None:
        import_module(f"app.views.{module}").render()

    return draw


_PAGES: tuple[tuple[str, str, Callable[[], None]], ...] = (
    ("playground", "Playground", _page("playground")),
    ("steps", "Step by step", _page("steps")),
    ("statistics", "Running statistics", _page("statistics")),
    ("why", "Why it works", _page("why")),
    ("lessons", "Lessons", _page("lessons")),
    ("code", "Code", _page("code")),
)
