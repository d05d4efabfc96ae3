"""Asking an ASGI application without a server."""

from __future__ import annotations

import asyncio
from typing import Any


def ask(
    app: Any, path: str = "/", client: str | None = "127.0.0.1", method: str = "GET", body: bytes = b"", **headers: str
) -> list[dict[str, Any]]:
    """Return the messages that an application answers a request with."""
    return asyncio.run(asked(app, path, client, method, body, **headers))


async def asked(
    app: Any, path: str, client: str | None = "127.0.0.1", method: str = "GET", body: bytes = b"", **headers: str
) -> list[dict[str, Any]]:
    """Return the messages that an application answers a request with; its body comes a kilobyte at a time."""
    pieces = [body[i : i + 1024] for i in range(0, len(body), 1024)] or [b""]
    sent: list[dict[str, Any]] = []
    given = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "http",
        "query_string": b"", "headers": given, "client": client and (client, 50000), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return sent


def answer(app: Any, path: str = "/", **how: Any) -> tuple[int, str]:
    """Return the status and the text of an answer."""
    sent = ask(app, path, **how)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def header(message: dict[str, Any]) -> dict[str, str]:
    return {name.decode().lower(): value.decode() for name, value in message["headers"]}
