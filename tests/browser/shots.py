"""Make the pictures of docs/pictures from the running app: ``make shots``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.find_browser import NONE, find_browser
from tests.browser.flags import FLAGS
from tests.browser.server import ROOT, AppServer

PICTURES = ROOT / "docs" / "pictures"
SHOTS = {"playground": {}, "playground-dark": {"color_scheme": "dark"}}
PAGES = {
    "steps": "steps?stage=z_hat",
    "statistics": "statistics",
    "why": "why",
    "why-shift": "why?section=shift",
    "why-telephone": "why?section=telephone",
    "why-measured": "why?section=measured",
    "lessons": "lessons",
    "lesson": "lessons?lesson=faster&answer=some&run=true",
    "slide": "lessons?lesson=faster&view=slides&slide=3",
    "worksheet": "lessons?lesson=faster&view=worksheet",
    "code": "code",
}
"""The other pages' pictures, by name; each light and dark, wide and as on a phone."""

SIZES = {"": (1440, 900), "-phone": (390, 844)}
STEPS = 15  # frames from the first: with BN the ring is found, without it not yet


def shoot(browser: Browser, url: str, name: str, context: dict[str, str]) -> None:
    page = browser.new_page(base_url=url, viewport={"width": 1440, "height": 900}, **context)
    page.emulate_media(reduced_motion="reduce")  # the player then waits to be started
    page.goto("/")
    page.locator("[data-frames][data-complete=true]").wait_for()
    player = page.locator("[data-frames]")
    player.press("Home")
    for _ in range(STEPS):
        player.press("ArrowRight")
    player.blur()
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


def shoot_page(browser: Browser, url: str, name: str, address: str) -> None:
    for dark, scheme in (("", "light"), ("-dark", "dark")):
        for end, (width, height) in SIZES.items():
            page = browser.new_page(base_url=url, viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"/{address}")
            page.get_by_role("heading").first.wait_for()
            if "run=true" in address:
                page.locator(".js-plotly-plot .main-svg").first.wait_for()
            page.get_by_test_id("stStatusWidget").wait_for(state="detached")
            page.wait_for_timeout(1500)
            page.screenshot(path=PICTURES / f"{name}{dark}{end}.png")
            page.close()


def main() -> None:
    path = find_browser()
    if path is None:
        raise SystemExit(NONE)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        try:
            server.wait_until_healthy()
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            for name, context in SHOTS.items():
                shoot(browser, server.url, name, context)
            for name, address in PAGES.items():
                shoot_page(browser, server.url, name, address)
            browser.close()
        finally:
            server.kill()


if __name__ == "__main__":
    main()
