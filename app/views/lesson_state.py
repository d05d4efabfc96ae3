"""The settings of the page of lessons."""

from __future__ import annotations

from app.controls.pagestate import Field, PageState
from app.teaching.specs import CHANGES, SPECS, parse_answer, parse_changes, write_changes

__all__ = ["PAGE"]

PAGE = PageState(
    "lessons",
    {name: Field(spec, default) for name, (spec, default) in SPECS.items() if name != "answer"}
    | {
        "answer": Field(*SPECS["answer"], read=parse_answer, write=str),
        "set": Field(CHANGES, (), read=parse_changes, write=write_changes),
    },
)
