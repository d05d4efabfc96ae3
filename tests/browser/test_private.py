"""What a visit leaves in the browser is what the privacy page says."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage
from tests.browser.server import ROOT, AppServer

pytestmark = pytest.mark.evidence

LEFT = """async () => ({
    "local storage": Object.keys(localStorage),
    "session storage": Object.keys(sessionStorage),
    "databases": (await indexedDB.databases()).map(each => each.name),
    "caches": await caches.keys(),
    "service workers": (await navigator.serviceWorker.getRegistrations()).length,
})"""


def test_the_browser_keeps_what_the_page_on_privacy_lists_and_nothing_else(browser: Browser, server: AppServer) -> None:
    listed: dict[str, list[str]] = {}
    for where, name in re.findall(
        r"^\| (cookie|local storage) \| `([^`]+)` \|", (ROOT / "docs/privacy.md").read_text("utf-8"), re.M
    ):
        listed.setdefault(where, []).append(name)
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        Lab(page)
        lesson = LessonPage(page, "?lesson=faster")
        lesson.act("run").wait_for()
        page.locator("[data-act^='answer:']").first.click()
        lesson.run()
        page.wait_for_function("() => localStorage.getItem('bnlab.lessons.done') !== null")
        left = page.evaluate(LEFT)
        kept = left.pop("local storage")
        assert [name for name in kept if not any(fnmatch(name, each) for each in listed["local storage"])] == []
        assert [each for each in listed["local storage"] if not any(fnmatch(name, each) for name in kept)] == []
        assert {where: found for where, found in left.items() if found} == {}
        cookies = context.cookies()
        assert [cookie["name"] for cookie in cookies] == listed["cookie"]
        assert {cookie["expires"] for cookie in cookies} == {-1}
