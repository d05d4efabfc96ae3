"""The experiment of this browser tab: kept in its session, filled from its address, and written back to it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.arms import named
from app.classroom.link import decode_link
from app.controls.classroom import class_params, link_now, names_link, take_link
from app.controls.echo import echoes, is_echo, note
from app.controls.entering import entering
from app.controls.held import free_fields, held, keeps
from app.controls.mend import mend
from app.controls.returning import resume
from app.controls.stage import present, present_of, presenting, stage_params, take_stage
from app.controls.url import decode, encode, view_of
from app.controls.values import WIDGETS, read, shown
from bncore.config import SPECS, Experiment
from bncore.presets import preset_of

__all__ = ["change", "current", "current_preset", "given", "latest", "put"]

EXPERIMENT, MESSAGES, WRITTEN, GIVEN = "bnlab.experiment", "bnlab.messages", "bnlab.written", "bnlab.given"


def current() -> tuple[Experiment, list[str]]:
    """Return the experiment of this run of the page, and what had to be changed to get it; to be called before any control.

    The address decides when the page is opened with one and after Back or Forward; at any other time the controls do, and
    the address follows them. ``docs/decisions/address.md`` says why.
    """
    state = st.session_state
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    context = get_script_run_ctx()
    entered = entering()
    if entered and not address:
        present(False)
    if EXPERIMENT not in state or (entered and address) or (context is not None and context.is_history_navigation):
        _open(address)
        state[WRITTEN] = address
    else:
        experiment, messages = _read()
        if messages or experiment != state[EXPERIMENT]:
            _keep(experiment, messages)
    _fill_missing()
    resume()
    _write(address, entered and not address)
    return state[EXPERIMENT], state[MESSAGES]


def latest() -> Experiment:
    """Return the experiment that the controls stand for now; for callbacks."""
    return _held(_read()[0])[0]


def given() -> Experiment:
    """Return what the address gave: a student's page goes back to it."""
    experiment: Experiment = st.session_state[GIVEN]
    return experiment


def change(**fields: Any) -> None:
    """Change fields of the experiment and move their controls; for callbacks."""
    experiment = latest()
    values = {name: getattr(experiment.base, name) for name in SPECS} | fields
    _keep(*mend(values, experiment.arms))


def put(experiment: Experiment) -> None:
    """Replace the experiment and move every control; for callbacks."""
    link = link_now()
    fixed = link is not None and not keeps(link, given(), experiment)
    _keep(named(experiment), ["Your teacher has fixed some of these settings; they stay as they are."] if fixed else [])


def current_preset() -> str | None:
    """Return the name of the preset that the experiment is, whatever its first seed, or None."""
    return preset_of(st.session_state[EXPERIMENT])


def _open(address: dict[str, list[str]]) -> None:
    """Take over an address: what a class may change there, what is presented, and the experiment."""
    state, before = st.session_state, link_now()
    said = [*take_link(address), *take_stage(address)]
    experiment, messages = decode(address)
    link = link_now()
    other = GIVEN not in state or link is None or link != before
    if other or (link is not None and names_link(address) and not keeps(link, state[GIVEN], experiment)):
        state[GIVEN] = experiment
    _keep(experiment, [*said, *messages])


def _held(asked: Experiment) -> tuple[Experiment, list[str]]:
    """Return what is asked for as far as this tab may have it: here, and nowhere else, a class link is obeyed."""
    state, link = st.session_state, link_now()
    return (asked, []) if link is None else held(link, given(), state.get(EXPERIMENT, asked), asked)


def _read() -> tuple[Experiment, list[str]]:
    return read(_widgets(), st.session_state[EXPERIMENT], free_fields(link_now()))


def _widgets() -> dict[str, Any]:
    now = st.session_state.to_dict()  # one look at the session instead of hundreds, each of which asks Streamlit whether to go on
    wanted = shown(now[EXPERIMENT])
    for key in WIDGETS:
        moved = key in now and now[key] != wanted.get(key, now[key])
        if moved and (now[key] is None or is_echo(key, now[key])):
            now[key] = st.session_state[key] = wanted[key]
    return {key: now[key] for key in WIDGETS if key in now}


def _keep(experiment: Experiment, messages: list[str]) -> None:
    state = st.session_state
    experiment, said = _held(experiment)
    now, known = state.to_dict(), echoes()
    moved = {key: value for key, value in shown(experiment).items() if key in now and now[key] != value}
    state[EXPERIMENT] = experiment
    note(known, {key: now[key] for key in moved})  # from here on a newer run may end this one: it writes what is left
    state[MESSAGES] = [*messages, *said]
    for key, value in moved.items():
        state[key] = value


def _fill_missing() -> None:
    now = st.session_state.to_dict()
    for key, value in shown(now[EXPERIMENT]).items():
        if key not in now:
            st.session_state[key] = value


def _write(address: dict[str, list[str]], always: bool) -> None:
    """Make the address say what the controls say; an address that already means the same is left as it was typed.

    A page that is entered may stand in the browser under what a late answer of the page before wrote: then always.
    """
    state = st.session_state
    wanted = encode(state[EXPERIMENT]) | class_params() | stage_params() | view_of(address)
    meant = (decode(address)[0], decode_link(address)[0], present_of(address)[0])
    as_sent = address if meant == (state[EXPERIMENT], link_now(), presenting()) else wanted
    if always or address != as_sent or state[WRITTEN] != as_sent:
        st.query_params.from_dict(wanted)
        state[WRITTEN] = wanted
