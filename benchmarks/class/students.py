"""What students do: think and change, all at once, the same lesson, or drag the probe."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from benchmarks.light import Client, Late, Shown

from .tally import Change, Tally

__all__ = ["Student", "joined"]

CONTROL = "Learning rate"
PATIENCE = 120.0
LESSON = 25
"""Distinct settings of a class that does the same lesson."""


class Student:
    """One light client and what is measured of it.

    Parameters
    ----------
    client : Client
    number : int
    tally : Tally
    alike : bool
        Do the same lesson as everybody: the same few settings, of the same seeds.
    """

    def __init__(self, client: Client, number: int, tally: Tally, *, alike: bool) -> None:
        self.client, self.number, self.tally, self.alike = client, number, tally, alike
        self._chance = random.Random(number)
        self._left: list[str] = []

    def _value(self) -> str:
        """Return a value of the control that this student has not had for longest."""
        widget = self.client.screen.find(CONTROL)
        if not self._left:
            options = list(widget.options)[-LESSON:] if self.alike else list(widget.options)
            self._left = self._chance.sample(options, len(options))
        value = self._left.pop()
        return value if value != widget.value[0] or not self._left else self._left.pop()

    async def change(self) -> None:
        """Move the control, and wait for the whole new run."""
        screen, before, value = self.client.screen, self.client.shown["player"].header["run"], self._value()
        received, first = screen.received, [0.0]

        def heard(shown: Shown) -> None:
            if shown.component == "player" and shown.header["run"] != before and not first[0]:
                first[0] = shown.at

        self.client.listen(heard)
        began = time.monotonic()
        try:
            await self.client.change(CONTROL, [value])
            shown = await self.client.whole(before, PATIENCE)
        except Late as late:
            self.tally.errors.append(str(late))
            return
        finally:
            self.client.forget(heard)
        if shown.header["arms"][0]["config"]["learning_rate"] != str(float(value)):
            self.tally.errors.append("another run came than the one that was asked for")
        self.tally.errors += [f"on the page: {text}" for text in screen.failures]
        screen.failures.clear()
        self.tally.changes.append(Change(self.number, first[0] - began, shown.at - began, screen.received - received))

    async def think_and_change(self, until: float, think: float) -> None:
        """Change something some seconds after each whole picture, until the time is over."""
        await asyncio.sleep(self._chance.uniform(0, think))
        while time.monotonic() < until and not self.client.closed:
            await self.change()
            await asyncio.sleep(think)

    async def drag(self, until: float) -> None:
        """Drag the probe: one question in flight, the next as soon as its answer is there and a frame has passed."""
        position = 0.0
        while time.monotonic() < until and not self.client.closed:
            began = time.monotonic()
            question = {"kind": "probe", "arm": 0, "frame": 10, "layer": 0, "unit": None, "gamma": position % 2.0, "beta": None}
            try:
                answer = await self.client.answer(question, PATIENCE)
            except Late as late:
                self.tally.errors.append(str(late))
                return
            self.tally.answers.append(time.monotonic() - began)
            if answer.get("error"):
                self.tally.errors.append(str(answer["error"]))
            position += 0.01
            await asyncio.sleep(1 / 60)


@asynccontextmanager
async def joined(
    url: str, count: int, tally: Tally, *, alike: bool, query: str, said: Callable[[str], None]
) -> AsyncIterator[list[Student]]:
    """Let a class come in, all at once, and wait until each has a whole picture; all go at the end."""
    queries = [query if alike else "&".join(filter(None, [query, f"seed={1000 * (i + 1)}"])) for i in range(count)]
    clients = [Client(url, query=each, patience=PATIENCE) for each in queries]

    async def enter(client: Client) -> Client | None:
        began = time.monotonic()
        try:
            await client.__aenter__()
            shown = await client.whole()
            await client.idle()
        except (Late, OSError) as error:
            tally.errors.append(f"join: {error}")
            return None
        tally.joins.append(shown.at - began)
        return client

    inside = [client for client in await asyncio.gather(*map(enter, clients)) if client is not None]
    said(f"{len(inside)} of {count} are in")
    try:
        yield [Student(client, i, tally, alike=alike) for i, client in enumerate(inside)]
    finally:
        await asyncio.gather(*(client.__aexit__(None, None, None) for client in inside), return_exceptions=True)
