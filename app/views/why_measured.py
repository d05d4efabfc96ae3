"""Why it works, fourth section: what later papers measured, measured on the runs that are chosen."""

from __future__ import annotations

from functools import partial

from app.views.pages import link_to_playground
from app.views.waiting import progress, progress_line
from app.views.why_run import MEASURED, trained
from app.views.why_sheet import configuration, moving
from app.views.why_state import PAGE, stepped
from app.why.landscape import SETTINGS, experiment_of, measured
from app.why.landscape_words import landscape_parts

__all__ = ["act", "render"]


def render() -> None:
    """Draw the section; moving in time redraws the sheet alone."""
    configuration("measured", ("deep", "wide", "curve", "speed", "first"), SETTINGS)
    experiment = experiment_of(PAGE.latest())
    line = progress_line()
    results = trained(experiment, line)
    if results is None:
        return
    arms = []
    for i, result in enumerate(results, 1):
        arms.append(MEASURED.get(("measured", result.config.key), partial(measured, result)))
        progress(line, i / len(results), "Measuring")  # also where a change of the page ends this
    line.empty()
    moving("measured", "What was measured later", lambda values, playing: landscape_parts(arms, values["walk"], playing), act)
    link_to_playground(experiment)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    stepped("walk", name)
