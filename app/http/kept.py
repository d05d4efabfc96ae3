"""A file kept in memory, compressed once."""

from __future__ import annotations

import gzip
import hashlib

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

__all__ = ["FOR_EVER", "Kept"]

FOR_EVER = "public, immutable, max-age=31536000"
TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript"}


class Kept:
    """A text file and its compressed form, ready to be sent.

    Parameters
    ----------
    name : str
        Its ending tells the type: ``.css``, ``.html`` or ``.js``.
    body : bytes
        What the file holds.
    cache : str
        The ``Cache-Control`` it is sent with.

    Examples
    --------
    >>> reply = Kept("a.js", b"let a = 1;" * 50).reply({"type": "http", "headers": [(b"accept-encoding", b"gzip")]})
    >>> len(reply.body) < 100, reply.headers["content-encoding"], reply.headers["content-type"]
    (True, 'gzip', 'text/javascript; charset=utf-8')
    """

    def __init__(self, name: str, body: bytes, cache: str = FOR_EVER) -> None:
        self.body = body
        self.packed = gzip.compress(body, compresslevel=9, mtime=0)
        self.headers = {
            "Content-Type": f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8",
            "Cache-Control": cache,
            "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:16]}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }

    def reply(self, scope: Scope) -> Response:
        """Return the answer to a request: compressed where that is understood, empty where the browser has it already."""
        asked = Headers(scope=scope)
        if self.headers["ETag"] in asked.get("If-None-Match", ""):
            return Response(status_code=304, headers=self.headers)
        if "gzip" in asked.get("Accept-Encoding", "") and len(self.packed) < len(self.body):
            return Response(self.packed, headers={**self.headers, "Content-Encoding": "gzip"})
        return Response(self.body, headers=self.headers)
