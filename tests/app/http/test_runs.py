"""The address of a run answers when there is news, and says so when there will be none."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from starlette.applications import Starlette

from app.http.runs import NO_NAME, NOT_KNOWN, run_route
from app.live.codec import unpack, unzipped
from app.live.following import FORGOTTEN, Followed, Following
from tests.app.http.asgi import answer, ask, header
from tests.app.live.growth import Growth


class Served:
    """One run behind its address."""

    def __init__(self, hold: float = 30.0, base_path: str = "", pause: float = 0.0) -> None:
        self.runs, self.run = Followed(), Growth()
        self.app = Starlette(routes=[run_route(base_path, self.runs, hold)])
        self.page = Following(self.run, self.run.make, self.run.answer, lambda: pause)
        self.name = self.runs.put(self.page)

    def ask(self, **headers: str) -> list[dict[str, Any]]:
        return ask(self.app, f"/run/{self.name}", **headers)

    def status(self) -> int:
        return int(self.ask()[0]["status"])

    def later(self, *growth: Any) -> None:
        def grow() -> None:
            while not self.run.listeners:
                time.sleep(0.001)
            self.run.grow(*growth)

        threading.Thread(target=grow).start()


def body(messages: list[dict[str, Any]]) -> bytes:
    return b"".join(message.get("body", b"") for message in messages[1:])


def test_what_there_is_comes_at_once_and_what_follows_when_it_is_there() -> None:
    served = Served()
    served.run.grow(0.25)
    assert body(served.ask()) == b"0.25" * 50
    served.later(0.5)
    assert body(served.ask()) == b"0.5" * 50
    served.later(1.0)
    assert body(served.ask()) == b"1.0" * 50
    assert served.run.listeners == []


def test_a_whole_run_is_given_again_where_it_was_lost_on_the_way_until_the_page_has_another() -> None:
    served = Served()
    served.run.grow(1.0)
    assert [body(served.ask()) for _ in range(2)] == [b"1.0" * 50] * 2
    served.runs.drop(served.name)
    assert unpack(body(served.ask()))[0] == {"kind": "gone", "reason": NOT_KNOWN}


def test_what_was_sent_whole_is_held_no_more_than_others_hold_it() -> None:
    served = Served()
    served.run.grow(0.5)
    served.ask()
    assert not served.run.loose
    served.run.grow(1.0)
    served.ask()
    assert served.run.loose


def test_a_whole_run_that_has_made_room_is_gone() -> None:
    served = Served()
    served.run.grow(1.0)
    served.run.visible = 0.0
    assert unpack(body(served.ask()))[0] == {"kind": "gone", "reason": FORGOTTEN}


def test_without_news_the_answer_is_empty_after_a_while() -> None:
    served = Served(hold=0.05)
    assert served.status() == 204
    served.run.grow(0.5)
    assert [served.status(), served.status()] == [200, 204]
    assert served.run.listeners == []


def test_what_grows_is_held_back_for_a_pause_and_the_end_is_not() -> None:
    served = Served(hold=0.05, pause=10.0)
    served.run.grow(0.1)
    assert served.status() == 200
    served.run.grow(0.2)
    assert served.status() == 204
    served.run.grow(1.0)
    assert served.status() == 200


@pytest.mark.parametrize("before", [True, False])
def test_what_will_never_come_is_gone(before: bool) -> None:
    served = Served()
    if before:
        served.run.grow(0.5, "Training: no.")
    else:
        served.later(0.5, "Training: no.")
    messages = served.ask()
    assert messages[0]["status"] == 200
    assert unpack(body(messages))[0] == {"kind": "gone", "reason": "Training: no."}


@pytest.mark.parametrize("name", ["", "x", "%00", "..", "a/b", "e" * 31, "e" * 4000, "E" * 32, "<script>"])
def test_what_is_no_name_is_not_found(name: str) -> None:
    status, text = answer(Served().app, f"/run/{name}")
    assert status == 404
    assert text in (NO_NAME, "Not Found")


def test_only_reading_is_allowed() -> None:
    assert answer(Served().app, "/run/x", method="POST")[0] == 405


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "", "br"])
def test_it_comes_compressed_to_whoever_can_read_that(accepted: str) -> None:
    served = Served()
    served.run.grow(1.0)
    messages = served.ask(accept_encoding=accepted)
    zipped = header(messages[0]).get("content-encoding") == "gzip"
    assert zipped == ("gzip" in accepted)
    data = body(messages)
    assert (unzipped(data) if zipped else data) == b"1.0" * 50
    assert header(messages[0])["cache-control"] == "no-store"


def test_it_stands_below_the_base_path() -> None:
    served = Served(base_path="lab/bn")
    served.run.grow(1.0)
    assert ask(served.app, f"/run/{served.name}")[0]["status"] == 404
    assert ask(served.app, f"/lab/bn/run/{served.name}")[0]["status"] == 200
