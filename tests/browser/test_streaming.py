"""A run longer than a second or two is shown while it grows."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Route, expect

from tests.browser.lab import Lab

LONG = "/?seeds=128&epochs=150"


def test_a_long_run_can_be_seen_before_it_ends(page: Page) -> None:
    Lab(page, f"{LONG}&seed=41", settle=False)
    growing = page.locator("[data-frames][data-complete=false]")
    expect(growing).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", level=2)).to_contain_text("So far, epoch")
    growing.press("Home")
    expect(growing).to_have_attribute("data-frame", "0")
    seen = int(growing.get_attribute("data-frames") or 0)
    whole = page.locator("[data-frames][data-complete=true]")
    expect(whole).to_be_visible(timeout=60_000)
    assert int(whole.get_attribute("data-frames") or 0) > seen
    expect(whole).to_have_attribute("data-frame", "0")  # growing moves nobody
    expect(page.get_by_role("heading", level=2)).not_to_contain_text("So far")


def test_data_that_come_while_modules_load_slowly_end_with_the_newest(page: Page) -> None:
    def slowly(route: Route) -> None:
        time.sleep(4)
        route.continue_()

    page.route("**/app/live/*.js", slowly)
    Lab(page, "/?seeds=96&epochs=100&seed=42", settle=False)
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=60_000)


def test_a_change_in_the_middle_of_a_long_run_ends_it(page: Page) -> None:
    lab = Lab(page, "/?seeds=128&epochs=1500&seed=43", settle=False)
    expect(page.locator("[data-frames][data-complete=false]")).to_be_visible(timeout=20_000)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Reset", exact=True).click()
    lab.settle()
    expect(page.get_by_role("heading", level=2)).to_contain_text("median of 8 seeds")
