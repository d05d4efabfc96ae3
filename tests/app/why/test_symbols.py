"""A symbol means the same in a section's formula, its table and its pictures: pointed at in one, it is lit in all."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from app.maths import SYMBOLS
from app.why import landscape, telephone
from app.why.bowls import Setting, views
from app.why.bowls_words import bowl_parts
from app.why.landscape_words import landscape_parts
from app.why.shift import CASES, measured
from app.why.shift_words import shift_parts
from app.why.telephone_words import telephone_parts
from tests.app.why.twins import arms


def sections() -> dict[str, Mapping[str, str]]:
    setting = Setting()
    colours = arms(CASES["colours"].experiment)
    heard = [telephone.heard(one) for one in arms(telephone.experiment_of(telephone.SETTINGS["Start again"]))]
    walked = [landscape.measured(one) for one in arms(landscape.experiment_of(landscape.SETTINGS["BN smooths"]))]
    return {
        "inputs": bowl_parts(setting, views(setting), playing=False),
        "shift": shift_parts("colours", colours, measured("colours", colours, 3), 2, 0, playing=False),
        "telephone": telephone_parts(heard, 3, playing=False),
        "measured": landscape_parts(walked, 4, playing=False),
    }


IN_ALL = {
    "inputs": {"rate", "steps"},
    "shift": {"z", "running_mean", "mu"},
    "telephone": {"drift"},
    "measured": {"loss_range", "gradient_change", "smoothness", "shift"},
}
"""What stands in the formula, the table and a picture of each section."""


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    return {name: "".join(parts.values()) for name, parts in sections().items()}


def symbols(html: str, tag: str) -> set[str]:
    """Return the symbols within the elements of a tag."""
    inside = "".join(re.findall(rf"<{tag}\b.*?</{tag}>", html, re.DOTALL))
    return set(re.findall(r"data-symbol=[\"'](\w+)[\"']", inside))


@pytest.mark.parametrize("section", IN_ALL)
def test_what_a_picture_shows_is_named_in_the_formula_or_the_table(whole: dict[str, str], section: str) -> None:
    drawn, formula, table = (symbols(whole[section], tag) for tag in ("figure", "math", "table"))
    assert drawn
    assert drawn <= formula | table
    assert IN_ALL[section] <= drawn & formula & table
    assert drawn | formula | table <= set(SYMBOLS)


@pytest.mark.parametrize("section", IN_ALL)
def test_every_picture_of_a_section_has_a_symbol(whole: dict[str, str], section: str) -> None:
    figures = re.findall(r"<figure\b.*?</figure>", whole[section], re.DOTALL)
    assert all("data-symbol=" in figure for figure in figures)
