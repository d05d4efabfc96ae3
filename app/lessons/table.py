"""All lessons in one table, as Markdown."""

from __future__ import annotations

import math

from app.lessons.catalogue import lessons
from app.lessons.evidence import FIRST, SEEDS, evidence_of, findings

__all__ = ["lessons_table"]

HEAD = f"""\
# Lessons: what was measured

Every claim of every lesson over the seeds {FIRST} to {FIRST + SEEDS - 1}; `make evidence` makes this page anew.
Configurations were chosen on seeds 0 to 31. A claim *holds* where it is so in at least 80 % of the seeds, Wilson's 95 % interval
of that share lies above one half, and the median effect is at least the least one; it *does not hold* where the interval lies
below one half; else it is *mixed*.

| lesson | claim | verdict | seeds as claimed | 95 % interval | median effect | least effect |
|---|---|---|---|---|---|---|
"""


def lessons_table() -> str:
    """Return the table, of the committed evidence."""
    rows = []
    for lesson in lessons():
        evidence_of.cache_clear()
        for claim, found in zip(lesson.claims, findings(lesson, evidence_of(lesson.name).measured), strict=True):
            size = "infinite" if math.isinf(found.median) else f"{found.median:.3g}"
            rows.append(
                f"| {lesson.title} | {claim.sentence} | {found.verdict} | {found.hits} of {found.seeds} | "
                f"{found.low:.2f} to {found.high:.2f} | {size} {claim.unit} | {claim.least:g} |\n"
            )
    return HEAD + "".join(rows)
