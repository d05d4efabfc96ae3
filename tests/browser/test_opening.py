"""The first visit: what is asked for, when, and how much of it."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.live.bundle import address
from tests.browser.lab import Lab
from tests.browser.server import AppServer

FETCHED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map(entry => [new URL(entry.name).pathname, entry.transferSize])"""
NAMED = """async () => {
    const reply = await fetch("./", { headers: { accept: "text/html" } });
    const parts = new DOMParser().parseFromString(await reply.text(), "text/html").querySelectorAll("link[href], script[src]");
    return [...parts].map(part => new URL(part.getAttribute("href") ?? part.getAttribute("src"), location.href).pathname);
}"""
MOST = 1_200_000


def borrowed(pid: int, fd: int) -> int:
    """Return a descriptor of our own for an open file of a child process; FileNotFoundError if it is closed by now."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("only Linux lends descriptors")
    process = os.pidfd_open(pid)
    try:
        copy = ctypes.CDLL(None, use_errno=True).syscall(438, process, fd, 0)  # pidfd_getfd
    finally:
        os.close(process)
    if copy == -1 and ctypes.get_errno() == errno.EBADF:
        raise FileNotFoundError
    if copy == -1:
        pytest.skip("this system lends no descriptors of a child")
    return int(copy)


def listens(one: socket.socket) -> bool:
    return one.family in (socket.AF_INET, socket.AF_INET6) and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) != 0


def test_all_that_the_page_is_made_of_is_named_in_its_head(page: Page) -> None:
    Lab(page)
    scripts = [path for path, _ in page.evaluate(FETCHED) if path.endswith(".js")]
    assert scripts.count(address()) == 1
    later = sorted({*scripts} - {*page.evaluate(NAMED)})
    assert later == [], "a new part of the page: name its chunk in app/http/chunks.py (LAZY)"


def test_a_first_visit_stays_within_its_bytes(page: Page) -> None:
    Lab(page)
    page.wait_for_load_state("networkidle")
    fetched = page.evaluate(FETCHED)
    assert sum(size for _, size in fetched) < MOST
    assert [path for path, _ in fetched if "SourceSans" in path] == []


def test_a_second_visit_fetches_no_script_again(page: Page) -> None:
    Lab(page)
    Lab(page)
    assert [path for path, size in page.evaluate(FETCHED) if path.endswith((".js", ".css")) and size] == []


def test_the_server_does_not_hold_back_the_end_of_an_answer(server: AppServer) -> None:
    found = []
    for entry in Path(f"/proc/{server.process.pid}/fd").glob("*"):
        with suppress(FileNotFoundError):  # others come and go
            if os.readlink(entry).startswith("socket:"):
                with socket.socket(fileno=borrowed(server.process.pid, int(entry.name))) as one:
                    if listens(one):
                        found.append(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)
    assert found == [True]


def test_the_page_opens_below_a_base_path(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", "lab")
    server = AppServer(tmp_path)
    server.url += "/lab"
    try:
        server.wait_until_healthy()
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(f"{server.url}/")
            expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=20_000)
            scripts = [path for path, _ in page.evaluate(FETCHED) if path.endswith(".js")]
            assert scripts.count(address("lab")) == 1
            assert {*scripts} <= {*page.evaluate(NAMED)}
    finally:
        server.kill()
