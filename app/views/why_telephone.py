"""Why it works, third section: the distribution of every layer over training."""

from __future__ import annotations

from functools import partial

from app.views.pages import link_to_playground
from app.views.waiting import progress_line
from app.views.why_run import MEASURED, trained
from app.views.why_sheet import configuration, moving
from app.views.why_state import PAGE, stepped
from app.why.telephone import SETTINGS, experiment_of, heard
from app.why.telephone_words import telephone_parts

__all__ = ["act", "render"]


def render() -> None:
    """Draw the section; moving in time redraws the sheet alone."""
    configuration("telephone", ("players", "bend", "scale", "rate"), SETTINGS)
    experiment = experiment_of(PAGE.latest())
    results = trained(experiment, progress_line())
    if results is None:
        return
    arms = [MEASURED.get(("telephone", result.config.key), partial(heard, result)) for result in results]
    moving("telephone", "The game of telephone", lambda values, playing: telephone_parts(arms, values["epoch"], playing), act)
    link_to_playground(experiment)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    stepped("epoch", name)
