"""Presentation: large, alone, without scrolling, led by a clicker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

SIZES = [(1280, 720), (1920, 1080)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_everything_is_on_the_screen_and_large(new_page: NewPage, width: int, height: int) -> None:
    page = new_page(width, height)
    lab = Lab(page, "/?present=true")
    for side in ("Curves", "Histograms", "Statistics"):
        page.get_by_role("button", name=side, exact=True).click()
        room = "main => main.scrollHeight <= main.clientHeight && main.scrollWidth <= main.clientWidth"
        assert page.get_by_test_id("stMain").evaluate(room)
        boxes = [box for item in lab.player.locator("canvas, h2, p.sentence, .timeline").all() if (box := item.bounding_box())]
        assert len(boxes) > 5
        assert max(box["y"] + box["height"] for box in boxes) <= height
        assert max(box["x"] + box["width"] for box in boxes) <= width
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_role("link", name="Lessons")).to_be_hidden()
    letters = lab.player.locator(".node").first.evaluate("node => node.getBoundingClientRect().height / node.offsetHeight * 12.5")
    assert letters / height > 0.02


def test_a_clicker_steps_through_the_stops(new_page: NewPage) -> None:
    page = new_page(1280, 720)
    lab = Lab(page, "/?present=true&v.at=0")
    expect(lab.player).to_have_attribute("data-frame", "0")
    seen = [0]
    for _ in range(3):
        page.keyboard.press("PageDown")
        page.keyboard.press(".")
        page.keyboard.press("b")
        seen.append(lab.frame)
    assert seen == sorted(set(seen))
    assert seen[-1] == lab.last
    page.keyboard.press("PageDown")
    assert lab.frame == lab.last
    page.keyboard.press("PageUp")
    assert lab.frame == seen[-2]
    page.keyboard.press("ArrowLeft")
    assert lab.frame == seen[-2] - 1
    assert "present=true" in page.url


def test_the_button_begins_and_escape_ends_it(page: Page) -> None:
    lab = Lab(page, "/?seed=3")
    lab.go(4)
    expect(lab.control("Learning rate")).to_be_visible()
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page).to_have_url(re.compile(r"seed=3&present=true"))
    expect(lab.control("Learning rate")).to_have_count(0)
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(lab.player).to_have_attribute("data-frame", "4")
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("present"))
    expect(lab.control("Learning rate")).to_be_visible()
    expect(lab.player).to_have_attribute("data-frame", "4")
    page.go_back()
    expect(page.get_by_role("button", name="Leave the presentation")).to_be_visible()
    page.get_by_role("button", name="Leave the presentation").click()
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()


def test_a_click_in_an_enlarged_picture_finds_its_place(new_page: NewPage) -> None:
    page = new_page(1280, 720)
    lab = Lab(page, "/?present=true")
    assert lab.frame == lab.last
    curve = page.get_by_role("region", name="Test accuracy").locator("canvas")
    box = curve.bounding_box()
    assert box is not None
    zoom = float(lab.player.evaluate("player => getComputedStyle(player).getPropertyValue('--zoom')"))
    page.mouse.click(box["x"] + 42 * zoom - 2, box["y"] + box["height"] / 2)
    expect(lab.player).to_have_attribute("data-frame", "0")


def test_the_slides_of_a_lesson_obey_a_clicker(new_page: NewPage) -> None:
    page = new_page(1280, 720)
    page.goto("/lessons?lesson=faster&view=slides")
    expect(page.get_by_text("1 of 6.")).to_be_visible(timeout=30_000)
    for number in (2, 3, 4):
        page.keyboard.press("PageDown")
        expect(page.get_by_text(f"{number} of 6.")).to_be_visible()
    page.keyboard.press(".")
    page.keyboard.press("b")
    page.keyboard.press("PageUp")
    expect(page.get_by_text("3 of 6.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Slides")).to_have_count(0)
    expect(page.get_by_text("of 6.")).to_have_count(0)
