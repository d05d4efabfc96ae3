"""All lessons at a glance, and the ways through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from app.lessons.catalogue import NAMES, TRACKS, Track, lesson_of
from app.lessons.evidence import evidence_of, findings
from app.teaching.texts import marks_of
from app.teaching.thumbs import thumb

__all__ = ["cards", "tracks"]


def tracks() -> str:
    """Return the tracks: a row of buttons each, and how long it takes."""
    return f'<div class="grid3 tracks">{"".join(_track(track) for track in TRACKS)}</div>'


def cards() -> str:
    """Return a card for every lesson, in the suggested order."""
    return f'<div class="cards">{"".join(_card(i, name) for i, name in enumerate(NAMES, 1))}</div>'


def _track(track: Track) -> str:
    minutes = sum(lesson_of(name).minutes for name in track.names)
    buttons = "".join(_step(name) for name in track.names)
    return (
        f'<div class="panel stack" style="align-content:start"><h3>{escape(track.title)}</h3>'
        f'<p class="note">{escape(track.description)} About {minutes} minutes.</p><ol class="tight">{buttons}</ol></div>'
    )


def _step(name: str) -> str:
    title = escape(lesson_of(name).title)
    return f'<li><button type="button" class="quietly" data-act="open:{name}" data-done="{name}">{title}</button></li>'


def _card(number: int, name: str) -> str:
    lesson, evidence = lesson_of(name), evidence_of(name)
    found = findings(lesson, evidence.measured)
    told = f"Claims over {found[0].seeds} seeds: {_counted([each.verdict for each in found])}"
    marks = "".join(f'<span class="badge">{one}</span>' for one in marks_of(lesson))
    return (
        f'<button type="button" class="card" data-act="open:{name}" data-done="{name}">{thumb(lesson, evidence)}'
        f'<span class="card-title"><span class="muted">{number}</span> {escape(lesson.title)}</span>'
        f'<span class="note">{escape(lesson.idea)}</span>'
        f'<span class="row note"><span>{lesson.minutes} min</span><span>{told}</span>'
        f"{marks}</span></button>"
    )


def _counted(verdicts: Sequence[str]) -> str:
    counts = Counter(verdicts)
    words = {"holds": ("holds", "hold"), "mixed": ("mixed", "mixed"), "does not hold": ("does not", "do not")}
    return ", ".join(f"{counts[name]} {words[name][counts[name] > 1]}" for name in words if counts[name])
