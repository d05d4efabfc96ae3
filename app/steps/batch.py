"""The batch as a person types it: rows of cells as text, of which some may not be numbers; no streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bncore.errors import ConfigError
from bncore.spec import Spec, parse

__all__ = ["Checked", "Row", "checked_rows", "pasted", "read_rows", "write_rows"]

MOST = 16
LONGEST_CELL = 20
COLUMNS = ("CGPA", "IQ")
CELL = Spec("Batch", "Cell", "", "float", -1e6, 1e6)
PLACED_WORDS = {"1": True, "placed": True, "yes": True, "true": True, "0": False, "not placed": False, "no": False, "false": False}


@dataclass(frozen=True)
class Row:
    """One student: two cells as typed, and whether they were placed."""

    cgpa: str
    iq: str
    placed: bool


@dataclass(frozen=True)
class Checked:
    """The rows that can be used, and what is wrong with the others.

    Parameters
    ----------
    numbers : tuple of tuple of float
        CGPA, IQ and target (0.0 or 1.0) of each row that can be used.
    places : tuple of int
        Where each stands in the table, counted from 1.
    said : tuple of str
        A sentence for each cell that is no number.
    """

    numbers: tuple[tuple[float, float, float], ...]
    places: tuple[int, ...]
    said: tuple[str, ...]


NOTES = (Row("7.1", "84", False), Row("8.3", "118", True), Row("6.4", "103", False), Row("8.9", "97", True))
"""Four students to begin with, made up, in the ranges of the notes' example."""

ONE = (Row("7.1", "84", False),)

TWO = (Row("7.4", "100", False), Row("7.44", "100", True))
"""Two students so alike that their distance is about as small as epsilon."""


def read_rows(text: str) -> tuple[Row, ...]:
    """Return the rows of a text such as ``7.1,84,0;8.3,118,1``; cells need not be numbers.

    Raises
    ------
    ConfigError
        If there are more rows than can be shown, or a row is no row.

    Examples
    --------
    >>> read_rows("7.1,abc,0")
    (Row(cgpa='7.1', iq='abc', placed=False),)
    """
    if not text.strip():
        return ()
    lines = text.split(";")
    if len(lines) > MOST:
        raise ConfigError("batch", f"must be 0..{MOST} rows", f"{len(lines)} rows", "Leave some out.")
    return tuple(_row(i, line.split(",")) for i, line in enumerate(lines, 1))


def write_rows(rows: Sequence[Row]) -> str:
    """Return the text of rows; `read_rows` gives the same rows back.

    Examples
    --------
    >>> write_rows((Row("7.1", "84", False), Row("8,3", "", True)))
    '7.1,84,0;8.3,,1'
    """
    return ";".join(f"{_clean(row.cgpa)},{_clean(row.iq)},{int(row.placed)}" for row in rows)


def checked_rows(rows: Sequence[Row]) -> Checked:
    """Return the numbers of the rows that can be used, and name every cell that is none.

    Examples
    --------
    >>> checked_rows((Row("7.1", "abc", True), Row("6", "90", True)))
    Checked(numbers=((6.0, 90.0, 1.0),), places=(2,), said=("Row 1, IQ: must be a number; got 'abc'. Write it like 0.1.",))
    """
    numbers, places, said = [], [], []
    for i, row in enumerate(rows, 1):
        values = []
        for column, cell in zip(COLUMNS, (row.cgpa, row.iq), strict=True):
            try:
                values.append(_number(i, column, cell))
            except ConfigError as error:
                said.append(str(error))
        if len(values) == len(COLUMNS):
            numbers.append((values[0], values[1], float(row.placed)))
            places.append(i)
    return Checked(tuple(numbers), tuple(places), tuple(said))


def pasted(text: str) -> tuple[Row, ...]:
    r"""Return the rows of what was copied from a spreadsheet: CGPA, IQ and placed (1 or 0), with or without a first line of names.

    Raises
    ------
    ConfigError
        Naming the row and the column of the first cell that cannot be used.

    Examples
    --------
    >>> pasted("CGPA\tIQ\tplaced\n7.1\t84\t0")
    (Row(cgpa='7.1', iq='84', placed=False),)
    """
    lines = [_cells(line) for line in text.splitlines() if line.strip()]
    if lines and lines[0][0].lower() == COLUMNS[0].lower():
        del lines[0]
    if not 1 <= len(lines) <= MOST:
        raise ConfigError("Pasted text", f"must be 1..{MOST} rows", f"{len(lines)} rows", "Copy CGPA, IQ and placed (1 or 0).")
    rows = tuple(_row(i, cells) for i, cells in enumerate(lines, 1))
    for i, row in enumerate(rows, 1):
        for column, cell in zip(COLUMNS, (row.cgpa, row.iq), strict=True):
            _number(i, column, cell)
    return rows


def _number(place: int, column: str, cell: str) -> float:
    return float(parse(f"Row {place}, {column}", CELL, _clean(cell)))


def _cells(line: str) -> list[str]:
    for mark in ("\t", ";", ","):
        if mark in line:
            return [cell.strip() for cell in line.split(mark)]
    return line.split()


def _row(place: int, cells: Sequence[str]) -> Row:
    if len(cells) != 3:
        came, mend = f"{len(cells)} cells", "Give CGPA, IQ and placed (1 or 0)."
        raise ConfigError(f"Row {place}", "must be three cells", came, mend)
    word = cells[2].strip().lower()
    if word not in PLACED_WORDS:
        raise ConfigError(
            f"Row {place}, placed", "must be 1 or 0", repr(cells[2][:LONGEST_CELL]), "Use 1 for placed, 0 for not placed."
        )
    return Row(_clean(cells[0]), _clean(cells[1]), PLACED_WORDS[word])


def _clean(cell: str) -> str:
    """Return a cell that can stand in an address: a decimal comma becomes a point."""
    return cell.strip().replace(",", ".").replace(";", " ")[:LONGEST_CELL]
