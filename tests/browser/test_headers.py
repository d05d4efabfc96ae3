"""What the browser is told to refuse: no page needs it, and it is refused."""

from __future__ import annotations

import http.server
import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.live.bundle import address
from tests.browser.conftest import NewPage
from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage
from tests.browser.server import AppServer
from tests.browser.test_code import QUERY, download, opened
from tests.browser.test_statistics import Lab as Statistics
from tests.browser.test_why import SECTIONS, Why

pytestmark = pytest.mark.evidence

LISTEN = """addEventListener("securitypolicyviolation",
    event => violated(`${event.effectiveDirective} refused ${event.blockedURI} on ${location.pathname}`));"""


def violations(page: Page) -> list[str]:
    """Return what the browser will refuse on all that this page opens."""
    found: list[str] = []
    page.expose_function("violated", lambda text: found.append(text))
    page.add_init_script(LISTEN)
    page.on("console", lambda message: found.append(message.text) if "Permissions-Policy" in message.text else None)
    return found


def playground(page: Page, _folder: Path) -> None:
    lab = Lab(page)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_test_id("stSidebar").get_by_text("Data", exact=True).click()
    page.get_by_test_id("stSidebar").get_by_text("Your own table").click()
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"1,2,a\n3,x,b\n"}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("stSidebar").get_by_text("Line 2: y must be a number; got 'x'.")).to_be_visible()
    assert lab.run


def steps(page: Page, _folder: Path) -> None:
    page.goto("/steps")
    expect(page.locator(".sheet").first).to_be_visible(timeout=30_000)
    expect(page.locator("math, .katex, sub").first).to_be_attached()


def statistics(page: Page, _folder: Path) -> None:
    Statistics(page).settle()


def why(page: Page, _folder: Path) -> None:
    opened = Why(page)
    for section in SECTIONS:
        opened.choose(section)


def lesson(page: Page, _folder: Path) -> None:
    LessonPage(page, "?lesson=placement").page.wait_for_load_state("networkidle")
    lessons = LessonPage(page, "?lesson=faster")
    lessons.act("run").wait_for()
    for answer in page.locator("[data-act^='answer:']").all()[:1]:
        answer.click()
    lessons.run()


def code(page: Page, folder: Path) -> None:
    opened(page, f"{QUERY}&v.library=numpy")
    expect(page.get_by_role("button", name="Weights .npz")).to_be_visible(timeout=30_000)
    assert download(page, "Program .py", folder).stat().st_size > 1000
    assert download(page, "Weights .npz", folder).stat().st_size > 1000


PAGES: dict[str, Callable[[Page, Path], None]] = {
    "playground": playground, "steps": steps, "statistics": statistics, "why": why, "lesson": lesson, "code": code,
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_needs_what_is_refused(new_page: NewPage, tmp_path: Path, name: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    found = violations(page)
    PAGES[name](page, tmp_path)
    assert found == []


def test_a_script_that_got_into_the_page_does_not_run(browser: Browser, server: AppServer) -> None:
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        found = violations(page)
        Lab(page)
        page.evaluate("""() => {
            const box = document.createElement("div");
            box.innerHTML = '<img src="data:," onerror="window.broken = 1"><a href="javascript:window.broken = 2" id="go">x</a>';
            document.body.append(box);
            const script = document.createElement("script");
            script.textContent = "window.broken = 3";
            document.body.append(script);
            document.getElementById("go").click();
        }""")
        page.wait_for_timeout(300)
        assert page.evaluate("window.broken") is None
        assert {text.partition(" ")[0] for text in found} == {"script-src-attr", "script-src-elem"}, found
        assert len(found) == 3
        with pytest.raises(Exception, match="Failed to fetch"):
            page.evaluate("fetch('https://example.invalid/')")


@pytest.mark.parametrize("path", ["", "static/nothing.js", "_stcore/health", "livez", "lessons", "nothing"])
def test_every_answer_carries_the_headers(server: AppServer, path: str) -> None:
    try:
        with urllib.request.urlopen(f"{server.url}/{path}", timeout=10) as reply:
            headers = reply.headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert (headers["Referrer-Policy"], headers["X-Frame-Options"]) == ("same-origin", "SAMEORIGIN")


def test_a_script_carries_those_that_are_not_about_pages(server: AppServer) -> None:
    with urllib.request.urlopen(f"{server.url}/app/static/live/main.js", timeout=10) as reply:
        assert (reply.headers["X-Content-Type-Options"], reply.headers["Referrer-Policy"]) == ("nosniff", "same-origin")
        assert "Content-Security-Policy" not in reply.headers


@pytest.fixture
def portal() -> Iterator[str]:
    """A site of another origin; what stands behind its ``?`` it shows in a frame."""

    class Portal(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<iframe src="{self.path.partition("?")[2]}" width="1400" height="880"></iframe>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


def listened_to(server: AppServer) -> list[str]:
    """Return the sites whose messages the page obeys when it stands in a frame of theirs."""
    with urllib.request.urlopen(f"{server.url}/_stcore/host-config", timeout=10) as reply:
        return list(json.load(reply)["allowedOrigins"])


def test_no_site_gives_the_page_orders(server: AppServer) -> None:
    assert listened_to(server) == []


def test_no_other_site_shows_it_in_a_frame(browser: Browser, server: AppServer, portal: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{portal}/?{server.url}/")
        page.wait_for_timeout(1000)
        assert any(re.search(r"frame-ancestors|X-Frame-Options", text) for text in said), said


def test_a_school_shows_it_in_its_portal_below_a_path(
    browser: Browser, tmp_path: Path, portal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNLAB_BASE_PATH", "/lab/bn/")
    monkeypatch.setenv("BNLAB_EMBED", f"https://moodle.school.example {portal}")
    monkeypatch.setenv("BNLAB_TITLE", "Lab <7b> & 'c'")
    server = AppServer(tmp_path)
    server.url += "/lab/bn"
    try:
        server.wait_until_healthy()
        with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
            page = context.new_page()
            found = violations(page)
            page.goto(f"{portal}/?{server.url}/")
            frame = page.frame_locator("iframe")
            expect(frame.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=30_000)
            page.goto(f"{server.url}/")
            expect(page).to_have_title("Lab <7b> & 'c'")
            expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=30_000)
            scripts = page.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname)")
            assert scripts.count(address("lab/bn")) == 1
            assert [path for path in scripts if not path.startswith("/lab/bn/")] == []
            page.goto(f"{server.url}/lessons")
            expect(page).to_have_title("Lessons · Lab <7b> & 'c'")
            assert found == []
        for path, status in (("readyz", b"ok\n"), ("livez", b"ok\n")):
            with urllib.request.urlopen(f"{server.url}/{path}", timeout=10) as reply:
                assert reply.read() == status
        assert "X-Frame-Options" not in reply.headers
        assert listened_to(server) == ["https://moodle.school.example", portal]
        assert "Lab <7b> & 'c': http://localhost:" in server.log_text()
    finally:
        server.kill()
