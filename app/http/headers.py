"""What every answer tells the browser to refuse."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.index import full_index, inline_scripts, themes
from app.http.shelf import STATIC

__all__ = ["Refusals", "content_policy", "policed", "refusals"]

POWERS = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
"""What a page may ask a browser for and this one never does."""


def content_policy(scripts: Iterable[str], embed: Iterable[str]) -> str:
    """Return the content security policy.

    Everything comes from this server. Scripts also come as ``blob:``, which is how Streamlit loads the script of a component
    and which only a script can make; inline ones are those of the index page, by their hash. No text becomes a script, but
    bytes may become WebAssembly: Streamlit counts in 64 bits with it. Styles are inline: Streamlit writes its own that way.

    Parameters
    ----------
    scripts : iterable of str
        The inline scripts that may run, as ``sha256-…``.
    embed : iterable of str
        Origins that may show the app in a frame, beside its own.

    Examples
    --------
    >>> content_policy(["sha256-abc="], ["https://moodle.school.example"]).split("; ")[1]
    "script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-abc='"
    """
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *(f"'{each}'" for each in scripts)],
        "script-src-attr": ["'none'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "frame-src": ["'none'"],
        "worker-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'", *embed],
    }
    return "; ".join(" ".join([name, *allowed]) for name, allowed in rules.items())


def refusals(scripts: Iterable[str], embed: Iterable[str]) -> dict[str, str]:
    """Return the headers of every answer; the parameters are those of `content_policy`.

    Examples
    --------
    >>> refusals([], [])["X-Frame-Options"], "X-Frame-Options" in refusals([], ["https://moodle.school.example"])
    ('SAMEORIGIN', False)
    """
    embed = tuple(embed)
    headers = {
        "Content-Security-Policy": content_policy(scripts, embed),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
    }
    if not embed:  # it cannot name other sites, and where both are given browsers differ
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return headers


def policed(embed: Iterable[str], static: Path = STATIC) -> dict[str, str]:
    """Return the headers for the installed Streamlit: the inline scripts of its index page, and of ours, may run.

    Parameters
    ----------
    embed : iterable of str
        As for `content_policy`.
    static : Path
        Streamlit's folder of static files.
    """
    index = static / "index.html"
    text = index.read_text("utf-8") if index.is_file() else ""
    scripts = dict.fromkeys([*inline_scripts(text), *inline_scripts(full_index(text, [], themes()))])
    return refusals(scripts, embed)


PARTS = ("text/javascript", "application/javascript", "text/css", "font/", "application/wasm")
"""What never is a page by itself: the policy of the page that asks for it holds, and a hundred of them need none of their own."""

OF_PAGES = (b"content-security-policy", b"permissions-policy", b"x-frame-options")


class Refusals:
    """Send the headers of `refusals` with every answer; bodies pass as they come, and so do WebSockets.

    A script, a style sheet or a font gets those alone that are not about pages.

    Parameters
    ----------
    app : ASGI application
    headers : dict of str to str
        Replace those of the same name.
    """

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self.names = {name for name, _ in self.headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(name.lower(), value) for name, value in message.get("headers", [])]
                part = dict(given).get(b"content-type", b"").decode("latin-1").startswith(PARTS)
                ours = [(name, value) for name, value in self.headers if not (part and name in OF_PAGES)]
                message = {**message, "headers": [*(each for each in given if each[0] not in self.names), *ours]}
            await send(message)

        await self.app(scope, receive, with_headers)
