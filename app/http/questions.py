"""Where browsers ask about their runs: the probe, the lens and batch mates; no rerun of the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.http.runs import BYTES, FRESH, followed
from app.live.below import below
from app.live.following import FOLLOWED, QUESTIONS, Followed, busy, failed
from app.observe import WATCH

__all__ = ["question_route"]

LARGEST = 4096
"""Bytes of a question; the longest that a player asks has two hundred."""

THREADS = 2
"""One answers, and another beside it where the first takes long."""

JSON = "application/json"
NO_JSON = f"question: must be {JSON}; got something else. Reload the page.\n"
TOO_LONG = f"question: must have at most {LARGEST} bytes; got more. Reload the page.\n"
NO_QUESTION = "question: must be an object of JSON; got something else. Reload the page.\n"


def question_route(base_path: str, runs: Followed = FOLLOWED) -> Route:
    """Return the route ``/ask/<name>``, for questions about the run of that name.

    It answers a POST with 200 and the bytes of the answer, those of `app.live.following.gone` where no such run is known, or those
    of `app.live.following.busy` while another question about it is being answered: a page asks one at a time. 204 says that the
    question is about another run than the one that is shown. An answer that fails is counted, and told. What is no question gets
    400, 413 or 415.

    Parameters
    ----------
    base_path : str
        The server's base URL path.
    runs : Followed
    """
    threads = ThreadPoolExecutor(THREADS, "answer questions")

    async def answer(request: Request) -> Response:
        following = followed(runs, request)
        if isinstance(following, Response):
            return following
        question = await _question(request)
        if isinstance(question, Response):
            return question
        if following.busy:
            return Response(busy(), headers=FRESH, media_type=BYTES)
        following.busy = True
        try:
            data = await asyncio.get_running_loop().run_in_executor(threads, following.answer, question)
        except Exception as error:  # the player would ask again and again
            WATCH.answer_failed(error)
            data = failed(question)
        finally:
            following.busy = False
        if data is None:
            return Response(status_code=204, headers=FRESH)
        return Response(data, headers=FRESH, media_type=BYTES)

    return Route(below(base_path, f"{QUESTIONS}/{{name}}"), answer, methods=["POST"])


async def _question(request: Request) -> Mapping[str, Any] | Response:
    """Return what is asked, or the answer that it is no question. Only JSON: no other site may send that without asking us."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return PlainTextResponse(NO_JSON, 415, FRESH)
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                return PlainTextResponse(TOO_LONG, 413, FRESH)
    except ClientDisconnect:  # nobody is there to hear it
        return PlainTextResponse(NO_QUESTION, 400, FRESH)
    try:
        question = json.loads(body)
    except (ValueError, RecursionError):
        question = None
    return question if isinstance(question, dict) else PlainTextResponse(NO_QUESTION, 400, FRESH)
