from __future__ import annotations

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest

from app.figures.plot import CORNERS, Plot, ticks

NAN, INF = math.nan, math.inf


def unit(**more: object) -> Plot:
    return Plot(100, (0, 10), (0, 1), **more)  # type: ignore[arg-type]


def marks(plot: Plot) -> ElementTree.Element:
    """Return the drawn area; fails where the picture is not well-formed."""
    area = ElementTree.fromstring(plot.svg()).find("div[@class='plot-area']/svg")
    assert area is not None
    return area


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 1, 5, [0, 0.5, 1]), (0, 100, 6, [0, 20, 40, 60, 80, 100]), (-3.2, 7.9, 4, [0, 5]), (0, 1, 1, [0]),
        (1e-9, 3e-9, 3, [1e-9, 2e-9, 3e-9]), (-1e300, 1e300, 3, [-1e300, 0, 1e300]), (2, 2, 5, [2]), (3, 1, 5, [3]),
        (NAN, 1, 5, []), (0, INF, 5, [0]), (-1.7e308, 1.7e308, 5, [-1.7e308]), (0, 5e-324, 5, [0]),
    ],
)  # fmt: skip
def test_ticks_are_few_and_round(low: float, high: float, most: int, expected: list[float]) -> None:
    assert ticks(low, high, most) == expected


def test_there_are_never_more_ticks_than_asked_for() -> None:
    for high in np.geomspace(1e-7, 1e9, 97):
        for most in range(1, 9):
            assert len(ticks(0, float(high), most)) <= most


def test_marks_stand_where_their_numbers_are() -> None:
    plot = unit()
    plot.dots([0, 5, 10], [0, 0.25, 1], "batch", "mu", ["a", "b < c", "d"])
    dots = marks(plot).findall("g/circle")
    assert [(dot.get("cx"), dot.get("cy")) for dot in dots] == [("0%", "100%"), ("50%", "75%"), ("100%", "0%")]
    assert [dot.findtext("title") for dot in dots] == ["a", "b < c", "d"]
    assert {mark.get("data-symbol") for mark in marks(plot).findall("g")} == {"mu"}
    assert {mark.get("class") for mark in marks(plot).findall("g")} == {"mark batch"}


def test_a_second_cue_is_a_shape() -> None:
    drawn = {}
    for shape, corners in CORNERS.items():
        plot = unit()
        plot.dots([5], [0.5], shape=shape)
        (path,) = marks(plot).findall("g/svg/path")
        drawn[shape] = path.get("d") or ""
        assert drawn[shape].count("L") + 1 == len(corners)
    assert len(set(drawn.values())) == len(CORNERS)
    assert drawn["square"] == "M-3.4 -3.4L3.4 -3.4L3.4 3.4L-3.4 3.4Z"


def test_dots_beyond_the_axes_or_without_a_number_are_left_out() -> None:
    plot = unit()
    plot.dots([-1, 11, 5, 5, NAN, 5, INF], [0.5, 0.5, -0.1, 1.1, 0.5, NAN, 0.5])
    assert marks(plot).findall("g") == []


def test_a_line_is_broken_where_there_is_no_number() -> None:
    plot = unit()
    plot.line([0, 1, 2, 3, 4], [0, 1, NAN, 0.5, 0], "running", dash=True)
    (path,) = marks(plot).findall("svg/path")
    assert path.get("d") == "M0.000 100.000L10.000 0.000M30.000 50.000L40.000 100.000"
    assert path.get("class") == "mark line dashed running"


def test_a_steep_line_leaves_the_picture_where_it_should() -> None:
    plot = unit()
    plot.line([0, 10], [0.5, 500.5])
    start, end = [tuple(map(float, pair.split())) for pair in (marks(plot).findall("svg/path")[0].get("d") or "")[1:].split("L")]
    leaves = start[0] + (end[0] - start[0]) * start[1] / (start[1] - end[1])
    assert leaves == pytest.approx(0.1, rel=1e-3)


def test_a_number_beyond_all_measure_stays_drawable() -> None:
    plot = unit()
    plot.line([0, 10], [0.5, 1e300])
    plot.segment((0, 0), (10, -1e300))
    plot.band([0, 10], [0, -1e300], [1, 1e300])
    plot.bars([0, 1e300], [1e300])
    assert max(len(number) for number in re.findall(r"\d+", plot.svg())) <= 6


def test_a_band_is_broken_where_either_edge_is_missing() -> None:
    plot = unit()
    plot.band([0, 1, 2, 3], [0, 0.1, NAN, 0.2], [1, 0.9, 0.8, 0.8])
    found = [polygon.get("points") for polygon in marks(plot).findall("svg/polygon")]
    assert found == [
        "0.000,0.000 10.000,10.000 10.000,90.000 0.000,100.000",
        "30.000,20.000 30.000,80.000",
    ]


def test_bars_rise_from_the_lowest_value() -> None:
    plot = Plot(100, (0, 10), (-1, 1))
    plot.bars([0, 5, 10], [0, -1])
    (bar,) = marks(plot).findall("rect")
    assert [bar.get(name) for name in ("x", "y", "width", "height")] == ["0.000%", "50.000%", "50.000%", "50.000%"]


def test_bars_need_an_edge_more() -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        unit().bars([0, 1], [1, 2])
    assert str(error.value) == "Plot.bars: edges must be one more than heights; got 2 and 2. Give each bar two."


def test_a_rule_is_drawn_across_and_named_or_not_at_all() -> None:
    plot = unit()
    plot.rule(y=0.5, label="a < b")
    plot.rule(x=2.5, label="here")
    plot.rule(y=1.5, label="beyond")
    plot.rule(x=NAN, label="nowhere")
    plot.rule()
    found = [[line.get(name) for name in ("x1", "y1", "x2", "y2")] for line in marks(plot).findall("line[@class!='grid']")]
    assert found == [["0.000%", "50.000%", "100.000%", "50.000%"], ["25.000%", "100.000%", "25.000%", "0.000%"]]
    words = ElementTree.fromstring(plot.svg()).findall("div[@class='plot-area']/span")
    assert [(word.text, word.get("class"), word.get("style")) for word in words] == [
        ("a < b", "words end muted", "left:100.00%;top:50.00%"),
        ("here", "words start muted", "left:25.00%;top:0.00%"),
    ]


def test_a_logarithmic_axis_has_powers_of_ten_and_no_zero() -> None:
    plot = Plot(200, (1, 1000), (1e-4, 1), x_log=True, y_log=True)
    assert plot.x_ticks == [1, 10, 100, 1000]
    assert plot.y_ticks == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1])
    plot.dots([10, 0, -1, 10], [1e-2, 1, 1, 0])
    plot.line([1, 10, 100, 1000], [1, 0, 1e-4, -1])
    plot.bars([0, 10, 100], [0.01, 0])
    (dot,) = marks(plot).findall("g/circle")
    assert (dot.get("cx"), dot.get("cy")) == ("33.33%", "50%")
    assert [path.get("d") for path in marks(plot).findall("svg/path")] == ["M0.000 0.000M66.667 100.000"]
    assert not re.search(r"\b(inf|nan)", plot.svg())


def test_less_than_two_powers_of_ten_get_round_numbers() -> None:
    assert Plot(100, (2, 8), (0, 1), x_log=True).x_ticks == [2, 4, 6, 8]
    assert 0 not in Plot(100, (0.5, 8), (0, 1), x_log=True).x_ticks


@pytest.mark.parametrize("axis", [(0, 10), (-1, 10), (1, 0), (NAN, 1)])
def test_a_logarithmic_axis_begins_above_zero(axis: tuple[float, float]) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        Plot(100, (0, 1), axis, y_log=True)
    assert str(error.value) == f"Plot.y: must be above 0 on a logarithmic axis; got {axis}. Begin at a small number."


def test_an_axis_without_width_and_a_picture_without_marks_can_be_drawn() -> None:
    plot = Plot(100, (1, 1), (NAN, NAN))
    plot.dots([1], [1])
    assert not re.search(r"\b(inf|nan)", plot.svg().replace("NaN", "nan"))
    assert marks(unit()).findall("g") == []


@pytest.mark.parametrize(
    ("named", "spoken"),
    [({"label": "it's", "title": "T"}, "it's"), ({"title": "T"}, "T"), ({"x_label": "step", "y_label": "mean"}, "mean over step")],
)
def test_a_picture_says_what_is_seen(named: dict[str, str], spoken: str) -> None:
    figure = ElementTree.fromstring(unit(**named).svg())
    assert (figure.get("role"), figure.get("aria-label")) == ("img", spoken)


@pytest.mark.parametrize("add", [lambda p: p.dots([1], []), lambda p: p.line([1], []), lambda p: p.band([1], [1], [])])
def test_numbers_that_do_not_belong_together_are_an_error(add: Callable[[Plot], None]) -> None:
    with pytest.raises(ValueError, match=r"^zip\(\) argument \d is shorter than argument"):
        add(unit())
