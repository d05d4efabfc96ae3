"""What each page costs on its way to a browser that knows nothing yet, and to one that was here before."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import AppServer
from tests.browser.wire import Relay, files_of, relay_to

pytestmark = pytest.mark.evidence

LESSON = "/lessons?lesson=faster&answer=much&run=true"
RUN = "[data-frames][data-complete=true]"
PAGES = {
    "/": RUN,
    "/steps": "[data-part=strip] [role=status]",
    "/statistics": "[data-part=pictures] [data-symbol=mu] circle",
    "/why": "[data-part] svg",
    "/lessons": ".card",
    "/code": "pre code",
}
PLAIN, WITH_PLOTLY = 1_200_000, 2_800_000
AGAIN = 40_000
MESSAGE = 250_000
MESSAGES = 60_000
"""All of Streamlit's messages of a visit."""


@pytest.fixture
def relay(server: AppServer) -> Iterator[Relay]:
    with relay_to(server.url) as running:
        yield running


def visit(page: Page, relay: Relay, path: str, shows: str) -> dict[str, int]:
    """Open a page; return the bytes of each file, and of all that came under ``"all"``."""
    before, files = relay.down, files_of(page)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{relay.url}{path}")
    expect(page.locator(shows).first).to_be_visible(timeout=90_000)
    page.wait_for_load_state("networkidle")
    return {**files, "all": relay.down - before}


def is_run(path: str) -> bool:
    return path.startswith("/run/")


def of_plotly(files: dict[str, int]) -> list[str]:
    return [path for path in files if "PlotlyChart" in path]


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_and_the_next_one_stay_within_their_bytes(browser: Browser, relay: Relay, path: str) -> None:
    with browser.new_context() as context:
        first = visit(context.new_page(), relay, path, PAGES[path])
        assert of_plotly(first) == []
        assert first["all"] < (PLAIN if path != "/code" else WITH_PLOTLY), first
        again = visit(context.new_page(), relay, path, PAGES[path])
    assert sum(size for name, size in again.items() if name != "all" and not is_run(name)) < AGAIN, again


def test_a_page_with_plotly_stays_within_its_bytes(browser: Browser, relay: Relay) -> None:
    with browser.new_context() as context:
        first = visit(context.new_page(), relay, LESSON, ".js-plotly-plot .plot-container")
        (chart,) = of_plotly(first)
        assert first["all"] < WITH_PLOTLY, first
        again = visit(context.new_page(), relay, LESSON, ".js-plotly-plot .plot-container")
    assert again.get(chart, 0) == 0
    assert sum(size for name, size in again.items() if name != "all" and not is_run(name)) < AGAIN, again


def test_a_run_is_sent_compressed(browser: Browser, relay: Relay) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        coded: list[str | None] = []
        page.on("response", lambda answer: coded.append(answer.header_value("content-encoding")) if "/run/" in answer.url else None)
        whole = visit(page, relay, "/?seed=3", RUN)
        sizes = [size for path, size in whole.items() if is_run(path)]
        assert int(page.locator(RUN).get_attribute("data-frames") or 0) > 50
        assert (len(sizes), coded) == (1, ["gzip"])
        assert 50_000 < sizes[0] < MESSAGE
        again = visit(context.new_page(), relay, "/?seed=3", RUN)
    assert again["all"] - sum(size for name, size in again.items() if name != "all") < MESSAGES


def test_icons_are_drawn_and_no_whole_font_is_fetched(browser: Browser, relay: Relay) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        files = visit(page, relay, "/", RUN)
        fonts = {path: size for path, size in files.items() if path.endswith(".woff2")}
        assert [re.sub(r".*/|\..*", "", path) for path in fonts] == ["MaterialSymbols-Rounded"]
        assert sum(fonts.values()) < 20_000
        # a name that is no ligature of the font would be drawn letter by letter, and be as wide as that
        broad = page.get_by_test_id("stIconMaterial").evaluate_all(
            "icons => icons.filter(i => i.offsetWidth > 1.5 * i.offsetHeight).map(i => i.textContent)"
        )
        assert page.get_by_test_id("stIconMaterial").count() > 3
        assert broad == []
