"""One answer of the server, over a connection of its own."""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass

__all__ = ["Fetched", "fetch"]


@dataclass(frozen=True)
class Fetched:
    """An answer.

    Parameters
    ----------
    status : int
    body : bytes
        Unpacked.
    size : int
        Bytes that came, compressed and with the head.
    """

    status: int
    body: bytes
    size: int


async def fetch(host: str, port: int, path: str, question: bytes | None = None) -> Fetched:
    """Ask for a path as a browser does that can read gzip; or post a question of JSON there.

    Raises
    ------
    OSError, asyncio.IncompleteReadError
        If the server is away, or hangs up in the middle.
    """
    reader, writer = await asyncio.open_connection(host, port)
    try:
        posted = "" if question is None else f"Content-Type: application/json\r\nContent-Length: {len(question)}\r\n"
        rest = f"Host: {host}:{port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n{posted}\r\n"
        writer.write(f"{'GET' if question is None else 'POST'} {path} HTTP/1.1\r\n{rest}".encode() + (question or b""))
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        zipped = headers.get("content-encoding") == "gzip"
        return Fetched(int(first.split()[1]), zlib.decompress(body, 31) if zipped else body, len(head) + len(body))
    finally:
        writer.close()
