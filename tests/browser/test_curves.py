"""The curves under the pointer, and how smoothly all of it plays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab

RATE = """seconds => new Promise(resolve => {
    let ticks = 0;
    const begin = performance.now();
    const tick = now => {
        ticks += 1;
        now - begin < 1000 * seconds ? requestAnimationFrame(tick) : resolve(1000 * ticks / (now - begin));
    };
    requestAnimationFrame(tick);
})"""


def readout(lab: Lab, name: str) -> tuple[Locator, Locator]:
    """Return the canvas of a plot over time and what is read out under the pointer."""
    part = lab.player.get_by_role("region", name=name)
    return part.locator("canvas").first, part.locator(".tip").first


def test_a_curve_is_read_out_under_the_pointer_and_nothing_else_moves(page: Page) -> None:
    lab = Lab(page, "/?v.at=12")
    frame, sentence = lab.frame, lab.player.locator(".sentence").text_content()
    for name, value in (("Test accuracy", r"\d+ %  \(\d+–\d+\)"), ("Loss", r"0\.\d{3}  \(0\.\d{3}–0\.\d{3}\)")):
        canvas, tip = readout(lab, name)
        expect(tip).to_be_hidden()
        box = canvas.bounding_box()
        assert box is not None
        seen = []
        for share in (0.3, 0.6):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
            expect(tip).to_be_visible()
            seen.append(tip.locator("div").all_text_contents())
        assert all(re.fullmatch(r"epoch \d+(\.\d+)?", lines[0]) for lines in seen)
        assert all(
            re.fullmatch(f"{label}{value}", line)
            for lines in seen
            for label, line in zip(("with BN", "without"), lines[1:], strict=True)
        )
        assert seen[0] != seen[1]
        page.mouse.move(box["x"], box["y"] - 60)
        expect(tip).to_be_hidden()
    assert (lab.frame, lab.player.locator(".sentence").text_content()) == (frame, sentence)


def test_the_readout_stays_inside_its_plot_at_the_right_edge(page: Page) -> None:
    lab = Lab(page)
    canvas, tip = readout(lab, "Loss")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 0.5 * box["height"])
    expect(tip).to_be_visible()
    inside = tip.bounding_box()
    assert inside is not None
    assert box["x"] <= inside["x"]
    assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1


@pytest.mark.evidence
def test_the_player_gets_as_many_frames_as_an_empty_page(page: Page) -> None:
    """Each in turn, three times: of a machine that is busy both get less. Not beside other tests, which are busy by turns."""
    lab = Lab(page)
    empty = page.context.new_page()
    empty.set_content("<p>nothing</p>")
    shares = []
    for _ in range(3):
        empty.bring_to_front()
        nothing = empty.evaluate(RATE, 1)
        page.bring_to_front()
        page.get_by_role("combobox", name="Speed").select_option(label="0.5×")
        lab.player.press("Home")
        lab.player.press(" ")
        expect(lab.player).to_have_attribute("data-playing", "true")
        shares.append(page.evaluate(RATE, 1) / nothing)
        expect(lab.player).to_have_attribute("data-playing", "true")
        lab.player.press(" ")
    assert sorted(shares)[1] > 0.8
