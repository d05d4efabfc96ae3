"""Running statistics: the momentum lab, the libraries' conventions, and what it does to a trained network."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape as in_html

import streamlit as st

from app import compute
from app.controls.mend import message_of
from app.controls.pagestate import Field, PageState
from app.controls.text import escape
from app.live.sheet import show_sheet
from app.running import lab, network
from app.running.network_panels import network_parts, waiting_parts
from app.running.panels import lab_act, lab_parts
from app.views.pages import link_to_playground
from app.views.style import apply_style
from app.views.waiting import owner, wait_shortly
from bncore.config import Experiment
from bncore.errors import ConfigError
from bncore.spec import parse

__all__ = ["PAGE", "act", "moved", "render", "stage"]

SPECS = lab.SPECS | network.SPECS
PAGE = PageState("statistics", {name: Field(spec, default) for name, (spec, default) in SPECS.items()})
PLAYING, SAID, OWNER = (f"bnlab.statistics.{name}" for name in ("playing", "told", "owner"))

WAIT = 0.25
"""Seconds that a run of the page waits for the networks."""


def render() -> None:
    """Draw the page: the lab, then a trained network."""
    apply_style()
    _, said = PAGE.current()
    for message in said:
        st.warning(escape(message))
    st.fragment(_lab)()
    st.fragment(_network)()


def moved(values: Mapping[str, float | str | bool], final: bool) -> None:
    """Take over what was moved in a sheet, as far as it is allowed; for callbacks. A browser sent it."""
    changes, said = {}, []
    for name, value in values.items():
        if name not in SPECS:
            continue
        try:
            changes[name] = parse(f"statistics.{name}", SPECS[name][0], value) if isinstance(value, str) else value
        except ConfigError as error:
            said.append(message_of(error))
    st.session_state[SAID] = said + PAGE.change(**changes)


def act(name: str) -> None:
    """Do what a button of the lab says; for callbacks."""
    changes, st.session_state[PLAYING] = lab_act(lab.Lab(PAGE.latest()), name, bool(st.session_state.get(PLAYING)))
    PAGE.change(**changes)


def stage(name: str) -> None:
    """Do with the trained network what a button says; for callbacks."""
    if name in network.STAGES:
        PAGE.change(stage=name)


def _lab() -> None:
    state = st.session_state
    parts = lab_parts(lab.Lab(PAGE.latest()), playing=bool(state.get(PLAYING)), said=state.pop(SAID, []))
    PAGE.write()
    show_sheet(parts, key="statistics_lab", label="Momentum lab", on_act=act, on_values=moved)


def _network() -> None:
    """Show the trained networks, or how far they are; while they are trained the sheet asks for this again and again."""
    values, tickets = PAGE.latest(), _tickets()
    done = wait_shortly(tickets.values(), WAIT)
    error = next((ticket.error for ticket in tickets.values() if ticket.error is not None), None)
    results = {name: ticket.results() for name, ticket in tickets.items()}
    whole = {name: found for name, found in results.items() if found is not None}
    if done and error is None and len(whole) == len(results):
        parts = network_parts(values, whole)
    else:
        share = sum(ticket.progress for ticket in tickets.values()) / len(tickets)
        parts = waiting_parts(values, share, in_html(error or ""))
    PAGE.write()
    show_sheet(parts, key="statistics_network", label="A trained network", on_act=stage, on_values=moved)
    link_to_playground(network.handed_on(network.settings(values)))


def _tickets() -> dict[str, compute.Ticket]:
    wanted: dict[str, Experiment] = network.experiments(network.settings(PAGE.latest()))
    return {name: compute.request(experiment, f"{owner(OWNER)}.{name}") for name, experiment in wanted.items()}
