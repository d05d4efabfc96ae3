"""Why it works, second section: inputs that are spread otherwise than those of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.views.pages import link_to_playground
from app.views.waiting import progress_line
from app.views.why_run import MEASURED, trained
from app.views.why_sheet import moving
from app.views.why_state import PAGE, stepped
from app.why.shift import CASES, measured
from app.why.shift_words import shift_parts
from app.why.specs import ROSES_MOMENTS

__all__ = ["act", "render"]


def render() -> None:
    """Draw the section; moving in time redraws the sheet alone."""
    PAGE.control("change")
    case = PAGE.latest()["change"]
    results = trained(CASES[case].experiment, progress_line())
    if results is None:
        return
    shifted = MEASURED.get(("shift", case), lambda: measured(case, results, ROSES_MOMENTS + 1))

    def parts(values: Mapping[str, Any], playing: bool) -> dict[str, str]:
        return shift_parts(case, results, shifted, values["grown"], values["flower"], playing=playing)

    moving("shift", "Covariate shift", parts, act)
    shown = "Open this in the Playground"
    unmoved = "Open these networks in the Playground, with the inputs of training"
    link_to_playground(CASES[case].shown_in_playground, shown if CASES[case].known_there else unmoved)


def act(name: str) -> None:
    """Do what a button of the sheet says; for callbacks."""
    stepped("grown", name)
