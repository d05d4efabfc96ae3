"""The Playground as a person uses it: what is seen, and what is done to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"

PICTURES = """player => Object.fromEntries([...player.querySelectorAll("section[aria-label]:not([hidden])")].map(
    section => [section.getAttribute("aria-label"),
    [...section.querySelectorAll("canvas")].filter(c => c.getClientRects().length > 0).map(c => c.toDataURL()).join()]))"""


class Lab:
    """One open Playground.

    Parameters
    ----------
    page : Page
    path : str
        Address to open, with its query.
    settle : bool
        Wait until a whole run is shown.
    """

    def __init__(self, page: Page, path: str = "/", *, settle: bool = True) -> None:
        self.page = page
        self.player = page.locator("[data-frames]")
        page.emulate_media(reduced_motion="reduce")  # nothing plays by itself
        page.goto(path)
        if settle:
            self.settle()

    def settle(self) -> None:
        """Wait until a whole run is shown."""
        expect(self.page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=30_000)

    @property
    def said(self) -> Locator:
        """What the player has to say about the settings."""
        return self.player.locator(".messages")

    @property
    def run(self) -> str:
        return self.player.get_attribute("data-run") or ""

    @property
    def frame(self) -> int:
        return int(self.player.get_attribute("data-frame") or -1)

    @property
    def last(self) -> int:
        return int(self.player.get_attribute("data-frames") or 0) - 1

    def pictures(self) -> dict[str, str]:
        """Return a short hash of the pixels of each part of the player, once the page has come to rest around it."""
        before: dict[str, str] = {}
        for _ in range(20):
            self.page.evaluate(DRAWN)
            pixels: dict[str, str] = self.player.evaluate(PICTURES)
            now = {name: hashlib.sha256(data.encode()).hexdigest()[:12] for name, data in pixels.items() if data}
            if now == before:
                return now
            before = now
        raise AssertionError("the player does not come to rest")

    def control(self, label: str) -> Locator:
        """Return a slider of the sidebar by its label."""
        return self.page.get_by_test_id("stSidebar").get_by_role("slider", name=label)

    def change(self, act: Callable[[], object]) -> None:
        """Do something that asks for another run, and wait until that is shown."""
        before = self.run
        act()
        expect(self.player).not_to_have_attribute("data-run", before, timeout=30_000)
        self.settle()

    def go(self, frame: int) -> None:
        """Step to a frame with the keyboard."""
        self.player.press("Home")
        for _ in range(frame):
            self.player.press("ArrowRight")
        expect(self.player).to_have_attribute("data-frame", str(frame))
