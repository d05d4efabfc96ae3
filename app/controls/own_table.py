"""The control of a person's own table: paste it, give a file or put points down; use its rows, take them away again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from app.controls.pad import EMPTY, labels_of, pad_html, pressed, range_of, spots_of
from app.controls.session import change, latest
from app.controls.table_words import FORMAT, example, read_file, sentence, to_csv
from app.controls.text import escape
from app.controls.url import encode
from bncore.config import Experiment
from bncore.rows import Row
from bncore.table_text import MAX_BYTES, TableError, parse_csv

__all__ = ["LONG_LINK", "OPEN", "PASTE", "UPLOAD", "Pad", "act", "chosen", "own_table", "point"]

Pad = Callable[[str], None]
"""Draws the picture that takes points, from its HTML, and calls `act` and `point` with what is done there."""

OPEN, PASTE, UPLOAD = "own_table", "own_table_text", "own_table_file"
"""The keys of the switch that unfolds the control, of the box to paste into and of the file chooser."""

LONG_LINK = 6000
"""Characters from which a link is too long for mail and chat programs."""

DRAFT, LABELS, PROBLEMS, SEEN = "bnlab.table_draft", "bnlab.table_labels", "bnlab.table_problems", "bnlab.table_seen"
LABEL, SHOWN, AT = "bnlab.pad_label", "bnlab.pad_shown", "bnlab.pad_at"


def own_table(experiment: Experiment, pad: Pad) -> None:
    """Draw the control; the rows of the experiment are in its box unless something else was written there."""
    state, rows = st.session_state, experiment.base.table
    used = experiment.base.dataset == "table"
    state.setdefault(OPEN, used)
    if not st.toggle("Your own table", key=OPEN, help="Points of your own: put them down, paste them, or give a CSV file."):
        return
    if rows and state.get(SEEN) != rows:
        state[SEEN], state[DRAFT] = rows, to_csv(rows, _labels(rows))
        state.pop(PASTE, None)
        state.pop(SHOWN, None)
    if PASTE not in state:  # the box was folded away since
        state[PASTE] = state.get(DRAFT, "")
    if not used:
        st.caption("Put points down or paste rows, and use them; until then the data stay what they are.")
    spots = spots_of(state[PASTE])
    state[SHOWN] = range_of(spots, state.get(SHOWN, EMPTY))
    pad(pad_html(spots, state[SHOWN], _label()))
    st.text_area(
        "Rows: x, y, class", key=PASTE, height=150, max_chars=MAX_BYTES, help=escape(FORMAT), on_change=_other_draft,
        placeholder="0.5, -1, placed\n2, 0.3, not placed",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button("Use these rows", on_click=_use_draft, type="primary", width="stretch")
        st.button(
            "Example", on_click=_fill, width="stretch", help="48 made-up students: grade, IQ, and whether they found a place."
        )
    for problem in state.get(PROBLEMS, ()):
        st.caption(f":red[▲] {escape(problem)}")
    if state.get(PROBLEMS):
        st.caption("Nothing was changed.")
    elif used:
        st.caption(f"In use: {escape(sentence(rows, _labels(rows)))}")
    st.file_uploader(
        f"Or a CSV file, up to {MAX_BYTES // 1000} kB", ["csv", "txt"], key=UPLOAD, max_upload_size=1, on_change=_use_file,
        help=escape(FORMAT),
    )  # fmt: skip
    if used:
        st.download_button(
            "Save the rows (.csv)", to_csv(rows, _labels(rows)), "table.csv", "text/csv", on_click="ignore", width="stretch"
        )
        length = len(urlencode(encode(experiment), doseq=True))
        if length > LONG_LINK:
            st.caption(
                f"The link has {length} characters, and some mail and chat programs cut it. "
                "It works in this browser; to somebody else give the file instead."
            )


def chosen() -> None:
    """Unfold the control where its data set is chosen; a callback of the chooser."""
    if st.session_state["dataset"] == "table":
        st.session_state[OPEN] = True


def act(name: str) -> None:
    """Choose the class of the next point as a button of the picture says; for callbacks. A browser sent it."""
    word, _, place = name.partition(":")
    labels = labels_of(spots_of(st.session_state.get(PASTE, "")))
    if word == "class" and place in {str(i) for i in range(len(labels))}:
        st.session_state[LABEL] = labels[int(place)]


def point(values: dict[str, Any], final: bool) -> None:
    """Put a point down where the pointer is let go, or take one away; for callbacks. A browser sent it."""
    state, shown = st.session_state, st.session_state.get(SHOWN, EMPTY)
    told = [values.get(name) for name in ("px", "py")]
    if all(isinstance(value, float) for value in told):
        state[AT] = told
    if not final or AT not in state:
        return
    at = state.pop(AT)
    x, y = min(max(at[0], shown[0]), shown[1]), min(max(at[1], shown[2]), shown[3])
    state[PASTE] = state[DRAFT] = pressed(state.get(PASTE, ""), x, y, _label(), shown)
    state[PROBLEMS] = ()
    if latest().base.dataset == "table":
        _use(state[PASTE])


def _label() -> str:
    """Return the class of the next point."""
    labels = labels_of(spots_of(st.session_state.get(PASTE, "")))
    chosen_label: str = st.session_state.get(LABEL, labels[0])
    return chosen_label if chosen_label in labels else labels[0]


def _labels(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Return what the classes of these rows were called in the text they came from."""
    known: tuple[Any, tuple[str, ...]] = st.session_state.get(LABELS, ((), ()))
    return known[1] if known[0] == rows else ()


def _keep_draft() -> None:
    st.session_state[DRAFT] = st.session_state[PASTE]


def _other_draft() -> None:
    """Keep what was pasted, and let the picture fit it: it is of other points."""
    _keep_draft()
    st.session_state.pop(SHOWN, None)


def _fill() -> None:
    st.session_state.pop(SHOWN, None)
    st.session_state[PASTE] = st.session_state[DRAFT] = example()
    st.session_state[PROBLEMS] = ()


def _use_draft() -> None:
    _keep_draft()
    _use(st.session_state[PASTE])


def _use_file() -> None:
    """Put a file's text into the box and use its rows; a file that is taken away changes nothing."""
    file = st.session_state[UPLOAD]
    if file is None:
        return
    try:
        text = read_file(file.getvalue())
    except TableError as error:
        st.session_state[PROBLEMS] = error.problems
        return
    st.session_state[PASTE] = st.session_state[DRAFT] = text
    st.session_state.pop(SHOWN, None)
    _use(text)


def _use(text: str) -> None:
    state = st.session_state
    try:
        rows, labels = parse_csv(text)
    except TableError as error:
        state[PROBLEMS] = error.problems
        return
    state[PROBLEMS], state[SEEN], state[LABELS] = (), rows, (rows, labels)
    change(dataset="table", table=rows, standardize=True)
