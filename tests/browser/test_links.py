"""The address is the experiment: reload, share, go back, and what a bad one does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab


def test_reload_gives_the_same_picture_to_the_last_pixel(page: Page) -> None:
    lab = Lab(page)
    lab.control("Learning rate").focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    page.wait_for_url("**learning_rate=*")
    lab.control("Learning rate").blur()
    run, pictures = lab.run, lab.pictures()
    again = Lab(page, page.url)
    assert (again.run, again.pictures()) == (run, pictures)


def test_a_link_gives_another_person_the_same_picture(new_page: NewPage) -> None:
    path = "/?dataset=moons&batch_size=16&placement=after&seed=7&v.at=12&v.layer=2&v.signal=a&v.log=1"
    one, two = Lab(new_page(), path), Lab(new_page(), path)
    assert one.run == two.run
    assert one.pictures() == two.pictures()
    assert one.player.get_attribute("data-layer") == "2"
    assert one.player.get_attribute("data-signal") == "a"
    assert 0 < one.frame < one.last


def test_copy_link_carries_the_view(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    lab = Lab(page, "/?seed=3")
    lab.go(10)
    page.get_by_role("group", name="Layer").get_by_role("button", name="2").click()
    link = copied(page, "v.layer")
    assert "v.at" not in page.url
    pictures = lab.pictures()
    other = Lab(page, link)
    assert (other.frame, other.player.get_attribute("data-layer")) == (10, "2")
    assert other.pictures() == pictures


def copied(page: Page, part: str) -> str:
    """Press "Copy link" and return the address, which must hold a part."""
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("async part => (await navigator.clipboard.readText()).includes(part)", arg=part)
    link: str = page.evaluate("navigator.clipboard.readText()")
    return link


def press_and_hear(lab: Lab, button: str) -> str:
    """Press a button whose answer changes the sentence; return the new sentence."""
    sentence = lab.player.locator(".sentence")
    before = sentence.text_content() or ""
    lab.page.get_by_role("button", name=button).click()
    expect(sentence).not_to_have_text(before, timeout=10_000)
    return sentence.text_content() or ""


@pytest.mark.parametrize(
    ("view", "again", "part"),
    [("v.at=3&v.lens=batch", "another batch", "v.batch=3"), ("v.at=3&v.pin=0.5,0.4", "other mates", "v.mates=3")],
)
def test_a_link_carries_which_batch_is_looked_at(new_page: NewPage, view: str, again: str, part: str) -> None:
    lab = Lab(new_page(permissions=["clipboard-read", "clipboard-write"]), f"/?{view}")
    sentence = lab.player.locator(".sentence")
    expect(sentence).to_contain_text(re.compile("mini-batch|random batches"), timeout=10_000)
    first = sentence.text_content()
    second, third = press_and_hear(lab, again), press_and_hear(lab, again)
    assert len({first, second, third}) == 3
    other = Lab(new_page(), copied(lab.page, part))
    expect(other.player.locator(".sentence")).to_have_text(third, timeout=10_000)
    lab.page.get_by_role("button", name="Copy link").blur()
    assert other.pictures() == lab.pictures()
    expect(other.player.get_by_role("button", name=again)).to_be_visible()


def test_back_and_forward(page: Page) -> None:
    lab = Lab(page)
    first = lab.run
    slider = lab.control("Batch size")
    slider.focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    page.wait_for_url("**batch_size=*")
    second = lab.run
    page.go_back()
    expect(lab.player).to_have_attribute("data-run", first, timeout=20_000)
    expect(slider).to_have_attribute("aria-valuetext", "32")
    page.go_forward()
    expect(lab.player).to_have_attribute("data-run", second, timeout=20_000)


def test_bad_values_are_named_and_replaced(page: Page) -> None:
    default = Lab(page).run
    lab = Lab(page, "/?learning_rate=abc&batch_size=-3&colour=red&v.layer=99")
    said = lab.said
    expect(said).to_contain_text("learning_rate: must be a number; got 'abc'")
    expect(said).to_contain_text("batch_size: must be 1..400, the training points; got -3")
    expect(said).to_contain_text("colour: no such setting")
    expect(said).to_contain_text("layer")
    assert lab.run == default


def test_html_in_an_address_stays_text(page: Page) -> None:
    lab = Lab(page, "/?dataset=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&%3Cb%3Ex%3C%2Fb%3E=1")
    expect(lab.said).to_contain_text("<img src=x")
    expect(page.locator("img[src=x]")).to_have_count(0)


def test_too_heavy_a_run_is_refused_with_a_way_out(page: Page) -> None:
    page.goto("/?seeds=1024&epochs=2000&hidden=64,64,64,64")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("one arm may take at most", timeout=20_000)
    expect(page.get_by_role("button", name="Use ").first).to_be_visible()


def test_divergence_is_told(page: Page) -> None:
    lab = Lab(page, "/?learning_rate=100&activation=linear&hidden=8,8,8,8&norm=none&epochs=10")
    expect(lab.said).to_contain_text("diverged first with seed")
    expect(lab.player.get_by_role("figure").first).to_contain_text("diverged")
