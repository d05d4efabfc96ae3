"""A lesson as slides: large type, one thing at a time, stepped with the arrow keys."""

from __future__ import annotations

from html import escape

from app.lessons.evidence import SEEDS, evidence_of, findings
from app.lessons.model import Lesson
from app.teaching.texts import answer_text, effect_text, finding_text, paragraphs

__all__ = ["PICTURE", "slide", "slide_count"]

KEYS = "ArrowRight:next PageDown:next Space:next ArrowLeft:back PageUp:back Escape:leave"
PICTURE = 3
"""The slide under which the picture stands."""


def slide_count(lesson: Lesson) -> int:
    """Return how many slides a lesson has."""
    return len(_slides(lesson))


def slide(lesson: Lesson, number: int) -> str:
    """Return a slide, counted from 1, with what steps through all."""
    slides = _slides(lesson)
    at = min(max(number, 1), len(slides))
    return (
        f'<div class="slide" data-keys="{KEYS}">{slides[at - 1]}'
        f'<p class="row slide-bar"><button type="button" data-act="back"{" disabled" if at == 1 else ""}>←</button>'
        f'<button type="button" data-act="next"{" disabled" if at == len(slides) else ""}>→</button>'
        f'<span class="note" role="status">{at} of {len(slides)}. Arrow keys step.</span>'
        '<button type="button" data-act="leave">Leave the slides</button></p></div>'
    )


def _slides(lesson: Lesson) -> list[str]:
    evidence = evidence_of(lesson.name)
    known = findings(lesson, evidence.measured)
    choices = "".join(f"<li>{escape(one.text)}</li>" for one in lesson.answers)
    truth = answer_text(lesson, lesson.truth(evidence.measured))
    said = "".join(
        f"<p>{escape(claim.sentence)}: {escape(finding_text(found))} Median effect: {escape(effect_text(found, claim))}.</p>"
        for claim, found in zip(lesson.claims, known, strict=True)
    )
    return [
        f"<h2>{escape(lesson.title)}</h2><p>{escape(lesson.idea)}</p>",
        f'<h2>{escape(lesson.question)}</h2><ol type="A">{choices}</ol><p class="note">Hands up, then on.</p>',
        f'<h2>{escape(truth)}.</h2><p class="note">Over {SEEDS} seeds, measured with this lab.</p>',
        f'<h2>What the seeds say</h2><div class="said">{said}</div>',
        f'<h2>Why</h2><div class="said">{paragraphs(lesson.explanation)}</div>',
        f"<h2>Remember</h2><p>{escape(lesson.remember)}</p><h3>Now try</h3><p>{escape(lesson.follow_up)}</p>",
    ]
