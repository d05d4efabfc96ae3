from __future__ import annotations

import pytest

from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.evidence import evidence_of
from app.teaching.numbers import middle
from app.teaching.spoken import spoken
from app.teaching.texts import value_text


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_of_a_lesson_says_the_medians_that_it_draws(name: str) -> None:
    lesson, evidence = lesson_of(name), evidence_of(name)
    for picture in lesson.pictures:
        said = spoken(lesson, picture, evidence.measured, evidence.bands)
        assert said.startswith(f"{picture.title}. ")
        quantity = lesson.quantities[picture.quantity]
        for case in picture.chosen(lesson.cases):
            if picture.kind == "curves":
                band = evidence.bands[case.label].get(picture.quantity)
                numbers = [value_text(float(band.middle[i]), quantity) for i in (0, -1)] if band else []
                named = case.label if band else picture.title
            else:
                numbers = [middle(evidence.measured, case.label, picture.quantity, quantity)]
                named = case.series if picture.kind == "sweep" else case.label
            assert named in said
            assert all(number in said.partition(named)[2] for number in numbers), (case.label, numbers)


def test_pairs_say_who_is_lower_in_how_many_seeds() -> None:
    lesson, evidence = lesson_of("faster"), evidence_of("faster")
    said = spoken(lesson, lesson.pictures[0], evidence.measured, evidence.bands)
    assert said.endswith("with BN has the smaller number in 51 of 64 seeds.")
