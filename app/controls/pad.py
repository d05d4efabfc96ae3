"""Points of one's own put down with the pointer: what they do to the text of a table, and the picture that takes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from app.figures.plot import Plot
from bncore.rows import MAX_CLASSES, MAX_ROWS, MAX_SIZE, MIN_ROWS
from bncore.table_text import in_order

__all__ = ["EMPTY", "HEIGHT", "Spot", "labels_of", "pad_html", "pressed", "range_of", "spots_of"]

Range = tuple[float, float, float, float]
"""Left, right, bottom and top of the picture."""

EMPTY: Range = (-1.5, 1.5, -1.5, 1.5)
HEIGHT = 220
NEAR = 0.03
"""A press so near to a point, as a share of the picture, takes it away."""

MARGIN = 0.1
NEW_LABELS = tuple("012345")
SHAPES = ("circle", "square", "triangle", "diamond", "down", "cross")
"""Of the classes, as in the Playground's pictures."""


@dataclass(frozen=True)
class Spot:
    """A point that a line of a text holds.

    Parameters
    ----------
    line : int
        Counted from 0.
    x, y : float
    label : str
        Of its class.
    """

    line: int
    x: float
    y: float
    label: str


def spots_of(text: str) -> list[Spot]:
    r"""Return the points of a text's lines; a line that holds none is passed over.

    Examples
    --------
    >>> spots_of("x,y,class\n0.5;-1;no\nnonsense")
    [Spot(line=1, x=0.5, y=-1.0, label='no')]
    """
    spots = []
    for number, line in enumerate(text.splitlines()):
        mark = next((mark for mark in ("\t", ";") if mark in line), ",")
        cells = [cell.strip().strip('"') for cell in line.split(mark)]
        try:
            x, y = (float(cell) for cell in cells[:2])
        except ValueError:
            continue
        if len(cells) == 3 and cells[2] and max(abs(x), abs(y)) <= MAX_SIZE:
            spots.append(Spot(number, x, y, cells[2]))
    return spots


def labels_of(spots: list[Spot]) -> list[str]:
    """Return what classes there are to choose from, in the order of their colours: those of the points and one more, six at most.

    Examples
    --------
    >>> labels_of([]), labels_of([Spot(0, 0.0, 0.0, "yes"), Spot(1, 0.0, 0.0, "no")])
    (['0', '1'], ['no', 'yes', '0'])
    """
    known = in_order({spot.label for spot in spots})[:MAX_CLASSES]
    fresh = [label for label in NEW_LABELS if label not in known]
    return [*known, *fresh[: min(max(2, len(known) + 1), MAX_CLASSES) - len(known)]]


def range_of(spots: list[Spot], before: Range = EMPTY) -> Range:
    """Return what the picture shows: the same as before, unless a point lies beyond it.

    Examples
    --------
    >>> range_of([Spot(0, 0.0, 1.0, "a")])
    (-1.5, 1.5, -1.5, 1.5)
    >>> range_of([Spot(0, 0.0, 1.0, "a"), Spot(1, 10.0, 2.0, "b")])
    (-1.0, 11.0, 0.9, 2.1)
    """
    if all(before[0] <= spot.x <= before[1] and before[2] <= spot.y <= before[3] for spot in spots):
        return before
    sides = []
    for values in ([spot.x for spot in spots], [spot.y for spot in spots]):
        low, high = min(values), max(values)
        room = MARGIN * (high - low) or 1.0
        sides += [_rounded(low - room, room), _rounded(high + room, room)]
    left, right, bottom, top = sides
    return left, right, bottom, top


def pressed(text: str, x: float, y: float, label: str, shown: Range) -> str:
    r"""Return the text after the picture was pressed somewhere: a point more, or, upon a point, that one less.

    Examples
    --------
    >>> pressed("0,0,a\n", 1.0, 0.256, "b", EMPTY)
    '0,0,a\n1,0.256,b\n'
    >>> pressed("0,0,a\n1,0.256,b\n", 1.02, 0.25, "b", EMPTY)
    '0,0,a\n'
    """
    spots = spots_of(text)
    width, height = shown[1] - shown[0], shown[3] - shown[2]
    hit = min(spots, key=lambda spot: math.hypot((spot.x - x) / width, (spot.y - y) / height), default=None)
    lines = text.splitlines()
    if hit is not None and math.hypot((hit.x - x) / width, (hit.y - y) / height) <= NEAR:
        del lines[hit.line]
    elif len(spots) < MAX_ROWS:
        mark = next((mark for mark in ("\t", ";") if lines and mark in lines[0]), ",")
        lines.append(mark.join((f"{x:.4g}", f"{y:.4g}", label)))
    return "\n".join(lines) + "\n" if lines else ""


def pad_html(spots: list[Spot], shown: Range, label: str) -> str:
    """Return the picture, the classes to choose from, and how many points are still needed."""
    labels = labels_of(spots)
    plot = Plot(HEIGHT, shown[:2], shown[2:], label=f"{len(spots)} points; press to put one down, or upon one to take it away.")
    for i, name in enumerate(labels):
        own = [spot for spot in spots if spot.label == name]
        plot.dots([spot.x for spot in own], [spot.y for spot in own], f"class{i}", shape=SHAPES[i])
    buttons = "".join(
        f'<button type="button" class="choice class{i}{" on" if name == label else ""}" data-act="class:{i}" '
        f'aria-pressed="{"true" if name == label else "false"}">{escape(name)}</button>'
        for i, name in enumerate(labels)
    )
    step = min(1.0, (shown[1] - shown[0]) / 1000, (shown[3] - shown[2]) / 1000)
    left = f"{MIN_ROWS - len(spots)} more points, of two classes at least." if len(spots) < MIN_ROWS else f"{len(spots)} points."
    return (
        '<div class="row pad-classes" role="group" aria-label="Class of the next point"><span class="note">Class</span>'
        f"{buttons}</div>"
        f'<div id="pad" class="pad" data-place="px py" data-area="{" ".join(f"{side:g}" for side in shown)}" data-step="{step:g}">'
        f'{plot.svg()}</div><p class="note">Press to put a point down, upon a point to take it away. {left}</p>'
    )


def _rounded(value: float, room: float) -> float:
    """Return a number with as many digits as a tenth of some room needs."""
    return round(value, max(0, 1 - math.floor(math.log10(room))))
