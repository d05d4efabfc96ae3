"""Streamlit's index page, with all in its head that the page behind it will need."""

from __future__ import annotations

import hashlib
import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import streamlit as st

__all__ = ["full_index", "inline_scripts", "themes"]

COLOURS = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor")
PLACE = 'BACKEND_BASE_URL: new URL(".", location.href).href'
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
TITLE = "<title>Streamlit</title>"
FONT = re.compile(r'\s*<link\s+rel="preload"[^>]*\bas="font"[^>]*>')


def themes() -> dict[str, dict[str, Any]]:
    """Return our font and colours in the form in which Streamlit's browser code takes its first theme.

    Without them the browser draws in Streamlit's own theme, and fetches its font, until the server has sent ours.

    Examples
    --------
    >>> sorted(themes())
    ['DARK_THEME', 'LIGHT_THEME']
    """

    def theme(name: str) -> dict[str, Any]:
        values = {"bodyFont": st.get_option("theme.font")} | {key: st.get_option(f"theme.{name}.{key}") for key in COLOURS}
        return {key: value for key, value in values.items() if value is not None}

    return {"LIGHT_THEME": theme("light"), "DARK_THEME": theme("dark")}


def inline_scripts(index: str) -> list[str]:
    """Return the hashes of the scripts within an index page, as a content security policy names them.

    Examples
    --------
    >>> inline_scripts("<script>let a</script><script src='b.js'></script>")
    ['sha256-IfEXP/8HLuXoAiy0hZVrCAcjcLsZqYFpLOHDGj8enqE=']
    """
    return [f"sha256-{b64encode(hashlib.sha256(each.encode()).digest()).decode()}" for each in INLINE.findall(index)]


def full_index(index: str, scripts: Iterable[str], hints: dict[str, Any], title: str = "") -> str:
    r"""Return Streamlit's index page with more in its head, and without the font that we do not use.

    Parameters
    ----------
    index : str
        The page as Streamlit ships it.
    scripts : iterable of str
        Addresses, relative to the page, of modules to fetch and compile at once.
    hints : dict
        What Streamlit's browser code looks for in ``window.__streamlit``. Where the server is, is added: without it the
        browser first asks below the address of the page, for what is not there.
    title : str
        What the tab says until the page does; Streamlit's word if empty.

    Examples
    --------
    >>> print(full_index("<head>\n</head>", ["./static/js/Slider.a1.js"], {"LIGHT_THEME": {}}))
    <head>
    <script>window.__streamlit = {...{"LIGHT_THEME": {}}, BACKEND_BASE_URL: new URL(".", location.href).href}</script>
    <link rel="modulepreload" crossorigin href="./static/js/Slider.a1.js">
    </head>
    """
    told = json.dumps(hints).replace("<", "\\u003c")
    links = [f'<link rel="modulepreload" crossorigin href="{script}">' for script in scripts]
    head = "\n".join([f"<script>window.__streamlit = {{...{told}, {PLACE}}}</script>", *links, "</head>"])
    named = index.replace(TITLE, f"<title>{html.escape(title)}</title>", 1) if title else index
    return FONT.sub("", named).replace("</head>", head, 1)
