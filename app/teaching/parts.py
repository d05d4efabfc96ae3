"""The steps of a lesson's page."""

from __future__ import annotations

from html import escape

from app.lessons.evidence import FIRST, SEEDS, findings
from app.lessons.model import Claim, Lesson, Measured, Source
from app.lessons.verdict import Finding
from app.teaching.numbers import numbers_of_cases, scrolled, told
from app.teaching.terms import Terms
from app.teaching.texts import WORDS, answer_text, effect_text, finding_text, marks_of, paragraphs

__all__ = ["explained", "looked", "prediction", "remembered", "revealed", "steps", "verdicts"]

AT = ' aria-current="step"'
AWAY = ' data-keys="Escape:all"'
STEPS = ("Read", "Predict", "Run", "See", "Explain", "Try", "Remember")

EFFECTS = (
    '<p class="note">An effect is the median of the differences seed by seed; the difference of two medians may be another number. '
    "A minus says that it is the other way round.</p>"
)


def steps(lesson: Lesson, answer: str, *, ran: bool, alone: bool = False) -> str:
    """Return where one is in a lesson, its title and its claim; a run brings all that follows it to the page at once.

    A lesson that is given alone has no way to the others.
    """
    at = 3 if ran else 2 if answer else 1
    strip = "".join(
        f'<li class="stage{" on" if i == at else " done" if i < at or ran else ""}"{AT if i == at else ""}>{name}</li>'
        for i, name in enumerate(STEPS)
    )
    mark = lesson.answers_to if ran else " · ".join(marks_of(lesson))  # the answers themselves only after the prediction
    marked = f'<p class="note"><b>{escape(mark)}</b></p>' if mark else ""
    others = "" if alone else '<button type="button" data-act="all">← All lessons</button>'
    return (
        f'<nav class="row lesson-bar"{"" if alone else AWAY}>{others}'
        f'<ol class="stages" aria-label="Where you are">{strip}</ol></nav>'
        f'<h2>{escape(lesson.title)}</h2>{marked}<p class="claim">{escape(lesson.idea)}</p>'
    )


def prediction(lesson: Lesson, answer: str, *, ran: bool) -> str:
    """Return the question with its answers, and the button that runs the experiment."""
    choices = "".join(
        f'<button type="button" class="choice{" on" if one.key == answer else ""}" data-act="answer:{one.key}" '
        f'aria-pressed="{"true" if one.key == answer else "false"}"{" disabled" if ran else ""}>{escape(one.text)}</button>'
        for one in lesson.answers
    )
    hint = "" if answer or ran else '<p class="note">Choose first: a guess that is wrong teaches most.</p>'
    button = f'<button type="button" class="strong" data-act="run"{"" if answer else " disabled"}>Run it</button>'
    run = "" if ran else f'<p class="row">{button}</p>'
    title, after = f"<h3>{escape(lesson.question)}</h3>", " after" if ran else ""
    return f'<div class="panel stack">{title}<div class="choices{after}">{choices}</div>{hint}{run}</div>'


def revealed(lesson: Lesson, answer: str, measured: Measured, evidence: Measured, seeds: int, changed: str) -> str:
    """Return what was predicted beside what was measured.

    Parameters
    ----------
    lesson : Lesson
    answer : str
        Key of what was predicted; empty if nothing was.
    measured, evidence : Measured
        Of this run, and of the evidence.
    seeds : int
        Of this run.
    changed : str
        What a student has changed, in words; empty if nothing.
    """
    here, there = lesson.truth(measured), lesson.truth(evidence)
    right = f"{'✓ As you predicted' if answer == here else '✗ Not as you predicted'}: " if answer else ""
    lines = [f'<p class="answer">{right}{escape(answer_text(lesson, here))}.</p>']
    if answer and answer != here:
        lines.append(f'<p class="note">You said: {escape(answer_text(lesson, answer))}.</p>')
    if changed:
        lines.append(f'<p class="note">With your change: {escape(changed)}.</p>')
    if here != there:
        unlike = f"Over {SEEDS} seeds of the lesson as it is: {answer_text(lesson, there)}."
        lines.append(f'<p class="note">{escape(unlike)} {"" if changed else f"{seeds} seeds are few."}</p>')
    lines.append(told(lesson, measured, seeds))
    return f'<div class="panel stack reveal" role="status">{"".join(lines)}</div>'


def looked(lesson: Lesson, terms: Terms) -> str:
    """Return what to look at in the pictures."""
    return f'<p class="note words-marked">{terms.marked(lesson.look)}</p>'


def verdicts(lesson: Lesson, measured: Measured, evidence: Measured, seeds: int, changed: str, terms: Terms) -> str:
    """Return what the seeds say of every claim, this run's beside those of the evidence, and the numbers of every case."""
    found, known = findings(lesson, measured), findings(lesson, evidence)
    rows = [
        f'<tr><th scope="row" class="words-cell">{terms.marked(claim.sentence)}</th>'
        f"{_finding(here, claim, terms)}{_finding(there, claim, terms)}</tr>"
        for claim, here, there in zip(lesson.claims, found, known, strict=True)
    ]
    head = (
        f'<tr><th scope="col">claim</th><th scope="col" colspan="2">your run ({seeds} seeds)</th>'
        f'<th scope="col" colspan="2">evidence ({SEEDS} seeds, {FIRST} to {FIRST + SEEDS - 1})</th></tr>'
    )
    table = scrolled(f'<table class="numbers wide"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>')
    turned = [
        f"<li>{escape(claim.sentence)}: {WORDS[here.verdict].lower()} (as given: {WORDS[there.verdict].lower()}).</li>"
        for claim, here, there in zip(lesson.claims, found, known, strict=True)
        if changed and here.verdict != there.verdict
    ]
    told_so = f'<ul class="tight">{"".join(turned)}</ul><p>{escape(lesson.why_not)}</p>'
    why = f'<div class="turned"><p><b>With your change it comes out otherwise.</b></p>{told_so}</div>' if turned else ""
    numbers = numbers_of_cases(lesson, measured, evidence, seeds)
    return f'<div class="stack">{why}{table}{EFFECTS}{_rule(lesson)}{numbers}</div>'


def explained(lesson: Lesson, terms: Terms) -> str:
    """Return the explanation, what may go otherwise, and the sources."""
    sources = "".join(f"<li>{_link(source)}</li>" for source in lesson.sources)
    listed = f'<p class="note">Sources</p><ul class="tight note">{sources}</ul>' if sources else ""
    why, otherwise = terms.paragraphs(lesson.explanation), terms.paragraphs(lesson.why_not)
    return f'<div class="stack"><h3>Why</h3>{why}<h4>When it is otherwise</h4>{otherwise}{listed}</div>'


def remembered(lesson: Lesson, following: str) -> str:
    """Return what to try, what to remember, and the way to the next lesson; to be shown once it was run."""
    onward = f'<button type="button" class="strong" data-act="open:{following}">Next lesson →</button>' if following else ""
    return (
        f'<div class="panel stack" data-store="{lesson.name}"><h3>Now try</h3>{paragraphs(lesson.follow_up)}'
        f'<h3>Remember</h3><p class="claim">{escape(lesson.remember)}</p>'
        f'<p class="row">{onward}<button type="button" data-act="again">Predict again</button>'
        f'<button type="button" data-act="view:slides">Slides</button>'
        f'<button type="button" data-act="view:worksheet">Worksheet</button></p></div>'
    )


def _finding(found: Finding, claim: Claim, terms: Terms) -> str:
    mark = {"holds": "✓", "mixed": "≈", "does not hold": "✗"}[found.verdict]
    words = f"{mark} {WORDS[found.verdict]}: {found.hits} of {found.seeds}"
    effect = f'<td class="words-right">{terms.marked(effect_text(found, claim))}</td>'
    return f'<td title="{escape(finding_text(found))}">{words}</td>{effect}'


def _rule(lesson: Lesson) -> str:
    least = "; ".join(f"{claim.least:g} {claim.unit}" for claim in lesson.claims)
    return (
        '<details><summary>The rule</summary><p class="note">A claim holds where it is so in at least 80 % of the seeds, Wilson\'s '
        f"95 % interval of that share lies above one half, and the median effect is worth it (at least {escape(least)}). It does "
        "not hold where the interval lies below one half. All else is mixed. With few seeds the interval is wide.</p></details>"
    )


def _link(source: Source) -> str:
    words = f"{escape(source.words)}, arXiv {source.arxiv}"
    return f'<a href="https://arxiv.org/abs/{source.arxiv}" target="_blank" rel="noreferrer">{words}</a>'
