"""Runs lessons on the command line: ``python -m app.lessons faster --seeds 64 --first 500``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.record import record
from app.lessons.running import run_lesson
from app.lessons.table import lessons_table
from app.lessons.verdict import finding_of

__all__ = ["main"]

TABLE = Path(__file__).parents[2] / "docs" / "lessons.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what the seeds say of every claim of some lessons."""
    parser = argparse.ArgumentParser(prog="python -m app.lessons", description="Run lessons over many seeds.")
    parser.add_argument("names", nargs="*", metavar="lesson", help="lessons by name; all if none is given")
    parser.add_argument("--seeds", type=int, default=64, help="number of seeds (64)")
    parser.add_argument("--first", type=int, default=500, help="first seed (500)")
    parser.add_argument("--record", action="store_true", help="make the committed evidence and docs/lessons.md anew")
    given = parser.parse_args(arguments)
    names = given.names or list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"lesson: must be one of {', '.join(NAMES)}; got {unknown[0]}.")
    if given.record:
        said = record(names)
        TABLE.write_text(lessons_table(), encoding="utf-8")
        sys.exit("\n".join(said) or None)
    for name in names:
        lesson, begin = lesson_of(name), time.perf_counter()
        measured = run_lesson(lesson, given.first, given.seeds)
        print(f"{name}: answer {lesson.truth(measured)!r}, {time.perf_counter() - begin:.1f} s")
        for claim in lesson.claims:
            found = finding_of(claim, measured)
            print(
                f"  {found.verdict} (stated: {claim.expected}): {claim.sentence}; {found.hits} of {found.seeds} seeds "
                f"[{found.low:.2f}, {found.high:.2f}], median {found.median:.3g} {claim.unit} (at least {claim.least:g})"
            )
        for label, case in measured.items():
            medians = ", ".join(f"{name} {np.median(values):.3g}" for name, values in case.numbers.items())
            print(f"    {label}: {medians}")


if __name__ == "__main__":
    main()
