"""What is compared can be chosen: another normaliser, or one setting of the second arm."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

pytestmark = pytest.mark.evidence

NAMED = ["Learning rate", "Batch size", "BN momentum", "Initial gamma", "Initial beta"]
LAYER = "/?norm=layer&seeds=3&epochs=12"


def choose(page: Page, chooser: str, words: str) -> None:
    """Choose with the keyboard."""
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name=chooser)
    box.focus()
    box.press("ArrowDown")
    box.fill(words)
    box.press("Enter")


def captions(lab: Lab) -> Locator:
    return lab.player.locator("figcaption .whole")


def test_another_normaliser_is_chosen_told_and_kept_in_the_address(page: Page) -> None:
    lab = Lab(page)
    lab.change(lambda: choose(page, "Compare with", "layer normalization"))
    expect(captions(lab)).to_have_text(["with BN", "with layer norm"])
    expect(page.get_by_role("heading", level=2)).to_contain_text("with layer norm")
    page.wait_for_url("**arm=with**layer**")
    run = lab.run
    again = Lab(page, page.url)
    assert again.run == run
    expect(page.get_by_test_id("stSidebar").get_by_role("combobox", name="Compare with")).to_have_value("layer normalization")
    again.change(lambda: choose(page, "Compare with", "no normalization"))
    expect(captions(again)).to_have_text(["with BN", "without"])
    expect(page).not_to_have_url("arm=")


def test_one_setting_is_changed_in_the_second_arm_alone(page: Page) -> None:
    lab = Lab(page)
    lab.change(lambda: choose(page, "Compare with", "one setting changed"))
    expect(captions(lab)).to_have_text(["learning rate 0.03", "learning rate 0.1"])
    slider = lab.control("Learning rate of the second arm")
    slider.focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    expect(slider).to_be_focused()
    expect(captions(lab)).to_have_text(["learning rate 0.03", "learning rate 0.2"])
    lab.change(lambda: choose(page, "Setting that differs", "BN placement"))
    expect(captions(lab)).to_have_text(["BN placement before", "BN placement after"])
    page.wait_for_url("**placement*")
    run = lab.run
    assert Lab(page, page.url).run == run


def test_the_named_controls_stay_in_sight_beside_the_second_arms(new_page: NewPage) -> None:
    lab = Lab(new_page(), "/?arm=learning%20rate%200.03:&arm=learning%20rate%200.1:learning_rate%3D0.1")
    sidebar = lab.page.get_by_test_id("stSidebar")
    for label in NAMED:
        expect(sidebar.get_by_role("group", name=label, exact=label == NAMED[0]).last).to_be_in_viewport(ratio=1)
    expect(sidebar.get_by_role("radio", name="after")).to_be_in_viewport(ratio=1)


def test_arms_of_a_link_are_called_ones_own(page: Page) -> None:
    lab = Lab(page, "/?seeds=2&epochs=5&arm=narrow:hidden%3D3&arm=wide:")
    expect(page.get_by_role("combobox", name="Compare with")).to_have_value("your own arms")
    expect(captions(lab)).to_have_text(["narrow", "wide"])


@pytest.mark.parametrize("width", [1440, 390])
def test_a_network_with_layer_normalization_is_called_so_in_every_panel(new_page: NewPage, width: int) -> None:
    page = new_page(width, 844)
    lab = Lab(page, LAYER)
    expect(captions(lab)).to_have_text(["with layer norm", "without"])
    expect(page.get_by_role("heading", level=2)).not_to_contain_text("BN")
    expect(page.get_by_role("group", name="Statistics to normalise by")).to_be_hidden()
    expect(lab.player.get_by_role("navigation", name="Network")).to_contain_text("LN")
    expect(lab.player.locator(".lens .quiet")).to_have_text("no statistics to choose: layer normalization keeps none")
    stats = lab.player.get_by_role("region", name="Statistics")
    tabs = page.get_by_role("group", name="Statistics", exact=True)
    for tab in ("running", "gradients", "γ, β"):
        tabs.get_by_role("button", name=tab, exact=True).click()
        expect(stats.locator(".nothing")).to_be_visible(visible=tab == "running")
        if tab == "running":
            expect(stats.locator(".nothing")).to_contain_text("Layer normalization keeps no running statistics")
    for signal in ("z", "ẑ", "y", "a"):
        page.get_by_role("group", name="Signal").get_by_role("button", name=signal, exact=True).click()
    before = lab.pictures()["Decision surfaces"]
    page.get_by_role("button", name="Probe").click()
    lab.player.get_by_role("slider", name="γ").press("End")
    expect(lab.player.locator(".sentence")).to_contain_text("Probe of layer 1", timeout=10_000)
    assert lab.pictures()["Decision surfaces"] != before


@pytest.mark.parametrize("norm", ["group", "renorm", "ghost", "noisy"])
def test_every_normaliser_opens_whole(page: Page, norm: str) -> None:
    lab = Lab(page, f"/?norm={norm}&seeds=2&epochs=5&dropout=0.2&v.tab=statistics")
    expect(lab.player.locator("figcaption")).to_have_count(2)
    expect(captions(lab).first).not_to_have_text("with BN")
    lab.player.press("Home")
    expect(lab.said).to_be_hidden()


def test_a_click_in_the_diagram_keeps_the_normaliser(page: Page) -> None:
    lab = Lab(page, LAYER)
    first = page.get_by_role("button", name="Layer normalization of layer 1")
    lab.change(first.click)
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(first).to_have_text("+ LN")
    assert "norm=layer" in page.url
    assert "norm_layers=2" in page.url


def test_the_second_arm_is_chosen_on_a_phone(new_page: NewPage) -> None:
    page = new_page(390, 844, has_touch=True)
    lab = Lab(page, "/?seeds=2&epochs=5")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_role("combobox", name="Compare with")).to_be_in_viewport(ratio=1)
    lab.change(lambda: choose(page, "Compare with", "group normalization"))
    expect(captions(lab)).to_have_text(["with BN", "with group norm"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
