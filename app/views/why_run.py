"""What the sections of "Why it works" need before they can be drawn: twins that are trained, and what was measured on them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import compute
from app.compute.made import MadeOnce
from app.controls.text import escape
from app.result import ArmResult
from app.views.waiting import owner, wait
from bncore import Experiment

__all__ = ["MEASURED", "trained"]

MEASURED = MadeOnce(64_000_000)
"""What was measured, by section and settings."""


def trained(experiment: Experiment, line: DeltaGenerator) -> list[ArmResult] | None:
    """Return all arms, trained to their end by the pool; None, and a sentence on the page, where that failed.

    A change of the page meanwhile ends the wait, and the run with it.
    """
    ticket = compute.request(experiment, owner())
    wait(ticket, line)
    results = ticket.results() if ticket.error is None else None
    if results is None:
        st.error(escape(ticket.error or "Run: nothing is trained yet. Reload the page."))
    return results
