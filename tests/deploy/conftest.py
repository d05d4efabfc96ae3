"""The browser of the browser tests, for what is deployed."""

from __future__ import annotations

import pytest

from tests.browser.conftest import browser

__all__ = ["browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the end what uses the browser: its event loop runs until the end, and other tests want one of their own."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))
