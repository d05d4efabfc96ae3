"""The settings of the page of lessons: which lesson, how far, and what a student has changed."""

from __future__ import annotations

import re
from typing import Any

from app.lessons.catalogue import NAMES
from bncore import ConfigError
from bncore.config import SPECS as RUN_SPECS
from bncore.config import format_value, parse_value
from bncore.spec import Spec

__all__ = ["ALL", "CHANGES", "SPECS", "VIEWS", "Changes", "changes_text", "parse_answer", "parse_changes", "write_changes"]

ALL = "all"
VIEWS = ("page", "slides", "worksheet")
MOST_CHANGES = 6
KEY = re.compile(r"[A-Za-z0-9_.-]{1,20}")

Changes = tuple[tuple[str, Any], ...]
"""What a student has changed: fields of `RunConfig` with their values, for all cases."""

SPECS: dict[str, tuple[Spec, Any]] = {
    "lesson": (Spec("", "Lesson", "Which lesson is shown.", "choice", choices=(ALL, *NAMES)), ALL),
    "view": (Spec("", "View", "As a page, as slides, or to print.", "choice", choices=VIEWS), "page"),
    "slide": (Spec("", "Slide", "Which slide is shown.", "int", 1, 12), 1),
    "answer": (Spec("", "Prediction", "What was predicted.", "choice"), ""),
    "run": (Spec("", "Run", "Whether the experiment was run.", "bool"), False),
    "first": (Spec("", "First seed", "The run's seeds are this one and the next ones.", "int", 0, 100_000), 100),
}  # fmt: skip
CHANGES = Spec("", "Changed", "What a student has changed, for all cases.", "choice")


def parse_changes(text: str) -> Changes:
    """Return changes of their text.

    Raises
    ------
    ConfigError
        If a field is unknown or a value not allowed.

    Examples
    --------
    >>> parse_changes("learning_rate:0.1;hidden:8,8")
    (('learning_rate', 0.1), ('hidden', (8, 8)))
    """
    pairs = [pair.partition(":") for pair in text.split(";") if pair]
    if len(pairs) > MOST_CHANGES:
        raise ConfigError("set", f"at most {MOST_CHANGES} changes", str(len(pairs)), "Leave some out.")
    for name, _, _ in pairs:
        if name not in RUN_SPECS:
            raise ConfigError("set", "must name settings", name[:40], "Use learning_rate:0.1, say.")
    return tuple((name, parse_value(name, value)) for name, _, value in pairs)


def write_changes(changes: Changes) -> str:
    """Return changes as text.

    Examples
    --------
    >>> write_changes((("learning_rate", 0.1),))
    'learning_rate:0.1'
    """
    return ";".join(f"{name}:{format_value(name, value)}" for name, value in changes)


def changes_text(changes: Changes) -> str:
    """Return changes for people.

    Examples
    --------
    >>> changes_text((("learning_rate", 0.1),))
    'learning rate 0.1'
    """
    return ", ".join(f"{RUN_SPECS[name].label.lower()} {format_value(name, value)}" for name, value in changes)


def parse_answer(text: str) -> str:
    """Return the key of an answer; empty for none.

    Raises
    ------
    ConfigError
        If it can be none.

    Examples
    --------
    >>> parse_answer("much")
    'much'
    """
    if text and not KEY.fullmatch(text):
        raise ConfigError("answer", "must be one of the lesson's answers", repr(text[:20]), "Choose one of them.")
    return text
