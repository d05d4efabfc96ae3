from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from app.http.health import WHO, Readiness, health_routes
from app.http.readers import Closed, Readers
from tests.app.http.asgi import answer

TOKEN = "0123456789abcdef"
GIVEN = {"authorization": f"Bearer {TOKEN}"}
ELSEWHERE = ["10.0.0.7", "192.168.1.2", "2001:db8::1", "::ffff:10.0.0.7", "testclient", None]
HERE = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]
PASSED_ON = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"]


def app(readers: Readers, base_path: str = "", missing: str = "") -> Starlette:
    return Starlette(routes=health_routes(base_path, lambda: missing, lambda: b"bnlab_runs 1\n", readers))


@pytest.mark.parametrize("client", HERE)
def test_this_machine_reads_the_numbers(client: str) -> None:
    assert answer(app(Readers("local")), "/metrics", client=client) == (200, "bnlab_runs 1\n")


@pytest.mark.parametrize("client", ELSEWHERE)
def test_nobody_else_reads_them_whatever_their_network(client: str | None) -> None:
    assert answer(app(Readers("local")), "/metrics", client=client) == (403, WHO)


@pytest.mark.parametrize("name", PASSED_ON)
def test_what_a_proxy_on_this_machine_passes_on_is_from_elsewhere(name: str) -> None:
    assert answer(app(Readers("local")), "/metrics", **{name: "127.0.0.1"})[0] == 403


def test_whoever_has_the_token_reads_them_from_anywhere() -> None:
    watched = app(Readers("local", TOKEN))
    assert answer(watched, "/metrics", client="10.0.0.7", **GIVEN)[0] == 200
    assert answer(watched, "/metrics", client="10.0.0.7", x_forwarded_for="1.2.3.4", **GIVEN)[0] == 200
    for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ", "Bearer é"):
        assert answer(watched, "/metrics", client="10.0.0.7", authorization=wrong)[0] == 403
    assert answer(app(Readers("local")), "/metrics", client="10.0.0.7", authorization="Bearer ")[0] == 403


def test_everybody_or_nobody() -> None:
    assert answer(app(Readers("on")), "/metrics", client="10.0.0.7")[0] == 200
    assert answer(app(Readers("off", TOKEN)), "/metrics", **GIVEN)[0] == 404


def test_readiness_says_what_is_missing() -> None:
    warm = [0]
    readiness = Readiness(lambda: warm[0])
    said = [readiness.missing()]
    readiness.phase = "running"
    said.append(readiness.missing())
    warm[0] = 1
    said.append(readiness.missing())
    readiness.phase = "stopping"
    said.append(readiness.missing())
    assert said == ["starting", "no worker is ready", "", "stopping"]


@pytest.mark.parametrize(("base_path", "prefix"), [("", ""), ("lab/bn", "/lab/bn"), ("/lab/", "/lab")])
def test_a_supervisor_asks_below_the_base_path(base_path: str, prefix: str) -> None:
    for missing, status in (("", 200), ("no worker is ready", 503)):
        watched = app(Readers("local"), base_path, missing)
        assert answer(watched, f"{prefix}/livez") == (200, "ok\n")
        assert answer(watched, f"{prefix}/readyz") == (status, f"{missing or 'ok'}\n")
        assert answer(watched, f"{prefix}/livez", method="POST")[0] == 405


def test_streamlits_own_numbers_are_closed_as_ours_are() -> None:
    closed = Closed(PlainTextResponse("numbers"), {"/lab/_stcore/metrics"}, Readers("local"))
    assert answer(closed, "/lab/_stcore/metrics", client="10.0.0.7") == (404, "Not found\n")
    assert answer(closed, "/lab/_stcore/metrics") == (200, "numbers")
    assert answer(closed, "/lab/_stcore/health", client="10.0.0.7") == (200, "numbers")
