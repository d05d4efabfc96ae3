"""The page of lessons in a browser, as the tests see it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

__all__ = ["LessonPage"]

PATIENCE = 60_000


class LessonPage:
    """One open page.

    Parameters
    ----------
    page : Page
    query : str
        What its address asks for.
    """

    def __init__(self, page: Page, query: str = "") -> None:
        self.page = page
        page.goto(f"/lessons{query}")
        expect(page.locator(".sheet").first).to_be_visible(timeout=PATIENCE)

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def act(self, name: str) -> Locator:
        return self.page.locator(f"[data-act='{name}']").first

    def predict(self, key: str) -> None:
        self.act(f"answer:{key}").click()
        expect(self.act(f"answer:{key}")).to_have_attribute("aria-pressed", "true")

    def run(self) -> None:
        self.act("run").click()
        self.settle()

    def settle(self) -> None:
        """Wait until the run's result, its pictures and what follows are there."""
        expect(self.part("reveal")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=PATIENCE)
        expect(self.part("remember")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("[data-testid=stStatusWidget]")).to_be_hidden(timeout=PATIENCE)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
