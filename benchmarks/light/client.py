"""One light browser with its connection: opens a page, moves widgets, waits for pictures."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from app.live.codec import unpack
from benchmarks.light.fetch import fetch
from benchmarks.light.screen import Screen, Shown
from benchmarks.light.widgets import state_of

__all__ = ["Client", "Late"]

LARGEST = 32_000_000
TOKEN = "PLACEHOLDER_AUTH_TOKEN"
"""What the browser's code sends where there is no cookie against forged requests yet."""

PLAYER = "player"


class Late(Exception):
    """What was waited for did not come in time, or the server hung up."""


class Client:
    """A light browser with one open page; an asynchronous context manager.

    Parameters
    ----------
    url : str
        The server's address; it must be on this machine.
    path : str
        The page, empty for the Playground.
    query : str
        The query string to open it with.
    patience : float
        Seconds to wait for anything.
    session : str
        The session to come back to, as a browser does whose connection was lost.
    bare : bool
        Open the connection and ask for nothing.

    Attributes
    ----------
    screen : Screen
    shown : dict of str to Shown
        The newest bytes of each of our components, by its key.
    closed : bool
        Whether the server has hung up.

    Raises
    ------
    ValueError
        If the address is not on this machine.
    """

    def __init__(
        self, url: str, path: str = "", query: str = "", *, patience: float = 60.0, session: str = "", bare: bool = False
    ) -> None:
        parts = urlsplit(url)
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"Client.url: must be on this machine; got {url!r}. Use an address like http://127.0.0.1:8501.")
        self.screen = Screen(path, query)
        self.shown: dict[str, Shown] = {}
        self.closed = False
        self._there = parts.hostname, parts.port or 80
        self._stream = f"ws://{parts.netloc}{parts.path.rstrip('/')}/_stcore/stream"
        self._patience, self._session, self._bare = patience, session, bare
        self._news = asyncio.Event()
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._following: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[Shown], None]] = []
        self._questions = self._whole = ""
        self._told = 0

    async def __aenter__(self) -> Self:
        tokens = [Subprotocol(token) for token in ("streamlit", TOKEN, self._session) if token]
        self.socket: ClientConnection = await connect(
            self._stream, subprotocols=tokens, compression=None, max_size=LARGEST, ping_interval=None, open_timeout=self._patience
        )
        self._reader = asyncio.create_task(self._read())
        if not self._bare:
            await self.send(self.screen.rerun())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in (*self._timers.values(), self._reader, *filter(None, [self._following])):
            task.cancel()
        with suppress(ConnectionClosed):
            await self.socket.close()

    def drop(self) -> None:
        """Lose the connection without a word."""
        self._reader.cancel()
        if self._following is not None:
            self._following.cancel()
        self.socket.transport.abort()

    async def send(self, message: bytes | str) -> None:
        """Send a message as it is."""
        with suppress(ConnectionClosed):
            await self.socket.send(message)

    async def change(self, name: str, value: Any, field: str = "") -> None:
        """Move a widget, by its label or key, and tell the server.

        Parameters
        ----------
        name : str
        value : object
            A list where the widget's field is an array.
        field : str
            The field to send it in, the widget's own if empty.
        """
        widget = self.screen.find(name)
        if widget.field == "trigger_value":
            pressed = {widget.id: state_of(widget.id, "trigger_value", value)}
            await self.send(self.screen.rerun(self.screen.home(widget), more=pressed))
            return
        widget.value, widget.field = value, field or widget.field
        await self.send(self.screen.rerun(self.screen.home(widget)))

    async def tell(self, component: str, state: Mapping[str, Any] | str) -> None:
        """Set the state of one of our components, by its key; a text is sent as it is."""
        widget = self.screen.find(component)
        widget.field, widget.value = "json_value", state if isinstance(state, str) else json.dumps(state)
        await self.send(self.screen.rerun(self.screen.home(widget)))

    async def trigger(self, component: str, events: Any) -> None:
        """Let one of our components report events: a list of ``{"event": name, "value": ...}``."""
        widget = self.screen.find(component)
        id = f"{widget.id}__events"
        text = events if isinstance(events, str) else json.dumps(events)
        more: dict[str, WidgetState] = {id: state_of(id, "json_trigger_value", text)}
        await self.send(self.screen.rerun(self.screen.home(widget), more=more))

    async def until(self, condition: Callable[[], object], what: str = "news", patience: float | None = None) -> float:
        """Wait until something holds that the server's messages bring about; return the clock.

        Raises
        ------
        Late
            If it does not in time, or the server hangs up before.
        """
        end = time.monotonic() + (self._patience if patience is None else patience)
        while not condition():
            left = end - time.monotonic()
            if self.closed or left <= 0:
                raise Late(f"no {what}: {'the server hung up' if self.closed else 'in time'}")
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)
        return time.monotonic()

    async def idle(self) -> None:
        """Wait until a whole run of the page has ended and none goes on."""
        await self.until(lambda: self.screen.runs and not self.screen.running and not self.screen.fragments, "end of the run")

    async def whole(self, run: str = "", patience: float | None = None) -> Shown:
        """Wait for a run that is trained to its end, another than the one named, and return what is shown of it."""
        await self.until(lambda: (p := self.picture(run)) is not None and p.header["complete"], "whole run", patience)
        return self.shown[PLAYER]

    def picture(self, other_than: str = "") -> Shown | None:
        """Return what is shown of a run, if it is another than the one named."""
        shown = self.shown.get(PLAYER)
        return shown if shown is not None and shown.header.get("run") != other_than else None

    async def ask(self, question: Mapping[str, Any], patience: float | None = None) -> dict[str, Any]:
        """Ask about the run that is shown, as the player does, and return the answer's header.

        Parameters
        ----------
        question : mapping
            Its ``run`` is that of what is shown, unless it has one.

        Raises
        ------
        Late
            If no answer comes in time, or the server says something else.
        """
        asked = json.dumps({"run": self.shown[PLAYER].header["run"], **question}).encode()
        try:
            async with asyncio.timeout(self._patience if patience is None else patience):
                found = await fetch(*self._there, self._questions, asked)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            raise Late(f"no answer: {error!r}") from error
        if found.status != 200:
            raise Late(f"no answer: {found.status}")
        return unpack(found.body)[0]

    async def answer(self, question: Mapping[str, Any], patience: float | None = None) -> dict[str, Any]:
        """Ask again until there is an answer, as patiently as the player does; return its header.

        Raises
        ------
        Late
            If none comes in time, or the server says something else.
        """
        end, wait = time.monotonic() + (self._patience if patience is None else patience), 1.0
        while time.monotonic() < end:
            there = self._questions
            said = await self.ask(question, end - time.monotonic())
            if said["kind"] == "answer":
                return said
            if said["kind"] == "busy":
                await asyncio.sleep(0.3)
                continue
            try:
                await self.until(lambda before=there: self._questions != before, patience=wait)  # type: ignore[misc]
            except Late:
                await self.lost()
                wait = 5.0
        raise Late("no answer: in time")

    async def lost(self) -> None:
        """Ask the page what has become of its run, as the player does when an address is none any more."""
        self._told += 1
        await self.tell(PLAYER, {"moved": {"sheet": 0.5, "n": self._told, "items": [{"id": self._told, "act": "lost"}]}})

    def listen(self, heard: Callable[[Shown], None]) -> None:
        """Call a function with all that comes for our components."""
        self._listeners.append(heard)

    def forget(self, heard: Callable[[Shown], None]) -> None:
        """Call a function no more."""
        self._listeners.remove(heard)

    async def _read(self) -> None:
        try:
            async for data in self.socket:
                if isinstance(data, str):
                    continue
                shown = self.screen.hear(data)
                if shown is not None and shown.header.get("kind") == "awaited":
                    self._questions = shown.header["questions"]
                    if self._following is not None:
                        self._following.cancel()
                    if shown.header["tag"] != self._whole:
                        self._following = asyncio.create_task(self._follow(shown.header["address"], shown.header["tag"]))
                elif shown is not None:
                    self._show(shown)
                self._keep_time()
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self.closed = True
            self._news.set()

    def _show(self, shown: Shown) -> None:
        self.shown[shown.component] = shown
        for heard in list(self._listeners):
            heard(shown)
        self._news.set()

    async def _follow(self, address: str, tag: str) -> None:
        """Fetch a run from where the page says it is, and what it has grown to, until it is whole; as the player does."""
        while not self.closed:
            try:
                found = await fetch(*self._there, address)
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.3)
                continue
            self.screen.received += found.size
            header = unpack(found.body)[0] if found.status == 200 else {}
            if header.get("kind") == "gone":
                await asyncio.sleep(1.0)  # the page may be about to say where to look
                await self.lost()
                await asyncio.sleep(4.0)
            elif header:
                self._whole = tag if header["complete"] else ""
                self._show(Shown(PLAYER, header, found.size, time.monotonic(), found.body))
                if header["complete"]:
                    return

    def _keep_time(self) -> None:
        """Let the fragments that draw themselves again and again do so, and those no more that have stopped."""
        for fragment in [name for name in self._timers if name not in self.screen.fragments]:
            self._timers.pop(fragment).cancel()
        for fragment, seconds in self.screen.fragments.items():
            if fragment not in self._timers:
                self._timers[fragment] = asyncio.create_task(self._tick(fragment, seconds))

    async def _tick(self, fragment: str, seconds: float) -> None:
        while not self.closed:
            await asyncio.sleep(seconds)
            await self.send(self.screen.rerun(fragment, auto=True))
