from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.steps.batch import MOST, NOTES, ONE, TWO, Row, checked_rows, pasted, read_rows, write_rows
from bncore.errors import ConfigError

cells = st.text(st.characters(exclude_characters=",;", categories=("L", "N", "P")), max_size=20)
rows = st.lists(st.builds(Row, cells, cells, st.booleans()), max_size=MOST).map(tuple)


@given(rows)
def test_rows_come_back_from_their_text_whatever_is_in_the_cells(some):
    assert read_rows(write_rows(some)) == some


def test_the_batches_of_the_buttons_are_numbers():
    for batch, size in ((NOTES, 4), (ONE, 1), (TWO, 2)):
        checked = checked_rows(batch)
        assert (len(checked.numbers), checked.said) == (size, ())
        assert all(6.0 <= cgpa <= 9.0 and 80.0 <= iq <= 120.0 for cgpa, iq, _ in checked.numbers)


def test_every_bad_cell_is_named_and_the_other_rows_are_used():
    some = (
        Row("7.1", "84", False), Row("abc", "", True), Row("nan", "90", False), Row("1e400", "90", False),
        Row("6", "-2e6", False), Row("8,5", "90", True),
    )  # fmt: skip
    checked = checked_rows(some)
    assert checked.numbers == ((7.1, 84.0, 0.0), (8.5, 90.0, 1.0))
    assert checked.places == (1, 6)
    assert checked.said == (
        "Row 2, CGPA: must be a number; got 'abc'. Write it like 0.1.",
        "Row 2, IQ: must be a number; got ''. Write it like 0.1.",
        "Row 3, CGPA: must be -1000000..1000000; got nan. Use a finite number.",
        "Row 4, CGPA: must be -1000000..1000000; got inf. Use 1000000 or less.",
        "Row 5, IQ: must be -1000000..1000000; got -2000000.0. Use -1000000 or more.",
    )


@pytest.mark.parametrize(
    "text",
    ["7.1\t84\t0\n8.3\t118\t1\n",
     "CGPA\tIQ\tplaced\r\n7.1\t84\t0\r\n8.3\t118\t1", "7.1;84;no\n8,3;118;yes", "7.1,84,0\n\n8.3,118,1",
     "7.1 84 0\n8.3 118 placed"],
)  # fmt: skip
def test_rows_can_be_pasted_from_what_spreadsheets_copy(text):
    assert pasted(text) == (Row("7.1", "84", False), Row("8.3", "118", True))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Pasted text: must be 1..16 rows; got 0 rows. Copy CGPA, IQ and placed (1 or 0)."),
        ("CGPA\tIQ\tplaced", "Pasted text: must be 1..16 rows; got 0 rows. Copy CGPA, IQ and placed (1 or 0)."),
        ("7\t90\t1\n" * 17, "Pasted text: must be 1..16 rows; got 17 rows. Copy CGPA, IQ and placed (1 or 0)."),
        ("7\t90\t1\n8\t90", "Row 2: must be three cells; got 2 cells. Give CGPA, IQ and placed (1 or 0)."),
        ("7\t90\tmaybe", "Row 1, placed: must be 1 or 0; got 'maybe'. Use 1 for placed, 0 for not placed."),
        ("7\t90\t1\n8\thigh\t1", "Row 2, IQ: must be a number; got 'high'. Write it like 0.1."),
    ],
)
def test_what_cannot_be_pasted_is_named(text, says):
    with pytest.raises(ConfigError) as told:
        pasted(text)
    assert str(told.value) == says


def test_an_address_with_too_many_rows_is_refused():
    assert len(read_rows(";".join(["7,90,1"] * MOST))) == MOST
    with pytest.raises(ConfigError) as told:
        read_rows(";".join(["7,90,1"] * 17))
    assert str(told.value) == "batch: must be 0..16 rows; got 17 rows. Leave some out."


def test_no_rows_are_rows_too():
    assert read_rows(write_rows(())) == ()
