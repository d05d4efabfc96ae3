"""Running statistics as a person uses it: dragging, stepping, curing, and coming back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage


class Lab:
    """One open page of running statistics."""

    def __init__(self, page: Page, path: str = "/statistics") -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")
        page.goto(path)
        self.sheet = page.get_by_role("region", name="Momentum lab")
        self.network = page.get_by_role("region", name="A trained network")
        expect(self.title).to_be_visible(timeout=20_000)

    @property
    def title(self) -> Locator:
        return self.sheet.get_by_role("heading", level=2).first

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def slider(self, name: str) -> Locator:
        return self.sheet.get_by_role("slider", name=name, exact=True)

    def settle(self) -> None:
        """Wait until the networks are trained."""
        expect(self.part("net-cure")).to_be_visible(timeout=60_000)


def address(page: Page, text: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(text)), timeout=10_000)


def test_dragging_momentum_redraws_before_it_is_let_go(page: Page) -> None:
    lab = Lab(page)
    expect(lab.title).to_have_text("After 25 batches at momentum 0.9: running mean 4.66 (true 5), running variance 4.03 (true 4).")
    slider = lab.slider("Momentum")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.9 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], middle, steps=5)
    expect(lab.title).to_contain_text("at momentum 0.5")
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    expect(lab.title).to_contain_text("at momentum 0.1")
    expect(lab.part("formulas")).to_contain_text("which is 2 batches")
    page.mouse.up()
    address(page, "momentum=0.1")


def test_batches_are_stepped_played_and_scrubbed(page: Page) -> None:
    lab = Lab(page, "/statistics?batch=3")
    dots = lab.part("pictures").locator("[data-symbol=mu] circle")
    expect(dots).to_have_count(3)
    expect(lab.part("formulas")).to_contain_text("At batch 3 of 25:")
    lab.sheet.get_by_role("button", name="Next batch").click()
    expect(dots).to_have_count(4)
    address(page, "batch=4")
    page.keyboard.press("ArrowLeft")
    expect(dots).to_have_count(3)
    lab.slider("Batch").press("End")
    expect(dots).to_have_count(25)
    lab.sheet.get_by_role("button", name="Play").click()
    pause = lab.sheet.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    expect(lab.title).to_contain_text(re.compile("After [2-9] batches"), timeout=10_000)
    pause.click()
    expect(lab.sheet.get_by_role("button", name="Play")).to_be_visible()
    shown = lab.title.text_content()
    page.wait_for_timeout(800)
    expect(lab.title).to_have_text(shown or "")


def test_a_symbol_lights_formula_and_picture_together(page: Page) -> None:
    lab = Lab(page)
    lab.part("formulas").locator("math [data-symbol=mu]").first.hover()
    expect(lab.part("pictures").locator("[data-symbol=mu].lit").first).to_be_visible()
    assert lab.part("formulas").locator("[data-symbol=mu].lit").count() == 2
    assert lab.part("pictures").locator("[data-symbol=running_mean].lit").count() == 0
    lab.part("formulas").locator("math [data-symbol=running_var]").first.focus()
    expect(lab.part("pictures").locator("[data-symbol=running_var].lit").first).to_be_attached()
    expect(lab.part("libraries").locator("[data-symbol=running_var].lit").first).to_be_visible()


def test_the_cure_and_what_follows_and_all_of_it_after_a_reload(page: Page) -> None:
    lab = Lab(page, "/statistics?net_momentum=0.999&momentum=0.5&drift=3.0")
    lab.settle()
    heading = lab.network.get_by_role("heading", level=3)
    expect(heading).to_contain_text("After 65 updates at momentum 0.999:")
    running, exact = map(int, re.findall(r"(\d+) % right with the running statistics, (\d+) with", heading.text_content() or "")[0])
    assert exact - running >= 10
    lab.network.get_by_role("button", name="Re-estimate the statistics").click()
    expect(lab.part("net-cure")).to_contain_text("no weight moved")
    address(page, "stage=cured")
    lab.network.get_by_role("button", name="Freeze and fine-tune").click()
    expect(lab.part("net-cure")).to_contain_text("re-estimated and then frozen", timeout=10_000)
    lab.network.get_by_role("combobox", name="Batch size of fine-tuning").select_option("8")
    expect(lab.part("net-cure")).to_contain_text("more updates of 8 points", timeout=10_000)
    address(page, "tune_batch=8")
    shown = {name: lab.part(name).inner_html() for name in ("title", "pictures", "formulas", "net-title", "net-cure")}
    page.reload()
    lab.settle()
    expect(lab.part("net-cure")).to_contain_text("more updates of 8 points", timeout=20_000)
    assert {name: lab.part(name).inner_html() for name in shown} == shown


def test_other_settings_train_other_networks_and_say_how_far_they_are(page: Page) -> None:
    lab = Lab(page)
    lab.settle()
    lab.network.get_by_role("combobox", name="Updates").select_option("520")
    expect(lab.network.get_by_role("progressbar", name="Training")).to_be_visible(timeout=10_000)
    lab.network.get_by_role("combobox", name="Updates").select_option("13")
    expect(lab.network.get_by_role("heading", level=3)).to_contain_text("After 13 updates", timeout=60_000)
    address(page, "updates=13")


def test_a_page_left_and_entered_again_is_as_it_was(page: Page) -> None:
    lab = Lab(page)
    lab.slider("Momentum").press("ArrowRight")
    expect(lab.title).to_contain_text("at momentum 0.901")
    page.get_by_role("link", name="Playground", exact=True).first.click()
    expect(page.locator("[data-frames]")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Running statistics").first.click()
    expect(lab.title).to_contain_text("at momentum 0.901", timeout=20_000)
    address(page, "momentum=0.901")


def test_the_network_opens_in_the_playground(page: Page) -> None:
    lab = Lab(page)
    lab.settle()
    page.get_by_role("link", name="Open this in the Playground").click()
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=60_000)
    address(page, "dataset=moons")
    expect(page.get_by_role("figure").first).to_contain_text("running statistics")


def test_what_could_not_be_used_is_named(page: Page) -> None:
    lab = Lab(page, "/statistics?momentum=1&sdd=3")
    warnings = page.get_by_test_id("stAlert")
    expect(warnings.nth(0)).to_contain_text("momentum: must be 0..0.9999; got 1.0. Use 0.9999 or less. Using 0.9.")
    expect(warnings.nth(1)).to_contain_text("sdd: no such setting on this page. Left out.")
    box = lab.sheet.get_by_role("spinbutton", name="Batches", exact=True)
    box.fill("501")
    box.press("Tab")
    expect(lab.sheet.get_by_role("alert")).to_contain_text("Batches (count): must be 1..500; got 501. Use 500 or less. Using 25.")
    expect(box).to_have_value("25")


def test_a_phone_in_the_dark_scrolls_one_way_only(new_page: NewPage) -> None:
    page = new_page(390, 844, color_scheme="dark")
    lab = Lab(page, "/statistics?size=1&start_mean=-3.5&drift=8.0")
    lab.settle()
    expect(lab.part("formulas")).to_contain_text("PyTorch refuses such a batch with an error.")
    widths = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth]")
    assert max(widths) <= 390
