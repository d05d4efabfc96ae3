"""A lesson on paper: the questions, and room to write."""

from __future__ import annotations

from html import escape

from app.lessons.model import Lesson

__all__ = ["worksheet"]

WHO = '<p class="note">Name: ____________________ &nbsp; Date: ____________</p>'
COUNTED = "<p>Number of seeds: ______ &nbsp; As claimed in ______ of them. &nbsp; Median effect: ____________</p>"
LINES = '<div class="lines" aria-hidden="true"></div>'


def worksheet(lesson: Lesson) -> str:
    """Return a lesson's worksheet; nothing on it gives the answer away."""
    choices = "".join(f"<li>☐ {escape(one.text)}</li>" for one in lesson.answers)
    names = "; ".join(case.label for case in lesson.cases)
    head = (
        '<p class="row unprinted"><button type="button" data-act="leave">← The lesson</button>'
        '<span class="note">Print it with your browser (Ctrl+P).</span></p>'
    )
    parts = (
        ("1. The claim", f"<p>{escape(lesson.idea)}</p><p>In your own words, what does it say?</p>{LINES}"),
        (
            "2. Predict",
            f'<p>{escape(lesson.question)}</p><ul class="choices-on-paper">{choices}</ul><p>Why do you think so?</p>{LINES}',
        ),
        ("3. Run it", f"<p>Compared: {escape(names)}.</p>{COUNTED}"),
        ("4. See", f"<p>{escape(lesson.pictures[0].title)}. Sketch the picture and say what you see.</p>{LINES * 2}"),
        ("5. Explain", f"<p>Why does it come out so? When might it come out otherwise?</p>{LINES * 2}"),
        ("6. Try", f"<p>{escape(lesson.follow_up)}</p>{LINES}"),
        ("7. Remember", f"<p>One sentence to keep:</p>{LINES}"),
    )
    body = "".join(f"<section><h3>{title}</h3>{content}</section>" for title, content in parts)
    return f'{head}<article class="paper"><h2>{escape(lesson.title)}</h2>{WHO}{body}</article>'
