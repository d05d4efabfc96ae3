"""A person's own table in words: as a file, as a sentence, and a small example of one."""

from __future__ import annotations

import csv
import io
import math

from bncore.rows import MAX_CLASSES, MAX_ROWS, MIN_ROWS, Row
from bncore.table_text import MAX_BYTES, TableError

__all__ = ["FORMAT", "example", "read_file", "sentence", "to_csv"]

FORMAT = (
    f"A point a line: x, y, class. {MIN_ROWS} to {MAX_ROWS} rows, 2 to {MAX_CLASSES} classes; a first line of names is passed over."
)
"""What a table is, in short."""


def to_csv(rows: tuple[Row, ...], labels: tuple[str, ...] = ()) -> str:
    r"""Return rows as the text of a file, which `bncore.table_text.parse_csv` reads back as the same rows.

    Parameters
    ----------
    rows : tuple of (float, float, int)
    labels : tuple of str
        What the classes are called, in the order of their numbers; none leaves the numbers.

    Examples
    --------
    >>> to_csv(((0.5, -1.0, 0), (250000.0, 1e-05, 1)), ("no, never", "yes"))
    'x,y,class\n0.5,-1,"no, never"\n250000,1e-05,yes\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("x", "y", "class"))
    writer.writerows((f"{x:g}", f"{y:g}", labels[label] if labels else label) for x, y, label in rows)
    return text.getvalue()


def sentence(rows: tuple[Row, ...], labels: tuple[str, ...] = ()) -> str:
    """Return how many rows and classes there are, and which number stands for which class.

    Examples
    --------
    >>> sentence(((0.0, 1.0, 0), (1.0, 1.0, 1)), ("placed", "not placed"))
    '2 rows, 2 classes: 0 = placed, 1 = not placed.'
    >>> sentence(((0.0, 1.0, 0), (1.0, 1.0, 1)), ("0", "1"))
    '2 rows, 2 classes: 0, 1.'
    """
    numbers = tuple(str(number) for number in sorted({label for _, _, label in rows}))
    named = [number if label == number else f"{number} = {label}" for number, label in zip(numbers, labels or numbers, strict=True)]
    return f"{len(rows)} rows, {len(numbers)} classes: {', '.join(named)}."


def read_file(data: bytes) -> str:
    r"""Return the text of a file.

    Raises
    ------
    TableError
        If it is too large, or no text.

    Examples
    --------
    >>> read_file(b"1,2,cat")
    '1,2,cat'
    >>> read_file(b"\xff\xfe1")
    Traceback (most recent call last):
        ...
    bncore.table_text.TableError: The file must be UTF-8 text; byte 1 is none. Save it as CSV (UTF-8).
    """
    if len(data) > MAX_BYTES:
        raise TableError([f"The file must be at most {MAX_BYTES} bytes; got {len(data)}. Take a sample of its rows."])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError([f"The file must be UTF-8 text; byte {error.start + 1} is none. Save it as CSV (UTF-8)."]) from None


def example() -> str:
    """Return a table of 48 made-up students: their grade, their IQ, and whether they found a place.

    Examples
    --------
    >>> example().splitlines()[:3]
    ['grade,iq,result', '4.0,70,not placed', '7.1,99,placed']
    """
    lines = ["grade,iq,result"]
    for number in range(48):
        grade, iq = 4 + 5 * (number * 0.618 % 1), 70 + 70 * (number * 0.4142 % 1)
        placed = (grade - 6.5) / 1.5 + math.sin((iq - 105) / 20) > 0
        lines.append(f"{grade:.1f},{iq:.0f},{'placed' if placed else 'not placed'}")
    return "\n".join(lines) + "\n"
