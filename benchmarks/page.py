"""Time the Playground in a real Chromium, as a person feels it, and write ``docs/page-times.md``.

python -m benchmarks.page [--changes 20] [--to docs/page-times.md]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Locator, sync_playwright

from benchmarks.machine import machine
from tests.browser.find_browser import NONE, find_browser
from tests.browser.flags import FLAGS
from tests.browser.lab import Lab
from tests.browser.server import AppServer
from tests.browser.test_playing import PAINTS
from tests.browser.test_probe_and_lens import FOLLOW

LEFT_OF_MOMENTUM = 7
"""Stops of its slider below the default."""

WATCH = """player => {
    const before = player.dataset.run;
    let start = 0;
    window.addEventListener("keydown", () => (start = performance.now()), {capture: true, once: true});
    window.took = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error("no other run within 30 s")), 30000);
        const watcher = new MutationObserver(() => {
            if (player.dataset.run === before || player.dataset.complete !== "true") return;
            watcher.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        });
        watcher.observe(player, {attributes: true, attributeFilter: ["data-run", "data-complete"]});
    });
}"""
"""Times a key from its press to the frame after the whole of another run was drawn; in the page, where no driver takes its turn."""


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20, help="of the learning rate; at most 28 (20)")
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "docs" / "page-times.md")
    given = parser.parse_args()
    found = find_browser()
    if found is None:
        parser.error(NONE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = AppServer(Path(folder))
        try:
            server.wait_until_healthy()
            browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
            rows = measured(browser, server.url, given.changes)
            browser.close()
        finally:
            server.kill()
    given.to.write_text("\n".join(page(rows)) + "\n", "utf-8")
    print("\n".join(rows), f"written: {given.to}", sep="\n")


def page(rows: list[str]) -> list[str]:
    """Return the lines of the page."""
    return [
        "# Times of the Playground", "",
        "Written by `python -m benchmarks.page`: the default page at 1440 x 900 in headless Chromium, which draws with the",
        "processor; browser, server and workers share the machine's cores. Medians with the 95th percentile.", "",
        f"{machine('streamlit', 'playwright')} Load of the machine before: {os.getloadavg()[0]:.1f}.", "",
        "| what | measured |", "|---|---|", *rows,
    ]  # fmt: skip


def measured(browser: Browser, url: str, changes: int) -> list[str]:
    """Return the rows of the table."""
    opened = [opening(browser, url) for _ in range(8)][1:]
    window = browser.new_page(base_url=url, viewport={"width": 1440, "height": 900})
    messages: list[str | bytes] = []
    window.on("websocket", lambda socket: socket.on("framesent", lambda sent: messages.append(sent)))
    lab = Lab(window)
    rate, momentum = lab.control("Learning rate"), lab.control("BN momentum")
    there = [changing(lab, rate, "ArrowRight") for _ in range(changes // 2)]
    cached = [changing(lab, rate, "ArrowLeft") for _ in range(changes // 2)]
    there += [changing(lab, rate, "ArrowLeft") for _ in range(changes - changes // 2)]
    one_arm = [changing(lab, momentum, "ArrowLeft") for _ in range(min(changes // 2, LEFT_OF_MOMENTUM))]
    window.get_by_role("button", name="Probe").click()
    slider = lab.player.get_by_role("slider", name="γ").element_handle()
    followed = [ms / 1000 for ms in lab.player.evaluate(FOLLOW, slider)]
    window.keyboard.press("Escape")
    return [
        said("first picture of a whole run after opening, nothing in the browser's cache, the run in the server's", opened),
        said("a change of the learning rate to the new pictures, both arms trained", there),
        said("a change of BN momentum, one arm trained", one_arm),
        said("a change back, both arms known", cached),
        said("the probe's slider to the new picture", followed),
        playing(lab, messages),
    ]


def opening(browser: Browser, url: str) -> float:
    """Return the seconds from asking for the page to a whole run on the screen."""
    context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
    window = context.new_page()
    start = time.perf_counter()
    window.goto("/", wait_until="commit")
    window.locator("[data-frames][data-complete=true]").wait_for()
    seconds = time.perf_counter() - start
    context.close()
    return seconds


def changing(lab: Lab, slider: Locator, key: str) -> float:
    """Return the seconds from a key on a slider to the whole of another run on the screen."""
    slider.focus()
    lab.player.evaluate(WATCH)
    lab.page.keyboard.press(key)
    seconds = float(lab.page.evaluate("window.took")) / 1000
    lab.page.wait_for_timeout(600)
    return seconds


def playing(lab: Lab, messages: list[str | bytes]) -> str:
    """Return the row of two seconds of playback; all that the page sends to the server is in ``messages``."""
    lab.player.press("Home")
    lab.page.wait_for_timeout(1000)
    before = len(messages)
    lab.player.press("Space")
    seen = lab.player.evaluate(PAINTS)
    lab.player.press("Space")
    told = f"{seen['ticks'] / 2:.0f}; {seen['blank']}; {len(messages) - before} of {len(messages)}"
    return f"| playback: ticks a second; blank ones; messages to the server | {told} |"


def said(what: str, seconds: list[float]) -> str:
    """Return a row: median and 95th percentile."""
    high = sorted(seconds)[min(len(seconds) - 1, round(0.95 * len(seconds)))]
    return f"| {what} | {statistics.median(seconds):.2f} s ({high:.2f} s), {len(seconds)} times |"


if __name__ == "__main__":
    main()
