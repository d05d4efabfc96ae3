"""A file kept in memory, compressed once."""

from __future__ import annotations

import gzip
import hashlib
import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

__all__ = ["FOR_EVER", "TYPES", "Kept", "accepts_gzip", "compressed"]

FOR_EVER = "public, immutable, max-age=31536000"
TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
}
NEVER = re.compile(r"\s*q\s*=\s*0(?:\.0*)?\s*")


def compressed(body: bytes) -> bytes:
    """Compress a file as small as gzip can, the same on every day.

    Examples
    --------
    >>> len(compressed(b"let a = 1;" * 50)) < 100
    True
    """
    return gzip.compress(body, compresslevel=9, mtime=0)


def accepts_gzip(headers: Headers) -> bool:
    """Tell whether whoever asks understands gzip (RFC 9110, section 12.5.3).

    Examples
    --------
    >>> [accepts_gzip(Headers({"Accept-Encoding": text})) for text in ("gzip, br", "*", "br", "gzip;q=0, *")]
    [True, True, False, False]
    """
    codings = {}
    for part in ",".join(headers.getlist("Accept-Encoding")).lower().split(","):
        name, _, weight = part.partition(";")
        codings[name.strip()] = NEVER.fullmatch(weight) is None
    return codings.get("gzip", codings.get("*", False))


class Kept:
    """A file and its compressed form, ready to be sent.

    Parameters
    ----------
    name : str
        Its ending, one of `TYPES`, tells the type.
    body : bytes or None
        What the file holds; None where somebody else sends the file to those who do not take it compressed.
    cache : str
        The ``Cache-Control`` it is sent with.
    packed : bytes or None
        The file compressed, where that has been done before; with it, `body` may be None.

    Examples
    --------
    >>> reply = Kept("a.js", b"let a = 1;" * 50).reply({"type": "http", "headers": [(b"accept-encoding", b"gzip")]})
    >>> len(reply.body) < 100, reply.headers["content-encoding"], reply.headers["content-type"]
    (True, 'gzip', 'text/javascript; charset=utf-8')
    """

    def __init__(self, name: str, body: bytes | None, cache: str = FOR_EVER, packed: bytes | None = None) -> None:
        self.body = body
        self.packed = compressed(body or b"") if packed is None else packed
        self.headers = {
            "Content-Type": TYPES[name.rpartition(".")[2]],
            "Cache-Control": cache,
            "ETag": f'W/"{hashlib.sha256(self.packed).hexdigest()[:16]}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }

    def reply(self, scope: Scope) -> Response | None:
        """Return the answer to a request: compressed where that is understood, empty where the browser has it already.

        None where the file itself is wanted, or a part of it, and is not here.
        """
        asked = Headers(scope=scope)
        small = accepts_gzip(asked) and (self.body is None or len(self.packed) < len(self.body))
        if self.body is None and (not small or "Range" in asked):
            return None
        if self.headers["ETag"] in asked.get("If-None-Match", ""):
            return Response(status_code=304, headers=self.headers)
        if small:
            return Response(self.packed, headers={**self.headers, "Content-Encoding": "gzip"})
        return Response(self.body, headers=self.headers)
