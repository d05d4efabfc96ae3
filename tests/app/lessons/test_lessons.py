"""What must be true of every lesson, whatever it is about."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from app.lessons.catalogue import NAMES, TRACKS, lesson_of
from app.lessons.evidence import SEEDS, evidence_of, findings, path_of, read, written
from app.lessons.model import Lesson
from app.lessons.record import disagreements
from app.lessons.running import configs_of, run_lesson
from app.lessons.table import lessons_table
from bncore.config import SPECS
from bncore.cost import check_budget, estimate

ROOT = Path(__file__).parents[3]
FIELDS = ("title", "idea", "question", "look", "explanation", "why_not", "remember", "follow_up")
PRECISE = re.compile(r"\d\.\d{2,}")
"""What looks measured, unless it is a setting."""

SWEPT = ("learning_rate", "init_scale", "hidden", "batch_size", "bn_momentum", "dropout")
"""A lesson that tries more than two values of one of these is a sweep."""

WORKERS = 2
"""Of the machine for which a lesson's seeds are chosen."""


@pytest.fixture(params=NAMES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return lesson_of(request.param)


def test_texts_are_sentences_without_html_or_numbers_that_were_measured(lesson: Lesson) -> None:
    assert lesson.name in NAMES
    settings = {v for case in lesson.cases for v in asdict(case.config).values() if isinstance(v, float)}
    for name in FIELDS:
        text = getattr(lesson, name)
        assert text == text.strip()
        assert len(text) > 5, name
        assert "<" not in text.replace("< ", ""), name
        assert name == "follow_up" or {float(found) for found in PRECISE.findall(text)} <= settings, name
    assert lesson.question.endswith("?")
    assert 3 <= lesson.minutes <= 15


def test_answers_can_be_told_apart(lesson: Lesson) -> None:
    keys, texts = [one.key for one in lesson.answers], [one.text for one in lesson.answers]
    assert 3 <= len(set(keys)) == len(keys) <= 4
    assert len(set(texts)) == len(texts)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]{1,20}", key) for key in keys)


def test_cases_pictures_and_knobs_name_what_there_is(lesson: Lesson) -> None:
    labels = [case.label for case in lesson.cases]
    assert len(set(labels)) == len(labels) >= 2
    for picture in lesson.pictures:
        assert picture.quantity in lesson.quantities
        assert set(picture.cases) <= set(labels)
    assert 1 <= len(lesson.pictures) <= 3
    assert 2 <= len(lesson.knobs) <= 4
    assert {SPECS[name].kind for name in lesson.knobs} <= {"choice", "int", "float", "sizes"}
    for name in lesson.knobs:
        assert len({getattr(case.config, name) for case in lesson.cases}) == 1, f"{name} is what the cases differ in"
    assert lesson.sources
    assert all(re.fullmatch(r"\d{4}\.\d{4,5}", source.arxiv) for source in lesson.sources)


def test_it_can_be_paid_for_on_the_page_and_in_the_playground(lesson: Lesson) -> None:
    for config in configs_of(lesson, {}):
        check_budget(config.replace(seeds=lesson.seeds))
    check_budget(lesson.experiment)


def test_the_evidence_is_of_its_cases_and_gives_the_verdict_that_is_stated(lesson: Lesson) -> None:
    evidence = evidence_of(lesson.name)
    assert list(evidence.measured) == [case.label for case in lesson.cases]
    assert {len(v) for measure in evidence.measured.values() for v in measure.numbers.values()} == {SEEDS}
    found = findings(lesson, evidence.measured)
    assert [one.verdict for one in found] == [claim.expected for claim in lesson.claims]
    assert lesson.truth(evidence.measured) in {one.key for one in lesson.answers}


def test_what_is_measured_on_a_seed_is_named_and_a_number_each(lesson: Lesson) -> None:
    measured = run_lesson(lesson, first=7, seeds=1)
    names = {name for measure in measured.values() for name in (*measure.numbers, *measure.curves)}
    assert names <= set(lesson.quantities)
    assert {v.shape for measure in measured.values() for v in measure.numbers.values()} == {(1,)}
    for measure in measured.values():
        for curve in measure.curves.values():
            assert curve.y.shape == (1, len(curve.x))
    assert all(np.asarray(claim.effect(measured)).shape == (1,) for claim in lesson.claims)
    assert lesson.truth(measured) in {one.key for one in lesson.answers}


def test_files_give_back_what_was_measured(lesson: Lesson) -> None:
    text = path_of(lesson.name).read_text(encoding="utf-8")
    first = next(iter(read(text).measured.values()))
    assert read(written({"a": first})).measured["a"].numbers.keys() == first.numbers.keys()
    for name, values in first.numbers.items():
        np.testing.assert_array_equal(read(written({"a": first})).measured["a"].numbers[name], values)


def test_the_table_in_the_docs_is_that_of_the_evidence() -> None:
    assert (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8") == lessons_table()


def test_tracks_lead_through_lessons() -> None:
    assert len(TRACKS) == 3
    assert all(set(track.names) <= set(NAMES) and len(set(track.names)) == len(track.names) >= 3 for track in TRACKS)
    for track in TRACKS:
        minutes = re.match(r"(\d+) minutes", track.title)
        assert minutes is None or sum(lesson_of(name).minutes for name in track.names) <= int(minutes[1])
    assert TRACKS[0].title.startswith("20 minutes")


def test_a_run_on_the_page_is_short(lesson: Lesson) -> None:
    cases = [case.config for case in lesson.cases]
    tried = {name: {getattr(config, name) for config in cases} for name in SWEPT}
    sweep = any(len(values) > 2 for values in tried.values())
    seconds = sum(estimate(config.replace(seeds=lesson.seeds)).seconds for config in cases) / WORKERS
    assert seconds < (10 if sweep else 3)


def test_evidence_that_is_stale_is_told() -> None:
    lesson = lesson_of("faster")
    evidence = evidence_of("faster").measured
    assert not disagreements(lesson, findings(lesson, evidence), findings(lesson, evidence))
    turned = {label: evidence[other] for label, other in zip(evidence, reversed(list(evidence)), strict=True)}
    assert disagreements(lesson, findings(lesson, evidence), findings(lesson, turned))
