"""One real server for all browser tests, and what no test may see happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.server import AppServer
from tests.faults.serving import serving


class NewPage(Protocol):
    def __call__(self, width: int = 1440, height: int = 900, **context: Any) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder, and leave it to the end: the quick tests speak first."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: here in item.path.parents)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The running app; `server.url` is its address."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser, server: AppServer) -> Iterator[NewPage]:
    """Open pages of any size, such as ``new_page(390, 844, color_scheme="dark")``; each is watched.

    The test fails on any error in the browser's console, any request that leaves this machine, and any traceback in the
    server's log.
    """
    problems: list[str] = []
    contexts = []
    host = urlsplit(server.url).netloc
    log_before = len(server.log_text())

    def watch_url(kind: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != host:
            problems.append(f"{kind} to {url}")

    def watch(page: Page) -> None:
        page.on("console", lambda message: problems.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("request", lambda request: watch_url("request", request.url))
        page.on("websocket", lambda socket: watch_url("websocket", socket.url))

    def build(width: int = 1440, height: int = 900, **context: Any) -> Page:
        opened = browser.new_context(viewport={"width": width, "height": height}, base_url=server.url, **context)
        contexts.append(opened)
        opened.on("page", watch)
        return opened.new_page()

    yield build
    for opened in contexts:
        opened.close()
    if "Traceback" in (log := server.log_text()[log_before:]):
        problems.append(f"server log: {log}")
    assert problems == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A watched page of 1440 x 900, not yet on any address: begin with ``page.goto("/")``."""
    return new_page()
