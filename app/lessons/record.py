"""Makes the evidence anew: every lesson over its seeds, on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.evidence import FIRST, SEEDS, evidence_of, findings, path_of, read, written
from app.lessons.model import Lesson
from app.lessons.running import run_lesson
from app.lessons.verdict import Finding

__all__ = ["disagreements", "record"]

FEW = 4
"""Seeds by which another machine's rounding may move a count."""


def record(names: Sequence[str] = NAMES) -> list[str]:
    """Measure lessons and write what was found into their files; return where it is unlike what the files said."""
    with ProcessPoolExecutor() as pool:
        texts = list(pool.map(_measured, names))
    said = []
    for name, text in zip(names, texts, strict=True):
        path, lesson = path_of(name), lesson_of(name)
        if path.exists():
            old, new = findings(lesson, evidence_of(name).measured), findings(lesson, read(text).measured)
            said += disagreements(lesson, old, new)
            if not said and _lasting(lesson, path.read_text(encoding="utf-8")) == _lasting(lesson, text):
                continue  # clocks alone differ
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return said


def disagreements(lesson: Lesson, old: Sequence[Finding], new: Sequence[Finding]) -> list[str]:
    """Return where two findings of the same claims differ by more than rounding explains.

    Examples
    --------
    >>> import numpy as np
    >>> from app.lessons.verdict import judged
    >>> many, few = judged(np.ones(64), 1), judged(np.repeat([1.0, -1.0], 32), 1)
    >>> disagreements(lesson_of("faster"), [many], [few])
    ['faster: must be 64 of 64 (holds) as its file says; got 32 of 64 (mixed). Commit the new file, or mend the lesson.']
    """
    return [
        f"{lesson.name}: must be {was.hits} of {was.seeds} ({was.verdict}) as its file says; got {now.hits} of {now.seeds} "
        f"({now.verdict}). Commit the new file, or mend the lesson."
        for was, now in zip(old, new, strict=True)
        if was.verdict != now.verdict or abs(was.hits - now.hits) > FEW
    ]


def _measured(name: str) -> str:
    return written(run_lesson(lesson_of(name), FIRST, SEEDS))


def _lasting(lesson: Lesson, text: str) -> dict[str, dict[str, list[float]]]:
    """Return the numbers of a file without those that a clock measured."""
    measured = read(text).measured
    return {
        label: {name: values.tolist() for name, values in measure.numbers.items() if not lesson.quantities[name].clock}
        for label, measure in measured.items()
    }
