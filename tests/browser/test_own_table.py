"""A table of a person's own is pasted, learned, and found again in the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.evidence

ROWS = "".join(f"{i % 7},{i % 5},{'placed' if i % 7 > 3 else 'not placed'}\n" for i in range(48))


def test_a_pasted_table_is_drawn_and_the_address_brings_it_back(page: Page) -> None:
    lab = Lab(page)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("Data", exact=True).click()
    sidebar.get_by_text("Your own table").click()
    before = lab.pictures()["Decision surfaces"]
    sidebar.get_by_role("textbox", name="Rows: x, y, class").fill(ROWS)
    lab.change(sidebar.get_by_role("button", name="Use these rows").click)
    expect(sidebar.get_by_text("In use: 48 rows, 2 classes: 0 = not placed, 1 = placed.")).to_be_visible()
    assert "dataset=table" in page.url
    run, picture = lab.run, lab.pictures()["Decision surfaces"]
    assert picture != before
    again = Lab(page, page.url)
    assert (again.run, again.pictures()["Decision surfaces"]) == (run, picture)
    sidebar.get_by_text("Data", exact=True).click()
    expect(sidebar.get_by_role("textbox", name="Rows: x, y, class")).to_contain_text("x,y,class")


def test_a_file_with_a_bad_line_is_named_and_the_run_stays(page: Page) -> None:
    lab = Lab(page)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("Data", exact=True).click()
    sidebar.get_by_text("Your own table").click()
    run = lab.run
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"1,2,a\n3,x,b\n"})
    expect(sidebar.get_by_text("Line 2: y must be a number; got 'x'.")).to_be_visible()
    assert lab.run == run
    assert "dataset" not in page.url


def test_points_are_put_down_with_the_pointer_each_once_however_fast(page: Page) -> None:
    lab = Lab(page)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("Data", exact=True).click()
    sidebar.get_by_text("Your own table").click()
    area = sidebar.locator(".pad .plot-area")
    area.scroll_into_view_if_needed()
    expect(area).to_be_visible()
    for kind, column in (("0", 0.2), ("1", 0.8)):
        sidebar.locator(f"[data-act='class:{kind}']").click()
        expect(sidebar.locator(f"[data-act='class:{kind}']")).to_have_attribute("aria-pressed", "true")
        area.hover()  # waits until it moves no more
        box = area.bounding_box()
        assert box is not None
        for i in range(12):
            page.mouse.click(box["x"] + box["width"] * (column + 0.08 * (i % 2)), box["y"] + box["height"] * (0.05 + 0.08 * i))
    expect(sidebar.get_by_text("24 points.")).to_be_visible()
    lab.change(sidebar.get_by_role("button", name="Use these rows").click)
    expect(sidebar.get_by_text("In use: 24 rows, 2 classes: 0, 1.")).to_be_visible()
    lab.change(lambda: area.click(position={"x": 70, "y": 110}))
    expect(sidebar.get_by_text("In use: 25 rows, 2 classes: 0, 1.")).to_be_visible()
