"""A few real Chromium pages among the light clients: what they measure is what a person sees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error, Page, async_playwright

from tests.browser.find_browser import find_browser

from .tally import Tally

__all__ = ["change_now_and_then", "opened", "play"]

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PLAYER = "[data-frames][data-complete=true]"

CHANGED = """(player, key) => new Promise((resolve, reject) => {
  const before = player.dataset.run;
  const began = performance.now();
  const watch = new MutationObserver(() => {
    if (player.dataset.run === before || player.dataset.complete !== "true") return;
    watch.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  watch.observe(player, { attributes: true });
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  setTimeout(() => reject(new Error("no new run in time")), 60000);
})"""


@asynccontextmanager
async def opened(url: str, count: int, query: str) -> AsyncIterator[list[Page]]:
    """Open some pages, each as a person of their own; none of none."""
    path = find_browser()
    if not count or path is None:
        yield []
        return
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        pages = []
        for i in range(count):
            page = await (await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")).new_page()
            await page.goto(f"{url}/?{query}&seed={500_000 + 1000 * i}")
            await page.wait_for_selector(PLAYER, timeout=120_000)
            pages.append(page)
        yield pages
        await browser.close()


async def change_now_and_then(page: Page, tally: Tally, until: float, think: float) -> None:
    """Press an arrow key on the learning rate some seconds after each whole run; time it in the page."""
    keys = ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]
    pressed = 0
    while time.monotonic() < until:
        await asyncio.sleep(think)
        try:
            await page.get_by_test_id("stSidebar").get_by_role("slider", name="Learning rate").focus()
            took: float = await page.locator("[data-frames]").evaluate(CHANGED, keys[pressed % len(keys)])
            tally.browsers.append(took / 1000)
        except Error as error:
            tally.errors.append(f"Chromium: {error.message.splitlines()[0]}")
        pressed += 1


async def play(page: Page, until: float) -> None:
    """Play the run again and again, then scrub."""
    player = page.locator("[data-frames]")
    await player.press("Home")
    while time.monotonic() < until:
        await player.press("ArrowRight")
        await asyncio.sleep(0.05)
