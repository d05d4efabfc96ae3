"""A person's own points: rows of x, y and class, checked, and as the text of an address."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from bncore.errors import ConfigError

__all__ = [
    "MAX_CLASSES",
    "MAX_ROWS",
    "MAX_SIZE",
    "MAX_TEXT",
    "MIN_ROWS",
    "Row",
    "Rows",
    "checked_rows",
    "format_rows",
    "parse_rows",
]

MIN_ROWS, MAX_ROWS = 8, 400
MAX_CLASSES = 6
MIN_OF_CLASS = 2
"""Rows of a class, at least: one to learn from and one to test by."""

MAX_SIZE = 1e6
"""No coordinate is larger."""

DIGITS = 5
"""Significant digits that are kept of a coordinate: finer than any picture shows, and short enough for an address."""

MAX_TEXT = 12_000
"""Characters of the longest text that is read; 400 rows of the longest numbers take fewer."""

Row = tuple[float, float, int]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


class Rows(tuple[Row, ...]):
    """Rows that are checked: a tuple like any other, made by `checked_rows`."""

    __slots__ = ()


def checked_rows(where: str, value: Any) -> Rows:
    """Return rows of ``(x, y, class)`` in the one form that equal tables share.

    Parameters
    ----------
    where : str
        The field, for messages.
    value : sequence of (float, float, int)
        8 to 400 rows, or none. Coordinates are finite and at most 1e6; at least two classes of 0..5, each of two rows or more.

    Returns
    -------
    Rows
        Coordinates kept to 5 significant digits; classes numbered 0, 1, ... without a gap, in the order of their numbers.

    Raises
    ------
    ConfigError
        If a rule is broken; the message names the row, from 1.

    Examples
    --------
    >>> checked_rows("RunConfig.table", [(0.1234567, i, 1 + 2 * (i % 2)) for i in range(8)])[:2]
    ((0.12346, 0.0, 0), (0.12346, 1.0, 1))
    >>> checked_rows("RunConfig.table", ())
    ()
    """
    if type(value) is Rows:
        return value
    if not isinstance(value, (tuple, list)):
        raise ConfigError(where, "must be rows of x, y and class", f"a {type(value).__name__}", "Write it like 0.5,-1,0;2,0.3,1.")
    if not value:
        return Rows()
    if not MIN_ROWS <= len(value) <= MAX_ROWS:
        mend = "Add rows." if len(value) < MIN_ROWS else "Take a sample of them."
        raise ConfigError(where, f"must have {MIN_ROWS}..{MAX_ROWS} rows", str(len(value)), mend)
    rows = [_checked_row(where, number, row) for number, row in enumerate(value, 1)]
    counts = Counter(label for _, _, label in rows)
    if len(counts) < 2:
        raise ConfigError(where, "must have rows of two classes or more", f"class {rows[0][2]} alone", "Add rows of another class.")
    for label, count in sorted(counts.items()):
        if count < MIN_OF_CLASS:
            raise ConfigError(
                where, f"must have {MIN_OF_CLASS} rows of each class or more", f"{count} of class {label}", "Add one."
            )
    places = {label: place for place, label in enumerate(sorted(counts))}
    return Rows((x, y, places[label]) for x, y, label in rows)


def _checked_row(where: str, number: int, row: Any) -> Row:
    if not isinstance(row, (tuple, list)) or len(row) != 3:
        raise ConfigError(where, f"row {number}: must be x, y and class", repr(row)[:60], "Write it like 0.5,-1,0.")
    *place, label = row
    for name, value in zip(("x", "y"), place, strict=True):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_SIZE:  # also refuses NaN
            rule = f"row {number}: {name} must be a number of -1000000..1000000"
            raise ConfigError(where, rule, repr(value)[:60], "Change the unit, or leave the row out.")
    if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label < MAX_CLASSES:
        rule = f"row {number}: class must be a whole number, 0..{MAX_CLASSES - 1}"
        raise ConfigError(where, rule, repr(label)[:60], "Number the classes from 0.")
    x, y = (float(f"{value:.{DIGITS}g}") + 0.0 for value in place)  # never -0.0: equal tables have equal keys
    return x, y, int(label)


def parse_rows(where: str, text: str) -> Rows:
    """Return the rows of a text ``x,y,class;x,y,class``; none for an empty text or ``none``.

    Raises
    ------
    ConfigError
        If the text is not of this form or the rows break a rule; the message names the row, from 1.

    Examples
    --------
    >>> parse_rows("RunConfig.table", "0,1,0;0,2,0;0,3,0;0,4,0;1,1,1;1,2,1;1,3,1;1e-3,.5,1")[-1]
    (0.001, 0.5, 1)
    >>> parse_rows("RunConfig.table", "0,1,0;0,b,0")
    Traceback (most recent call last):
        ...
    bncore.errors.ConfigError: RunConfig.table: row 2: must be x,y,class; got '0,b,0'. Write it like 0.5,-1,0.
    """
    rows = []
    for number, part in enumerate(text.split(";") if text not in ("", "none") else (), 1):
        cells = [cell.strip() for cell in part.split(",")]
        if len(cells) != 3 or not all(map(NUMBER.fullmatch, cells[:2])) or not re.fullmatch(r"[0-9]{1,9}", cells[2]):
            raise ConfigError(where, f"row {number}: must be x,y,class", repr(part[:60]), "Write it like 0.5,-1,0.")
        rows.append((float(cells[0]), float(cells[1]), int(cells[2])))
    return checked_rows(where, rows)


def format_rows(rows: tuple[Row, ...]) -> str:
    """Return the text of checked rows; `parse_rows` gives the same rows back, to the last bit.

    Examples
    --------
    >>> format_rows(((0.5, -1.0, 0), (250000.0, 1e-05, 1)))
    '0.5,-1,0;2.5e5,1e-5,1'
    """
    return ";".join(f"{_short(x)},{_short(y)},{label}" for x, y, label in rows) or "none"


def _short(value: float) -> str:
    return re.sub(r"e([+-])0*", lambda sign: "e-" if sign[1] == "-" else "e", f"{value:.{DIGITS}g}")
