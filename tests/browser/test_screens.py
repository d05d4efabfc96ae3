"""Sizes, schemes and what a reader of screens is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from bncore.presets import PRESETS
from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

WIDTHS = """(input, titles) => {
    const style = getComputedStyle(input), context = document.createElement("canvas").getContext("2d");
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return {room: input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
            titles: Object.fromEntries(titles.map(title => [title, context.measureText(title).width]))};
}"""
NAMED = ["Learning rate", "Batch size", "BN momentum", "Initial gamma", "Initial beta"]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_the_named_controls_are_in_sight_without_scrolling(new_page: NewPage, width: int, height: int) -> None:
    lab = Lab(new_page(width, height))
    for label in NAMED:
        expect(lab.page.get_by_test_id("stSidebar").get_by_role("group", name=label)).to_be_in_viewport(ratio=1)
    expect(lab.page.get_by_role("radio", name="after")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
@pytest.mark.parametrize("settings", ["", "?dataset=spirals3&norm=layer"])
def test_the_whole_player_fits_a_screen_and_a_projector(new_page: NewPage, width: int, height: int, settings: str) -> None:
    lab = Lab(new_page(width, height), f"/{settings}")
    box = lab.player.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    main = lab.page.get_by_test_id("stMain")
    assert main.evaluate("main => [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth]") == [0, 0]
    for part in (*lab.player.locator("canvas:visible").all(), lab.player.locator(".sentence")):
        inside = part.bounding_box()
        assert inside is not None
        assert inside["y"] + inside["height"] <= box["y"] + box["height"]
        assert inside["height"] >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_one_way_only(new_page: NewPage, scheme: str) -> None:
    lab = Lab(new_page(390, 844, color_scheme=scheme, has_touch=True))
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(lab.page.get_by_role("button", name="Play")).to_be_in_viewport()


def test_on_a_phone_the_last_axis_can_be_read_before_the_very_end(new_page: NewPage) -> None:
    lab = Lab(new_page(390, 844, has_touch=True))
    main = lab.page.get_by_test_id("stMain")
    main.evaluate("main => { main.scrollTop = main.scrollHeight - main.clientHeight - 30; }")
    plot = lab.player.get_by_role("region", name="Statistics").locator("canvas:visible").last.bounding_box()
    timeline = lab.player.get_by_role("group", name="Timeline").bounding_box()
    assert plot is not None
    assert timeline is not None
    assert plot["y"] + plot["height"] <= timeline["y"]
    assert timeline["y"] + timeline["height"] >= 830  # it has not left the lower edge


def test_the_chooser_has_room_for_every_presets_name(new_page: NewPage) -> None:
    lab = Lab(new_page(1280, 720))
    chooser = lab.page.get_by_role("combobox", name="Preset")
    wide = chooser.evaluate(WIDTHS, [preset.title for preset in PRESETS.values()])
    assert {title: width for title, width in wide["titles"].items() if width > wide["room"]} == {}


def test_dark_pictures_are_dark(new_page: NewPage) -> None:
    light, dark = Lab(new_page(color_scheme="light")), Lab(new_page(color_scheme="dark"))
    assert light.run == dark.run
    assert {name for name, pixels in light.pictures().items() if dark.pictures()[name] == pixels} == set()


def test_the_pictures_follow_a_theme_that_changes(new_page: NewPage) -> None:
    lab = Lab(new_page(color_scheme="light"))
    light = lab.pictures()
    lab.page.emulate_media(color_scheme="dark")
    expect(lab.player).to_have_class(re.compile(r"\bdark\b"))
    assert {name for name, pixels in lab.pictures().items() if light[name] == pixels} == set()


def test_every_picture_has_its_numbers_in_words(page: Page) -> None:
    lab = Lab(page)
    for canvas in lab.player.locator("canvas:visible").all():
        words = canvas.evaluate("c => c.closest('[role=img]')?.getAttribute('aria-label') ?? ''")
        hidden = canvas.evaluate("c => c.closest('[aria-hidden=true]') !== null")
        assert hidden or any(character.isdigit() for character in words), words
