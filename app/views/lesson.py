"""One lesson: read, predict, run, see, explain, try, remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import streamlit as st

from app import compute
from app.controls.classroom import is_student
from app.controls.lit import lead_over
from app.controls.text import escape
from app.figures.lesson import lesson_figure
from app.lessons.catalogue import NAMES
from app.lessons.evidence import Band, band_of, evidence_of
from app.lessons.model import Lesson, Measured, Picture
from app.lessons.running import configs_of, joined, measured_case, opened
from app.live.sheet import show_sheet
from app.teaching.parts import explained, looked, prediction, remembered, revealed, steps, verdicts
from app.teaching.specs import changes_text
from app.teaching.spoken import spoken
from app.teaching.terms import Terms
from app.views.budget import affordable
from app.views.lesson_knobs import show_knobs
from app.views.lesson_state import PAGE
from app.views.pages import link_to_playground
from app.views.waiting import owner, progress_line, wait
from bncore import ConfigError, RunConfig
from bncore.cost import estimate

__all__ = ["evidence_picture", "lesson_page"]

OWNER = "bnlab.lessons.owner"
CALL_SECONDS = 0.8
"""What a worker is asked for at once should take."""

USUAL, LARGE = 380, 560
"""Height of a picture on the page and on a slide, pixels."""

CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def lesson_page(lesson: Lesson, values: Mapping[str, Any], act: Callable[[str], None]) -> None:
    """Draw a lesson as far as it is taken."""
    answer, ran = values["answer"], values["run"]
    if answer and answer not in {one.key for one in lesson.answers}:
        answer = ""
    line = progress_line()
    parts = {"steps": steps(lesson, answer, ran=ran, alone=is_student()), "prediction": prediction(lesson, answer, ran=ran)}
    show_sheet(parts, "lessons.top", lesson.title, on_act=act)
    if not ran:
        return
    show_knobs(lesson, dict(values["set"]))
    measured = _measured(lesson, values, line)
    if measured is None:
        return
    evidence = evidence_of(lesson.name)
    changed = changes_text(values["set"])
    reveal = revealed(lesson, answer, measured, evidence.measured, lesson.seeds, changed)
    show_sheet({"reveal": reveal}, "lessons.reveal", "What came out", on_act=act)
    _pictures(lesson, measured)
    terms = Terms()
    below = {
        "look": looked(lesson, terms),
        "verdicts": verdicts(lesson, measured, evidence.measured, lesson.seeds, changed, terms),
        "explained": explained(lesson, terms),
    }
    show_sheet(below, "lessons.below", "What the seeds say, and why", on_act=act)
    _link(lesson, values)
    following = "" if is_student() else dict(pairwise(NAMES)).get(lesson.name, "")
    show_sheet({"remember": remembered(lesson, following)}, "lessons.end", "What to try and to remember", on_act=act)


def _link(lesson: Lesson, values: Mapping[str, Any]) -> None:
    """Draw the link to the Playground, which opens on what was run."""
    try:
        experiment = opened(lesson, dict(values["set"]), values["first"])
    except ConfigError as error:
        st.caption(escape(f"The Playground opens on the lesson as it is: {error}"))
        experiment = opened(lesson, {}, values["first"])
    lead_over(lesson, experiment)
    link_to_playground(experiment, lesson.link)


def _stop() -> None:
    PAGE.change(run=False)


def _measured(lesson: Lesson, values: Mapping[str, Any], line: Any) -> Measured | None:
    """Return what the pool measures; None, and a sentence on the page, where that cannot be."""
    try:
        configs = [config.replace(seed=values["first"]) for config in configs_of(lesson, dict(values["set"]))]
        for config in configs:
            affordable(config.replace(seeds=lesson.seeds))
    except ConfigError as error:
        st.error(escape(str(error)))
        return None
    pieces = [_pieces(config, lesson.seeds) for config in configs]
    calls = [
        compute.Call(f"{lesson.name} {case.label} {piece.key}", measured_case, (lesson.name, case.label, piece), _seconds(piece))
        for case, parts in zip(lesson.cases, pieces, strict=True)
        for piece in parts
    ]
    ticket = compute.call(calls, owner(OWNER))
    if not ticket.done:
        place = st.empty()
        with place.container(horizontal=True, vertical_alignment="center", key="lesson_running"):
            st.markdown(f"Training {lesson.seeds} seeds of {len(configs)} cases…")
            st.button("Stop", on_click=_stop)
        wait(ticket, line)
        place.empty()
    if ticket.error is not None:
        st.error(escape(ticket.error))
        return None
    values_left = iter(ticket.values())
    return {case.label: joined([next(values_left) for _ in parts]) for case, parts in zip(lesson.cases, pieces, strict=True)}


def _pieces(config: RunConfig, seeds: int) -> list[RunConfig]:
    """Return a case in parts of some seeds each, such that none takes long."""
    whole = config.replace(seeds=seeds)
    count = min(seeds, max(1, round(_seconds(whole) / CALL_SECONDS)))
    size = -(-seeds // count)
    return [config.replace(seed=config.seed + i, seeds=min(size, seeds - i)) for i in range(0, seeds, size)]


def _seconds(config: RunConfig) -> float:
    return estimate(config).seconds


def _pictures(lesson: Lesson, measured: Measured) -> None:
    bands = {label: {name: band_of(curve) for name, curve in measure.curves.items()} for label, measure in measured.items()}
    columns = st.columns([_breadth(lesson, picture) for picture in lesson.pictures], vertical_alignment="bottom")
    for i, (column, picture) in enumerate(zip(columns, lesson.pictures, strict=True)):
        with column:
            st.markdown(f"**{escape(picture.title)}**")
            _picture(lesson, picture, measured, bands, f"lessons.picture.{i}")


def _breadth(lesson: Lesson, picture: Picture) -> float:
    """Return how broad a picture is beside the others: one with many names under it needs more."""
    return max(1.0, len(picture.chosen(lesson.cases)) / 5) if picture.kind == "strips" else 1.0


def evidence_picture(lesson: Lesson) -> None:
    """Draw the first picture of a lesson over the seeds of the evidence, large."""
    evidence = evidence_of(lesson.name)
    _picture(lesson, lesson.pictures[0], evidence.measured, evidence.bands, "lessons.evidence", LARGE)


def _picture(
    lesson: Lesson, picture: Picture, numbers: Measured, bands: Mapping[str, Mapping[str, Band]], key: str, height: int = USUAL
) -> None:
    figure = lesson_figure(lesson, picture, numbers, bands, dark=st.context.theme.type == "dark", height=height)
    st.plotly_chart(figure, key=key, config=CONFIG, alt=spoken(lesson, picture, numbers, bands))
