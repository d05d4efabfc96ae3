"""What a visit costs: a relay before the server that counts every byte, and what the browser says of each file."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page


class Relay:
    """Passes connections on to a server and counts what comes back: headers, files and WebSocket, as sent."""

    def __init__(self, host: str, port: int) -> None:
        self.down = 0
        self.there = (host, port)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.open: list[socket.socket] = []
        self.threads: list[threading.Thread] = []

    def _start(self, act: Any, *args: Any) -> None:
        self.threads.append(threading.Thread(target=act, args=args, daemon=True))
        self.threads[-1].start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = self.door.accept()
                there = socket.create_connection(self.there)
                self.open += [here, there]
                self._start(self._pass, here, there, False)
                self._start(self._pass, there, here, True)

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self.down += len(data) if counted else 0
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        for one in self.open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
        for one in (self.door, *self.open):
            one.close()


@contextlib.contextmanager
def relay_to(url: str) -> Iterator[Relay]:
    """Run a relay before a server for as long as the block."""
    parts = urlsplit(url)
    relay = Relay(parts.hostname or "", parts.port or 80)
    relay._start(relay.accept)
    try:
        yield relay
    finally:
        relay.close()


def files_of(page: Page) -> dict[str, int]:
    """Return a dictionary that fills with the bytes of each file as it arrives, headers included, by its path."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    paths: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        paths[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def came(event: dict[str, Any]) -> None:
        path = paths.get(event["requestId"], "?")
        sizes[path] = sizes.get(path, 0) + int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    return sizes
