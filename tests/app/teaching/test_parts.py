"""The HTML of every lesson: well formed, complete, and nothing given away before it is run."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest

from app.figures.lesson import lesson_figure
from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.evidence import evidence_of
from app.lessons.model import Lesson
from app.teaching.cards import cards, tracks
from app.teaching.parts import explained, prediction, remembered, revealed, steps, verdicts
from app.teaching.slides import slide, slide_count
from app.teaching.texts import answer_text
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


@pytest.fixture(params=NAMES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return lesson_of(request.param)


def test_before_the_run_the_page_asks_and_gives_nothing_away(lesson: Lesson) -> None:
    html = well_formed(steps(lesson, "", ran=False) + prediction(lesson, "", ran=False))
    assert escape(lesson.question) in html
    assert all(f'data-act="answer:{one.key}"' in html for one in lesson.answers)
    assert 'data-act="run" disabled' in html
    assert escape(lesson.remember) not in html
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
    html = well_formed(verdicts(lesson, measured, measured, 64, ""))
    assert all(escape(claim.sentence) in html for claim in lesson.claims)
    assert html.count(" of 64</td>") == 2 * len(lesson.claims)
    assert escape(lesson.why_not) not in html


def test_where_a_change_turns_the_verdict_it_says_why_that_may_be() -> None:
    lesson, evidence = lesson_of("faster"), evidence_of("faster").measured
    turned = {label: evidence[other] for label, other in zip(evidence, reversed(list(evidence)), strict=True)}
    assert escape(lesson.why_not) in verdicts(lesson, turned, evidence, 64, "learning rate 0.1")
    assert escape(lesson.why_not) not in verdicts(lesson, turned, evidence, 64, "")


def test_slides_worksheet_and_the_rest_are_whole(lesson: Lesson) -> None:
    well_formed(explained(lesson))
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


@pytest.mark.parametrize("dark", [False, True])
def test_every_picture_can_be_drawn(lesson: Lesson, dark: bool) -> None:
    evidence = evidence_of(lesson.name)
    for picture in lesson.pictures:
        figure = lesson_figure(lesson, picture, evidence.measured, evidence.bands, dark=dark)
        assert isinstance(figure, go.Figure)
        assert len(figure.data) >= 1
        assert all(any(y is not None for y in trace.y) for trace in figure.data)
