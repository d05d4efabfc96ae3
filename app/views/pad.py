"""The picture that takes points of a person's own table."""

from __future__ import annotations

from app.controls.own_table import act, point
from app.live.sheet import show_sheet

__all__ = ["draw_pad"]


def draw_pad(html: str) -> None:
    """Draw the picture; every press reruns the page, for it changes the text beside the picture."""
    show_sheet({"pad": html}, "own_table.pad", "Points of your own", on_act=act, on_values=point)
