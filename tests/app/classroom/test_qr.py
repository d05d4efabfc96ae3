from __future__ import annotations

import re
import sys
from xml.etree import ElementTree

import pytest

from app.classroom.qr import LONGEST, qr_svg

ADDRESS = "http://lab.example/?learning_rate=0.1&free=batch_size&rest=hidden"
FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


def modules(svg: str) -> list[str]:
    """Return the rows of a code, read from the strokes that draw it."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[-1])
    rows = [["0"] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", root[-1].attrib["d"]):
        values = [float(text) for text in numbers.split()]
        if command == "h":
            rows[int(y)][int(x) : int(x + values[0])] = "1" * int(values[0])
            x += values[0]
        else:
            x, y = values if command == "M" else (x + values[0], y + values[1])
    return ["".join(row) for row in rows]


def test_a_code_has_its_margin_and_its_three_corners() -> None:
    rows = modules(qr_svg(ADDRESS))
    assert {row[:4] for row in rows} | {row[-4:] for row in rows} == {"0000"}
    assert set("".join(rows[:4] + rows[-4:])) == {"0"}
    inner = [row[4:-4] for row in rows[4:-4]]
    assert [row[:7] for row in inner[:7]] == [row[-7:] for row in inner[:7]] == [row[:7] for row in inner[-7:]] == FINDER


def test_it_stands_alone_and_on_white() -> None:
    svg = qr_svg(ADDRESS)
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert '="#fff"' in svg
    assert "script" not in svg


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "ü" * 300, "http://[::1]:8501/lab/?x=%F0%9F%8E%93"])
def test_any_address_is_a_code_and_never_markup(text: str) -> None:
    assert "script" not in qr_svg(text)
    assert ElementTree.fromstring(qr_svg(text)).tag.endswith("svg")


def test_another_address_is_another_code_and_one_that_is_too_long_none() -> None:
    assert qr_svg(ADDRESS) != qr_svg(f"{ADDRESS}&seed=1")
    assert qr_svg("x" * LONGEST)
    assert qr_svg("x" * (LONGEST + 1)) == ""


def test_nobody_loads_the_library_before_a_code_is_asked_for() -> None:
    import subprocess

    code = "import sys, app.views.playground; sys.exit('segno' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
