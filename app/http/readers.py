"""Who may read the numbers of the server."""

from __future__ import annotations

import hmac
import ipaddress

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Closed", "Readers"]

PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
SCHEME = "bearer "


class Readers:
    """Who may read: ``local`` means this machine alone, ``on`` whoever reaches the server, ``off`` nobody.

    A school's pupils have private addresses like its servers: only the machine itself is told from them. What a proxy on
    this machine passes on comes from this machine too; such a request says that it was passed on, and counts as from afar.

    Parameters
    ----------
    rule : str
        ``local``, ``on`` or ``off``.
    token : str
        Who sends it may read from anywhere, unless nobody may; none if empty.

    Examples
    --------
    >>> Readers("local").admit({"type": "http", "client": ("127.0.0.1", 50000), "headers": []})
    True
    >>> Readers("local").admit({"type": "http", "client": ("10.0.0.7", 50000), "headers": []})
    False
    """

    def __init__(self, rule: str, token: str = "") -> None:
        self.rule = rule
        self.token = token

    def admit(self, scope: Scope) -> bool:
        """Return whether a request may read."""
        headers = Headers(scope=scope)
        if self.rule == "on" or self.rule == "off":
            return self.rule == "on"
        if self.token and _same(headers.get("authorization", ""), self.token):
            return True
        client = scope.get("client")
        return client is not None and _is_here(client[0]) and not any(name in headers for name in PASSED_ON)


class Closed:
    """Refuse some addresses to those who may not read them: Streamlit's own numbers.

    Parameters
    ----------
    app : ASGI application
    paths : set of str
    readers : Readers
    """

    def __init__(self, app: ASGIApp, paths: set[str], readers: Readers) -> None:
        self.app, self.paths, self.readers = app, paths, readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["path"] in self.paths and not self.readers.admit(scope):
            await PlainTextResponse("Not found\n", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _same(authorization: str, token: str) -> bool:
    if not authorization.lower().startswith(SCHEME):
        return False
    return hmac.compare_digest(authorization[len(SCHEME) :].strip().encode("latin-1", "replace"), token.encode())


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # how a server that listens on :: sees 127.0.0.1
    return address.is_loopback
