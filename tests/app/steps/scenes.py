"""Scenes for the tests of the page's parts."""

from __future__ import annotations

from typing import Any

from app.steps.scene import Scene, scene_of
from app.steps.settings import DEFAULTS

__all__ = ["scene"]


def scene(**changes: Any) -> Scene:
    """Return the scene of a first visit, with changes."""
    found = scene_of({**DEFAULTS, **changes})
    assert found is not None
    return found
