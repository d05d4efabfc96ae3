"""The experiment of this browser tab: kept in its session, filled from its address, and written back to it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.arms import named
from app.controls.echo import is_echo, wrote
from app.controls.entering import entering
from app.controls.mend import mend
from app.controls.url import decode, encode, view_of
from app.controls.values import WIDGETS, read, shown
from bncore.config import SPECS, Experiment
from bncore.presets import preset_of

__all__ = ["change", "current", "current_preset", "latest", "put"]

EXPERIMENT, MESSAGES, WRITTEN = "bnlab.experiment", "bnlab.messages", "bnlab.written"


def current() -> tuple[Experiment, list[str]]:
    """Return the experiment of this run of the page, and what had to be changed to get it; to be called before any control.

    The address decides when the page is opened with one and after Back or Forward; at any other time the controls do, and
    the address follows them. ``docs/decisions/address.md`` says why.
    """
    state = st.session_state
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    context = get_script_run_ctx()
    entered = entering()
    if EXPERIMENT not in state or (entered and address) or (context is not None and context.is_history_navigation):
        _keep(*decode(address))
        state[WRITTEN] = address
    else:
        experiment, messages = read(_widgets(), state[EXPERIMENT])
        if messages or experiment != state[EXPERIMENT]:
            _keep(experiment, messages)
    _fill_missing()
    _write(address, entered and not address)
    return state[EXPERIMENT], state[MESSAGES]


def latest() -> Experiment:
    """Return the experiment that the controls stand for now; for callbacks."""
    return read(_widgets(), st.session_state[EXPERIMENT])[0]


def change(**fields: Any) -> None:
    """Change fields of the experiment and move their controls; for callbacks."""
    experiment = latest()
    values = {name: getattr(experiment.base, name) for name in SPECS} | fields
    _keep(*mend(values, experiment.arms))


def put(experiment: Experiment) -> None:
    """Replace the experiment and move every control; for callbacks."""
    _keep(named(experiment), [])


def current_preset() -> str | None:
    """Return the name of the preset that the experiment is, whatever its first seed, or None."""
    return preset_of(st.session_state[EXPERIMENT])


def _widgets() -> dict[str, Any]:
    state = st.session_state
    wanted = shown(state[EXPERIMENT])
    for key in WIDGETS:
        if key in state and state[key] != wanted.get(key, state[key]) and is_echo(key, state[key]):
            state[key] = wanted[key]
    return {key: state[key] for key in WIDGETS if key in state}


def _keep(experiment: Experiment, messages: list[str]) -> None:
    state = st.session_state
    state[EXPERIMENT], state[MESSAGES] = experiment, messages
    for key, value in shown(experiment).items():
        if key in state and state[key] != value:
            wrote(key, state[key])
            state[key] = value


def _fill_missing() -> None:
    state = st.session_state
    for key, value in shown(state[EXPERIMENT]).items():
        if key not in state:
            state[key] = value


def _write(address: dict[str, list[str]], always: bool) -> None:
    """Make the address say what the controls say; an address that already means the same is left as it was typed.

    A page that is entered may stand in the browser under what a late answer of the page before wrote: then always.
    """
    state = st.session_state
    wanted = encode(state[EXPERIMENT]) | view_of(address)
    as_sent = address if decode(address)[0] == state[EXPERIMENT] else wanted
    if always or address != as_sent or state[WRITTEN] != as_sent:
        st.query_params.from_dict(wanted)
        state[WRITTEN] = wanted
