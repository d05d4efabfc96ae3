"""What the sections of "Why it works" need before they can be drawn: twins that are trained, and what was measured on them."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import compute
from app.compute.arrays import read_only, size_of
from app.compute.cache import ByteCache
from app.controls.text import escape
from app.result import ArmResult
from bncore import Experiment

__all__ = ["kept", "progress", "progress_line", "trained"]

OWNER = "bnlab.owner"
LOOK, QUIET = 0.02, 0.3
CACHE_BYTES = 64_000_000
T = TypeVar("T")

_lock = threading.Lock()
_cache: ByteCache[Hashable, Any] = ByteCache(CACHE_BYTES)


def progress_line() -> DeltaGenerator:
    """Return the place of the progress; it takes no room."""
    return st.container(key="bnlab_streaming").empty()


def trained(experiment: Experiment, line: DeltaGenerator) -> list[ArmResult] | None:
    """Return all arms, trained to their end by the pool; None, and a sentence on the page, where that failed.

    A change of the page meanwhile ends the wait, and the run with it.
    """
    ticket = compute.request(experiment, str(st.session_state.setdefault(OWNER, uuid.uuid4().hex)))
    start, drawn = time.monotonic(), -1.0
    while not ticket.done:
        ticket.wait(LOOK)
        _ = st.session_state[OWNER]  # Streamlit ends a superseded run here
        if time.monotonic() - start > QUIET and ticket.progress - drawn > 0.01:
            drawn = ticket.progress
            progress(line, drawn, "Training")
    line.empty()
    results = ticket.results() if ticket.error is None else None
    if results is None:
        st.error(escape(ticket.error or "Run: nothing is trained yet. Reload the page."))
    return results


def progress(line: DeltaGenerator, share: float, label: str) -> None:
    """Draw how far something is, 0 to 1, as a thin line below the navigation."""
    line.html(
        f'<div class="bnlab-progress" style="position:fixed;top:2.25rem" role="progressbar" aria-label="{label}" '
        f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{100 * share:.0f}">'
        f'<span style="width:{100 * share:.1f}%"></span></div>'
    )


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """Return what was measured under a key, measured now if need be: by one thread of the process at a time, and kept.

    Examples
    --------
    >>> kept("example", lambda: 1), kept("example", lambda: 2)
    (1, 1)
    """
    with _lock:
        value: T | None = _cache.get(key)
        if value is None:
            value = read_only(make())
            _cache.put(key, value, max(1000, size_of(value)))
    return value
