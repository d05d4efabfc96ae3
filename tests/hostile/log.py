"""What a server's log says of errors, and whose code they were in."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["culprits"]

ROOT = Path(__file__).parents[2]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(rf'{re.escape(str(ROOT))}/([\w./-]+?\.py)(?::|",line)(\d+),?in')


def culprits(log: str) -> list[str]:
    """Return of each traceback in a log the innermost frame below this repository, as file and line.

    Streamlit prints tracebacks in a box, in colours, and breaks paths at the box's edge.

    Examples
    --------
    >>> culprits(f"Traceback (most recent call last)\\n{ROOT}/app/b.py:3 in f\\n{ROOT}/app/\\n c.py:4 in g\\n KeyError: 3")
    ['app/c.py:4']
    >>> culprits(f'Traceback (most recent call last):\\n  File "{ROOT}/app/b.py", line 3, in f\\n')
    ['app/b.py:3']
    """
    plain = re.sub(r"[\s\u2500-\u257f]", "", COLOURS.sub("", log))
    found = []
    for part in plain.split("Traceback(mostrecentcalllast)")[1:]:
        if frames := FRAME.findall(part):
            found.append(":".join(frames[-1]))
    return found
