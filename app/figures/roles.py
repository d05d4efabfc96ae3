"""The colour of each role in Plotly's figures, light and dark: those of the sheets."""

from __future__ import annotations

__all__ = ["DASHES", "SYMBOLS", "role_colour"]

LIGHT = {"bn": "#00704f", "plain": "#665782", "other": "#7a1e5a", "warn": "#9a4b00", "beta": "#1f75a8", "batch": "#7a5c00"}
DARK = {"bn": "#45d3a9", "plain": "#bfb3d6", "other": "#e850ac", "warn": "#f2b37a", "beta": "#7fc6ef", "batch": "#e0bf55"}

DASHES = {"bn": "solid", "plain": "dash", "other": "dot", "warn": "dashdot", "beta": "longdash", "batch": "longdashdot"}
"""The second cue of a line beside its colour."""

SYMBOLS = {
    "bn": "circle", "plain": "diamond-open", "other": "square", "warn": "triangle-up", "beta": "cross", "batch": "x",
}  # fmt: skip
"""The second cue of a dot beside its colour."""


def role_colour(role: str, *, dark: bool) -> str:
    """Return the colour of a role.

    Examples
    --------
    >>> role_colour("bn", dark=False)
    '#00704f'
    """
    return (DARK if dark else LIGHT)[role]
