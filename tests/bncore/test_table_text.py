"""What is pasted or uploaded: what is read, and what is told of what cannot be."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.config import RunConfig
from bncore.rows import Rows, checked_rows
from bncore.table_text import TableError, parse_csv
from tests.configs import tables

LINES = ["1,2,b", "3,4,a"] * 4
WANTED = checked_rows("t", [(1.0, 2.0, 1), (3.0, 4.0, 0)] * 4)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["", "x,y,class\n", "größe,weight,kind\n"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_table_is_read_however_it_is_delimited(delimiter: str, header: str, ending: str) -> None:
    text = (header + "\n".join(LINES) + "\n\n").replace(",", delimiter).replace("\n", ending)
    found = parse_csv(text)
    assert (found.rows, found.labels) == (WANTED, ("a", "b"))
    assert isinstance(found.rows, Rows)


@given(rows=tables())
def test_what_is_written_is_read(rows: list[tuple[float, float, int]]) -> None:
    found = parse_csv("\n".join(f"{x!r},{y!r},{label}" for x, y, label in rows))
    assert found.rows == checked_rows("t", rows)
    assert found.labels == tuple(map(str, sorted({label for *_, label in rows})))
    RunConfig(dataset="table", table=found.rows, batch_size=1, test_fraction=0.2)


def test_labels_are_in_order_as_numbers_or_as_words() -> None:
    assert parse_csv("\n".join(f"{i},{i},{[10, 9, 2][i % 3]}" for i in range(9))).labels == ("2", "9", "10")
    assert parse_csv("\n".join(f"{i},{i},{['10', '9', 'x'][i % 3]}" for i in range(9))).labels == ("10", "9", "x")
    assert parse_csv("\ufeff" + "\n".join(f'{i}, {i}, "a, b{i % 2}"' for i in range(9))).labels == ("a, b0", "a, b1")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ("There are no rows. Write each as x,y,class.",)),
        ("x,y,class", ("There are no rows. Write each as x,y,class.",)),
        ("1,2,a\n3,b,a\n4,5", ("Line 2: y must be a number; got 'b'.", "Line 3: must have 3 cells (x, y, class); got 2.")),
        ("1,2,a\n\nnan,2e6,b",
         ("Line 3: x must be -1000000..1000000; got 'nan'.", "Line 3: y must be -1000000..1000000; got '2e6'.")),
        ("1,5,a\nx,y,class", ("Line 2: x must be a number; got 'x'.", "Line 2: y must be a number; got 'y'.")),
        ("1,2,\n1,2,ab\x07", tuple(f"Line {n}: the class must be 1..40 printable characters; got {c}."
                                   for n, c in ((1, "''"), (2, "'ab\\x07'")))),
        ("1_0,2,a", ("Line 1: x must be a number; got '1_0'.",)),
        ("1,2;5,a", ("Line 1: must have 3 cells (x, y, class); got 2.",)),
        ('1,2,"a', ("Line 1: cannot be read (unexpected end of data).",)),
        ("a,b,c\n" + "x,2,a\n" * 9, (*(f"Line {n}: x must be a number; got 'x'." for n in range(2, 7)), "And 4 more.")),
        ("1,2,a\n" * 401, ("There must be at most 400 rows; got 401. Take a sample of them.",)),
        ("\n".join(f"1,2,c{i % 7}" for i in range(21)),
         ("There must be at most 6 classes; got 7. The last cell of a line is its class.",)),
        ("1,2,a\n" * 9, ("The table must have rows of two classes or more; got class 0 alone. Add rows of another class.",)),
        ("1,2,a\n2,1,b", ("The table must have 8..400 rows; got 2. Add rows.",)),
        ("é" * 100_001, ("The text must be at most 200000 bytes; got 200002.",)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_line_by_line(text: str, problems: tuple[str, ...]) -> None:
    with pytest.raises(TableError, match=f"^{re.escape(' '.join(problems))}$") as found:
        parse_csv(text)
    assert found.value.problems == problems
    assert pickle.loads(pickle.dumps(found.value)).problems == problems


@given(text=st.text(st.sampled_from("0123456789.,;\t\n\r\"'ab-e \x00\u2028"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    problems: tuple[str, ...] = ("none",)
    try:
        parse_csv(text)
    except TableError as error:
        problems = error.problems
    assert 1 <= len(problems) <= 6
