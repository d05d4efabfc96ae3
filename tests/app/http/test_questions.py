"""A question about a run is answered at its address, one at a time, and what is no question gets a sentence."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette

from app.http.questions import LARGEST, NO_JSON, NO_QUESTION, TOO_LONG, question_route
from app.http.runs import NO_NAME, NOT_KNOWN
from app.live.codec import unpack
from app.live.following import Followed, Following, failed
from app.observe import WATCH
from tests.app.http.asgi import answer, ask, asked, header
from tests.app.live.growth import Growth


class Served:
    """One run behind the address of its questions."""

    def __init__(self, base_path: str = "") -> None:
        self.runs, run = Followed(), Growth()
        self.page = Following(run, run.make, run.answer, lambda: 0.0)
        self.name = self.runs.put(self.page)
        self.app = Starlette(routes=[question_route(base_path, self.runs)])

    def how(self, question: object) -> dict[str, Any]:
        body = question if isinstance(question, bytes) else json.dumps(question).encode()
        return {"method": "POST", "body": body, "content_type": "application/json"}

    def ask(self, question: object, **headers: str) -> list[dict[str, Any]]:
        return ask(self.app, f"/ask/{self.name}", **{**self.how(question), **headers})

    def said(self, question: object, **headers: str) -> tuple[int, str]:
        return answer(self.app, f"/ask/{self.name}", **{**self.how(question), **headers})


def told(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return unpack(b"".join(message.get("body", b"") for message in messages[1:]))[0]


def test_a_question_gets_its_answer() -> None:
    served = Served()
    messages = served.ask({"run": "mine", "gamma": 1.5})
    assert (messages[0]["status"], header(messages[0])["cache-control"]) == (200, "no-store")
    assert told(messages) == {"kind": "answer", "ask": {"run": "mine", "gamma": 1.5}}
    assert told(served.ask({}, content_type="Application/JSON; charset=utf-8"))["kind"] == "answer"


def test_a_question_about_another_run_gets_nothing() -> None:
    assert Served().said({"run": "other"}) == (204, "")


def test_one_question_of_a_page_is_answered_at_a_time() -> None:
    served, beside = Served(), Served()

    async def go() -> list[dict[str, Any]]:
        async def put(to: Served, seconds: float) -> dict[str, Any]:
            return told(await asked(to.app, f"/ask/{to.name}", **to.how({"seconds": seconds})))

        first = asyncio.create_task(put(served, 0.5))
        await asyncio.sleep(0.1)
        return [await put(served, 0.0), await put(beside, 0.0), await first, await put(served, 0.0)]

    assert [found["kind"] for found in asyncio.run(go())] == ["busy", "answer", "answer", "answer"]


def test_an_answer_that_fails_is_told_and_counted_and_leaves_the_next_one_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    served, name = Served(), 'bnlab_errors_total{where="answer"} %.1f'
    before = float(WATCH.metrics.text().decode().partition(name.partition("%")[0])[2].partition("\n")[0])
    assert told(served.ask({"run": "mine", "seconds": "Ada"})) == unpack(failed({"run": "mine"}))[0]
    assert name % (before + 1) in WATCH.metrics.text().decode()
    assert caplog.records[-1].fields["error"] == "TypeError"  # type: ignore[attr-defined]
    assert "Ada" not in str(caplog.records[-1].__dict__)
    assert told(served.ask({}))["ask"] == {}


def test_a_run_that_is_none_any_more_is_gone() -> None:
    served = Served()
    served.runs.drop(served.name)
    assert told(served.ask({})) == {"kind": "gone", "reason": NOT_KNOWN}


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 4000, b"[1]", b"null", b'"x"', b"1e999", b"\xff\xfe", b"\0" * 9])
def test_what_is_no_question_gets_a_sentence(body: bytes) -> None:
    assert Served().said(body) == (400, NO_QUESTION)


def test_a_long_question_is_refused_as_soon_as_it_is() -> None:
    served = Served()
    room = LARGEST - len(json.dumps({"x": ""}))
    assert served.said({"x": "x" * room})[0] == 200
    assert served.said({"x": "x" * (room + 1)}) == (413, TOO_LONG)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=application/json"]
)
def test_only_json_is_taken_which_no_other_site_may_send(kind: str) -> None:
    assert Served().said({}, content_type=kind) == (415, NO_JSON)


@pytest.mark.parametrize("name", ["x", "..", "e" * 31, "E" * 32, "<script>"])
def test_what_is_no_name_is_not_found(name: str) -> None:
    served = Served()
    assert answer(served.app, f"/ask/{name}", **served.how({})) == (404, NO_NAME)


def test_a_question_is_no_page() -> None:
    served = Served()
    assert answer(served.app, f"/ask/{served.name}")[0] == 405


def test_it_stands_below_the_base_path() -> None:
    served = Served(base_path="lab/bn")
    assert served.said({})[0] == 404
    assert answer(served.app, f"/lab/bn/ask/{served.name}", **served.how({}))[0] == 200
