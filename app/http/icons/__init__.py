"""The few icons that the page draws, in place of a font of four thousand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["FONTS", "icons_named", "stand_ins"]

FONTS = Path(__file__).parent
"""Fonts made by ``tests/app/http/make_icons.py``, each under the name of the one that it stands in for."""

ICON = re.compile(r"material/([a-z0-9_]+)")


def stand_ins(static: Path) -> dict[str, bytes]:
    """Return smaller fonts by the names of Streamlit's that they stand in for.

    The names hold a hash of what they name: after an upgrade that changes a font, the whole one is sent.

    Parameters
    ----------
    static : Path
        Streamlit's folder of static files.
    """
    found = {f"static/media/{font.name}": font for font in sorted(FONTS.glob("*.woff2"))}
    return {name: font.read_bytes() for name, font in found.items() if (static / name).is_file()}


def icons_named(sources: Iterable[Path]) -> set[str]:
    """Return the icons that scripts or programs name, as in ``:material/close:``.

    Examples
    --------
    >>> icons_named([Path(__file__)])
    {'close'}
    """
    return {name for source in sources for name in ICON.findall(source.read_text("utf-8"))}
