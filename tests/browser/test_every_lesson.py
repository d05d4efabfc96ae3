"""Every lesson, from its first page to its last, on a desktop and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.lessons.catalogue import NAMES, lesson_of
from tests.browser.conftest import NewPage
from tests.browser.lesson_page import LessonPage

pytestmark = pytest.mark.evidence

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_taken_from_first_to_last(new_page: NewPage, name: str, size: str) -> None:
    lesson = lesson_of(name)
    lessons = LessonPage(new_page(*SIZES[size]), f"?lesson={name}")
    expect(lessons.page.get_by_text(lesson.question)).to_be_visible()
    for answer in lesson.answers:
        lessons.predict(answer.key)
    lessons.run()
    expect(lessons.part("reveal")).to_contain_text("redicted")
    expect(lessons.page.locator(".js-plotly-plot")).to_have_count(len(lesson.pictures))
    expect(lessons.part("verdicts").locator("table").first.locator("tbody tr")).to_have_count(len(lesson.claims))
    expect(lessons.part("remember")).to_contain_text(lesson.remember)
    assert lessons.overflow() <= 0
    lessons.act("again").click()
    expect(lessons.act("run")).to_be_disabled()
