"""What a supervisor asks the server: does it live, can it serve, and its numbers."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.http.readers import Readers
from app.live.below import below

__all__ = ["Readiness", "health_routes"]

FRESH = {"Cache-Control": "no-store"}
NUMBERS = "text/plain; version=1.0.0; charset=utf-8"
WHO = (
    "metrics: may be read on this machine or with the token; got a request with neither. "
    "Set BNLAB_METRICS_TOKEN and send it as Authorization: Bearer, or set BNLAB_METRICS to on.\n"
)


class Readiness:
    """Whether the server can serve: it has started, does not stop, and has somebody to train.

    One worker is enough: one that was lost is replaced within a second, and a server that is taken out of service for that
    would leave its visitors to the others.

    Parameters
    ----------
    warm : callable
        How many workers are ready.

    Examples
    --------
    >>> readiness = Readiness(lambda: 2)
    >>> readiness.missing()
    'starting'
    >>> readiness.phase = "running"
    >>> readiness.missing()
    ''
    """

    def __init__(self, warm: Callable[[], int]) -> None:
        self.phase = "starting"
        self._warm = warm

    def missing(self) -> str:
        """Return in a few words what keeps the server from serving; nothing if it can."""
        if self.phase != "running":
            return self.phase
        return "" if self._warm() else "no worker is ready"


def health_routes(base_path: str, missing: Callable[[], str], numbers: Callable[[], bytes], readers: Readers) -> list[BaseRoute]:
    """Return the routes ``/livez``, ``/readyz`` and ``/metrics``.

    Parameters
    ----------
    base_path : str
        The server's base URL path.
    missing : callable
        Says in a few words what keeps the server from serving; empty if nothing does.
    numbers : callable
        Gives the text for Prometheus.
    readers : Readers
        Who may read it; if that is nobody, the address does not exist.
    """

    async def live(_request: Request) -> Response:
        return PlainTextResponse("ok\n", headers=FRESH)

    def ready(_request: Request) -> Response:
        reason = missing()
        return PlainTextResponse(f"{reason or 'ok'}\n", 503 if reason else 200, FRESH)

    def metrics(request: Request) -> Response:
        if not readers.admit(request.scope):
            return PlainTextResponse(WHO, 403, FRESH)
        return Response(numbers(), media_type=NUMBERS, headers=FRESH)

    async def nothing(_request: Request) -> Response:
        return PlainTextResponse("Not found\n", 404)

    answers = {"livez": live, "readyz": ready, "metrics": nothing if readers.rule == "off" else metrics}
    return [Route(below(base_path, path), answer, methods=["GET"]) for path, answer in answers.items()]
