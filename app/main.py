"""The ASGI entry: starts the workers, serves the page, stops the workers.

It is started from the repository's root by ``python -m app``, or by ``python -m streamlit run app/main.py``: both packages
are then importable.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config, runtime
from streamlit.runtime.stats import ACTIVE_SESSIONS_FAMILY, GaugeStat

from app import compute
from app.http import (
    Closed,
    FirstVisit,
    Readers,
    Readiness,
    Refusals,
    below,
    health_routes,
    policed,
    question_route,
    run_route,
    send_at_once,
)
from app.memory import one_heap
from app.observe import WATCH, say, set_up
from app.settings import current_or_exit, similar
from bncore.config import Experiment

__all__ = ["app"]

one_heap()
settings = current_or_exit()
if settings.base_path:
    config.set_option("server.baseUrlPath", settings.base_path)
config.set_option("client.allowedOrigins", list(settings.embed))  # by itself Streamlit takes orders from frames of its own hosts
base_path = st.get_option("server.baseUrlPath") or ""

readers = Readers(settings.metrics, settings.metrics_token)
readiness = Readiness(lambda: compute.status().warm)


def _sessions() -> int:
    """Return how many pages are connected."""
    found = runtime.get_instance().stats_mgr.get_stats(family_names=[ACTIVE_SESSIONS_FAMILY])
    return sum(each.value for each in found.get(ACTIVE_SESSIONS_FAMILY, ()) if isinstance(each, GaugeStat))


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Keep the workers alive as long as the server."""
    began = time.monotonic()
    set_up(settings.log_level)
    send_at_once()
    compute.start(observer=WATCH)
    try:
        with suppress(OSError):  # where nobody can read it, the server serves all the same
            print(f"{settings.title}: http://localhost:{st.get_option('server.port')}{below(base_path, '')}", flush=True)
        workers = compute.status().alive
        say("start", seconds=round(time.monotonic() - began, 3), workers=workers, cache_mb=settings.cache_mb, base_path=base_path)
        for name, meant in similar(os.environ).items():
            say("unknown variable", logging.WARNING, name=name, meant=meant)
        compute.request(Experiment(), owner="the first visitor")  # who finds the default page's run made
        readiness.phase = "running"
        yield {}
    finally:
        readiness.phase = "stopping"
        compute.stop()
        say("stop", seconds=round(time.monotonic() - began))


WATCH.metrics.watch(compute.status, _sessions, settings.cache_mb * 1_000_000)

app = st.App(
    "page.py",
    lifespan=lifespan,
    routes=[
        *health_routes(base_path, readiness.missing, WATCH.metrics.text, readers),
        run_route(base_path),
        question_route(base_path),
    ],
    middleware=[
        Middleware(Refusals, headers=policed(settings.embed)),
        Middleware(Closed, paths={below(base_path, "_stcore/metrics")}, readers=readers),
        Middleware(FirstVisit, base_path=base_path),
    ],
    on_script_error=WATCH.page_failed,
)
