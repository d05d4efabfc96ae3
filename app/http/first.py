"""The middleware that sends files compressed, and a first visit from memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.chunks import lazy_chunks, listed
from app.http.icons import stand_ins
from app.http.index import full_index, themes
from app.http.kept import Kept
from app.http.shelf import PACKED, STATIC, Shelf
from app.live.below import below
from app.live.bundle import address, bundle
from app.settings import current

__all__ = ["FirstVisit"]

BENDING = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
"""Headers that would have the index page come in another form than the one we know."""


class FirstVisit:
    """Serve scripts and style sheets compressed once, and let the browser ask at once for all that a first visit needs.

    Streamlit's index page is replaced by ours wherever Streamlit sends it, and its font of icons by a smaller one; an address
    below a page leads to the page. Every other answer is left alone.

    Parameters
    ----------
    app : ASGI application
        Whatever is not kept is its to answer; so is who takes nothing compressed, or wants a part of a file.
    base_path : str
        The server's base URL path, with or without slashes.
    static : Path
        Streamlit's folder of static files. What is not found there, as after an upgrade that moves things, is left to
        Streamlit, and nothing breaks.
    packed : Path
        What ``python -m app.http.compress`` has made of that folder, if it has.
    """

    def __init__(self, app: ASGIApp, base_path: str = "", static: Path = STATIC, packed: Path = PACKED) -> None:
        self.app = app
        base = below(base_path, "").rstrip("/")
        live = address(base_path)
        index = static / "index.html"
        self.index = index.read_bytes() if index.is_file() else b""
        text = self.index.decode("utf-8")
        first = listed(text)
        lazy = [f"static/js/{name}" for name in lazy_chunks(static / "static/js", [Path(file).name for file in first])]
        self.files = {live: Kept("live.js", bundle().encode())}
        self.files |= {f"{base}/{name}": Kept(name, body) for name, body in stand_ins(static).items()}
        self.prefix, self.shelf = f"{base}/", Shelf(static, packed)
        for name in self.shelf.names.intersection([*first, *lazy]):
            self.shelf.get(name)
        scripts = [*(f"./{file}" for file in lazy), f".{live.removeprefix(base)}"]
        self.page = Kept("index.html", full_index(text, scripts, themes(), current().title).encode(), "no-cache")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
        elif kept := await self._kept(scope["path"]):
            await self._answer(kept, scope, receive, send)
        elif "text/html" in Headers(scope=scope).get("Accept", ""):
            plain = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in BENDING]}
            answer = _Answer(send, str(len(self.index)))
            await self.app(plain, receive, answer)
            if answer.start is not None:
                await self._replace(answer, answer.start, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _kept(self, path: str) -> Kept | None:
        name = path[len(self.prefix) :] if path.startswith(self.prefix) else ""
        found = self.files.get(path) or self.shelf.files.get(name)
        if found is None and name in self.shelf.names:
            return await asyncio.to_thread(self.shelf.get, name)
        return found

    async def _answer(self, kept: Kept, scope: Scope, receive: Receive, send: Send) -> None:
        if reply := kept.reply(scope):
            await reply(scope, receive, send)
        else:
            await self.app(scope, receive, _Varying(send))

    async def _replace(self, answer: _Answer, start: Message, scope: Scope, receive: Receive, send: Send) -> None:
        first, deeper, _ = scope["path"].removeprefix(self.prefix).partition("/")
        if answer.body == self.index and deeper:  # below a page there is none, and nothing that the index names is found there
            asked = scope.get("query_string", b"").decode("latin-1")
            there = RedirectResponse(f"{self.prefix}{first}{f'?{asked}' if asked else ''}", headers={"Cache-Control": "no-cache"})
            await there(scope, receive, send)
        elif answer.body == self.index:
            await self._answer(self.page, scope, receive, send)
        else:
            await send(start)
            await send({"type": "http.response.body", "body": answer.body})


class _Answer:
    """An answer that is held back if it is as long as the page we look for, and passed on at once if it is not."""

    def __init__(self, send: Send, length: str) -> None:
        self.send, self.length = send, length
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._may_be_it(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")

    def _may_be_it(self, message: Message) -> bool:
        return message["status"] == 200 and Headers(raw=message["headers"]).get("Content-Length") == self.length


class _Varying:
    """An answer that says of itself that whoever takes gzip gets another one."""

    def __init__(self, send: Send) -> None:
        self.send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await self.send(message)
