"""Lessons as a student takes them, and as a teacher shows them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lesson_page import LessonPage


def test_a_lesson_from_its_card_to_the_next_one(page: Page) -> None:
    lessons = LessonPage(page)
    expect(page.locator(".card")).to_have_count(21)
    lessons.part("cards").locator("[data-act='open:faster']").click()
    expect(lessons.act("run")).to_be_disabled()
    assert "predicted" not in page.content()
    lessons.predict("same")
    lessons.predict("much")
    lessons.run()
    expect(lessons.part("reveal")).to_contain_text("predicted: ")
    expect(lessons.part("verdicts")).to_contain_text(re.compile(r"your run \(32 seeds\).*evidence \(64 seeds, 500 to 563\)"))
    lessons.part("verdicts").locator("summary", has_text="The numbers of every case").press("Enter")
    expect(lessons.part("verdicts").locator("tbody tr")).to_have_count(4)
    address = page.url
    assert "lesson=faster" in address
    lessons.part("remember").locator("[data-act='open:learning_rate']").click()
    expect(page.locator("h2")).to_contain_text("learning rate", ignore_case=True)
    lessons.act("all").click()
    expect(page.locator(".card.is-done")).to_have_count(1)
    page.goto(address)
    lessons.settle()
    expect(lessons.act("answer:much")).to_have_attribute("aria-pressed", "true")


PLACES = """() => {
  const seen = new Set(), main = document.querySelector('[data-testid=stMain]');
  const look = () => {
    for (const each of document.querySelectorAll('.st-key-lesson_knobs > div')) {
      const { left, top } = each.getBoundingClientRect();
      seen.add([each.textContent.slice(0, 5), Math.round(left), Math.round(top + main.scrollTop)].join());
    }
    requestAnimationFrame(look);
  };
  look();
  window.places = () => [...seen];
}"""


def test_a_change_is_run_named_and_taken_back(page: Page) -> None:
    lessons = LessonPage(page, "?lesson=faster&answer=much&run=true")
    lessons.settle()
    page.evaluate(PLACES)
    page.get_by_role("combobox", name="Activation").click()
    page.get_by_role("option", name="tanh").click()
    expect(lessons.part("reveal")).to_contain_text("With your change: activation tanh.", timeout=60_000)
    assert "set=activation%3Atanh" in page.url
    lessons.settle()
    page.get_by_role("combobox", name="Activation").click()
    page.get_by_role("option", name="as in the lesson").click()
    expect(lessons.part("reveal")).not_to_contain_text("With your change", timeout=60_000)
    lessons.settle()
    first = lessons.part("verdicts").inner_text()
    page.get_by_role("button", name="Other seeds").click()
    expect(page).to_have_url(re.compile("first=132"))
    lessons.settle()
    expect(lessons.part("verdicts")).not_to_have_text(first, use_inner_text=True, timeout=60_000)
    lessons.settle()
    assert len(page.evaluate("window.places()")) == 4  # what is pressed next never moves away


def test_the_playground_opens_on_what_was_run_with_its_controls_marked_and_in_sight(page: Page) -> None:
    lessons = LessonPage(page, "?lesson=faster&answer=much&run=true&first=132&set=activation%3Atanh")
    lessons.settle()
    page.get_by_role("link", name="Open this experiment in the Playground").click()
    expect(page.get_by_text("From the lesson")).to_be_visible(timeout=60_000)
    for part in ("seed=132", "seeds=32", "activation=tanh"):
        expect(page).to_have_url(re.compile(rf"[?&]{part}(&|$)"))
    activation = page.locator("[data-testid=stSidebar] .st-key-activation")
    expect(activation).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_text("Network", exact=True).click()
    expect(activation).to_have_count(0)
    page.get_by_role("button", name="New seed").click()
    expect(page).not_to_have_url(re.compile("seed=132"))
    expect(activation).to_have_count(0)  # folded again, it stays so
    marked = "getComputedStyle(document.querySelector('[data-testid=stSidebar] .st-key-%s')).borderLeftWidth"
    assert page.evaluate(marked % "learning_rate") == "3px"
    assert page.evaluate(marked % "bn_momentum") == "0px"


def test_slides_are_stepped_with_the_arrow_keys(page: Page) -> None:
    lessons = LessonPage(page, "?lesson=faster&view=slides")
    status = lessons.part("slide").get_by_role("status")
    expect(status).to_contain_text("1 of 6")
    page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("2 of 6")
    page.keyboard.press("PageDown")
    expect(status).to_contain_text("3 of 6")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
    page.keyboard.press("ArrowLeft")
    expect(status).to_contain_text("2 of 6")
    page.keyboard.press("Escape")
    expect(lessons.part("prediction")).to_be_visible()


def test_the_worksheet_prints_without_the_page_around_it(page: Page) -> None:
    lessons = LessonPage(page, "?lesson=faster&view=worksheet")
    expect(page.locator(".paper section")).to_have_count(7)
    page.emulate_media(media="print")
    expect(page.locator(".unprinted")).to_be_hidden()
    expect(page.locator("[data-testid=stHeader]")).to_be_hidden()
    expect(lessons.part("worksheet")).to_be_visible()


def test_a_run_can_be_stopped(page: Page) -> None:
    lessons = LessonPage(page, "?lesson=faster&answer=much&first=7000")
    lessons.act("run").click()
    page.get_by_role("button", name="Stop", exact=True).last.click()
    expect(lessons.act("run")).to_be_enabled(timeout=30_000)
    assert "run=true" not in page.url


def test_on_a_phone_nothing_is_wider_than_the_screen(new_page: NewPage) -> None:
    page = new_page(390, 844)
    lessons = LessonPage(page)
    assert lessons.overflow() <= 0
    LessonPage(page, "?lesson=faster&answer=much&run=true").settle()
    assert lessons.overflow() <= 0


def test_a_word_of_the_glossary_is_explained_within_the_screen(new_page: NewPage) -> None:
    page = new_page(390, 844)
    lessons = LessonPage(page, "?lesson=faster&answer=much&run=true")
    lessons.settle()
    words = lessons.part("explained").locator(".term")
    assert words.count() >= 3
    for word in words.all():
        word.click()
        expect(word).to_have_attribute("aria-expanded", "true")
        assert word.evaluate("e => getComputedStyle(e, '::after').display") == "block"
        assert lessons.overflow() <= 0
        page.keyboard.press("Escape")
