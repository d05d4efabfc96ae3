"""What may happen to a server while people look at it: each of them goes on, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from app.http import questions, runs
from app.live.codec import unpack
from benchmarks.light import Client
from tests.browser.server import AppServer
from tests.faults.serving import Holdings, eventually, holdings, serving, workers

SMALL = "seeds=2&epochs=2&samples=40"
LONG = "seeds=64&epochs=400&hidden=32,32&learning_rate=0.05"
MEGABYTE = 1_000_000
POOLED = runs.THREADS + questions.THREADS
"""Threads of the pools that start one when it is first needed, and keep it."""


async def opened(client: Client) -> Client:
    await client.whole()
    await client.idle()
    return client


async def another(client: Client, rate: str) -> str:
    """Ask a page for another learning rate; return the short name of the run that comes."""
    before = client.shown["player"].header["run"]
    await client.change("Learning rate", [rate])
    shown = await client.whole(before)
    assert shown.header["arms"][0]["config"]["learning_rate"] == rate
    await client.idle()
    return str(shown.header["run"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("server"), STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1") as running:
        yield running


@pytest.mark.evidence
def test_workers_killed_under_a_page_cost_nobody_their_picture(server: AppServer) -> None:
    before = holdings(server.process.pid)

    async def go() -> None:
        async with Client(server.url, query=LONG, patience=180) as heavy, Client(server.url, query=SMALL) as light:
            await heavy.until(lambda: "player" in heavy.shown, "first picture")
            assert not heavy.shown["player"].header["complete"]
            for pid in workers(server):
                os.kill(pid, signal.SIGKILL)
            await opened(light)
            await another(light, "0.1")
            await heavy.whole(patience=180)
            assert heavy.screen.failures == light.screen.failures == []

    asyncio.run(go())
    assert eventually(lambda: holdings(server.process.pid).processes == before.processes)


def test_two_tabs_of_one_student_are_two_pages_with_one_training(server: AppServer) -> None:
    async def go() -> None:
        async with Client(server.url, query=SMALL) as one:
            first = (await opened(one)).shown["player"]
            async with Client(server.url, query=SMALL) as two:
                second = (await opened(two)).shown["player"]
                assert one.screen.session != two.screen.session
                assert first.data == second.data
                moved = await another(two, "0.1")
                assert one.shown["player"].header["run"] == first.header["run"]
                assert await another(one, "0.1") == moved
                two.drop()
            await another(one, "0.2")

    asyncio.run(go())


def test_a_connection_that_is_lost_comes_back_to_its_session(server: AppServer) -> None:
    async def go() -> None:
        async with Client(server.url, query=SMALL) as lost:
            await opened(lost)
            run = await another(lost, "0.5")
            lost.drop()
        back = Client(server.url, query=lost.screen.query, session=lost.screen.session)
        async with back:
            await back.whole()
            assert back.screen.session == lost.screen.session
            assert back.shown["player"].header["run"] == run

    asyncio.run(go())


def test_a_page_left_for_so_long_that_its_session_is_forgotten_comes_back_from_its_address(server: AppServer) -> None:
    async def go() -> None:
        async with Client(server.url, query=SMALL) as left:
            await opened(left)
            run = await another(left, "0.5")
            left.drop()
        await asyncio.sleep(1.5)  # longer than the server was told to remember
        async with Client(server.url, query=left.screen.query, session=left.screen.session) as back:
            await opened(back)
            assert back.screen.session != left.screen.session
            assert back.shown["player"].header["run"] == run

    asyncio.run(go())


def test_a_run_that_diverges_in_every_seed_is_a_picture_and_says_so(server: AppServer) -> None:
    async def go() -> None:
        async with Client(server.url, query="dataset=plane_wave&seeds=4&epochs=5&learning_rate=100") as client:
            header = (await opened(client)).shown["player"].header
            assert [arm["diverged_seeds"] for arm in header["arms"]] == [4, 4]
            assert all("no longer finite" in arm["diverged"] for arm in header["arms"])
            assert any("diverged" in message for message in header["messages"])
            assert client.screen.failures == []
            await another(client, "0.03")

    asyncio.run(go())


def test_a_client_that_does_not_read_holds_up_nobody_and_is_hung_up_on(server: AppServer) -> None:
    visit(server)
    before, held = holdings(server.process.pid), []

    async def go() -> None:
        async with Client(server.url, query=SMALL) as slow, Client(server.url, query=SMALL) as other:
            await asyncio.gather(opened(slow), opened(other))
            slow.socket.transport.pause_reading()
            for i in range(400):
                slow.screen.find("Learning rate").value = [["0.05", "0.1"][i % 2]]
                await slow.send(slow.screen.rerun())
                if i % 50 == 0:
                    await another(other, ["0.2", "0.3"][i // 50 % 2])
            held.append(holdings(server.process.pid).pss)
            assert held[-1] - before.pss < 150 * MEGABYTE
            slow.drop()

    asyncio.run(go())
    assert eventually(lambda: left_nothing(server, replace(before, pss=held[-1])))


@pytest.mark.evidence
def test_sessions_opened_and_dropped_leave_nothing(server: AppServer) -> None:
    come_and_go(server, 60)


@pytest.mark.evidence
def test_five_hundred_sessions_opened_and_dropped_leave_nothing(server: AppServer) -> None:
    come_and_go(server, 500)


def come_and_go(server: AppServer, count: int) -> None:
    """Let many come at once in groups, some after each other, and go without a word; then look at what is held."""

    async def one(number: int) -> None:
        async with Client(server.url, query=f"{SMALL}&seed={number % 50}") as client:
            if number % 3:
                await client.whole()
            client.drop()

    async def many(numbers: range) -> None:
        for first in range(0, len(numbers), 20):
            await asyncio.gather(*(one(number) for number in numbers[first : first + 20]))

    asyncio.run(many(range(60)))  # what is kept for everybody is filled
    visit(server)
    before = holdings(server.process.pid)
    asyncio.run(many(range(count)))
    assert eventually(lambda: left_nothing(server, before)), (before, holdings(server.process.pid))


def visit(server: AppServer) -> None:
    """Come and go once, later than the server remembers: it puts away the sessions of those who left when somebody comes."""

    async def go() -> None:
        await asyncio.sleep(1.5)
        async with Client(server.url, query=SMALL) as client:
            await opened(client)
        await asyncio.sleep(0.5)

    asyncio.run(go())


def left_nothing(server: AppServer, before: Holdings) -> bool:
    visit(server)
    after = holdings(server.process.pid)
    return (
        after.processes == before.processes
        and after.threads <= before.threads + POOLED
        and after.descriptors <= before.descriptors
        and after.pss <= before.pss + 40 * MEGABYTE
    )


def test_a_cache_that_is_full_changes_no_number_and_keeps_its_bound(tmp_path: Path) -> None:
    with serving(tmp_path, BNLAB_CACHE_MB="1") as server:

        async def go() -> None:
            async with Client(server.url, query="seeds=8&epochs=20") as client:
                first = (await opened(client)).shown["player"]
                before = holdings(server.process.pid)
                for round_ in range(3):
                    for rate in ("0.05", "0.1", "0.2", "0.3", "0.5"):
                        await another(client, rate)
                    again = await another(client, "0.03")
                    assert again == first.header["run"], round_
                    header, arrays = unpack(client.shown["player"].data)
                    was, were = unpack(first.data)
                    assert header["headline"] == was["headline"]
                    assert all((arrays[name].tobytes()) == were[name].tobytes() for name in were)
                assert holdings(server.process.pid).pss - before.pss < 60 * MEGABYTE

        asyncio.run(go())


def test_a_run_that_has_made_room_is_trained_again_for_who_asks_about_it(tmp_path: Path) -> None:
    ask = {"kind": "probe", "arm": 0, "frame": 9, "layer": 0, "unit": None, "gamma": 1.0, "beta": 0.0}
    with serving(tmp_path, BNLAB_CACHE_MB="5") as server:  # room for one default run with its twin

        async def go() -> None:
            async with Client(server.url) as client:
                shown = (await opened(client)).shown["player"]
                async with Client(server.url, query="seed=7") as other:  # not before: the last to be whole is the one that is kept
                    await opened(other)
                    assert (await client.ask(ask))["kind"] == "gone"
                    assert "error" not in await client.answer(ask)
                    assert client.shown["player"].header["run"] == shown.header["run"]

        asyncio.run(asyncio.wait_for(go(), 60))


def test_nowhere_to_write_is_no_hindrance(tmp_path: Path) -> None:
    with serving(tmp_path, HOME="/proc/nowhere", TMPDIR="/proc/nowhere", XDG_CACHE_HOME="/proc/nowhere") as server:

        async def go() -> None:
            async with Client(server.url, query=SMALL) as client:
                await opened(client)
                await another(client, "0.1")

        asyncio.run(go())


def test_a_disk_that_is_full_by_now_takes_no_log_and_stops_nobody(tmp_path: Path) -> None:
    with serving(tmp_path) as server:

        async def go() -> None:
            async with Client(server.url, query=SMALL) as client:
                await opened(client)
                for pid in [server.process.pid, *workers(server)]:
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
                await another(client, "0.1")
                for pid in workers(server):
                    os.kill(pid, signal.SIGKILL)  # there is something to be logged
                await another(client, "0.2")
                assert client.screen.failures == []

        written = len(server.log_text())
        asyncio.run(go())
        assert len(server.log_text()) <= written + 4096
