"""Several classes and a regression in the Playground: what is drawn is called what it is."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.lab import Lab


def test_three_classes(page: Page) -> None:
    lab = Lab(page, "/?dataset=spirals3&v.pin=0.5,0.4")
    network = lab.player.get_by_role("navigation", name="Network")
    expect(network).to_contain_text("Dense 3")
    expect(network).to_contain_text("softmax")
    surface = lab.player.get_by_role("region", name="Decision surfaces").get_by_role("img").first
    expect(surface).to_have_accessible_name(
        re.compile(r"^Decision surface with BN, seed 0, epoch 60: test accuracy \d+ %, train \d+ %$")
    )
    expect(lab.player.get_by_role("region", name="Test accuracy")).to_be_visible()
    expect(lab.player.get_by_role("region", name="Loss")).to_contain_text("cross-entropy")
    mates = page.get_by_role("region", name="Batch mates").get_by_role("img")
    expect(mates).to_have_accessible_name(re.compile(r"with BN: \d+ % class [012] in inference, mates: margin"), timeout=10_000)


def test_a_regression(page: Page) -> None:
    lab = Lab(page, "/?dataset=plane_wave&v.pin=0.5,0.4")
    expect(lab.player.get_by_role("navigation", name="Network")).to_contain_text("linear")
    picture = lab.player.get_by_role("region", name="Predictions").get_by_role("img").first
    expect(picture).to_have_accessible_name(
        re.compile(r"^Predictions with BN, seed 0, epoch 60: test R² −?\d\.\d\d, train −?\d\.\d\d$")
    )
    expect(lab.player.get_by_role("region", name="Test R²")).to_contain_text("Test R²")
    expect(lab.player.get_by_role("region", name="Loss")).to_contain_text("squared error")
    expect(lab.player.get_by_role("heading", level=2)).to_have_text(re.compile(r"^R² [^%]*$"))
    mates = page.get_by_role("region", name="Batch mates").get_by_role("img")
    expect(mates).to_have_accessible_name(re.compile(r"with BN: −?[\d.]+ in inference, mates: prediction"), timeout=10_000)
    expect(lab.player.locator(".sentence")).not_to_contain_text("class")
    page.get_by_role("button", name="Unpin").click()
    expect(lab.player.locator(".sentence")).to_contain_text("(median test R²)")
    expect(lab.player.locator(".sentence")).not_to_contain_text(re.compile("%|accuracy"))
