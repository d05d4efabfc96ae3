"""Which of Streamlit's files a first visit needs, found in the folder that is installed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["LAZY", "lazy_chunks", "listed"]

LAZY = ("BidiComponent", "Button", "ButtonGroup", "Checkbox", "Html", "NumberInput", "Selectbox", "Slider", "TextInput")
"""The parts of the page that Streamlit's browser code fetches when it first draws one, by their chunk's name before its hash."""

LISTED = re.compile(r'(?:href|src)="\./(static/(?:js|css)/[\w.-]+)"')
NEEDS = re.compile(r'(?:\bfrom|\bimport)\s*"\./([\w.-]+\.js)"')


def listed(index: str) -> list[str]:
    """Return the scripts and style sheets that an index page names, relative to it.

    Examples
    --------
    >>> listed('<link href="./static/css/a.css"><script src="./static/js/b.js">')
    ['static/css/a.css', 'static/js/b.js']
    """
    return list(dict.fromkeys(LISTED.findall(index)))


def lazy_chunks(folder: Path, known: Iterable[str], names: Iterable[str] = LAZY) -> list[str]:
    """Return the chunks that parts of the page are made of, with all that they import in turn.

    Parameters
    ----------
    folder : Path
        Streamlit's scripts.
    known : iterable of str
        Files that are fetched anyway.
    names : iterable of str
        The parts; one that is not found, or found twice, is left out: the browser then fetches it when it needs it.
    """
    found = {path.name for path in folder.glob("*.js")}
    queue = []
    for name in names:
        chunks = [file for file in found if re.fullmatch(rf"{name}\.[^.]+\.js", file)]
        queue += chunks if len(chunks) == 1 else []
    seen, wanted = set(known), []
    while queue:
        file = queue.pop(0)
        if file in seen or file not in found:
            continue
        seen.add(file)
        wanted.append(file)
        queue += NEEDS.findall((folder / file).read_text("utf-8"))
    return wanted
