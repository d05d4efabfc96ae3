"""Texts that nobody should have to type: what an address or a client may hold all the same."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["NASTY", "texts"]

SCRIPT = "<script>alert(1)</script>"

NASTY: dict[str, list[str]] = {
    "no value": [],
    "empty": [""],
    "blank": [" \t\r\n\u00a0\u2003"],
    "a word": ["no such word"],
    "not a number": ["nan"],
    "infinite": ["inf"],
    "minus infinite": ["-Infinity"],
    "negative": ["-1"],
    "zero": ["0"],
    "huge": ["1e999"],
    "many digits": ["9" * 5000],
    "an underscore": ["1_000"],
    "tiny": ["5e-324"],
    "a fraction": ["0.1.2"],
    "hexadecimal": ["0x10"],
    "none": ["none"],
    "true": ["true"],
    "long": ["7," * 50_000],
    "long words": ["x" * 100_000],
    "many colons": [":=,;" * 25_000],
    "other digits": ["٣४５"],
    "unicode": ["γ\u200d\u202e𝔘🧪\ufdfd"],
    "half a character": ["\ud800"],
    "null": ["\0"],
    "controls": ["\x1b[31m\x07\x7f"],
    "repeated": ["1", "2", "no such word"],
    "many": ["3"] * 2000,
    "HTML": [f'"><img src=x onerror=alert(1)><b>{SCRIPT}'],
    "script": [SCRIPT],
    "Markdown": ["[x](javascript:alert(1)) ![y](http://a.invalid/y.png) $\\frac{1}{0}$ :red[z] `{}` | # \n\n---"],
    "template": ["{{7*7}}${7*7}%s%n{0.__class__}"],
    "a path": ["../../../../etc/passwd"],
    "SQL": ["'; DROP TABLE runs; --"],
    "JSON": ['{"__proto__":{"x":1}}'],
    "pickle": ["cos\nsystem\n(S'true'\ntR."],
}
"""Values of one parameter by what is wrong with them."""


def texts() -> st.SearchStrategy[str]:
    """Return any text, with a liking for what may be taken for a value."""
    numbers = st.floats().map(str) | st.integers(-(10**30), 10**30).map(str)
    pieces = st.sampled_from(
        ["all", "none", "true", "16,16", "batch", "table", "a:norm=none", "1,2,0;", ":", "=", ",", ";", "<b>", "\0"]
    )
    return st.text(max_size=60) | numbers | pieces | st.lists(pieces | numbers, max_size=6).map("".join)
