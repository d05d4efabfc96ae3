"""Step by step as a person uses it: stepping, dragging, undoing, typing, and coming back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from app.steps.strip import PAUSE
from tests.browser.conftest import NewPage

MOVES = 20
MOVED = f"""input => new Promise((done, fail) => {{
    const part = input.getRootNode().querySelector("[data-part=stage]");
    const shown = [];
    let moving = false;
    const step = () => {{
        if (shown.length === {MOVES}) {{ watch.disconnect(); done(shown); return; }}
        moving = true;
        input.value = String(0.5 + 0.04 * shown.length);
        input.dispatchEvent(new Event("input", {{bubbles: true, composed: true}}));
    }};
    const watch = new MutationObserver(() => {{
        if (!moving) return;
        moving = false;
        setTimeout(() => {{ shown.push(part.textContent); step(); }}, 30);
    }});
    watch.observe(part, {{childList: true, subtree: true, attributes: true, characterData: true}});
    step();
    setTimeout(() => fail(new Error(`only ${{shown.length}} moves were answered`)), 20000);
}})"""


FILL_AND_USE = """(box, text) => {
    box.value = text;
    for (const type of ["input", "change"]) box.dispatchEvent(new Event(type, {bubbles: true, composed: true}));
    box.getRootNode().querySelector("[data-act=paste]").click();
}"""


class Steps:
    """One open page."""

    def __init__(self, page: Page, path: str = "/steps") -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")
        page.goto(path)
        expect(self.status).to_be_visible(timeout=20_000)

    @property
    def status(self) -> Locator:
        return self.part("strip").get_by_role("status")

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def marks(self, symbol: str) -> list[float]:
        """Return where the marks of a symbol stand in the picture, from the left, in pixels."""
        shapes = self.part("stage").locator(f".plot-area [data-symbol={symbol}] :is(circle, rect)")
        return sorted(
            shapes.evaluate_all("all => all.map(e => { const b = e.getBoundingClientRect(); return b.x + b.width / 2; })")
        )

    def at(self, title: str) -> None:
        expect(self.status).to_contain_text(f": {title}.")


def address(page: Page, text: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(text)), timeout=10_000)


def test_stepping_with_keys_buttons_and_the_strip(page: Page) -> None:
    steps = Steps(page)
    steps.at("Weighted sum")
    expect(steps.part("table").locator("tbody tr").first.locator("td")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    steps.at("Batch mean")
    address(page, "stage=mu")
    page.keyboard.press("ArrowLeft")
    steps.at("Weighted sum")
    steps.button("Next →").click()
    steps.at("Batch mean")
    steps.button("dz").click()
    steps.at("Back to z")
    expect(steps.part("table").get_by_role("table")).to_have_count(2)
    page.keyboard.press("End")
    steps.at("Gradient of the bias")
    expect(steps.button("Next →")).to_be_disabled()
    page.keyboard.press("Home")
    steps.at("Weighted sum")


def test_playing_rests_at_each_stage_and_stops_when_told(page: Page) -> None:
    steps = Steps(page)
    steps.button("Play").click()
    expect(steps.part("strip").locator("[data-play]")).to_have_attribute("data-play", f"next:{PAUSE}")
    steps.at("Batch mean")
    expect(steps.status).to_contain_text(": Batch variance.", timeout=10_000)
    steps.button("Pause").click()
    expect(steps.button("Play")).to_be_visible()
    page.wait_for_timeout(3000)
    steps.at("Batch variance")


def test_dragging_gamma_moves_the_picture_within_the_drag(page: Page) -> None:
    steps = Steps(page, "/steps?stage=y")
    expect(steps.part("stage").locator(".plot-area [data-symbol=y]")).to_have_count(4)
    before, still = steps.marks("y"), steps.marks("z_hat")
    slider = page.get_by_role("slider", name="γ scale")
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.75 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], middle, steps=4)
    expect(steps.part("stage")).to_contain_text(re.compile(r"y1=1\.[6-9]\d*·"))
    spread = steps.marks("y")
    assert spread[-1] - spread[0] > 1.5 * (before[-1] - before[0])
    assert steps.marks("z_hat") == still
    assert "gamma1" not in page.url
    page.mouse.up()
    address(page, "gamma1=1.")


def test_each_move_of_gamma_is_answered_by_a_message_of_its_own(page: Page) -> None:
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    steps = Steps(page, "/steps?stage=y")
    expect(steps.part("stage").locator("math").first).to_be_visible()
    page.wait_for_timeout(500)
    sent: list[object] = []
    for socket in sockets:
        socket.on("framesent", lambda frame: sent.append(frame))
    shown = page.get_by_role("slider", name="γ scale").evaluate(MOVED)
    assert len(set(shown)) == MOVES
    assert MOVES <= len(sent) < 2 * MOVES  # as many asks as moves, the last of which may come again when it is let go


def test_undoing_shows_that_y_is_z(page: Page) -> None:
    steps = Steps(page)
    steps.button("Undo the normalisation").click()
    steps.at("Scale and shift")
    expect(steps.part("case")).to_contain_text("It is undone now: y = z.")
    assert steps.marks("y") == pytest.approx(steps.marks("z"), abs=0.1)
    cells = steps.part("table").locator("tbody tr")
    for i in range(4):
        z, y = (cells.nth(i).locator(f"td[data-symbol={name}]").get_attribute("title") for name in ("z", "y"))
        assert float(y or "nan") == pytest.approx(float(z or "nan"), abs=1e-15)
    address(page, "gamma1=1.2883128502037073")
    page.reload()
    expect(steps.part("case")).to_contain_text("It is undone now: y = z.")


def test_a_batch_of_one_and_of_two_with_epsilon(page: Page) -> None:
    steps = Steps(page, "/steps?stage=dz")
    steps.button("A batch of 1").click()
    expect(steps.part("case")).to_contain_text("One student's z is its own mean")
    assert len(steps.marks("dz")) == 1
    steps.button("A batch of 2").click()
    expect(steps.part("case")).to_contain_text("=±0.5345")
    steps.button("A batch of 1").click()
    expect(steps.part("case")).to_contain_text("One student's z is its own mean")
    steps.button("The batch of 4").click()
    steps.button("A batch of 2").click()
    expect(steps.part("case")).to_contain_text("=±0.5345")
    slider = page.get_by_role("slider", name="ε", exact=True)
    slider.focus()
    page.keyboard.press("Home")
    expect(steps.part("case")).to_contain_text("=±1")
    expect(steps.part("table").locator("td.on").first).to_have_text(re.compile("10⁻"))
    address(page, "eps=1e-12")


def test_hovering_lights_the_same_symbol_in_formula_table_and_picture(page: Page) -> None:
    steps = Steps(page, "/steps?stage=z_hat")
    expect(page.locator(".lit")).to_have_count(0)
    steps.part("stage").locator("math [data-symbol=z_hat]").first.hover()
    for place in ("[data-part=stage] math", "[data-part=table] tbody", ".plot-area", "[data-part=strip]"):
        expect(page.locator(f"{place} [data-symbol=z_hat].lit").first).to_be_visible()
    expect(page.locator(".lit:not([data-symbol=z_hat])")).to_have_count(0)
    steps.part("stage").locator("math [data-symbol=mu]").first.focus()
    expect(page.locator(".plot-area [data-symbol=mu].lit")).to_have_count(1)


def test_the_batch_is_edited_and_bad_cells_are_named(page: Page) -> None:
    steps = Steps(page)
    steps.part("batch").locator("summary").press("Enter")
    steps.button("Add a student").click()
    expect(steps.part("table").locator("tbody tr")).to_have_count(5)
    cell = page.get_by_label("Row 5, IQ")
    cell.fill("high")
    cell.press("Tab")
    page.keyboard.press("Space")  # typing goes on while the answer comes
    expect(steps.part("said")).to_contain_text("Row 5, IQ: must be a number; got 'high'.")
    expect(steps.part("table").locator("tbody tr")).to_have_count(4)
    expect(cell).to_have_value("high")
    expect(page.get_by_label("Row 5, placed")).to_be_checked()
    page.reload()
    expect(steps.part("said")).to_contain_text("Row 5, IQ: must be a number; got 'high'.")
    steps.part("batch").locator("summary").press("Enter")
    page.get_by_label("Row 5, IQ").fill("111")
    page.get_by_label("Row 5, IQ").press("Enter")
    expect(steps.part("said")).to_be_empty()
    expect(steps.part("table").locator("tbody tr")).to_have_count(5)
    page.get_by_label("Or paste rows").fill("7\t90\t1\n8\tmany\t0")
    steps.button("Use the pasted rows").click()
    expect(steps.part("said")).to_contain_text("Row 2, IQ: must be a number; got 'many'.")
    expect(page.get_by_label("Or paste rows")).to_have_value("7\t90\t1\n8\tmany\t0")
    page.get_by_label("Or paste rows").fill("7\t90\t1\n8\t100\t0")
    steps.button("Use the pasted rows").click()
    expect(steps.part("table").locator("tbody tr")).to_have_count(2)
    expect(steps.part("case")).to_contain_text("A batch of two")


def test_what_is_filled_and_used_at_once_comes_in_that_order_and_once(page: Page) -> None:
    steps = Steps(page)
    steps.part("batch").locator("summary").press("Enter")
    box = page.get_by_label("Or paste rows")
    expect(box).to_be_visible()
    for i in range(5):
        box.evaluate(FILL_AND_USE, f"7\t90\t1\n8\tmany{i}\t0")
    for _ in range(2):  # nothing that comes after it takes it away again
        expect(steps.part("said")).to_have_text(re.compile("^Row 2, IQ: must be a number; got 'many4'[.]"))
        page.wait_for_timeout(500)
    expect(box).to_have_value("7\t90\t1\n8\tmany4\t0")
    box.evaluate(FILL_AND_USE, "7\t90\t1\n8\t100\t0")
    steps.button("Add a student").evaluate("button => { for (let i = 0; i < 5; i += 1) button.click(); }")
    expect(steps.part("table").locator("tbody tr")).to_have_count(7)
    page.wait_for_timeout(500)
    expect(steps.part("table").locator("tbody tr")).to_have_count(7)
    expect(box).to_have_value("")


def test_typing_from_cell_to_cell_loses_nothing(page: Page) -> None:
    steps = Steps(page)
    steps.part("batch").locator("summary").press("Enter")
    page.get_by_label("Row 1, CGPA").click(click_count=3)
    for text in ("6.5", "91"):
        page.keyboard.type(text, delay=15)
        page.keyboard.press("Tab")
    address(page, "batch=6.5%2C91%2C0")
    expect(page.get_by_label("Row 1, IQ")).to_have_value("91")
    expect(steps.part("table").locator("tbody tr").first).to_contain_text("6.591")


def test_a_page_left_and_entered_again_is_as_it_was(page: Page) -> None:
    steps = Steps(page, "/steps?stage=y&gamma1=1.5")
    page.keyboard.press("ArrowRight")
    address(page, "stage=a")
    page.get_by_role("link", name="Running statistics").click()
    address(page, "/statistics")
    page.get_by_role("link", name="Step by step").click()
    steps.at("Activation")
    address(page, "stage=a&gamma1=1.5")


def test_the_link_opens_the_playground_with_students(page: Page) -> None:
    Steps(page, "/steps?eps=0.01")
    page.get_by_role("link", name=re.compile("Open this network in the Playground")).click()
    address(page, "dataset=students")
    address(page, "eps=0.01")


@pytest.mark.parametrize("stage", ["z", "loss", "dz", "dw"])
def test_a_phone_needs_no_sideways_scrolling(new_page: NewPage, stage: str) -> None:
    page = new_page(390, 844, has_touch=True, color_scheme="dark")
    Steps(page, f"/steps?stage={stage}&batch=7.4,100,0;7.44,100,1")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    sheet = page.get_by_role("region", name="Step by step")
    assert sheet.evaluate("e => [...e.querySelectorAll('.panel')].filter(p => p.scrollWidth > p.clientWidth + 1).length") == 0
