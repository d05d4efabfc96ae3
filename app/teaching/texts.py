"""Sentences about what was measured."""

from __future__ import annotations

import math
import re
from html import escape

from app.lessons.model import Claim, Lesson, Quantity
from app.lessons.verdict import Finding

__all__ = ["answer_text", "count_text", "effect_text", "finding_text", "marks_of", "paragraphs", "percent", "value_text"]

WORDS = {"holds": "Holds", "mixed": "Mixed", "does not hold": "Does not hold"}


MARK = re.compile(r"(?:Misconception|Thought question) \d")


def marks_of(lesson: Lesson) -> list[str]:
    """Return which misconceptions and thought questions of the notes a lesson answers, without the answers.

    Examples
    --------
    >>> from app.lessons.catalogue import lesson_of
    >>> marks_of(lesson_of("batch_size")), marks_of(lesson_of("faster"))
    (['Misconception 3', 'Thought question 1'], [])
    """
    return MARK.findall(lesson.answers_to)


def paragraphs(text: str) -> str:
    r"""Return a text whose paragraphs are parted by blank lines, as HTML.

    Examples
    --------
    >>> paragraphs("a < b.\n\nc.")
    '<p>a &lt; b.</p><p>c.</p>'
    """
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


def percent(share: float) -> str:
    """Return a share in per cent.

    Examples
    --------
    >>> percent(0.796)
    '80 %'
    """
    return f"{100 * share:.0f} %"


def value_text(value: float, quantity: Quantity) -> str:
    """Return a number that was measured, with as many digits as seeds support.

    Examples
    --------
    >>> value_text(0.8321, Quantity("accuracy", "share")), value_text(math.inf, Quantity("epochs", "count"))
    ('83.2 %', 'never')
    """
    if not math.isfinite(value):
        return "never"
    if quantity.kind == "share":
        return f"{100 * value:.1f} %"
    return count_text(value) if quantity.kind == "count" else f"{value:.3g}".replace("-", "−")


def count_text(value: float) -> str:
    """Return a count; half of one only where there is.

    Examples
    --------
    >>> count_text(1234.0), count_text(20.5)
    ('1,234', '20.5')
    """
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.1f}"


def effect_text(found: Finding, claim: Claim) -> str:
    """Return the median effect in its unit.

    Examples
    --------
    >>> import numpy as np
    >>> from app.lessons.verdict import judged
    >>> effect_text(judged(np.full(3, 27.0), 1), Claim("a", lambda m: np.zeros(1), 1, "epochs fewer"))
    '27 epochs fewer'
    """
    size = "infinitely many" if math.isinf(found.median) else f"{found.median:.3g}".replace("-", "−")
    return f"{size} {claim.unit}"


def finding_text(found: Finding) -> str:
    """Return what the seeds say of a claim.

    Examples
    --------
    >>> import numpy as np
    >>> from app.lessons.verdict import judged
    >>> finding_text(judged(np.full(8, 1.0), 1))
    'Holds: as claimed in 8 of 8 seeds (95 % interval 68 to 100 %).'
    """
    interval = f"95 % interval {100 * found.low:.0f} to {percent(found.high)}"
    return f"{WORDS[found.verdict]}: as claimed in {found.hits} of {found.seeds} seeds ({interval})."


def answer_text(lesson: Lesson, key: str) -> str:
    """Return the words of an answer; empty where there is none of that key."""
    return next((answer.text for answer in lesson.answers if answer.key == key), "")
