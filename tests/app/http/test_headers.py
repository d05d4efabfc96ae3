from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, StreamingResponse

from app.http.headers import Refusals, policed, refusals
from app.http.index import full_index, inline_scripts, themes
from app.http.shelf import STATIC
from tests.app.http.asgi import ask, header

PORTAL = "https://moodle.school.example"


def rules(policy: str) -> dict[str, list[str]]:
    return {name: allowed for name, *allowed in (rule.split() for rule in policy.split("; "))}


def test_nothing_is_allowed_that_lets_text_become_a_script() -> None:
    found = rules(refusals(["sha256-a="], [])["Content-Security-Policy"])
    assert found["script-src"] == ["'self'", "blob:", "'wasm-unsafe-eval'", "'sha256-a='"]
    assert found["script-src-attr"] == found["object-src"] == found["base-uri"] == ["'none'"]
    assert found["default-src"] == ["'self'"]
    assert "unsafe-inline" not in " ".join(found.pop("script-src"))
    assert [name for name, allowed in found.items() if any(each.startswith(("http", "*")) for each in allowed)] == []


def test_who_may_show_it_in_a_frame() -> None:
    alone, embedded = refusals([], []), refusals([], [PORTAL, "https://*.a.example"])
    assert rules(alone["Content-Security-Policy"])["frame-ancestors"] == ["'self'"]
    assert alone["X-Frame-Options"] == "SAMEORIGIN"
    assert rules(embedded["Content-Security-Policy"])["frame-ancestors"] == ["'self'", PORTAL, "https://*.a.example"]
    assert "X-Frame-Options" not in embedded


def test_the_installed_pages_own_scripts_may_run_and_no_others() -> None:
    index = (STATIC / "index.html").read_text("utf-8")
    ours = full_index(index, ["./a.js"], themes(), "Lab")
    allowed = rules(policed([])["Content-Security-Policy"])["script-src"]
    hashes = [each for each in allowed if each.startswith("'sha256-")]
    assert {f"'{each}'" for page in (index, ours) for each in inline_scripts(page)} == {*hashes}
    for page in (index, ours):
        assert len(re.findall(r"<script(?![^>]*\bsrc=)", page)) == len(inline_scripts(page))


def test_without_streamlits_page_the_headers_are_still_there(tmp_path: Path) -> None:
    assert policed([], tmp_path)["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("kind", "whole"),
    [
        ("text/html; charset=utf-8", True), ("image/svg+xml", True), ("application/json", True), ("text/plain", True),
        ("text/javascript", False), ("application/javascript", False), ("text/css; charset=utf-8", False), ("font/woff2", False),
    ],
)  # fmt: skip
def test_what_is_no_page_by_itself_gets_no_policy_of_its_own(kind: str, whole: bool) -> None:
    sent = header(ask(Refusals(PlainTextResponse("x", headers={"Content-Type": kind}), refusals([], [])))[0])
    assert {"x-content-type-options", "referrer-policy"} <= set(sent)
    for name in ("content-security-policy", "permissions-policy", "x-frame-options"):
        assert (name in sent) == whole


def test_a_kind_that_is_not_told_counts_as_a_page() -> None:
    async def bare(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    assert "content-security-policy" in header(ask(Refusals(bare, refusals([], [])))[0])


def test_headers_are_added_once_and_the_rest_is_left() -> None:
    inner = PlainTextResponse("hello", headers={"X-Content-Type-Options": "other", "ETag": "1"})
    found = ask(Refusals(inner, {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}))
    names = [name for name, _ in found[0]["headers"]]
    assert sorted(names) == [b"content-length", b"content-type", b"etag", b"referrer-policy", b"x-content-type-options"]
    assert header(found[0])["x-content-type-options"] == "nosniff"


def test_a_body_passes_as_it_comes() -> None:
    found = ask(Refusals(StreamingResponse(part for part in ("a", "b")), {}))
    assert [message["body"] for message in found[1:]] == [b"a", b"b", b""]


def test_a_websocket_passes_untouched() -> None:
    seen: list[Any] = []

    async def inner(*call: Any) -> None:
        seen.extend(call)

    async def unused(*_: Any) -> dict[str, Any]:
        return {}

    scope = {"type": "websocket"}
    asyncio.run(Refusals(inner, {"A": "b"})(scope, unused, unused))
    assert seen == [scope, unused, unused]


def test_the_title_of_the_tab_is_text() -> None:
    page = full_index("<head><title>Streamlit</title></head>", [], {}, "</title><script>alert(1)</script>")
    assert "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>" in page
    assert "<title>Streamlit</title>" in full_index("<title>Streamlit</title>", [], {})
