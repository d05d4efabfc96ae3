"""The HTML of every lesson: well formed, complete, and nothing given away before it is run."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest

from app.figures.lesson import lesson_figure
from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.evidence import evidence_of
from app.lessons.model import Lesson, Measure
from app.teaching.cards import cards, tracks
from app.teaching.parts import explained, looked, prediction, remembered, revealed, steps, verdicts
from app.teaching.slides import slide, slide_count
from app.teaching.terms import Terms
from app.teaching.texts import answer_text, marks_of
from app.teaching.worksheet import worksheet

VOID = {"br", "circle", "hr", "img", "input", "line", "path", "polygon", "rect"}


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def well_formed(html: str) -> str:
    balance = Balance()
    balance.feed(html)
    assert not balance.open
    return html


def undotted(html: str) -> str:
    """Return HTML without what marks the terms of the glossary."""
    return re.sub(r'<button type="button" class="term"[^>]*>([^<]*)</button>', r"\1", html)


@pytest.fixture(params=NAMES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return lesson_of(request.param)


def test_before_the_run_the_page_asks_and_gives_nothing_away(lesson: Lesson) -> None:
    html = well_formed(steps(lesson, "", ran=False) + prediction(lesson, "", ran=False))
    assert escape(lesson.question) in html
    assert all(f'data-act="answer:{one.key}"' in html for one in lesson.answers)
    assert 'data-act="run" disabled' in html
    assert escape(lesson.remember) not in html
    assert all(mark in html for mark in marks_of(lesson))
    if lesson.answers_to:
        assert escape(lesson.answers_to) not in html
        assert escape(lesson.answers_to) in steps(lesson, "", ran=True)
    assert 'data-act="run">' in prediction(lesson, lesson.answers[0].key, ran=False)
    assert 'data-act="run"' not in prediction(lesson, lesson.answers[0].key, ran=True)


def test_after_the_run_it_says_who_was_right(lesson: Lesson) -> None:
    measured = evidence_of(lesson.name).measured
    truth = lesson.truth(measured)
    wrong = next(one.key for one in lesson.answers if one.key != truth)
    assert "✓ As you predicted" in well_formed(revealed(lesson, truth, measured, measured, 64, ""))
    html = well_formed(revealed(lesson, wrong, measured, measured, 64, ""))
    assert "✗ Not as you predicted" in html
    assert escape(answer_text(lesson, truth)) in html
    assert escape(answer_text(lesson, wrong)) in html
    assert "predicted" not in revealed(lesson, "", measured, measured, 64, "")


def test_every_claim_stands_in_the_table_with_its_seeds(lesson: Lesson) -> None:
    measured = evidence_of(lesson.name).measured
    html = well_formed(verdicts(lesson, measured, measured, 64, "", Terms()))
    assert all(escape(claim.sentence) in undotted(html) for claim in lesson.claims)
    assert html.count(" of 64</td>") == 2 * len(lesson.claims)
    assert escape(lesson.why_not) not in html


def test_every_claim_that_a_change_turns_is_named_with_why_that_may_be() -> None:
    lesson, evidence = lesson_of("faster"), evidence_of("faster").measured
    turned = {label: evidence[other] for label, other in zip(evidence, reversed(list(evidence)), strict=True)}
    html = verdicts(lesson, turned, evidence, 64, "learning rate 0.1", Terms())
    assert escape(lesson.why_not) in html
    said = html.partition('class="turned"')[2].partition("</div>")[0]
    assert "BN reaches 60 % in fewer epochs: does not hold (as given: mixed)." in said
    assert "The training loss rises in fewer epochs with BN: holds (as given: does not hold)." in said
    assert 'class="turned"' not in verdicts(lesson, turned, evidence, 64, "", Terms())


def test_a_claim_that_is_not_the_first_is_named_alone() -> None:
    lesson, evidence = lesson_of("sorted_batches"), evidence_of("sorted_batches").measured
    mixed, harmed = "layer norm, mixed", "layer norm, sorted"
    worse = evidence[mixed].numbers["accuracy"] - 0.3
    turned = {**evidence, harmed: Measure({**evidence[harmed].numbers, "accuracy": worse})}
    said = verdicts(lesson, turned, evidence, 64, "batch size 256", Terms()).partition('class="turned"')[2].partition("</ul>")[0]
    assert said.count("<li>") == 1
    assert escape(lesson.claims[1].sentence) in said


def test_a_run_brings_all_steps_to_the_page(lesson: Lesson) -> None:
    assert steps(lesson, "a", ran=False).count("done") == 2
    strip = steps(lesson, "a", ran=True)
    assert strip.count("stage done") == 6
    assert 'class="stage on" aria-current="step">See<' in strip


def test_first_crossing_and_sustained_are_told_in_epochs_updates_and_seconds() -> None:
    lesson, measured = lesson_of("faster"), evidence_of("faster").measured
    html = well_formed(revealed(lesson, "", measured, measured, 64, ""))
    visible = html.partition("<details")[0].replace("\u00a0", " ")
    for name in ("epochs", "updates", "seconds"):
        assert f"{name} to 60 %" in visible
        assert f"{name} to 60 %, held for 5 epochs" in visible
    assert ">20 <span" in visible
    assert "<table" not in revealed(lesson_of("depth"), "", *[evidence_of("depth").measured] * 2, 64, "")


def test_slides_worksheet_and_the_rest_are_whole(lesson: Lesson) -> None:
    well_formed(looked(lesson, Terms()) + explained(lesson, Terms()))
    assert f'data-store="{lesson.name}"' in well_formed(remembered(lesson, "faster"))
    slides = [well_formed(slide(lesson, i)) for i in range(1, slide_count(lesson) + 1)]
    assert len(set(slides)) == len(slides) == 6
    assert slide(lesson, 99) == slides[-1]
    paper = well_formed(worksheet(lesson))
    assert escape(lesson.question) in paper
    assert escape(lesson.remember) not in paper


def test_cards_and_tracks_open_every_lesson() -> None:
    html = well_formed(cards())
    assert all(f'data-act="open:{name}"' in html for name in NAMES)
    assert html.count('class="thumb"') == len(NAMES)
    well_formed(tracks())


def test_a_card_shows_all_that_its_lesson_answers() -> None:
    shown = dict(zip(NAMES, cards().split('class="card"')[1:], strict=True))
    assert re.findall(r'class="badge">([^<]*)<', shown["batch_size"]) == ["Misconception 3", "Thought question 1"]
    assert re.findall(r'class="badge">([^<]*)<', shown["dropout"]) == ["Misconception 2", "Thought question 2"]
    assert "badge" not in shown["faster"]


@pytest.mark.parametrize("dark", [False, True])
def test_every_picture_can_be_drawn(lesson: Lesson, dark: bool) -> None:
    evidence = evidence_of(lesson.name)
    for picture in lesson.pictures:
        figure = lesson_figure(lesson, picture, evidence.measured, evidence.bands, dark=dark)
        assert isinstance(figure, go.Figure)
        assert len(figure.data) >= 1
        assert all(any(y is not None for y in trace.y) for trace in figure.data)
