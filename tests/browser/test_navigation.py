"""From page to page: the navigation, Back, and what is found again on coming back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.views.pages import _PAGES
from tests.browser.lab import Lab

NewPage = Callable[..., Page]
PATHS = {path: "" if path == "playground" else path for path, _, _ in _PAGES}
TITLES = {path: "BatchNorm Lab" if path == "playground" else f"{title} · BatchNorm Lab" for path, title, _ in _PAGES}


def links(page: Page) -> Locator:
    return page.locator("[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]")


def go(page: Page, path: str) -> None:
    """Open a page by its link and wait until it is there."""
    name = next(title for each, title, _ in _PAGES if each == path)
    page.get_by_role("link", name=name, exact=True).click()
    arrived(page, path)


def arrived(page: Page, path: str) -> None:
    expect(page).to_have_title(TITLES[path], timeout=20_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.wait_for_function("path => location.pathname === `/${path}`", arg=PATHS[path])


@pytest.mark.parametrize("path", PATHS)
def test_a_page_opens_by_its_own_address(page: Page, path: str) -> None:
    page.goto(f"/{PATHS[path]}")
    arrived(page, path)
    expect(page.get_by_role("heading").first).to_be_visible(timeout=20_000)


def test_every_page_opens_from_the_navigation_and_back_returns(page: Page) -> None:
    Lab(page)
    expect(links(page)).to_have_text([title for _, title, _ in _PAGES])
    names = [path for path, _, _ in _PAGES]
    for name in names[1:]:
        go(page, name)
        expect(page.get_by_role("heading").first).to_be_visible(timeout=20_000)
    for name in reversed(names[:-1]):
        page.go_back()
        arrived(page, name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_the_navigation_in_its_sidebar(new_page: NewPage, scheme: str) -> None:
    page = new_page(390, 844, color_scheme=scheme)
    Lab(page)
    expect(links(page).first).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").get_by_role("button").or_(
        page.get_by_test_id("stExpandSidebarButton")
    ).first.click()
    expect(links(page)).to_have_text([title for _, title, _ in _PAGES])
    go(page, "steps")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_playground_is_found_again_as_it_was_left(page: Page) -> None:
    lab = Lab(page, "/?learning_rate=0.1&epochs=20")
    chosen = page.get_by_role("group", name="Signal").get_by_role("button", name="y", exact=True)
    chosen.click()
    page.get_by_role("button", name="log", exact=True).click()
    lab.go(7)
    run, pictures = lab.run, lab.pictures()
    go(page, "steps")
    assert page.url.endswith("/steps")
    go(page, "playground")
    lab.settle()
    page.wait_for_function("() => location.search === '?learning_rate=0.1&epochs=20'")
    assert (lab.run, lab.frame) == (run, 7)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert lab.pictures() == pictures
    page.go_back()
    arrived(page, "steps")
    assert page.evaluate("location.search") == ""


def test_what_was_left_stands_still_on_coming_back(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/?epochs=20")
    player = page.locator("[data-frames][data-complete=true]")
    expect(player).to_have_attribute("data-playing", "true", timeout=20_000)
    player.press("End")
    player.press("ArrowLeft")
    frame = player.get_attribute("data-frame") or ""
    go(page, "code")
    go(page, "playground")
    expect(player).to_have_attribute("data-frame", frame, timeout=20_000)
    expect(player).to_have_attribute("data-playing", "false")


def test_what_a_link_shows_comes_first_and_what_was_left_after(page: Page) -> None:
    lab = Lab(page, "/?v.layer=2&v.log=true&v.at=3")
    log = page.get_by_role("button", name="log", exact=True)
    expect(lab.player).to_have_attribute("data-layer", "2")
    expect(log).to_have_attribute("aria-pressed", "true")
    log.click()
    go(page, "code")
    page.go_back()
    lab.settle()
    expect(lab.player).to_have_attribute("data-layer", "2")
    expect(log).to_have_attribute("aria-pressed", "false")


def test_a_change_after_coming_back_is_one_step_of_back(page: Page) -> None:
    lab = Lab(page, "/?epochs=20")
    go(page, "steps")
    go(page, "playground")
    lab.settle()
    page.wait_for_function("() => location.search === '?epochs=20'")
    lab.change(lambda: lab.control("Learning rate").press("ArrowRight"))
    page.wait_for_function("() => location.search.includes('learning_rate')")
    page.go_back()
    page.wait_for_function("() => location.search === '?epochs=20'")
    arrived(page, "playground")
    page.go_back()
    arrived(page, "steps")


def test_settings_of_a_page_are_found_again(page: Page) -> None:
    page.goto("/steps?gamma1=1.5")
    arrived(page, "steps")
    gamma = page.locator("input[type=range][data-input=gamma]")
    expect(gamma).to_have_value("1.5", timeout=20_000)
    gamma.press("ArrowLeft")
    page.wait_for_function("() => location.search.startsWith('?gamma1=1.4')")
    value = gamma.input_value()
    go(page, "code")
    go(page, "steps")
    expect(gamma).to_have_value(value, timeout=20_000)
    page.wait_for_function("value => location.search === `?gamma1=${value}`", arg=value)
