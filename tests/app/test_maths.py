from __future__ import annotations

import math as real
from html.parser import HTMLParser

import numpy as np
import pytest

from app import maths
from app.maths import SYMBOLS, cases, fence, frac, math, num, number_text, op, row, sqrt, sub, sup, sym, text


class Nesting(HTMLParser):
    """Fails where an element is closed that is not the open one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.0, 4, "0"), (-0.0, 4, "0"), (1.0, 4, "1"), (-3.0, 4, "−3"), (100.0, 2, "100"), (0.30000000000000004, 4, "0.3"),
        (9.9996, 4, "10"), (0.99996, 4, "1"), (123456.0, 4, "123500"), (999949.0, 4, "999900"), (999960.0, 4, "1·10⁶"),
        (0.0001, 4, "0.0001"), (0.00009999, 4, "9.999·10⁻⁵"), (0.000099999, 4, "0.0001"), (-1.5e-12, 4, "−1.5·10⁻¹²"),
        (1e300, 4, "1·10³⁰⁰"), (5e-324, 2, "4.9·10⁻³²⁴"), (real.inf, 4, "∞"), (-real.inf, 4, "−∞"),
        (real.nan, 4, "not a number"), (2.5, 1, "2"), (1 / 3, 6, "0.333333"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_a_person_writes_it(value: float, digits: int, shown: str) -> None:
    assert number_text(value, digits) == shown


def test_a_number_carries_its_symbol_and_all_its_digits() -> None:
    assert num(np.float64(1 / 3), "mu") == '<mn data-symbol="mu" class="batch" title="0.3333333333333333">0.3333</mn>'
    assert num(2, "z") == '<mn data-symbol="z" title="2.0">2</mn>'
    assert num(np.nan, "mu") == '<mn data-symbol="mu" class="batch" title="not a number">not a number</mn>'
    assert num(1 / 3, digits=2) == "<mn>0.33</mn>"


@pytest.mark.parametrize(
    ("made", "inside"),
    [
        (sym("z"), "<mi>z</mi>"),
        (sym("z", "12"), "<msub><mi>z</mi><mn>12</mn></msub>"),
        (sym("z", power="i"), "<msup><mi>z</mi><mi>i</mi></msup>"),
        (sym("z", "i", "2"), "<msubsup><mi>z</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (sym("z", "new"), "<msub><mi>z</mi><mtext>new</mtext></msub>"),
        (sym("var", "B"), "<msubsup><mi>σ</mi><mi>B</mi><mn>2</mn></msubsup>"),
        (sym("z", "<"), "<msub><mi>z</mi><mi>&lt;</mi></msub>"),
    ],
)
def test_a_symbol_takes_an_index_and_a_power(made: str, inside: str) -> None:
    assert made.partition(">")[2].removesuffix("</mrow>") == inside


@pytest.mark.parametrize("name", SYMBOLS)
def test_every_symbol_can_be_lit_reached_by_key_and_spoken(name: str) -> None:
    made = sym(name, "i")
    assert f'<mrow data-symbol="{name}"' in made
    assert 'tabindex="0"' in made
    assert f'title="{SYMBOLS[name].spoken}"' in made
    reader = Nesting()
    reader.feed(made)
    assert reader.open == []


def test_a_whole_formula_is_nested_well_and_hides_no_text_in_its_markup() -> None:
    formula = math(
        sym("z_hat", "i"), op("="), frac(row(sym("z"), op("−"), sym("mu")), sqrt(sym("var"), op("+"), sym("eps"))),
        op("<"), fence(num(-1)), sup(num(2), num(3)), sub(op("∑"), text("i & j")),
        cases((num(1), text("if")), (num(0), text("else"))), label='z "hat" < 1',
    )  # fmt: skip
    reader = Nesting()
    reader.feed(formula)
    assert reader.open == []
    assert formula.startswith('<math display="block" aria-label="z &quot;hat&quot; &lt; 1">')
    assert "<mo>&lt;</mo>" in formula
    assert "<mtext>i &amp; j</mtext>" in formula
    assert cases((num(1), text("if"))) == (
        '<mrow><mo fence="true">{</mo><mtable columnalign="left"><mtr><mtd><mn>1</mn></mtd><mtd><mtext>if</mtext></mtd></mtr>'
        "</mtable></mrow>"
    )


def test_a_symbol_that_is_not_there_is_no_symbol() -> None:
    with pytest.raises(KeyError, match=r"^'nu'$"):
        sym("nu")


def test_all_that_is_public_is_there() -> None:
    assert all(hasattr(maths, name) for name in maths.__all__)
