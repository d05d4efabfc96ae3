"""The Playground: a network and its twin, training side by side."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from app import compute
from app.answers import answer, early
from app.controls import change, current, encode, escape, latest, message_of, run_of, sidebar
from app.controls.classroom import link_now
from app.controls.lit import lit
from app.controls.stage import present, presenting
from app.live.codec import unzipped
from app.live.following import FOLLOWED, FORGOTTEN, Following, awaited, busy, gone
from app.live.pack import is_own, run_hash
from app.live.player import KEY, show
from app.live.telling import Value, heard_of
from app.views.budget import affordable, offers
from app.views.class_link import ask_for_class_link, class_link_dialog
from app.views.packed import packed
from app.views.pad import draw_pad
from app.views.style import apply_stage, apply_style
from app.views.waiting import crowded, owner, progress_line, unhurried, wait
from bncore.config import Experiment, chosen_layers
from bncore.errors import ConfigError

__all__ = ["act", "render", "told"]

RUN, ASKED, SHOWN = "bnlab.run", "bnlab.asked", "bnlab.shown"
SWITCH = {"on": True, "off": False}
PATIENCE, CROWDED = 1.2, 0.3
"""Seconds before what is trained so far is shown: alone or with some, whose runs are mostly whole by then; in a crowd."""

PAUSE = 0.6
"""Seconds between two pictures of a run that goes on."""


ONE_AT_A_TIME = threading.Semaphore(1)
"""Of these pages: of sixty that share one interpreter each would be done when all are. It lets in who came first."""


def render() -> None:
    """Draw the page: controls, then the run they ask for."""
    experiment, said = current()  # before its turn: what is an echo is one by the time that it came
    with ONE_AT_A_TIME:
        _draw(experiment, said)


def _draw(experiment: Experiment, said: list[str]) -> None:
    asked = _ask(experiment)  # first of all: it is trained while the controls are drawn
    apply_style()
    if presenting():
        apply_stage()
    else:
        sidebar(experiment, draw_pad)
    lesson = lit(experiment)
    class_link_dialog(encode(experiment), lesson.knobs if lesson is not None else ())
    if isinstance(asked, ConfigError):
        _too_much(experiment, asked, said)
        return
    ticket = asked
    if not compute.pooled():
        wait(ticket, progress_line())

    @st.fragment
    def picture() -> None:
        _picture(experiment, ticket, said)

    picture()


def _ask(experiment: Experiment) -> compute.Ticket | ConfigError:
    """Return the place of a run in the queue, or why there is none."""
    try:
        affordable(experiment)
    except ConfigError as error:
        return error
    return compute.request(experiment, owner())


def _lost(ticket: compute.Ticket) -> bool:
    return (ticket.released and ticket.error is not None) or ticket.forgotten


def _picture(experiment: Experiment, ticket: compute.Ticket, said: list[str]) -> None:
    """Tell the player where its run is; what is pressed in the player reruns this alone."""
    if st.session_state.pop(ASKED, False) or latest() != experiment or _lost(ticket):
        st.rerun()  # beyond this fragment; or a tab lost its place, or a browser that came back says other than its address
    if ticket.error is not None:
        st.error(escape(ticket.error))
        return
    run, locked = _run_shown(experiment), _locked(experiment)
    make = partial(_bytes, experiment, ticket, run, said, locked)
    if compute.pooled():
        ticket.loosen()
        following = Following(ticket, make, partial(_answer, experiment, ticket, run), partial(unhurried, PAUSE), _patience)
        data = _address(following, (experiment, run, said, locked))
    elif (made := make()) is not None:
        data = unzipped(made)
    else:
        st.error("Run: nothing is trained yet. Reload the page.")
        return
    show(data, on_act=partial(act, experiment), on_values=told)


def _bytes(experiment: Experiment, ticket: compute.Ticket, run: int, said: list[str], locked: tuple[str, ...]) -> bytes | None:
    results = ticket.results(run)
    return None if results is None else packed(experiment, results, run, said, locked)


def _address(following: Following, what: object) -> bytes:
    """Return what tells the player where to fetch the run; the address that this tab had before is none any more."""
    before, _ = st.session_state.get(SHOWN, ("", None))
    FOLLOWED.drop(before)
    name = FOLLOWED.put(following)
    st.session_state[SHOWN] = (name, following)  # held here, and nowhere else: it goes when the tab does
    return awaited(name, what, heard_of(KEY), st.get_option("server.baseUrlPath") or "")


def _patience() -> float:
    return CROWDED if crowded() else PATIENCE


def _answer(experiment: Experiment, ticket: compute.Ticket, run: int, ask: Mapping[str, Any]) -> bytes | None:
    name = run_hash(experiment, run)
    if ask.get("run") != name:
        return None
    if ticket.error is not None or ticket.forgotten:
        return gone(ticket.error or FORGOTTEN)  # the page has it trained again, or says why not
    results = ticket.results()
    if results is None or early(ask, results):
        return busy(ticket.progress)
    ticket.loosen()
    return answer(ask, results, name, run)


def _run_shown(experiment: Experiment) -> int:
    """Return the position of the run whose pictures this tab looks at: what its address asked for, until another is chosen.

    Arms are always requested with the pictures of the first run, so that all who look at any share the training.
    """
    if RUN not in st.session_state:
        st.session_state[RUN] = run_of({name: st.query_params.get_all(name) for name in st.query_params})
    run = int(st.session_state[RUN])
    return run if run < experiment.base.seeds else 0


def act(experiment: Experiment, name: str) -> None:
    """Do what was pressed in the player; for callbacks. There may be no such thing: a browser sent it."""
    word, _, rest = name.partition(":")
    if word == "seed" and rest.isdecimal() and int(rest) < experiment.base.seeds:
        st.session_state[RUN] = int(rest)
    elif word == "present" and rest in SWITCH:
        present(SWITCH[rest])
        st.session_state[ASKED] = True
    elif word == "layer":
        layer, _, on = rest.partition(":")
        if layer.isdecimal() and on in SWITCH:
            _switch_layer(int(layer), SWITCH[on])


def told(values: Mapping[str, Value], _final: bool) -> None:
    """Open the dialog of the class link where the player asks for it; for callbacks. A browser sent it."""
    try:
        view = json.loads(str(values["class"]))
    except (KeyError, ValueError, RecursionError):
        return
    ask_for_class_link(view)
    st.session_state[ASKED] = True


def _locked(experiment: Experiment) -> tuple[str, ...]:
    """Return what the player must not offer: in a class, or because it would change nothing."""
    own = ("own",) if is_own(experiment) else ()
    link = link_now()
    if link is None:
        return own
    layers = {"norm_layers": "layers", "norm_output": "output"}
    return ("class link", *(words for name, words in layers.items() if not link.is_free(name)), *own)


def _switch_layer(layer: int, on: bool) -> None:
    """Switch the normalisation of a layer, counted from 1, on or off; one more than the last hidden layer is the output.

    The normaliser stays what it is; where there is none it becomes batch normalization. What is so already stays.
    """
    config = latest().base
    depth = len(config.hidden)
    now = {i for i, normalised in enumerate(config.normalised_layers, 1) if normalised}
    wanted = now | {layer} if on else now - {layer}
    if wanted != now and 1 <= layer <= depth + 1:
        norm = "batch" if config.norm == "none" else config.norm
        change(norm=norm, norm_layers=chosen_layers(wanted - {depth + 1}, depth), norm_output=depth + 1 in wanted)


def _too_much(experiment: Experiment, error: ConfigError, said: list[str]) -> None:
    """Say why there is no picture, and offer the nearest experiments that can be paid for."""
    st.error(escape(message_of(error)))
    for message in said:
        st.warning(escape(message))
    fitting = [offers(config) for config in experiment.configs().values()]
    for name in set.intersection(*map(set, fitting)):
        most = min(offer[name] for offer in fitting)
        st.button(f"Use {most} {name}", key=f"offer_{name}", on_click=change, kwargs={name: most})
