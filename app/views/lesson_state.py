"""The settings of the page of lessons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.classroom.link import FREE
from app.controls.classroom import is_student, rule_now
from app.controls.pagestate import Field, PageState
from app.teaching.specs import ALL, CHANGES, SPECS, parse_answer, parse_changes, write_changes

__all__ = ["PAGE"]


def _held(given: Mapping[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a student may have: the lesson, and what is fixed of its experiment, stay as they were given."""
    if not is_student():
        return asked
    fixed = [pair for pair in given["set"] if rule_now(pair[0]) != FREE]
    free = [pair for pair in asked["set"] if rule_now(pair[0]) == FREE]
    return asked | {
        "lesson": asked["lesson"] if given["lesson"] == ALL else given["lesson"],
        "first": asked["first"] if rule_now("seed") == FREE else given["first"],
        "set": (*fixed, *free),
    }


PAGE = PageState(
    "lessons",
    {name: Field(spec, default) for name, (spec, default) in SPECS.items() if name != "answer"}
    | {
        "answer": Field(*SPECS["answer"], read=parse_answer, write=str),
        "set": Field(CHANGES, (), read=parse_changes, write=write_changes),
    },
    _held,
)
