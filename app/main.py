"""The ASGI entry: starts the workers, serves the page, stops the workers.

Start it from the repository's root with ``python -m streamlit run app/main.py``: both packages are then importable.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from app import compute
from app.http import FirstVisit, send_at_once

__all__ = ["app"]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Keep the workers alive as long as the server."""
    send_at_once()
    compute.start()
    try:
        print(f"BatchNorm Lab: http://localhost:{st.get_option('server.port')}", flush=True)
        yield {}
    finally:
        compute.stop()


app = st.App(
    "page.py",
    lifespan=lifespan,
    middleware=[Middleware(FirstVisit, base_path=st.get_option("server.baseUrlPath") or "")],
)
