"""Waiting for the pool: who waits, for how long, and the thin line that shows how far it is."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import compute
from app.controls.echo import sent

__all__ = ["crowded", "owner", "progress", "progress_line", "unhurried", "wait", "wait_shortly"]

OWNER = "bnlab.owner"
LOOK, LOOK_LATER = 0.02, 0.1
"""Seconds between two looks whether the page has moved on; news of the run come at once."""

QUIET = 0.3
"""Seconds before progress is shown."""

FEW = 8
"""With so many people waiting, everybody sees a run grow as often as one alone would."""


def owner(key: str = OWNER) -> str:
    """Return the name of this tab in the queue, one for each kind of run that it may wait for at once."""
    return str(st.session_state.setdefault(key, uuid.uuid4().hex))


def wait(ticket: compute.Place, line: DeltaGenerator) -> None:
    """Wait for the end of a run; a newer change of the page ends this.

    Parameters
    ----------
    ticket : Ticket
        Asked for by `owner`.
    line : DeltaGenerator
        Where progress is drawn.
    """
    sent()  # the page stands before its reader, and can be answered
    start, drawn = time.monotonic(), -1.0
    while not ticket.done:
        ticket.wait(LOOK if time.monotonic() - start < QUIET else LOOK_LATER)
        _ = st.session_state.get(OWNER)  # Streamlit ends a superseded run here
        if time.monotonic() - start > QUIET and ticket.progress - drawn > 0.01:
            drawn = ticket.progress
            progress(line, drawn)
    line.empty()


def unhurried(seconds: float) -> float:
    """Return how long to wait between two pictures of a run that goes on: the more people wait, the longer.

    Each picture is some work of the server's one interpreter. Of sixty who saw as many as one alone nobody would see any in time.
    """
    return seconds * max(1.0, compute.status().waiting / FEW)


def crowded() -> bool:
    """Return whether so many people wait that most runs take long."""
    return compute.status().waiting > FEW


def wait_shortly(tickets: Iterable[compute.Place], seconds: float) -> bool:
    """Wait so long at the most for the end of some runs; return whether all have ended."""
    sent()
    end, waiting = time.monotonic() + seconds, list(tickets)
    for ticket in waiting:
        while not ticket.done and time.monotonic() < end:
            ticket.wait(0.05)
    return all(ticket.done for ticket in waiting)


def progress_line(key: str = "bnlab_streaming") -> DeltaGenerator:
    """Return the place of the progress; it takes no room."""
    return st.container(key=key).empty()


def progress(line: DeltaGenerator, share: float, label: str = "Training") -> None:
    """Draw how far something is, 0 to 1, as a thin line below the navigation."""
    line.html(
        f'<div class="bnlab-progress" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * share:.0f}"><span style="width:{100 * share:.1f}%"></span></div>'
    )
