"""The proxy of `deploy/haproxy.cfg` before real copies of the app, as real browsers meet it."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.deploy.find_proxy import NONE, find_proxy
from tests.deploy.fleet import CONFIG, Fleet, until

pytestmark = pytest.mark.evidence

WHOLE = "[data-frames][data-complete=true]"
ADDRESS = "/?seed=7&learning_rate=0.1"


@pytest.fixture(scope="module")
def path() -> str:
    return find_proxy() or pytest.skip(NONE)


@pytest.fixture(scope="module")
def fleet(path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    running = Fleet(path, tmp_path_factory.mktemp("fleet"), 3)
    try:
        running.wait()
        yield running
    finally:
        running.close()


@pytest.fixture
def contexts(browser: Browser, fleet: Fleet) -> Iterator[list[BrowserContext]]:
    """Two browsers that know nothing of each other."""
    fleet.wait()
    opened = [browser.new_context(viewport={"width": 1440, "height": 900}) for _ in range(2)]
    yield opened
    for context in opened:
        context.close()


def visit(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(url)
    expect(page.locator(WHOLE)).to_be_visible(timeout=60_000)
    return page


def ask(page: Page) -> None:
    """Put a question about the run: it must come to the copy that knows it."""
    page.get_by_role("button", name="one mini-batch").click()
    expect(page.locator("[data-frames] .sentence")).to_contain_text("mini-batch", timeout=20_000)


def cookie(context: BrowserContext) -> str:
    (found,) = [each for each in context.cookies() if each["name"] == "bnlab"]
    return str(found["value"])


def requests(fleet: Fleet) -> dict[str, int]:
    return {address: int(row["stot"]) for address, row in fleet.proxy.servers().items()}


def home(fleet: Fleet, before: dict[str, int]) -> str:
    """Return the one copy that has had visits since."""
    (address,) = [address for address, count in requests(fleet).items() if count > before.get(address, 0)]
    return address


def test_everything_of_one_browser_goes_to_one_copy_and_another_browser_may_go_to_another(
    fleet: Fleet, contexts: list[BrowserContext]
) -> None:
    homes = []
    for context in contexts:
        before = requests(fleet)
        sockets: list[str] = []
        page = context.new_page()
        page.on("websocket", lambda socket, sockets=sockets: sockets.append(socket.url))
        page.emulate_media(reduced_motion="reduce")
        page.goto(fleet.proxy.url)
        expect(page.locator(WHOLE)).to_be_visible(timeout=60_000)
        assert len(sockets) == 1  # one connection, never refused
        address = home(fleet, before)
        assert requests(fleet)[address] - before[address] > 100  # page, scripts and socket
        page.reload()
        expect(page.locator(WHOLE)).to_be_visible(timeout=60_000)
        assert home(fleet, before) == address
        homes.append(address)
    assert homes[0] != homes[1]
    assert cookie(contexts[0]) != cookie(contexts[1])


def test_visitors_of_a_copy_that_dies_come_back_on_another_to_the_same_state(fleet: Fleet, contexts: list[BrowserContext]) -> None:
    before = requests(fleet)
    page = visit(contexts[0], fleet.proxy.url + ADDRESS)
    lost = home(fleet, before)
    other = visit(contexts[1], fleet.proxy.url)
    dropped: list[str] = []
    other.on("websocket", lambda socket: dropped.append(socket.url))
    run, address, key = page.locator(WHOLE).get_attribute("data-run"), page.url, cookie(contexts[0])
    with page.expect_event("websocket", timeout=60_000):
        fleet.kill(lost)
    until(lambda: cookie(contexts[0]) != key)
    expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0, timeout=60_000)
    expect(page.locator(WHOLE)).to_have_attribute("data-run", run or "", timeout=60_000)
    assert page.url == address
    page.get_by_test_id("stSidebar").get_by_role("slider", name="Batch size").press("ArrowRight")
    expect(page.locator("[data-frames]")).not_to_have_attribute("data-run", run or "", timeout=60_000)
    expect(page.locator(WHOLE)).to_be_visible(timeout=60_000)
    ask(page)
    assert lost not in fleet.proxy.up()
    assert dropped == []  # whoever was elsewhere noticed nothing
    fleet.restart(lost)
    fleet.wait()


def test_a_copy_that_hangs_is_taken_out_and_comes_back(fleet: Fleet, contexts: list[BrowserContext]) -> None:
    before = requests(fleet)
    page = visit(contexts[0], fleet.proxy.url + ADDRESS)
    hung = home(fleet, before)
    run = page.locator(WHOLE).get_attribute("data-run")
    with page.expect_event("websocket", timeout=60_000):
        fleet.replicas[hung].signal(signal.SIGSTOP)
    try:
        until(lambda: hung not in fleet.proxy.up())
        visit(contexts[1], fleet.proxy.url)
        expect(page.locator(WHOLE)).to_have_attribute("data-run", run or "", timeout=60_000)
    finally:
        fleet.replicas[hung].signal(signal.SIGCONT)
    until(lambda: hung in fleet.proxy.up())


def test_the_numbers_of_the_server_are_not_for_visitors(fleet: Fleet) -> None:
    fleet.wait()
    for path in ("/metrics", "/_stcore/metrics"):
        assert fleet.proxy.get(path) == (404, "Not found")
    assert fleet.proxy.get("/readyz") == (200, "ok\n")


def test_while_no_copy_is_ready_a_sentence_says_so(path: str, tmp_path: Path) -> None:
    fleet = Fleet(path, tmp_path, 0)
    try:
        until(lambda: bool(fleet.proxy.ask("show info")) if Path(fleet.proxy.control).exists() else False)
        assert fleet.proxy.get("/") == (503, "The lab is starting. Reload the page in a moment.")
    finally:
        fleet.close()


def test_one_variable_turns_tls_on_also_below_a_base_path(path: str, browser: Browser, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not on this system")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(["openssl", *request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both = tmp_path / "tls.pem"
    both.write_text(certificate.read_text() + key.read_text())
    fleet = Fleet(path, tmp_path, 1, BNLAB_TLS="yes", BNLAB_TLS_FILE=str(both), BNLAB_BASE_PATH="lab/bn")
    try:
        fleet.wait()
        with browser.new_context(ignore_https_errors=True) as context:
            page = visit(context, f"{fleet.proxy.url}/lab/bn/")
            ask(page)
            assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
            (found,) = [each for each in context.cookies() if each["name"] == "bnlab"]
            assert (found["secure"], found["httpOnly"], found["sameSite"]) == (True, True, "None")
    finally:
        fleet.close()


def test_nothing_of_a_visitor_is_logged() -> None:
    text = CONFIG.read_text("utf-8")
    assert re.findall(r"option +(?:httplog|tcplog|forwardfor)|log-format", text) == []
    assert "option dontlog-normal" in text
