from __future__ import annotations

import math
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException

from app.live.telling import take

NOTHING = {"sheet": 0.0, "id": 0.0}


class Page:
    """What hears messages."""

    def __init__(self) -> None:
        self.heard = dict(NOTHING)
        self.done: list[Any] = []

    def take(self, sent: Any) -> None:
        take(sent, self.heard, self.act, lambda values, final: self.done.append((values, final)))

    def act(self, name: str) -> None:
        self.done.append(name)
        if name == "fail":
            raise ValueError(f"failed after {len(self.done)}")


def acts(*numbers: float, sheet: float = 0.5) -> dict[str, Any]:
    return {"sheet": sheet, "n": 1, "items": [{"id": number, "act": f"a{number}"} for number in numbers]}


def test_each_item_is_done_once_and_in_order() -> None:
    page = Page()
    page.take(acts(1, 2))
    page.take(acts(1, 2, 3))
    page.take({"sheet": 0.25, "items": "text"})
    page.take(acts(2))
    page.take(acts(5, 4, 5, 6))
    assert page.done == ["a1", "a2", "a3", "a5", "a6"]
    assert page.heard == {"sheet": 0.5, "id": 6.0}


def test_another_sheet_counts_from_the_beginning() -> None:
    page = Page()
    page.take(acts(7))
    page.take(acts(1, sheet=0.25))
    assert page.done == ["a7", "a1"]
    assert page.heard == {"sheet": 0.25, "id": 1.0}


def test_one_that_fails_is_not_done_again_and_takes_none_of_the_others_with_it() -> None:
    page = Page()
    items = [
        {"id": 1, "act": "fail"},
        {"id": 2, "values": {"a": 1}, "final": True},
        {"id": 3, "act": "fail"},
        {"id": 4, "act": "last"},
    ]
    with pytest.raises(ValueError, match=r"^failed after 3$") as failed:
        page.take({"sheet": 0.5, "items": items})
    assert str(failed.value.__context__) == "failed after 1"
    page.take({"sheet": 0.5, "items": items})
    assert page.done == ["fail", ({"a": 1.0}, True), "fail", "last"]


@pytest.mark.parametrize("interruption", [StopException(), RerunException(RerunData())])
def test_what_a_newer_run_interrupts_is_not_heard_and_is_done_when_it_is_told_again(interruption: BaseException) -> None:
    page, ends = Page(), [interruption]

    def values(values: dict[str, Any], _final: bool) -> None:
        if ends:
            raise ends.pop()
        page.done.append(values)

    items = [{"id": 1, "act": "a1"}, {"id": 2, "values": {"a": 1}, "final": True}, {"id": 3, "act": "a3"}]
    with pytest.raises(type(interruption)):
        take({"sheet": 0.5, "items": items}, page.heard, page.act, values)
    assert (page.done, page.heard["id"]) == (["a1"], 1)
    take({"sheet": 0.5, "items": items}, page.heard, page.act, values)
    assert (page.done, page.heard["id"]) == (["a1", {"a": 1.0}, "a3"], 3)


def test_no_more_is_taken_from_a_message_than_is_sent_at_once() -> None:
    page = Page()
    page.take(acts(*range(1, 151)))
    assert page.done == [f"a{number}" for number in range(1, 101)]
    assert page.heard["id"] == 100
    page.take(acts(*range(101, 151)))
    assert len(page.done) == 150


def test_where_nobody_listens_all_is_heard() -> None:
    heard = dict(NOTHING)
    take({"sheet": 0.5, "items": [{"id": 1, "act": "a"}, {"id": 2, "values": {"a": 1}, "final": True}]}, heard, None, None)
    assert heard == {"sheet": 0.5, "id": 2.0}


ITEMS = [
    ({"values": {"gamma": 2}, "final": False}, ({"gamma": 2.0}, False)),
    ({"values": {"a": 1.5, "b": "text", "c": True}, "final": True}, ({"a": 1.5, "b": "text", "c": True}, True)),
    ({"values": {}, "final": True}, ({}, True)),
    ({"values": {"a": math.nan, "b": math.inf, "c": 10**400, "d": None, "e": [1], "f": {}}, "final": "yes"}, None),
    ({"values": {"x" * 41: 1.0, "b": "y" * 20_001, "x" * 40: "y" * 20_000}}, ({"x" * 40: "y" * 20_000}, False)),
    ({"values": [1], "final": True}, None),
    ({}, None),
    ({"act": "next"}, "next"),
    ({"act": "x" * 40}, "x" * 40),
    ({"act": "x" * 41}, None),
    ({"act": 1}, None),
    ({"act": None, "values": {"a": 1}, "final": True}, None),
]


@pytest.mark.parametrize(("item", "done"), ITEMS)
def test_what_is_sent_is_done_as_far_as_it_is_of_a_kind_that_is_sent(item: dict[str, Any], done: Any) -> None:
    page = Page()
    page.take({"sheet": 0.5, "items": [{"id": 1, **item}]})
    assert page.done == ([] if done is None else [done])
    assert page.heard["id"] == 1


@pytest.mark.parametrize("number", [math.nan, math.inf, 10**400, "12", True, None, 0, -1, [1]])
def test_what_has_no_number_is_not_done_and_what_follows_is(number: Any) -> None:
    page = Page()
    page.take({"sheet": 0.5, "items": [{"id": number, "act": "a"}, {"act": "b"}, None, "text", {"id": 1, "act": "c"}]})
    assert page.done == ["c"]


@pytest.mark.parametrize("sheet", [math.nan, math.inf, 10**400, "12", True, None, [1]])
def test_what_is_no_sheets_is_not_done(sheet: Any) -> None:
    page = Page()
    page.take({"sheet": sheet, "items": [{"id": 1, "act": "a"}]})
    page.take({"items": [{"id": 1, "act": "a"}]})
    assert page.done == []
    assert page.heard == NOTHING
