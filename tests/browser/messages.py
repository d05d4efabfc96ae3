"""The messages between a page and its server: what is asked and what is drawn in answer can be lost, held, or broken off."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

__all__ = ["Messages", "until"]

Message = str | bytes


class Messages:
    """All that goes through a page's WebSocket; to be made before the page is opened.

    Attributes
    ----------
    deaf : bool
        What the page asks is lost.
    blank : bool
        What the server draws is lost, and nothing else of its answers: Streamlit itself loses as much where one run overtakes
        another.
    """

    def __init__(self, page: Page) -> None:
        self.deaf = self.blank = False
        self._held: list[Callable[[], None]] | None = None
        self._browser: WebSocketRoute | None = None
        page.route_web_socket(re.compile("_stcore/stream"), self._open)

    def cut(self) -> None:
        """Break the connection; the page makes another."""
        if self._browser is not None:
            self._browser.close(code=1001)

    def hold(self) -> None:
        """Keep what the page asks."""
        self._held = []

    @property
    def held(self) -> int:
        """How many messages are kept."""
        return len(self._held or ())

    def release(self) -> None:
        """Let go what was kept, all of it at once."""
        held, self._held = self._held or [], None
        for send in held:
            send()

    def _open(self, browser: WebSocketRoute) -> None:
        self._browser, server = browser, browser.connect_to_server()

        def asked(message: Message) -> None:
            if self._held is not None:
                self._held.append(lambda: server.send(message))
            elif not self.deaf:
                server.send(message)

        browser.on_message(asked)
        server.on_message(lambda answer: None if self.blank and _draws(answer) else browser.send(answer))


def _draws(answer: Message) -> bool:
    message = ForwardMsg.FromString(answer if isinstance(answer, bytes) else answer.encode())
    return message.WhichOneof("type") in ("delta", "ref_hash")


def until(true: Callable[[], bool], page: Page) -> None:
    """Wait until something is true, while the page goes on."""
    for _ in range(600):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came true")
