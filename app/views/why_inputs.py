"""Why it works, first section: what normalising the inputs does to the loss of a linear model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.views.why_sheet import moving
from app.views.why_state import PAGE, stepped
from app.why.bowls import Setting, views
from app.why.bowls_words import bowl_parts

__all__ = ["act", "render"]

FIELDS = ("w1", "w2", "c", "rho", "step")


def render() -> None:
    """Draw the section; a move in it redraws it alone."""
    moving("inputs", "Input normalisation", _parts, act)


def _parts(values: Mapping[str, Any], playing: bool) -> dict[str, str]:
    setting = Setting(**{name: values[name] for name in FIELDS})
    return bowl_parts(setting, views(setting), playing=playing)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    if not stepped("step", name) and name.startswith("c="):
        PAGE.change(c=_number(name.removeprefix("c=")))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float(PAGE.latest()["c"])
