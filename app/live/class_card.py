"""Mounts the card of a class link: the address to copy, and its picture to scan, enlarge and keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from app.live.loader import loader

__all__ = ["show_class_card"]


@cache
def _component() -> Callable[..., Any]:
    js = loader("classcard.js", st.get_option("server.baseUrlPath") or "", css="classcard.css")
    return st.components.v2.component("bnlab_class_card", js=js)


def show_class_card(address: str, svg: str, note: str = "", key: str = "class_card") -> None:
    """Draw the card.

    Parameters
    ----------
    address : str
        The class link.
    svg : str
        Its picture (`app.classroom.qr.qr_svg`); empty where there is none.
    note : str
        What must be known about the address.
    key : str
        Unique on the page.
    """
    _component()(data={"address": address, "svg": svg, "note": note}, key=key)
