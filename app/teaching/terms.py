"""Words of the glossary in running text: dotted where they come first."""

from __future__ import annotations

import re
from html import escape

from app.glossary import GLOSSARY, term

__all__ = ["Terms"]

FORMS = {
    "overfit": "overfitting", "precise BN": "exact statistics", "regularise": "regularisation", "regulariser": "regularisation",
    "saturated": "saturation", "standardise": "standardised", "standardising": "standardised", "curvatures": "curvature",
    "BN momentum": "momentum", "ε": "epsilon", "eps": "epsilon", "renormalization": "batch renormalization",
}  # fmt: skip
"""What stands for a term in another form; a plural s needs no entry."""

NAMES = {name: name for name in GLOSSARY} | FORMS


def _pattern(word: str) -> str:
    first = f"[{word[0]}{word[0].upper()}]" if word[0].islower() else re.escape(word[0])
    return first + re.escape(word[1:]) + "s?"


# the longest first: weight decay, and not decay
WORDS = re.compile(rf"(?<![\w-])(?:{'|'.join(_pattern(word) for word in sorted(NAMES, key=len, reverse=True))})(?![\w-])")


class Terms:
    """The terms of one page: each is dotted once.

    Examples
    --------
    >>> terms = Terms()
    >>> terms.marked("Epochs < 3").count("term"), terms.marked("an epoch")
    (1, 'an epoch')
    """

    def __init__(self) -> None:
        self._met: set[str] = set()

    def marked(self, text: str) -> str:
        """Return a text as HTML, with its first mention of every term that the page has not met yet dotted."""
        parts, at = [], 0
        for found in WORDS.finditer(text):
            name = _name(found[0])
            if name in self._met:
                continue
            self._met.add(name)
            parts += [escape(text[at : found.start()]), term(name, found[0])]
            at = found.end()
        return "".join([*parts, escape(text[at:])])

    def paragraphs(self, text: str) -> str:
        """Return a text whose paragraphs are parted by blank lines, as HTML."""
        return "".join(f'<p class="words-marked">{self.marked(part.strip())}</p>' for part in text.split("\n\n") if part.strip())


def _name(word: str) -> str:
    """Return the term of the glossary that a word stands for."""
    tries = (word, word[0].lower() + word[1:], word.removesuffix("s"), (word[0].lower() + word[1:]).removesuffix("s"))
    return NAMES[next(one for one in tries if one in NAMES)]
