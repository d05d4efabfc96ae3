"""Colours that mean different things can be told apart by everybody: by themselves, or by a second cue that is checked too."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pytest

from app.figures.roles import DASHES, SYMBOLS
from tests.colours import (
    LIVE,
    ROOT,
    SIGHTS,
    Colour,
    ciede2000,
    class_shapes,
    difference,
    ground,
    laid_over,
    parsed,
    roles,
    seen,
    sheet,
    theme,
)
from tests.test_house import contrast

APART = 10.0
"""Units of CIEDE2000 from which on a colour needs no second cue: ten times what is just seen side by side."""

SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Scene:
    """Colours that stand in one picture and mean different things.

    Parameters
    ----------
    colours : dict
    cues : dict
        What tells one from another beside its colour; none where the colour stands alone.
    """

    colours: dict[str, Colour]
    cues: dict[str, Hashable] = field(default_factory=dict)

    def least(self, sight: str) -> tuple[float, str]:
        """Return the smallest difference of two colours, and between which."""
        pairs = combinations(self.colours, 2)
        return min((difference(self.colours[a], self.colours[b], sight), f"{a}, {b}") for a, b in pairs)


def scenes(scheme: str) -> dict[str, Scene]:
    found, page = theme(scheme), sheet("sheet.css", scheme)
    low, middle, high = found["surface"]
    by_role = found["roles"]
    styles = {"BN": by_role["bn"], "none": by_role["none"], **{f"other {i}": s for i, s in enumerate(by_role["others"], 1)}}
    places = {f"class {i}": colour for i, colour in enumerate([low, high, *found["further"]])}
    fills = {f"class {i}": parsed(colour) for i, colour in enumerate(found["classes"]["fill"])}
    shapes: dict[str, Hashable] = {"class 0": "disc"}
    shapes |= {f"class {i}": str(corners) for i, corners in enumerate(class_shapes(), 1)}
    return {
        "surface, two classes or a value": Scene({"class 0": low, "undecided": middle, "class 1": high}),
        "surface, three classes": Scene({"undecided": middle, **dict(list(places.items())[:3])}),
        "surface, more classes": Scene({"undecided": middle, **places}, shapes | {"undecided": "no points"}),
        "points": Scene(fills, shapes),
        "lines of the arms": Scene({name: parsed(style["stroke"]) for name, style in styles.items()}),
        "names of the arms": Scene({name: parsed(style["text"]) for name, style in styles.items()}),
        "gamma and beta, player": Scene({name: parsed(by_role[name]["stroke"]) for name in ("gamma", "beta")}),
        "gamma and beta, sheets": Scene({name: page[name] for name in ("gamma", "beta")}),
        "dots of batches, running line, player": Scene({"batch": muted(scheme), "running": parsed(by_role["bn"]["stroke"])}),
        "dots of batches, running line, sheets": Scene({name: page[name] for name in ("batch", "running")}),
        "arms on sheets": Scene({name: page[name] for name in ("bn", "plain", "other")}),
        "classes on sheets": Scene({f"class {i}": page[f"class{i}"] for i in range(6)}, shapes),
        "lines of lessons": Scene(roles(scheme), dict(DASHES)),
        "dots of lessons": Scene(roles(scheme), dict(SYMBOLS)),
    }


def muted(scheme: str) -> Colour:
    """Return the colour of quiet words: the text's, thinned as `palette` in theme.js thins it."""
    shares = re.search(r"muted: rgba\(\w+, dark \? ([\d.]+) : ([\d.]+)\)", (LIVE / "theme.js").read_text("utf-8"))
    assert shares is not None
    page = ground(scheme)
    return laid_over(page["text"], page["page"], float(shares[1 if scheme == "dark" else 2]))


@pytest.mark.parametrize("name", scenes("light"))
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_what_means_something_else_is_told_apart(sight: str, scheme: str, name: str) -> None:
    scene = scenes(scheme)[name]
    assert len(set(scene.cues.values())) == len(scene.cues)
    for a, b in combinations(scene.colours, 2):
        if difference(scene.colours[a], scene.colours[b], sight) < APART:
            assert {a, b} <= set(scene.cues), (a, b)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_arm_has_a_dash_of_its_own_as_well(scheme: str) -> None:
    by_role = theme(scheme)["roles"]
    dashes = [tuple(style["dash"]) for style in (by_role["bn"], by_role["none"], *by_role["others"])]
    assert len(set(dashes)) == len(dashes)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_a_point_stands_out_from_every_surface_by_its_edge(sight: str, scheme: str) -> None:
    found = theme(scheme)
    edge, places = parsed(found["classes"]["edge"]), [*found["surface"], *found["further"]]
    for fill in map(parsed, found["classes"]["fill"]):
        assert difference(fill, edge, sight) > 2 * APART
        assert contrast_of(seen(fill, sight), seen(edge, sight)) >= 3
        assert min(max(difference(fill, place, sight), difference(edge, place, sight)) for place in places) >= APART


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_role_has_one_colour_on_every_page(scheme: str) -> None:
    by_role, page, player, figures = theme(scheme)["roles"], sheet("sheet.css", scheme), sheet("player.css", scheme), roles(scheme)
    names = {"bn": by_role["bn"]["text"], "plain": by_role["none"]["text"], "other": by_role["others"][0]["text"]}
    names |= {"gamma": by_role["gamma"]["text"], "beta": by_role["beta"]["text"], "warn": by_role["warn"]}
    assert {name: page[name].tolist() for name in names} == {name: parsed(colour).tolist() for name, colour in names.items()}
    assert all((player[name] == page[name]).all() for name in ("gamma", "beta", "warn"))
    assert (player["strong"] == page["bn"]).all()
    assert (page["running"] == page["bn"]).all()
    assert all((figures[name] == page[name]).all() for name in figures)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_and_lines_stand_out_from_their_ground(scheme: str) -> None:
    by_role, grounds = theme(scheme)["roles"], ground(scheme)
    page, soft = grounds["page"], grounds["soft"]
    styles = [by_role["bn"], by_role["none"], *by_role["others"], by_role["gamma"], by_role["beta"]]
    words = [
        *(parsed(style["text"]) for style in styles),
        *sheet("sheet.css", scheme).values(),
        *sheet("player.css", scheme).values(),
    ]
    words += [muted(scheme), *roles(scheme).values()]
    assert min(contrast_of(colour, page) for colour in words) >= 4.5 - 1e-9
    assert min(contrast_of(parsed(style["text"]), soft) for style in styles) >= 4.5
    assert min(contrast_of(parsed(style["stroke"]), page) for style in styles) >= 3


def contrast_of(one: Colour, other: Colour) -> float:
    return contrast(*("#" + "".join(f"{round(part):02X}" for part in colour) for colour in (one, other)))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ],
)
def test_differences_are_those_of_the_published_examples(one: tuple[float, ...], other: tuple[float, ...], apart: float) -> None:
    """Sharma, Wu & Dalal 2005, table 1."""
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(apart, abs=5e-5)
    assert ciede2000(np.array(other), np.array(one)) == pytest.approx(apart, abs=5e-5)


def test_the_simulator_leaves_greys_alone_and_takes_away_the_difference_it_is_named_for() -> None:
    for sight, matrix in SIGHTS.items():
        assert matrix.sum(axis=1) == pytest.approx(np.ones(3), abs=2e-6)
        assert seen(np.full(3, 119.0), sight) == pytest.approx(np.full(3, 119.0), abs=0.01)
    red, green = np.array([190.0, 90.0, 0.0]), np.array([110.0, 130.0, 0.0])
    assert difference(red, green, "deuteranopia") < difference(red, green, "as it is") / 4
    blue, teal = np.array([0.0, 110.0, 140.0]), np.array([0.0, 114.0, 90.0])
    assert difference(blue, teal, "tritanopia") < difference(blue, teal, "as it is") / 2


def rows() -> list[str]:
    """Return the rows of the table of docs/decisions/colours.md."""
    lines = []
    for name in scenes("light"):
        for scheme in SCHEMES:
            found = [scenes(scheme)[name].least(sight) for sight in SIGHTS]
            lines.append(f"| {name} | {scheme} | {' | '.join(f'{least:.1f}' for least, _ in found)} | {min(found)[1]} |")
    return lines


def test_the_table_of_the_decision_is_what_is_measured() -> None:
    page = (ROOT / "docs" / "decisions" / "colours.md").read_text("utf-8")
    assert [line for line in rows() if line not in page] == []
