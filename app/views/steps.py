"""Step by step: one batch through one neuron with BN and back, every number shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.controls.pagestate import Field, PageState
from app.live.sheet import show_sheet
from app.live.telling import Value
from app.steps.batch import NOTES, ONE, TWO, Row, checked_rows, pasted, read_rows, write_rows
from app.steps.cases import batch_of_one, batch_of_two, small_batches, undone
from app.steps.controls import batch_table, knobs, numbers_table
from app.steps.messages import empty_panel, messages
from app.steps.picture import Span, needed_span, rounded_up
from app.steps.scene import Scene, scene_of
from app.steps.settings import SETTINGS
from app.steps.stages import STAGES, neighbour
from app.steps.strip import INTRO, stage_panel, strip
from app.steps.table import backward_table, forward_table
from app.views.pages import link_to_playground
from app.views.style import apply_style
from bncore.config import Experiment, RunConfig
from bncore.errors import ConfigError

__all__ = ["PAGE", "act", "move", "playground_config", "render"]

KEY = "steps.sheet"
HELD, PLAYING, DRAGGING = "bnlab.steps.held", "bnlab.steps.playing", "bnlab.steps.dragging"
PASTE, SAID = "bnlab.steps.paste", "bnlab.steps.said"
LEAST_LIMIT = 2.0
PASTE_NAME = "paste"

PAGE = PageState(
    "steps",
    {
        name: Field(spec, default, read=read_rows, write=write_rows) if name == "batch" else Field(spec, default)
        for name, (spec, default) in SETTINGS.items()
    },
)


def render() -> None:
    """Draw the page."""
    apply_style()
    state = st.session_state
    _, state[SAID] = PAGE.current()
    state[DRAGGING] = False
    state.setdefault(PLAYING, False)
    st.fragment(_sheet)()
    _link()


def _sheet() -> None:
    """Draw all that moves; a move reruns this alone."""
    values = PAGE.latest()
    checked = checked_rows(values["batch"])
    scene = scene_of(values)
    if not st.session_state[DRAGGING]:
        PAGE.write()
    parts = {
        "intro": INTRO,
        "strip": strip(values["stage"], st.session_state[PLAYING]),
        "said": messages([*st.session_state[SAID], *checked.said], left_out=bool(checked.said)),
    }
    parts |= _moving(scene, values) if scene else {"empty": empty_panel(), "stage": "", "knobs": ""}
    parts["batch"] = batch_table(values["batch"], st.session_state.get(PASTE, ""))
    parts["numbers"] = numbers_table(values)
    show_sheet(parts, KEY, "Step by step", on_act=act, on_values=move)


def _moving(scene: Scene, values: dict[str, Any]) -> dict[str, str]:
    limits, span = _axes(scene)
    case = batch_of_one(scene) if scene.m == 1 else batch_of_two(scene) if scene.m == 2 else small_batches()
    return {
        "stage": stage_panel(scene, span),
        "knobs": knobs(values, *limits),
        "table": f'<div class="stack">{forward_table(scene)}{backward_table(scene)}</div>',
        "case": f'<div class="grid2">{undone(scene)}{case}</div>',
    }


def _axes(scene: Scene) -> tuple[tuple[float, float], Span]:
    """Return how far gamma and beta can be dragged and the picture's axes: while something is dragged they never shrink."""
    held = st.session_state.get(HELD) if st.session_state[DRAGGING] else None
    limits = held[0] if held else tuple(_limit(getattr(scene.undoing, name), scene.learned(name)) for name in ("gamma", "beta"))
    span = needed_span(scene, *limits)
    st.session_state[HELD] = limits, span.joined(held[1]) if held else span
    return st.session_state[HELD]  # type: ignore[no-any-return]


def _limit(undoing: float, now: float) -> float:
    return rounded_up(max(LEAST_LIMIT, abs(undoing), abs(now)))


def act(name: str) -> None:
    """Do what a button says; for the sheet. There may be no such button: a browser sent it."""
    st.session_state[DRAGGING], st.session_state[SAID] = False, []
    word, _, rest = name.partition(":")
    stage = PAGE.latest()["stage"]
    if word in ("next", "back", "first", "last", "stage", "play"):
        _go(word, rest, stage)
    elif word == "student" and rest.isdecimal():
        _change(student=int(rest))
    elif word in _ACTS:
        _ACTS[word]()
    elif word in ("add", "remove"):
        rows: list[Row] = list(PAGE.latest()["batch"])
        if word == "add":
            rows.append(Row("7.5", "100", False))
        elif rest.isdecimal() and 1 <= int(rest) <= len(rows):
            del rows[int(rest) - 1]
        _change(batch=tuple(rows))


def _go(word: str, rest: str, stage: str) -> None:
    last = neighbour(stage, len(STAGES))
    targets = {"next": neighbour(stage, 1), "back": neighbour(stage, -1), "first": neighbour(stage, -len(STAGES)), "last": last}
    playing = st.session_state.get(PLAYING, False)
    if word == "play":
        playing = not playing
        targets["play"] = neighbour(stage, -len(STAGES)) if playing and stage == last else stage
    target = rest if word == "stage" else targets[word]
    if target in STAGES:
        _change(stage=target)
    st.session_state[PLAYING] = playing and word in ("next", "play") and target != last


def _change(**values: Any) -> None:
    st.session_state[SAID] = PAGE.change(**values)


def _take_batch(rows: tuple[Row, ...]) -> None:
    _change(batch=rows, student=1)


def _undo() -> None:
    values = PAGE.latest()
    scene, neuron = scene_of(values), values["neuron"]
    if scene is not None:
        _change(stage="y", **{f"gamma{neuron}": scene.undoing.gamma, f"beta{neuron}": scene.undoing.beta})


def _plain() -> None:
    neuron = PAGE.latest()["neuron"]
    _change(**{f"gamma{neuron}": 1.0, f"beta{neuron}": 0.0})


def _paste() -> None:
    try:
        rows = pasted(st.session_state.get(PASTE, ""))
    except ConfigError as error:
        st.session_state[SAID] = [f"{error} The batch is as it was."]
        return
    st.session_state[PASTE] = ""
    _take_batch(rows)


_ACTS: dict[str, Callable[[], None]] = {
    "notes": lambda: _take_batch(NOTES), "one": lambda: _take_batch(ONE), "two": lambda: _take_batch(TWO), "undo": _undo,
    "plain": _plain,
    "paste": _paste, "reset": PAGE.reset,
}  # fmt: skip


def move(values: dict[str, Value], final: bool) -> None:
    """Take over what was moved; for the sheet. A browser sent it."""
    st.session_state[DRAGGING], st.session_state[SAID] = not final, []
    neuron = PAGE.latest()["neuron"]
    changes: dict[str, Any] = {}
    for name, value in values.items():
        word, _, place = name.partition(":")
        if name in ("gamma", "beta"):
            changes[f"{name}{neuron}"] = value
        elif name == "log_eps" and isinstance(value, float):
            changes["eps"] = float(f"{10.0 ** min(max(value, -300.0), 300.0):.6g}")
        elif name == PASTE_NAME and isinstance(value, str):
            st.session_state[PASTE] = value
        elif word in ("cgpa", "iq", "placed") and place.isdecimal():
            _change_cell(word, int(place), value, final, changes)
        elif name in SETTINGS and name not in ("batch", "stage"):
            changes[name] = value
    if changes:
        _change(**changes)


def _change_cell(column: str, place: int, value: Value, final: bool, changes: dict[str, Any]) -> None:
    """Take over a cell of the batch once it is left: half a number is none."""
    rows: list[Row] = list(changes.get("batch", PAGE.latest()["batch"]))
    if not final or not 1 <= place <= len(rows):
        return
    row = rows[place - 1]
    cells = {"cgpa": row.cgpa, "iq": row.iq, "placed": row.placed}
    cells[column] = value is True if column == "placed" else str(value)
    rows[place - 1] = Row(str(cells["cgpa"]), str(cells["iq"]), cells["placed"] is True)
    changes["batch"] = tuple(rows)


def playground_config(values: Mapping[str, Any]) -> RunConfig:
    """Return the network of the page as the Playground trains it, on 500 students of its own."""
    return RunConfig(
        dataset="students", hidden=(2,), activation=values["activation"], eps=values["eps"], bn_momentum=values["momentum"],
        batch_size=max(1, len(values["batch"])),
    )  # fmt: skip


def _link() -> None:
    experiment = Experiment(playground_config(PAGE.latest()))
    link_to_playground(experiment, "Open this network in the Playground")
