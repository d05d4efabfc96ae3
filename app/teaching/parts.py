"""The steps of a lesson's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from app.lessons.evidence import FIRST, SEEDS, findings
from app.lessons.model import Claim, Lesson, Measured, Source
from app.lessons.verdict import Finding
from app.teaching.texts import WORDS, answer_text, effect_text, finding_text, paragraphs, value_text

__all__ = ["explained", "prediction", "remembered", "revealed", "steps", "verdicts"]

AT = ' aria-current="step"'
STEPS = ("Read", "Predict", "Run", "See", "Explain", "Try", "Remember")


def steps(lesson: Lesson, answer: str, *, ran: bool) -> str:
    """Return where one is in a lesson, its title and its claim."""
    at = 3 if ran else 2 if answer else 1
    strip = "".join(
        f'<li class="stage{" on" if i == at else " done" if i < at else ""}"{AT if i == at else ""}>{name}</li>'
        for i, name in enumerate(STEPS)
    )
    marked = f'<p class="note"><b>{escape(lesson.answers_to)}</b></p>' if lesson.answers_to else ""
    return (
        '<nav class="row lesson-bar" data-keys="Escape:all"><button type="button" data-act="all">← All lessons</button>'
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
    return f'<div class="panel stack reveal" role="status">{"".join(lines)}</div>'


def verdicts(lesson: Lesson, measured: Measured, evidence: Measured, seeds: int, changed: str) -> str:
    """Return what the seeds say of every claim, this run's beside those of the evidence, and the numbers of every case."""
    found, known = findings(lesson, measured), findings(lesson, evidence)
    rows = [
        f'<tr><th scope="row" class="words-cell">{escape(claim.sentence)}</th>{_finding(here, claim)}{_finding(there, claim)}</tr>'
        for claim, here, there in zip(lesson.claims, found, known, strict=True)
    ]
    head = (
        f'<tr><th scope="col">claim</th><th scope="col" colspan="2">your run ({seeds} seeds)</th>'
        f'<th scope="col" colspan="2">evidence ({SEEDS} seeds, {FIRST} to {FIRST + SEEDS - 1})</th></tr>'
    )
    table = _scrolled(f'<table class="numbers wide"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>')
    stopped = changed and found[0].verdict != known[0].verdict
    why = f"<p><b>It comes out otherwise here.</b> {escape(lesson.why_not)}</p>" if stopped else ""
    return f'<div class="stack">{why}{table}{_rule(lesson)}{_numbers(lesson, measured, evidence, seeds)}</div>'


def explained(lesson: Lesson) -> str:
    """Return the explanation, what may go otherwise, and the sources."""
    sources = "".join(f"<li>{_link(source)}</li>" for source in lesson.sources)
    listed = f'<p class="note">Sources</p><ul class="tight note">{sources}</ul>' if sources else ""
    otherwise = f"<h4>When it is otherwise</h4>{paragraphs(lesson.why_not)}"
    return f'<div class="stack"><h3>Why</h3>{paragraphs(lesson.explanation)}{otherwise}{listed}</div>'


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


def _finding(found: Finding, claim: Claim) -> str:
    mark = {"holds": "✓", "mixed": "≈", "does not hold": "✗"}[found.verdict]
    words = f"{mark} {WORDS[found.verdict]}: {found.hits} of {found.seeds}"
    return f'<td title="{escape(finding_text(found))}">{words}</td><td>{escape(effect_text(found, claim))}</td>'


def _rule(lesson: Lesson) -> str:
    least = "; ".join(f"{claim.least:g} {claim.unit}" for claim in lesson.claims)
    return (
        '<details><summary>The rule</summary><p class="note">A claim holds where it is so in at least 80 % of the seeds, Wilson\'s '
        f"95 % interval of that share lies above one half, and the median effect is worth it (at least {escape(least)}). It does "
        "not hold where the interval lies below one half. All else is mixed. With few seeds the interval is wide.</p></details>"
    )


def _numbers(lesson: Lesson, measured: Measured, evidence: Measured, seeds: int) -> str:
    names = [name for name in lesson.quantities if any(name in measure.numbers for measure in measured.values())]
    head = "".join(f'<th scope="col">{escape(lesson.quantities[name].label)}</th>' for name in names)
    body = "".join(_row(lesson, case.label, names, measured, evidence) for case in lesson.cases)
    note = f"Medians of your {seeds} seeds; in brackets those of the evidence."
    table = f'<table class="numbers"><thead><tr><th scope="col">case</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<details><summary>The numbers of every case</summary><p class="note">{note}</p>{_scrolled(table)}</details>'


def _row(lesson: Lesson, label: str, names: Sequence[str], measured: Measured, evidence: Measured) -> str:
    cells = [f"<td>{_median(lesson, measured, label, name)} ({_median(lesson, evidence, label, name)})</td>" for name in names]
    return f'<tr><th scope="row">{escape(label)}</th>{"".join(cells)}</tr>'


def _median(lesson: Lesson, measured: Measured, label: str, name: str) -> str:
    numbers: Mapping[str, np.ndarray] = measured[label].numbers
    if name not in numbers:
        return "–"
    values = np.where(np.isnan(numbers[name]), np.inf, numbers[name])
    return value_text(float(np.quantile(values, 0.5, method="inverted_cdf")), lesson.quantities[name])


def _scrolled(table: str) -> str:
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _link(source: Source) -> str:
    words = f"{escape(source.words)}, arXiv {source.arxiv}"
    return f'<a href="https://arxiv.org/abs/{source.arxiv}" target="_blank" rel="noreferrer">{words}</a>'
