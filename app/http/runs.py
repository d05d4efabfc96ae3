"""Where browsers get their runs: each by its name, held back until there is more to see."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.http.kept import accepts_gzip
from app.live.below import below
from app.live.codec import unzipped
from app.live.following import FOLLOWED, FORGOTTEN, RUNS, Followed, Following, gone

__all__ = ["BYTES", "FRESH", "NOT_KNOWN", "NO_NAME", "followed", "run_route"]

FRESH = {"Cache-Control": "no-store"}
BYTES = "application/octet-stream"
NAME = re.compile("[0-9a-f]{32}")
NO_NAME = "run: must be the name of one, as a page says it; got something else. Reload the page.\n"
NOT_KNOWN = "run: must be one that a page shows; got the name of one that is not known, or not any more. Reload the page."

HOLD = 8.0
"""Seconds after which an answer without news is given: a connection on which nothing moves may be cut on the way."""

THREADS = 2
"""More would share the one interpreter, and all be done at the end."""


def run_route(base_path: str, runs: Followed = FOLLOWED, hold: float = HOLD) -> Route:
    """Return the route ``/run/<name>``.

    It answers 200 with the bytes of what there is, as soon as it is more than was sent before, or with those of `gone` when
    nothing will come: the page knows why. 204 says that there is no news for a while: ask again. 404 is for what is no name.

    Parameters
    ----------
    base_path : str
        The server's base URL path.
    runs : Followed
    hold : float
        Seconds until a 204.
    """
    threads = ThreadPoolExecutor(THREADS, "make runs")

    async def answer(request: Request) -> Response:
        following = followed(runs, request)
        if isinstance(following, Response):
            return following
        if not await _news(following, hold):
            return Response(status_code=204, headers=FRESH)
        if following.run.error is not None:
            return Response(gone(following.run.error), headers=FRESH, media_type=BYTES)
        following.sending()
        zipped = accepts_gzip(request.headers)
        data = await asyncio.get_running_loop().run_in_executor(threads, partial(_made, following, zipped=zipped))
        if data is None:
            return Response(gone(FORGOTTEN), headers=FRESH, media_type=BYTES) if following.run.done else Response(None, 204, FRESH)
        headers = {**FRESH, "Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if zipped else {})
        return Response(data, headers=headers, media_type=BYTES)

    return Route(below(base_path, f"{RUNS}/{{name}}"), answer, methods=["GET"])


def followed(runs: Followed, request: Request) -> Following | Response:
    """Return the run that a request's path names, or the answer that there is none."""
    name = request.path_params["name"]
    if not NAME.fullmatch(name):
        return PlainTextResponse(NO_NAME, 404, FRESH)
    return runs.get(name) or Response(gone(NOT_KNOWN), headers=FRESH, media_type=BYTES)


def _made(following: Following, *, zipped: bool) -> bytes | None:
    whole = following.run.done
    data = following.make()
    if whole:
        following.run.loosen()  # it is on its way
    return data if zipped or data is None else unzipped(data)


async def _news(following: Following, hold: float) -> bool:
    """Wait until there is something to send; return whether there is, or the time is over."""
    loop, bell = asyncio.get_running_loop(), asyncio.Event()
    end = loop.time() + hold

    def ring() -> None:
        with suppress(RuntimeError):  # the server stops
            loop.call_soon_threadsafe(bell.set)

    with following.run.heard(ring):
        while True:
            bell.clear()
            due, left = following.due(), end - loop.time()
            if due == 0.0:
                return True
            if left <= 0.0:
                return False
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), left if due is None else min(left, due))
