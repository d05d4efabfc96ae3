"""The page's CSS."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

__all__ = ["apply_stage", "apply_style"]

_CSS = Path(__file__).with_name("style.css")
_STAGE = Path(__file__).with_name("stage.css")


def apply_style() -> None:
    """Add the page's CSS; it takes no room."""
    st.html(_CSS)


def apply_stage() -> None:
    """Take away what surrounds a presentation."""
    st.html(_STAGE)
