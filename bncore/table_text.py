"""A table that was pasted or uploaded, read strictly: each line x, y and class."""

from __future__ import annotations

import csv
import math
from typing import NamedTuple

from bncore.errors import ConfigError
from bncore.rows import MAX_CLASSES, MAX_ROWS, MAX_SIZE, Rows, checked_rows

__all__ = ["MAX_BYTES", "MAX_LABEL", "MAX_TOLD", "Csv", "TableError", "in_order", "parse_csv"]

MAX_BYTES = 200_000
"""No longer text is read."""

MAX_LABEL = 40
"""Characters of a class's label."""

MAX_TOLD = 5
"""Problems that are told at most."""


class TableError(ValueError):
    """A text that is no table of points.

    Parameters
    ----------
    problems : list of str
        What is wrong, a sentence each, with the line's number.

    Examples
    --------
    >>> str(TableError(["Line 2: x must be a number; got 'b'.", "Line 3: x must be a number; got 'c'."]))
    "Line 2: x must be a number; got 'b'. Line 3: x must be a number; got 'c'."
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[TableError], tuple[list[str]]]:
        return type(self), (list(self.problems),)


class Csv(NamedTuple):
    """What a text holds.

    Attributes
    ----------
    rows : Rows
        Ready for `RunConfig.table`.
    labels : tuple of str
        The label of each class, in the order of the class numbers.
    """

    rows: Rows
    labels: tuple[str, ...]


def parse_csv(text: str) -> Csv:
    r"""Return the points of a text, one a line: x, y and the label of its class.

    Parameters
    ----------
    text : str
        At most 200 kB and 400 rows. Cells stand between commas, semicolons or tabs, whichever the first line has; numbers have
        a decimal point. The first line may be a header; empty lines are passed over.

    Returns
    -------
    Csv
        Labels in order: as numbers where all of them are, else by their characters.

    Raises
    ------
    TableError
        If a line is none, or the rows break a rule of `bncore.rows.checked_rows`; at most 5 problems are told.

    Examples
    --------
    >>> rows, labels = parse_csv("size,weight,kind\n" + "1,2,cat\n3,4,dog\n" * 4)
    >>> rows[:2], labels
    (((1.0, 2.0, 0), (3.0, 4.0, 1)), ('cat', 'dog'))
    >>> parse_csv("1,2,cat\n3,x,dog")
    Traceback (most recent call last):
        ...
    bncore.table_text.TableError: Line 2: y must be a number; got 'x'.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise TableError([f"The text must be at most {MAX_BYTES} bytes; got {size}."])
    lines = _lines(text.removeprefix("\ufeff"))
    if lines and len(lines[0][1]) == 3 and all(_number(cell) is None and cell for cell in lines[0][1][:2]):
        del lines[0]
    if len(lines) > MAX_ROWS:
        raise TableError([f"There must be at most {MAX_ROWS} rows; got {len(lines)}. Take a sample of them."])
    problems = [problem for number, cells in lines for problem in _problems(number, cells)]
    if problems:
        more = len(problems) - MAX_TOLD
        raise TableError([*problems[:MAX_TOLD], *([f"And {more} more."] if more > 0 else [])])
    labels = in_order({cells[2] for _, cells in lines})
    if len(labels) > MAX_CLASSES:
        raise TableError([f"There must be at most {MAX_CLASSES} classes; got {len(labels)}. The last cell of a line is its class."])
    places = {label: place for place, label in enumerate(labels)}
    try:
        rows = checked_rows("table", [(float(x), float(y), places[label]) for _, (x, y, label) in lines])
    except ConfigError as error:
        raise TableError([f"The table {error.rule}; got {error.came}. {error.mend}"]) from None
    if not rows:
        raise TableError(["There are no rows. Write each as x,y,class."])
    return Csv(rows, labels)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the cells of every line that is not empty, with its number from 1."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((mark for mark in ("\t", ";") if mark in first), ",")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True, skipinitialspace=True)
    lines = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                lines.append((reader.line_num, stripped))
    except csv.Error as error:
        raise TableError([f"Line {reader.line_num}: cannot be read ({error})."]) from None
    return lines


def _problems(number: int, cells: list[str]) -> list[str]:
    if len(cells) != 3:
        return [f"Line {number}: must have 3 cells (x, y, class); got {len(cells)}."]
    found = []
    for name, cell in zip(("x", "y"), cells, strict=False):
        value = _number(cell)
        if value is None:
            found.append(f"Line {number}: {name} must be a number; got {_said(cell)}.")
        elif not abs(value) <= MAX_SIZE:
            found.append(f"Line {number}: {name} must be -1000000..1000000; got {_said(cell)}.")
    if not cells[2] or len(cells[2]) > MAX_LABEL or not cells[2].isprintable():
        found.append(f"Line {number}: the class must be 1..{MAX_LABEL} printable characters; got {_said(cells[2])}.")
    return found


def _number(cell: str) -> float | None:
    if not cell.isascii() or "_" in cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _said(cell: str) -> str:
    return repr(cell if len(cell) <= MAX_LABEL else f"{cell[:MAX_LABEL]}…")


def in_order(labels: set[str]) -> tuple[str, ...]:
    """Return labels in the order of their classes: as numbers where all of them are, else by their characters.

    Examples
    --------
    >>> in_order({"10", "9"}), in_order({"10", "9", "b"})
    (('9', '10'), ('10', '9', 'b'))
    """
    numbers = {label: _number(label) for label in labels}
    if all(value is not None and math.isfinite(value) for value in numbers.values()):
        return tuple(sorted(labels, key=lambda label: (numbers[label] or 0.0, label)))
    return tuple(sorted(labels))
