"""Messages that no page sends: the sender may lose their own page; the server and everybody else notice nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.light import Client, Late, state_of
from tests.browser.server import AppServer
from tests.hostile.log import culprits
from tests.hostile.nasty import NASTY

pytestmark = pytest.mark.evidence

SMALL = "seeds=2&epochs=2&samples=40"
NAN, INF = float("nan"), float("inf")

WRONG: dict[str, list[Any]] = {
    "trigger_value": [True, False],
    "bool_value": [True, False],
    "double_value": [NAN, INF, -1.0, 1e308, 3.0],
    "int_value": [-(2**63), 2**63 - 1, 3],
    "string_value": ["", "<b>", "nan", "\0", "no such", "x" * 100_000, NASTY["unicode"][0], NASTY["pickle"][0]],
    "double_array_value": [[], [NAN], [INF, -INF], [1e308], [-5.0], [3.0] * 5000],
    "int_array_value": [[], [-1], [2**62]],
    "string_array_value": [[], ["no such"], ["0.03", "0.1"], ["<b>"] * 1000, ["x" * 100_000]],
    "json_value": ["", "{}", "null", "[1", '{"ask": NaN}', "[" * 5000, "1e999"],
    "json_trigger_value": ["", "{}", "[]", "[{}]", "null", "[1, 2]"],
    "bytes_value": [b"", b"\xff" * 1000],
    "string_trigger_value": ["x"],
}
"""Values by the field of the protocol that carries them."""

WIDGETS = ("preset", "compare", "learning_rate", "placement", "same_updates", "group_data", "player")
"""One widget of each kind that the Playground always shows."""

ODD_STATES = [json.dumps(value) for value in (None, 3, "x", [], {}, {"ask": None}, {"moved": 7}, {"ask": [1]}, NAN, [[[]]])]
"""States of a component that are none of ours; text that is no JSON is stopped by Streamlit, which ends the page that sent it."""


@asynccontextmanager
async def witness(server: AppServer) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Open a page beside the others; the function asks it for another run and fails if none comes."""
    async with Client(server.url, query=SMALL) as other:
        await other.whole()
        await other.idle()
        rates = iter(["0.05", "0.1"] * 500)

        async def works() -> None:
            before = other.shown["player"].header["run"]
            await other.change("Learning rate", [next(rates)])
            await other.whole(before)
            await other.idle()
            assert other.screen.failures == []

        yield works


def ours(server: AppServer, before: int) -> list[str]:
    """Return the tracebacks since a place in the log that ended in our own code."""
    return [frame for frame in culprits(server.log_text()[before:]) if frame.startswith(("app/", "bncore/"))]


async def opened(client: Client) -> Client:
    await client.whole()
    await client.idle()
    return client


async def settled(client: Client) -> None:
    """Wait until the page has answered, if it does: a message may be none that is answered."""
    try:
        await client.until(lambda: client.screen.running, "start", 0.3)
    except Late:
        return
    await client.until(lambda: not client.screen.running, "end of the run")


@pytest.mark.parametrize("key", WIDGETS)
def test_a_value_of_a_wrong_kind_ends_at_most_the_senders_own_page(server: AppServer, key: str) -> None:
    before = len(server.log_text())

    async def send(field: str, value: Any) -> None:
        async with Client(server.url, query=SMALL) as client:
            widget = (await opened(client)).screen.find(key)
            await client.send(client.screen.rerun(more={widget.id: state_of(widget.id, field, value)}))
            await settled(client)

    async def all_of_them() -> None:
        async with witness(server) as works:
            for field, values in WRONG.items():
                await asyncio.gather(*(send(field, value) for value in values))
            await works()

    asyncio.run(all_of_them())
    assert ours(server, before) == []
    assert server.process.poll() is None


ODD = [None, True, -1, 1e308, NAN, INF, 2**70, "x" * 3_000, [], {}, [[[]]], "\0", "<script>", {"__class__": 1}]


def test_a_question_may_be_anything(server: AppServer) -> None:
    before = len(server.log_text())
    ask = {"kind": "probe", "arm": 0, "frame": 0, "layer": 0, "unit": None, "gamma": 1.0, "beta": 0.0}
    places = [
        {"kind": "lens", "frame": 0, "mode": "exact", "batch": 0},
        {"kind": "mates", "frame": 0, "x": 0.0, "y": 0.0, "draw": 0},
    ]

    async def go() -> None:
        async with witness(server) as works, Client(server.url, query=SMALL) as client:
            await opened(client)
            for good in (ask, *places):
                for each in [{**good, name: value} for name in good for value in ODD]:
                    assert set(await client.ask(each)) & {"error", "run"}
                for value in ODD:
                    with pytest.raises(Late, match="204"):
                        await client.ask({**good, "run": value})
                assert "error" not in await client.ask(good)
            for kind in ("lens", "mates", "probe"):
                assert "error" in await client.ask({"kind": kind, "frame": 0})
            with pytest.raises(Late, match="413"):
                await client.ask({**ask, "gamma": "x" * 10_000})
            await works()

    asyncio.run(go())
    assert ours(server, before) == []


def test_a_component_may_say_anything(server: AppServer) -> None:
    before = len(server.log_text())

    async def go() -> None:
        async with witness(server) as works, Client(server.url, query=SMALL) as client:
            await opened(client)
            words = [
                "layer",
                "seed",
                "present",
                "lost",
                "layer:1",
                "layer:1:on",
                "layer:99:off",
                "layer:-1:on",
                "seed:99",
                "present:maybe",
            ]
            for number, value in enumerate([*ODD, *words, *[f"{word}:{value}" for word in words[:3] for value in ODD]], 1):
                items = [{"act": value}, {"values": {"class": value}, "final": True}, {"values": value}, value]
                numbered = [{"id": 4 * number + i, **item} if isinstance(item, dict) else item for i, item in enumerate(items)]
                await client.tell("player", {"moved": {"sheet": 1.0, "n": number, "items": numbered}})
                await settled(client)
                await client.tell("player", {"moved": value})
            for text in ODD_STATES:
                await client.tell("player", text)
            for value in (*ODD, [{"event": "layer", "value": value} for value in (*ODD, 1, 99, -7)], [{"event": 3}], [7]):
                await client.trigger("player", value)
                await settled(client)
            assert client.screen.failures == []
            await works()

    asyncio.run(go())
    assert ours(server, before) == []


@pytest.mark.parametrize("path", ["steps", "statistics", "why", "lessons"])
def test_a_sheet_may_say_anything(server: AppServer, path: str) -> None:
    before = len(server.log_text())
    odd = [None, True, -1, 1e308, NAN, 2**70, "x" * 30_000, [], {}, "<script>", "nan", "gamma:1:2", "class:99", "open:no such"]
    names = [
        "gamma",
        "log_eps",
        "batch",
        "stage",
        "paste",
        "cgpa:1",
        "iq:99",
        "placed:0",
        "momentum",
        "w1",
        "set",
        "answer",
        "first",
        "<b>",
    ]
    acts = ["next", "back", "play", "student:0", "student:999", "stage:", "remove:0", "open:no such", "answer:<b>", "⅓", "x" * 39]

    async def go() -> None:
        async with witness(server) as works, Client(server.url, path) as client:
            await client.until(lambda: client.screen.runs, "first run")
            await settled(client)
            sheets = [widget.key for widget in client.screen.widgets.values() if widget.label == "bnlab_sheet"]
            assert sheets
            for sheet in sheets:
                number = 0
                for items in (
                    [{"values": {name: value}, "final": True} for name in names for value in odd],
                    [{"act": value} for value in (*odd, *acts)],
                    [{"id": value, "act": "next"} for value in odd],
                ):
                    numbered = [{"id": number + i, **item} for i, item in enumerate(items, 1)]
                    number += len(items)
                    for i in range(0, len(numbered), 90):
                        await client.tell(sheet, {"moved": {"sheet": 1.0, "items": numbered[i : i + 90]}})
                        await settled(client)
                for value in (*odd, {"sheet": NAN, "items": []}, {"sheet": 1, "items": {}}, {"sheet": 1, "items": [7, None, [[]]]}):
                    await client.tell(sheet, {"moved": value})
                    await settled(client)
                for text in ODD_STATES:
                    await client.tell(sheet, text)
                    await settled(client)
            assert client.screen.failures == []
            await works()

    asyncio.run(go())
    assert ours(server, before) == []


MALFORMED = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "a cut message": BackMsg(clear_cache=True).SerializeToString()[:-1],
    "a length that lies": b"\x5a\xff\xff\xff\xff\x0f",
    "text": "no bytes",
    "too much": b"\0" * 26_000_000,
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_message_closes_its_own_connection(server: AppServer, kind: str) -> None:
    async def go() -> None:
        async with witness(server) as works:
            async with Client(server.url, query=SMALL) as client:
                await opened(client)
                await client.send(MALFORMED[kind])
                if kind != "nothing":
                    await client.until(lambda: client.closed, "end of the connection")
            await works()

    asyncio.run(go())
    assert ours(server, 0) == []


def strange() -> dict[str, BackMsg]:
    """Return messages of kinds that our pages never send."""
    messages = {
        name: BackMsg(**{name: True})
        for name in (
            "clear_cache", "set_run_on_save", "stop_script", "load_git_info", "app_heartbeat", "debug_disconnect_websocket",
            "debug_shutdown_runtime",
        )
    }  # fmt: skip
    for name in ("file_urls_request", "backend_operation_request"):
        messages[name] = BackMsg()
        getattr(messages[name], name).SetInParent()
    for name, values in (
        ("query_string", ["%" * 50_000, "a=1&" * 2000, "%ff%fe%00", "=&=&==", "seed=" + "9" * 300_000, SMALL]),
        ("page_script_hash", ["no such", "../../etc/passwd", "x" * 100_000]),
        ("page_name", ["no such", "../..", "<b>", "why/../../steps"]),
        ("fragment_id", ["no such", "\0", "x" * 100_000]),
    ):
        for i, value in enumerate(values):
            message = BackMsg()
            setattr(message.rerun_script, name, value)
            messages[f"{name} {i}"] = message
    many = BackMsg()
    for i in range(20_000):
        many.rerun_script.widget_states.widgets.append(state_of(f"$$ID-no-such{i}", "string_value", "x"))
    hashes = BackMsg()
    hashes.rerun_script.cached_message_hashes.extend(["0" * 32] * 10_000)
    return messages | {"many widgets": many, "many hashes": hashes}


def test_a_message_of_a_strange_kind_changes_nothing_for_others(server: AppServer) -> None:
    async def send(message: BackMsg) -> None:
        async with Client(server.url, query=SMALL) as client:
            await opened(client)
            await client.send(message.SerializeToString())
            await settled(client)

    async def go() -> None:
        async with witness(server) as works:
            for message in strange().values():
                await send(message)
                await works()

    asyncio.run(go())
    assert ours(server, 0) == []
    assert server.process.poll() is None


def test_ids_of_another_persons_widgets_do_nothing_there(server: AppServer) -> None:
    async def go() -> None:
        async with Client(server.url, query=SMALL) as one, Client(server.url, query=SMALL) as other:
            await asyncio.gather(opened(one), opened(other))
            before = other.shown["player"].header["run"]
            await one.change("Learning rate", ["0.5"])
            await one.whole(before)
            stolen = Client(server.url, session=other.screen.session, bare=True)
            async with stolen:
                await asyncio.sleep(0.2)
            await one.ask({"kind": "lens", "frame": 0, "mode": "exact", "batch": 0})
            assert other.shown["player"].header["run"] == before

    asyncio.run(go())


def test_a_flood_of_requests_ends_with_the_last_one(server: AppServer) -> None:
    async def go() -> None:
        async with witness(server) as works, Client(server.url, query=SMALL) as client:
            await opened(client)
            for i in range(300):
                client.screen.find("Learning rate").value = [["0.05", "0.1", "0.2"][i % 3]]
                await client.send(client.screen.rerun())
            await works()
            await client.until(lambda: client.shown["player"].header["arms"][0]["config"]["learning_rate"] == "0.2", "last run")
            await client.idle()
            assert client.screen.failures == []

    asyncio.run(go())
