"""Pieces of formulas with numbers in them; no streamlit."""

from __future__ import annotations

from collections.abc import Sequence

from app.maths import fence, frac, num, op, row, sqrt, sym, text
from app.steps.scene import Scene

__all__ = ["added", "aside", "mean_of", "root", "shown", "total", "value"]

MOST_TERMS = 4


def value(number: float, name: str = "") -> str:
    """Return a number as a factor or a summand: a negative one in parentheses.

    Examples
    --------
    >>> value(2.0), value(-2.0)
    ('<mn>2</mn>', '<mrow><mo fence="true">(</mo><mn>−2</mn><mo fence="true">)</mo></mrow>')
    """
    return fence(num(number, name)) if number < 0 else num(number, name)


def added(terms: Sequence[str]) -> str:
    """Return a sum of terms; of many only the first two and the last.

    Examples
    --------
    >>> added([num(1), num(2)])
    '<mrow><mn>1</mn><mo>+</mo><mn>2</mn></mrow>'
    >>> added([num(i) for i in range(9)])
    '<mrow><mn>0</mn><mo>+</mo><mn>1</mn><mo>+</mo><mo>⋯</mo><mo>+</mo><mn>8</mn></mrow>'
    """
    shown_terms = list(terms) if len(terms) <= MOST_TERMS else [*terms[:2], op("⋯"), terms[-1]]
    parts = [shown_terms[0]]
    for term in shown_terms[1:]:
        parts += [op("+"), term]
    return row(*parts)


def aside(words: str) -> str:
    """Return words within a formula, with room around them.

    Examples
    --------
    >>> aside("if").split()
    ['<mtext>', 'if', '</mtext>']
    """
    return text(f"\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}{words}\N{NO-BREAK SPACE}")


def total(inside: str) -> str:
    """Return the sum of something over the batch.

    Examples
    --------
    >>> total(num(1))
    '<mrow><munder><mo>∑</mo><mi>i</mi></munder><mn>1</mn></mrow>'
    """
    return row("<munder><mo>∑</mo><mi>i</mi></munder>", inside)


def mean_of(terms: Sequence[str]) -> str:
    """Return a mean with its terms.

    Examples
    --------
    >>> mean_of([num(1), num(3)])
    '<mfrac><mrow><mn>1</mn><mo>+</mo><mn>3</mn></mrow><mn>2</mn></mfrac>'
    """
    return frac(added(terms), num(len(terms)))


def root(scene: Scene) -> str:
    """Return the root of variance and epsilon, in this neuron's numbers.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> root(scene_of(DEFAULTS)).count("<mn")
    2
    """
    return sqrt(num(scene.number("var"), "var"), op("+"), num(scene.eps, "eps"))


def shown(scene: Scene, name: str) -> str:
    """Return the symbol of a quantity with the number of the student whose numbers are shown.

    Examples
    --------
    >>> from app.steps.scene import scene_of
    >>> from app.steps.settings import DEFAULTS
    >>> shown(scene_of(DEFAULTS), "z") == sym("z", "1")
    True
    """
    return sym(name, str(scene.places[scene.student]))
