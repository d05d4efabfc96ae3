"""A class link: made by a teacher, obeyed in a student's page whatever is done there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

pytestmark = pytest.mark.evidence

TWO = "/?free=learning_rate,batch_size&rest=hidden"


def dialog(page: Page) -> Locator:
    """Open the dialog from the player."""
    page.get_by_role("button", name="Class link", exact=True).click()
    expect(field(page)).to_be_visible()
    return page.get_by_role("dialog", name="Class link")


def field(page: Page) -> Locator:
    return page.get_by_label("Address of the class link")


def test_a_teacher_makes_a_link_and_opens_it_as_a_student(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    lab = Lab(page, "/?noise=0.2")
    lab.go(5)
    address = page.url
    opened = dialog(page)
    expect(field(page)).to_have_value(re.compile(r"\?noise=0\.2&v\.at=[\d.]+&free=placement,.*,batch_size&rest=hidden$"))
    opened.get_by_role("radio", name="Training").click()
    opened.get_by_role("radiogroup", name="Learning rate").get_by_role("radio", name="fixed").click()
    expect(field(page)).to_have_value(re.compile(r"&fixed=learning_rate&rest=hidden$"))
    opened.get_by_role("button", name="Copy", exact=True).click()
    expect(opened.get_by_text("Class link copied")).to_be_attached()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == field(page).input_value()
    with page.context.expect_page() as other:
        opened.get_by_role("link", name="Open as a student").click()
    student = other.value
    expect(student.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=30_000)
    sidebar = student.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("slider", name="Learning rate")).to_be_disabled()
    expect(sidebar.get_by_role("slider", name="Batch size")).to_be_enabled()
    expect(sidebar.get_by_role("slider")).to_have_count(5)
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    assert page.url == address
    expect(lab.control("Learning rate")).to_be_enabled()


def test_the_code_fills_the_screen_and_escape_goes_back_to_the_dialog(page: Page) -> None:
    Lab(page)
    opened = dialog(page)
    opened.get_by_role("button", name="Whole screen", exact=True).click()
    code = page.get_by_role("dialog", name="QR code of the class link")
    image = code.get_by_role("img")
    expect(image).to_be_visible()
    assert min((image.bounding_box() or {"width": 0, "height": 0})[side] for side in ("width", "height")) > 600
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    page.keyboard.press("Escape")
    expect(code).to_be_hidden()
    expect(opened).to_be_visible()
    assert opened.get_by_role("link", name="Save the picture").get_attribute("download") == "class-link.svg"


def test_the_dialog_is_worked_with_the_keyboard(page: Page) -> None:
    Lab(page)
    page.get_by_role("button", name="Class link", exact=True).focus()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_visible()
    page.get_by_role("button", name="Everything fixed").focus()
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value(re.compile(r"\?rest=fixed$"))
    page.keyboard.press("Escape")
    expect(field(page)).to_be_hidden()


@pytest.mark.parametrize("way", ["reload", "copy"])
def test_a_students_page_keeps_its_link(new_page: NewPage, way: str) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    lab = Lab(page, TWO)
    slider = lab.control("Learning rate")
    slider.focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    expect(page).to_have_url(re.compile(r"learning_rate=0\.05&free=learning_rate.*batch_size&rest=hidden$"))
    if way == "copy":
        page.get_by_role("button", name="Copy link").click()
        expect(page.get_by_text("Link copied")).to_be_attached()
        Lab(page, page.evaluate("navigator.clipboard.readText()"))
    else:
        page.reload()
        lab.settle()
    expect(page.get_by_test_id("stSidebar").get_by_role("slider")).to_have_count(2)
    expect(lab.control("Learning rate")).to_have_attribute("aria-valuetext", "0.05")
    expect(page.get_by_role("link", name="Lessons")).to_have_count(0)
    expect(page.get_by_role("button", name="Class link", exact=True)).to_have_count(0)


def test_back_and_forward_stay_in_the_class(page: Page) -> None:
    lab = Lab(page, TWO)
    slider = lab.control("Learning rate")
    slider.focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    expect(page).to_have_url(re.compile("learning_rate=0.05"))
    lab.change(page.go_back)
    assert "rest=hidden" in page.url
    expect(slider).to_have_attribute("aria-valuetext", "0.03")
    lab.change(page.go_forward)
    expect(slider).to_have_attribute("aria-valuetext", "0.05")
    expect(page.get_by_test_id("stSidebar").get_by_role("slider")).to_have_count(2)


def test_a_click_in_the_diagram_changes_nothing_that_is_fixed(page: Page) -> None:
    lab = Lab(page, TWO)
    pill = page.get_by_role("button", name="Batch normalization of layer 1")
    expect(pill).to_be_disabled()
    expect(pill).to_have_attribute("title", "Your teacher has fixed this.")
    run = lab.run
    pill.evaluate("pill => { pill.disabled = false; pill.click(); }")
    page.wait_for_timeout(1500)
    assert lab.run == run
    assert "norm_layers" not in page.url


def test_a_lesson_leads_to_the_playground_under_the_same_rules(page: Page) -> None:
    page.goto("/lessons?lesson=faster&answer=much&run=true&free=learning_rate&rest=hidden")
    link = page.get_by_role("link", name="Playground")
    expect(link).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name="Running statistics")).to_have_count(0)
    expect(page.get_by_role("button", name="All lessons")).to_have_count(0)
    expect(page.get_by_role("button", name="Other seeds")).to_have_count(0)
    link.click()
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=60_000)
    expect(page).to_have_url(re.compile(r"free=learning_rate&rest=hidden"))
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("slider")).to_have_count(1)
    expect(sidebar.get_by_role("slider", name="Learning rate")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_fits_a_phone(new_page: NewPage, scheme: str) -> None:
    page = new_page(390, 844, color_scheme=scheme)
    Lab(page)
    opened = dialog(page)
    wide = opened.evaluate("dialog => [dialog.scrollWidth, dialog.clientWidth]")
    assert wide[0] <= wide[1] + 1
    code = opened.get_by_role("button", name="Show the QR code on the whole screen")
    code.scroll_into_view_if_needed()
    box = code.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
