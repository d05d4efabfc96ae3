"""The app starts, shows its page, keeps to this machine, and stops."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import ROOT, AppServer


def test_the_playground_opens(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=20_000)
    expect(page).to_have_title("BatchNorm Lab")
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_server_connects_to_nothing_outside(page: Page, server: AppServer) -> None:
    page.goto("/")
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=20_000)
    assert server.addresses_outside() == []


@pytest.mark.parametrize("module", sorted(path.name for path in (ROOT / "app/static/live").glob("*.js")))
def test_modules_are_served_as_javascript(server: AppServer, module: str) -> None:
    with urllib.request.urlopen(f"{server.url}/app/static/live/{module}", timeout=10) as response:
        assert response.headers.get_content_type() in ("text/javascript", "application/javascript")


def test_a_server_prints_its_address_and_ends_with_all_its_workers(tmp_path: Path) -> None:
    server = AppServer(tmp_path)
    try:
        server.wait_until_healthy()
        assert server.url.replace("127.0.0.1", "localhost") in server.log_text()
        assert server.ask_to_stop()
        assert "Traceback" not in server.log_text()
    finally:
        server.kill()
