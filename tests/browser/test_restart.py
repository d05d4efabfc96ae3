"""The server or the way to it goes away under an open page: what is drawn stays, and the page comes back to its state."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browser import server as servers
from tests.browser.lab import Lab
from tests.browser.messages import Messages, until
from tests.browser.server import AppServer, free_port

pytestmark = pytest.mark.evidence

SMALL = "/?seeds=2&epochs=5&samples=60"


class Line:
    """A way to the server that can be cut: it passes bytes on, both ways, until it is told not to."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: list[socket.socket] = []
        self._cut = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop all connections and take no new ones."""
        self._cut = True
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def mend(self) -> None:
        self._cut = False

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                came, _ = self._listening.accept()
                if self._cut:
                    came.close()
                    continue
                there = socket.create_connection(("127.0.0.1", self._to))
                self._open += [came, there]
                for one, other in ((came, there), (there, came)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(server: AppServer) -> Iterator[Line]:
    open_line = Line(int(server.url.rpartition(":")[2]))
    yield open_line
    open_line.close()


class Connections:
    """How many connections a page has had."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        self._page = page
        page.on("websocket", self._begin)

    def _begin(self, _: WebSocket) -> None:
        self.count += 1

    def wait_for_another(self, after: int) -> None:
        """Wait until the page has a newer connection."""
        for _ in range(600):
            if self.count > after:
                break
            self._page.wait_for_timeout(100)
        expect(self._page.get_by_text("Connecting")).to_have_count(0)
        assert self.count > after


def opened(browser: Browser, url: str) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url).new_page()


def moved(lab: Lab, key: str) -> None:
    lab.control("Learning rate").focus()
    lab.change(lambda: lab.control("Learning rate").press(key))


def test_a_page_that_was_offline_plays_on_and_comes_back_as_it_was(browser: Browser, line: Line) -> None:
    page = opened(browser, line.url)
    connections = Connections(page)
    lab = Lab(page, SMALL)
    moved(lab, "ArrowRight")
    lab.go(3)
    run, address, pictures = lab.run, page.url, lab.pictures()
    line.cut()
    expect(page.get_by_text("Connecting")).to_be_visible(timeout=30_000)
    before = connections.count
    lab.player.press("ArrowRight")
    expect(lab.player).to_have_attribute("data-frame", "4")
    assert lab.pictures() != pictures
    page.wait_for_timeout(3000)
    line.mend()
    connections.wait_for_another(before)
    assert (lab.run, page.url) == (run, address)
    lab.go(3)
    assert lab.pictures() == pictures
    moved(lab, "ArrowRight")
    page.context.close()


def test_what_is_clicked_in_the_player_while_nobody_hears_it_is_kept_and_said(browser: Browser, line: Line) -> None:
    page = opened(browser, line.url)
    connections = Connections(page)
    lab = Lab(page, SMALL)
    line.cut()
    expect(page.get_by_text("Connecting")).to_be_visible(timeout=30_000)
    before, run = connections.count, lab.run
    pill = lab.player.get_by_role("button", name="Batch normalization of layer 1")
    pill.click()
    expect(pill).to_have_attribute("aria-busy", "true")
    lab.player.get_by_role("button", name="Next seed").click()
    expect(lab.said).to_contain_text("No answer yet.", timeout=30_000)
    line.mend()
    connections.wait_for_another(before)
    expect(lab.player).not_to_have_attribute("data-run", run, timeout=30_000)
    expect(lab.player.locator(".seeds")).to_contain_text("2 of 2", timeout=30_000)
    expect(pill).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile("norm_layers=2"))
    expect(lab.said).not_to_contain_text("No answer yet.")
    page.context.close()


class Restarted:
    """A server that can be ended, and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    def start(self) -> None:
        self.running = AppServer(self._folder)
        self.running.wait_until_healthy()

    def end(self) -> None:
        assert "Traceback" not in self.running.log_text()
        self.running.kill()


@pytest.fixture
def restarted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Restarted]:
    port = free_port()
    monkeypatch.setattr(servers, "free_port", lambda: port)
    server = Restarted(tmp_path)
    try:
        yield server
        server.end()
    finally:
        server.running.kill()


def test_a_server_that_was_started_again_shows_the_same_state_from_the_address(browser: Browser, restarted: Restarted) -> None:
    pages = [opened(browser, restarted.running.url) for _ in range(2)]
    connections = [Connections(page) for page in pages]
    labs = [Lab(page, f"{SMALL}&seed={i}") for i, page in enumerate(pages)]
    for lab in labs:
        moved(lab, "ArrowRight")
    before = [(lab.run, page.url, lab.pictures()) for lab, page in zip(labs, pages, strict=True)]
    counts = [each.count for each in connections]
    restarted.end()
    restarted.start()
    for each, count in zip(connections, counts, strict=True):
        each.wait_for_another(count)
    for lab, page, (run, address, pictures) in zip(labs, pages, before, strict=True):
        lab.settle()
        expect(lab.player).to_have_attribute("data-run", run)
        assert (page.url, lab.pictures()) == (address, pictures)
        moved(lab, "ArrowLeft")
        expect(lab.control("Learning rate")).to_have_attribute("aria-valuetext", "0.03")
        assert "learning_rate" not in page.url
        page.context.close()


def test_what_is_moved_before_a_new_server_has_drawn_the_page_is_not_put_back(browser: Browser, restarted: Restarted) -> None:
    page = opened(browser, restarted.running.url)
    messages = Messages(page)
    lab = Lab(page, f"{SMALL}&batch_size=16")
    run, rate = lab.run, lab.control("Learning rate")
    restarted.end()
    expect(rate).to_be_disabled(timeout=30_000)
    messages.hold()
    restarted.start()
    expect(rate).to_be_enabled(timeout=60_000)
    rate.press("ArrowRight")
    expect(rate).to_have_attribute("aria-valuetext", "0.05")
    until(lambda: messages.held >= 2, page)
    messages.release()
    expect(lab.player).not_to_have_attribute("data-run", run, timeout=30_000)
    lab.settle()
    expect(rate).to_have_attribute("aria-valuetext", "0.05")
    expect(page).to_have_url(re.compile("learning_rate=0.05"))
    assert "batch_size=16" in page.url
    page.context.close()


def test_what_is_chosen_on_a_sheet_while_there_is_no_server_is_told_to_the_next_one(browser: Browser, restarted: Restarted) -> None:
    page = opened(browser, restarted.running.url)
    page.goto("/statistics?momentum=0.5")
    network = page.get_by_role("region", name="A trained network")
    heading, note = network.get_by_role("heading", level=3), network.get_by_role("status")
    expect(heading).to_contain_text("After 65 updates", timeout=60_000)
    restarted.end()
    network.get_by_role("combobox", name="Updates").select_option("13")
    expect(note).to_contain_text("No answer yet.", timeout=10_000)
    restarted.start()
    expect(heading).to_contain_text("After 13 updates", timeout=60_000)
    expect(note).to_have_text("")
    expect(page).to_have_url(re.compile("updates=13"))
    expect(page.get_by_role("region", name="Momentum lab").get_by_role("heading", level=2).first).to_contain_text("momentum 0.5")
    page.context.close()
