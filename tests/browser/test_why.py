"""Why it works as a person uses it: each section, dragging, one click, leaving and coming back, a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage

SECTIONS = {
    "inputs": ("Input normalisation", "excess"),
    "shift": ("Covariate shift", "curves"),
    "telephone": ("The game of telephone", "layers"),
    "measured": ("What was measured later", "three"),
}


class Why:
    """One open page.

    Parameters
    ----------
    page : Page
    query : str
        What its address asks for.
    section : str
        The section that this is.
    """

    def __init__(self, page: Page, query: str = "", section: str = "inputs") -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"/why{query}")
        self.settle(section)

    def settle(self, section: str) -> None:
        """Wait until a section is drawn."""
        expect(self.part(SECTIONS[section][1])).to_be_visible(timeout=60_000)

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def slider(self, name: str) -> Locator:
        return self.page.locator(f"[data-input={name}]")

    def choose(self, section: str) -> None:
        self.page.get_by_role("radio", name=SECTIONS[section][0]).click()
        self.settle(section)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def html(self) -> str:
        """Return what the sheet holds."""
        return " ".join(self.page.locator(".sheet section").all_inner_texts())


def address(page: Page, text: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(text)), timeout=10_000)


def place(picture: Locator, w1: float, w2: float) -> tuple[float, float]:
    """Return where two weights stand on the screen."""
    box = picture.locator(".plot-area").bounding_box()
    assert box is not None
    return box["x"] + (w1 + 1.6) / 3.2 * box["width"], box["y"] + (1.6 - w2) / 3.2 * box["height"]


def test_the_start_is_dragged_in_a_picture_and_all_three_follow(page: Page) -> None:
    why = Why(page)
    raw, centred = page.locator("#bowl-raw"), page.locator("#bowl-centred")
    before = raw.inner_html()
    page.mouse.move(*place(centred, -1.0, 1.0))
    page.mouse.down()
    page.mouse.move(*place(centred, 0.5, -0.5), steps=6)
    expect(why.slider("w1")).to_have_value(re.compile(r"^0\.(4|5)"), timeout=5_000)
    assert raw.inner_html() != before  # it follows before it is let go
    page.mouse.up()
    address(page, "w1=0.5")
    address(page, "w2=-0.5")
    expect(why.part("numbers")).to_contain_text("1,249")
    page.mouse.move(*place(centred, 1.0, 1.0))
    page.wait_for_timeout(300)
    expect(why.slider("w1")).to_have_value("0.5")  # a pointer that is up moves nothing


def test_a_press_sets_the_start_too(page: Page) -> None:
    why = Why(page)
    page.mouse.click(*place(page.locator("#bowl-standardized"), 1.0, -1.0))
    expect(why.slider("w1")).to_have_value("1")
    expect(why.slider("w2")).to_have_value("-1")


def test_the_rate_is_moved_below_at_and_above_the_stable_one(page: Page) -> None:
    why = Why(page)
    why.press("2: at the limit")
    expect(why.part("stability")).to_contain_text("Exactly the largest stable rate")
    expect(why.part("pictures")).to_contain_text("never")
    why.slider("c").focus()
    page.keyboard.press("ArrowRight")
    expect(why.part("stability")).to_contain_text("Above the largest stable rate")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(why.part("stability")).to_contain_text("Just below the largest stable rate")
    address(page, "c=1.99")
    expect(why.slider("c")).to_be_focused()


def test_the_steps_go_by_keys_and_by_themselves(page: Page) -> None:
    why = Why(page, "?step=0")
    expect(why.part("say")).to_contain_text("After 0 steps")
    page.locator("[data-act=next]").focus()
    page.keyboard.press("ArrowRight")
    expect(why.part("say")).to_contain_text("After 1 step,")
    why.press("Play")
    expect(why.part("say")).to_contain_text("000 steps", timeout=20_000)
    why.press("Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    why.slider("step").press("End")
    expect(why.part("say")).to_contain_text("After 100 million steps")


@pytest.mark.parametrize(
    ("section", "symbol"), [("inputs", "rate"), ("shift", "mu"), ("telephone", "drift"), ("measured", "smoothness")]
)
def test_a_symbol_is_lit_in_formula_table_and_picture_together(page: Page, section: str, symbol: str) -> None:
    why = Why(page, f"?section={section}", section)
    in_formula = why.part("formula").locator(f"math [data-symbol={symbol}][tabindex]").first
    in_formula.focus()
    for place in ("math", "table", "figure"):
        expect(page.locator(f"{place} .lit[data-symbol={symbol}]").first).to_be_attached()
    expect(page.locator(f".lit:not([data-symbol={symbol}])")).to_have_count(0)
    in_formula.blur()
    expect(page.locator(".lit")).to_have_count(0)
    why.part("numbers" if section != "telephone" else "drift").locator(f"th[data-symbol={symbol}]").first.hover()
    expect(page.locator(f"figure .lit[data-symbol={symbol}]").first).to_be_attached()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_comes_back_the_same_after_reload_and_from_its_link(page: Page, new_page: NewPage, section: str) -> None:
    queries = {
        "inputs": "?w1=0.5&c=1.9&step=20&rho=0.5",
        "shift": "?section=shift&change=light&flower=3&grown=4",
        "telephone": "?section=telephone&players=4&bend=tanh&epoch=7",
        "measured": "?section=measured&deep=2&curve=tanh&walk=2",
    }
    why = Why(page, queries[section], section)
    first = why.html()
    page.reload()
    why.settle(section)
    assert why.html() == first
    assert Why(new_page(), queries[section], section).html() == first


def test_one_section_after_the_other_and_the_way_back(page: Page) -> None:
    why = Why(page, "?c=1.5")
    for section in ("shift", "telephone", "measured"):
        why.choose(section)
        address(page, f"section={section}")
    why.choose("inputs")
    expect(why.slider("c")).to_have_value("1.5")
    why.choose("shift")
    page.get_by_role("link", name="Open this in the Playground").click()
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=60_000)
    assert "dataset=roses" in page.url
    page.get_by_role("link", name="Why it works").click()
    why.settle("shift")
    why.choose("inputs")
    expect(why.slider("c")).to_have_value("1.5")


def test_one_click_makes_a_dead_network_and_one_in_which_bn_does_not_smooth(page: Page) -> None:
    why = Why(page, "?section=telephone", "telephone")
    expect(why.part("say")).to_contain_text("Here BN holds the layers' means still")
    why.press("A dead network")
    expect(why.part("say")).to_contain_text("The trap:", timeout=30_000)
    address(page, "bend=sigmoid")
    why.choose("measured")
    expect(why.part("say")).to_contain_text("Here BN smooths", timeout=30_000)
    why.press("BN does not smooth")
    expect(why.part("say")).to_contain_text("Here BN does not smooth", timeout=30_000)
    why.press("BN smooths")
    expect(why.part("say")).to_contain_text("Here BN smooths", timeout=30_000)


def test_new_inputs_are_chosen_and_re_estimating_cures_what_only_moved(page: Page) -> None:
    why = Why(page, "?section=shift", "shift")
    expect(why.part("say")).to_contain_text("makes it better than no BN in 0")
    page.get_by_role("radio", name="dim light").click()
    expect(why.part("say")).to_contain_text("makes it better than no BN in 16", timeout=30_000)
    page.get_by_role("radio", name="mostly one class").click()
    expect(why.part("notes")).to_contain_text("re-estimating them does harm", timeout=30_000)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_one_way_only(new_page: NewPage, section: str, scheme: str) -> None:
    page = new_page(390, 844, color_scheme=scheme, has_touch=True)
    Why(page, f"?section={section}", section)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth") <= 1


@pytest.mark.parametrize("section", SECTIONS)
def test_every_picture_has_its_numbers_in_words(page: Page, section: str) -> None:
    Why(page, f"?section={section}", section)
    labels = page.locator(".plot[role=img]").evaluate_all("all => all.map(plot => plot.getAttribute('aria-label'))")
    assert len(labels) >= 4
    assert [label for label in labels if not re.search(r"\d|boundary among new points", label)] == []
