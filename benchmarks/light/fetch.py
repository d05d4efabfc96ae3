"""One answer of the server to a GET, over a connection of its own."""

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


async def fetch(host: str, port: int, path: str) -> Fetched:
    """Ask for a path as a browser does that can read gzip.

    Raises
    ------
    OSError, asyncio.IncompleteReadError
        If the server is away, or hangs up in the middle.
    """
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        zipped = headers.get("content-encoding") == "gzip"
        return Fetched(int(first.split()[1]), zlib.decompress(body, 31) if zipped else body, len(head) + len(body))
    finally:
        writer.close()
