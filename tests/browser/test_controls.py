"""Each control that the lab is about retrains the twins, changes every picture, and keeps the focus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

PARTS = {"Decision surfaces", "Test accuracy", "Loss", "Histograms", "Statistics"}


@pytest.mark.parametrize("label", ["Learning rate", "Batch size", "BN momentum", "Initial gamma", "Initial beta"])
def test_a_slider_retrains_and_redraws_everything_it_moves(page: Page, label: str) -> None:
    lab = Lab(page)
    run, before = lab.run, lab.pictures()
    slider = lab.control(label)
    slider.focus()
    lab.change(lambda: page.keyboard.press("ArrowLeft"))
    after = lab.pictures()
    same = {name for name in PARTS if before[name] == after[name]}
    # with another momentum the training-mode pictures are the very same: only inference sees the running statistics
    assert same == ({"Histograms", "Statistics"} if label == "BN momentum" else set())
    expect(slider).to_be_focused()
    slider.press("ArrowRight")
    expect(lab.player).to_have_attribute("data-run", run)


def test_momentum_moves_the_running_statistics(page: Page) -> None:
    lab = Lab(page)
    page.get_by_role("group", name="Statistics", exact=True).get_by_role("button", name="running").click()
    before = lab.pictures()
    lab.control("BN momentum").focus()
    lab.change(lambda: page.keyboard.press("End"))
    assert lab.pictures()["Statistics"] != before["Statistics"]
    lab.page.get_by_role("group", name="Signal").get_by_role("button", name="z", exact=True).wait_for()


def test_placement_retrains_and_keeps_the_focus(page: Page) -> None:
    lab = Lab(page)
    before = lab.pictures()
    after = page.get_by_test_id("stSidebar").get_by_role("radio", name="after")
    lab.change(after.click)
    expect(after).to_be_checked()
    assert after.evaluate("radio => radio === document.activeElement || document.activeElement.contains(radio)")
    changed = lab.pictures()
    assert {name for name in PARTS if before[name] == changed[name]} == set()
    expect(page.get_by_role("group", name="Signal").get_by_role("button", name="â")).to_be_visible()


def test_the_slider_that_moves_sends_the_twin_back_from_memory(page: Page) -> None:
    """Without BN nothing changes when BN's momentum does: its curve stays the same to the last pixel."""
    lab = Lab(page)
    figure = page.get_by_role("figure").nth(1)
    before = figure.locator("canvas").first.evaluate("c => c.toDataURL()")
    lab.control("BN momentum").focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    assert figure.locator("canvas").first.evaluate("c => c.toDataURL()") == before


def test_a_click_in_the_diagram_switches_a_layer(page: Page) -> None:
    lab = Lab(page)
    first = page.get_by_role("button", name="Batch normalization of layer 1")
    expect(first).to_have_attribute("aria-pressed", "true")
    lab.change(first.click)
    expect(first).to_have_attribute("aria-pressed", "false")
    assert "norm_layers=2" in page.url
    lab.change(first.click)
    expect(first).to_have_attribute("aria-pressed", "true")
    assert "norm_layers" not in page.url


def test_a_second_click_in_the_diagram_takes_back_the_first(page: Page) -> None:
    lab = Lab(page)
    first = page.get_by_role("button", name="Batch normalization of layer 1")
    for _ in range(2):
        first.evaluate("pill => { pill.click(); pill.click(); }")
        expect(first).not_to_have_attribute("aria-busy", "true", timeout=30_000)
        lab.settle()
        expect(first).to_have_attribute("aria-pressed", "true")
        expect(page).not_to_have_url(re.compile("norm_layers"))
    first.evaluate("pill => { pill.click(); pill.click(); pill.click(); }")
    expect(first).to_have_attribute("aria-pressed", "false", timeout=30_000)
    expect(page).to_have_url(re.compile("norm_layers=2"))
    lab.settle()
    first.evaluate("pill => pill.click()")
    page.get_by_role("navigation", name="Network").get_by_role("button", name="Dense 16").nth(1).click()  # draws the pills anew
    first.evaluate("pill => pill.click()")
    expect(first).not_to_have_attribute("aria-busy", "true", timeout=30_000)
    lab.settle()
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile("norm_layers=2"))


def test_a_click_in_the_diagram_that_would_change_nothing_is_not_offered(page: Page) -> None:
    Lab(page, "/?norm=none&arm=BN:norm=batch&arm=LN:norm=layer")
    first = page.get_by_role("button", name="Batch normalization of layer 1")
    expect(first).to_be_disabled()
    expect(first).to_have_attribute("title", re.compile("of its own"))


def test_a_control_without_effect_is_disabled(page: Page) -> None:
    lab = Lab(page, "/?norm=none")
    expect(lab.control("BN momentum")).to_be_disabled()
    expect(lab.control("Learning rate")).to_be_enabled()
    expect(page.get_by_role("heading", level=2)).to_contain_text("The twins are the same network now")


def test_quick_changes_end_at_the_last_one(page: Page, new_page: NewPage) -> None:
    lab = Lab(page)
    slider = lab.control("Learning rate")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    expect(slider).to_have_value("20")
    expect(page).to_have_url(re.compile(rf"learning_rate={slider.get_attribute('aria-valuetext')}(\.0)?$"), timeout=20_000)
    other = Lab(new_page(), page.url)
    expect(lab.player).to_have_attribute("data-run", other.run, timeout=20_000)
    expect(slider).to_have_value("20")
