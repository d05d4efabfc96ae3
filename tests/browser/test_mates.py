"""One point among random batch mates: pinned by pointer, keyboard, touch or address."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

PINNED = "/?v.at=10&v.pin=0.5,0.4"


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Batch mates")


def strip(page: Page) -> Locator:
    return panel(page).get_by_role("img")


def answered(page: Page) -> str:
    expect(strip(page)).to_have_accessible_name(re.compile(r"with BN: \d+ % class 1 in inference, mates: logit"), timeout=10_000)
    return strip(page).get_attribute("aria-label") or ""


def test_a_click_into_a_picture_pins_and_others_are_drawn(page: Page) -> None:
    lab = Lab(page)
    lab.go(12)
    before = lab.pictures()
    lab.player.get_by_role("figure").nth(1).locator("canvas").click(position={"x": 200, "y": 90})
    first = answered(page)
    sentence = lab.player.locator(".sentence")
    expect(sentence).to_contain_text(re.compile(r"and over 200 random batches of 32 its logit is .* and its class flips in \d+ %"))
    expect(sentence).to_contain_text("whoever shares the batch (nothing is normalised)")
    expect(lab.player.get_by_role("region", name="Histograms")).to_be_hidden()
    page.get_by_role("button", name="other mates").click()
    expect(strip(page)).not_to_have_accessible_name(first, timeout=10_000)
    answered(page)
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    after = lab.pictures()
    assert before == after


def test_the_pin_is_moved_with_the_keyboard(page: Page) -> None:
    lab = Lab(page)
    lab.go(12)
    pin = page.get_by_role("button", name="Pin a point")
    pin.focus()
    page.keyboard.press("Enter")
    across = panel(page).get_by_role("slider", name="x1 of the pinned point")
    expect(across).to_be_focused()
    first = answered(page)
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(strip(page)).not_to_have_accessible_name(first, timeout=10_000)
    expect(across).to_be_focused()
    assert lab.frame == 12
    page.keyboard.press("Escape")
    expect(pin).to_be_focused()


def test_a_pinned_point_is_in_the_link_and_follows_the_moment(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    lab = Lab(page, PINNED)
    first = answered(page)
    lab.player.press("ArrowRight")
    expect(strip(page)).not_to_have_accessible_name(first, timeout=10_000)
    lab.player.press("ArrowLeft")
    expect(strip(page)).to_have_accessible_name(first, timeout=10_000)
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('v.pin=0.5')")
    Lab(page, page.evaluate("navigator.clipboard.readText()"))
    expect(strip(page)).to_have_accessible_name(first, timeout=10_000)


def test_the_probe_and_the_pin_give_way_to_each_other(page: Page) -> None:
    lab = Lab(page, PINNED)
    answered(page)
    page.get_by_role("button", name="Probe").click()
    expect(panel(page)).to_be_hidden()
    lab.player.get_by_role("figure").first.locator("canvas").click(position={"x": 150, "y": 100})
    expect(panel(page)).to_be_visible()
    expect(page.get_by_role("group", name="Probe")).to_be_hidden()


def test_on_a_phone_a_tap_pins(new_page: NewPage) -> None:
    page = new_page(390, 844, has_touch=True)
    lab = Lab(page)
    lab.player.get_by_role("figure").first.locator("canvas").tap(position={"x": 110, "y": 60})
    answered(page)
    box = strip(page).bounding_box()
    assert box is not None
    assert box["height"] > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
