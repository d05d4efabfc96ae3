"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser.find_browser import NONE, find_browser
from tests.browser.flags import FLAGS

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # the same examples everywhere, and no test fails because a machine is busy


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Keep the search for doctests away from the scripts beside the tests: some need what only `make evidence` installs."""
    return True if collection_path.suffix == ".py" and not collection_path.name.startswith("test_") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the end what uses the browser: its event loop runs until the end, and other tests want one of their own."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real Chromium for all tests that want one: there can be no second one in a process."""
    path = find_browser()
    if path is None:
        pytest.fail(NONE, pytrace=False)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()
