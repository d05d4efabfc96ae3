"""Formulas as MathML, which browsers set by themselves: plain strings, whose symbols know what they mean; no streamlit.

A symbol carries its name (``data-symbol``), so that the page can show the same thing lit in a formula, a table and a
picture at once.
"""

from __future__ import annotations

import math as _math
from html import escape

from app.symbols import SYMBOLS, Symbol

__all__ = [
    "SYMBOLS", "Symbol", "cases", "fence", "frac", "math", "num", "number_text", "op", "row", "sqrt", "sub", "sup", "sym", "text",
]  # fmt: skip


def sym(name: str, index: str = "", power: str = "") -> str:
    """Return a symbol of `SYMBOLS`, lit together with all others of its name.

    Parameters
    ----------
    name : str
    index, power : str
        Below and above; plain text.

    Examples
    --------
    >>> sym("z", "i")
    '<mrow data-symbol="z" tabindex="0" title="z"><msub><mi>z</mi><mi>i</mi></msub></mrow>'
    """
    symbol = SYMBOLS[name]
    inside = symbol.glyph
    squared = inside.startswith("<msup>") and inside.removeprefix("<msup>").removesuffix("<mn>2</mn></msup>")
    if index and squared and not power:
        inside = f"<msubsup>{squared}{_short(index)}<mn>2</mn></msubsup>"
    elif index and power:
        inside = f"<msubsup>{inside}{_short(index)}{_short(power)}</msubsup>"
    elif index:
        inside = f"<msub>{inside}{_short(index)}</msub>"
    elif power:
        inside = f"<msup>{inside}{_short(power)}</msup>"
    role = f' class="{symbol.role}"' if symbol.role else ""
    return f'<mrow data-symbol="{name}"{role} tabindex="0" title="{escape(symbol.spoken)}">{inside}</mrow>'


def num(value: float, name: str = "", digits: int = 4) -> str:
    """Return a number, rounded to some significant digits; negative ones stand in parentheses where `fence` puts them.

    Parameters
    ----------
    value : float
    name : str
        The symbol whose value it is, if it should be lit with it.
    digits : int
        Significant digits.

    Examples
    --------
    >>> num(-0.123456)
    '<mn>−0.1235</mn>'
    >>> num(2.0, "gamma")
    '<mn data-symbol="gamma" class="gamma" title="2.0">2</mn>'
    """
    shown = number_text(value, digits)
    if not name:
        return f"<mn>{shown}</mn>"
    exact = repr(float(value)) if _math.isfinite(value) else shown
    role = f' class="{SYMBOLS[name].role}"' if SYMBOLS[name].role else ""
    return f'<mn data-symbol="{name}"{role} title="{exact}">{shown}</mn>'


def number_text(value: float, digits: int = 4) -> str:
    """Return a number as a person writes it: few digits, a true minus, powers of ten where it is very large or small.

    Examples
    --------
    >>> number_text(0.00001234), number_text(-3.0), number_text(1234567.0), number_text(float("nan"))
    ('1.234·10⁻⁵', '−3', '1.235·10⁶', 'not a number')
    """
    if _math.isnan(value):
        return "not a number"
    if _math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    if 1e-4 <= abs(rounded) < 1e6:
        whole = f"{rounded:.{max(0, digits - 1 - _math.floor(_math.log10(abs(rounded))))}f}"
        return (whole.rstrip("0").rstrip(".") if "." in whole else whole).replace("-", "−")
    mantissa, _, exponent = f"{rounded:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{raised}".replace("-", "−")


def op(sign: str) -> str:
    """Return an operator, such as ``=``.

    Examples
    --------
    >>> op("=")
    '<mo>=</mo>'
    """
    return f"<mo>{escape(sign)}</mo>"


def text(words: str) -> str:
    """Return words within a formula.

    Examples
    --------
    >>> text("if")
    '<mtext>if</mtext>'
    """
    return f"<mtext>{escape(words)}</mtext>"


def row(*parts: str) -> str:
    """Return parts side by side, as one.

    Examples
    --------
    >>> row(num(1), op("+"), num(2))
    '<mrow><mn>1</mn><mo>+</mo><mn>2</mn></mrow>'
    """
    return f"<mrow>{''.join(parts)}</mrow>"


def fence(*parts: str) -> str:
    """Return parts in parentheses that grow with them.

    Examples
    --------
    >>> fence(num(-1))
    '<mrow><mo fence="true">(</mo><mn>−1</mn><mo fence="true">)</mo></mrow>'
    """
    return f'<mrow><mo fence="true">(</mo>{"".join(parts)}<mo fence="true">)</mo></mrow>'


def frac(over: str, under: str) -> str:
    """Return a fraction.

    Examples
    --------
    >>> frac(num(1), num(2))
    '<mfrac><mn>1</mn><mn>2</mn></mfrac>'
    """
    return f"<mfrac>{over}{under}</mfrac>"


def sqrt(*parts: str) -> str:
    """Return a square root.

    Examples
    --------
    >>> sqrt(num(2))
    '<msqrt><mn>2</mn></msqrt>'
    """
    return f"<msqrt>{''.join(parts)}</msqrt>"


def sup(base: str, power: str) -> str:
    """Return a base with something above to its right.

    Examples
    --------
    >>> sup(num(10), num(-3))
    '<msup><mn>10</mn><mn>−3</mn></msup>'
    """
    return f"<msup>{base}{power}</msup>"


def sub(base: str, index: str) -> str:
    """Return a base with something below to its right.

    Examples
    --------
    >>> sub(op("∑"), num(1))
    '<msub><mo>∑</mo><mn>1</mn></msub>'
    """
    return f"<msub>{base}{index}</msub>"


def cases(*lines: tuple[str, str]) -> str:
    """Return values and their conditions behind one brace.

    Examples
    --------
    >>> cases((num(1), text("if"))).count("<mtd>")
    2
    """
    rows = "".join(f"<mtr><mtd>{value}</mtd><mtd>{condition}</mtd></mtr>" for value, condition in lines)
    return f'<mrow><mo fence="true">{{</mo><mtable columnalign="left">{rows}</mtable></mrow>'


def math(*parts: str, block: bool = True, label: str = "") -> str:
    """Return a whole formula.

    Parameters
    ----------
    *parts : str
    block : bool
        On a line of its own.
    label : str
        The formula in words, for the ear; without it the browser reads the parts.

    Examples
    --------
    >>> math(num(1), block=False, label="one")
    '<math display="inline" aria-label="one"><mn>1</mn></math>'
    """
    spoken = f' aria-label="{escape(label)}"' if label else ""
    return f'<math display="{"block" if block else "inline"}"{spoken}>{"".join(parts)}</math>'


def _short(words: str) -> str:
    tag = "mn" if words.isdigit() else "mi" if len(words) == 1 else "mtext"
    return f"<{tag}>{escape(words)}</{tag}>"
