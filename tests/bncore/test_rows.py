"""A person's own table: its text, its rules, and the data set it makes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bncore.config import RunConfig, parse_value
from bncore.data import load_data
from bncore.errors import ConfigError
from bncore.rows import MAX_TEXT, Rows, checked_rows, format_rows, parse_rows
from bncore.train import train
from tests.configs import tables

GOOD = [(0.5 * i, -1.0 - i, i % 2) for i in range(8)]
MEND = "Write it like 0.5,-1,0."


@given(rows=tables())
def test_a_text_and_its_rows_are_the_same_table(rows: list[tuple[float, float, int]]) -> None:
    checked = checked_rows("t", rows)
    text = format_rows(checked)
    assert parse_rows("t", text) == checked
    assert format_rows(parse_rows("t", text)) == text
    assert checked_rows("t", list(checked)) == checked
    assert isinstance(checked, Rows)


@given(x=st.floats(-1e6, 1e6), y=st.floats(-1e6, 1e6))
def test_coordinates_keep_five_digits(x: float, y: float) -> None:
    (kept_x, kept_y, _), *_ = checked_rows("t", [(x, y, 0), *GOOD])
    assert kept_x == pytest.approx(x, rel=5e-5, abs=1e-300)
    assert kept_y == pytest.approx(y, rel=5e-5, abs=1e-300)
    assert str(kept_x) != "-0.0"


def test_the_longest_table_is_short_enough_to_be_read() -> None:
    rows = [(-1.2345e-300, -1.2345e-300, i % 6) for i in range(400)]
    text = format_rows(checked_rows("t", rows))
    assert 10_000 < len(text) <= MAX_TEXT
    assert parse_value("table", text) == checked_rows("t", rows)


def test_classes_are_numbered_without_a_gap() -> None:
    assert checked_rows("t", [(x, y, 1 + 3 * label) for x, y, label in GOOD]) == checked_rows("t", GOOD)
    one, other = (RunConfig(dataset="table", table=rows, batch_size=2) for rows in (GOOD, [(x, y, 5 * c) for x, y, c in GOOD]))
    assert one == other
    assert one.key == other.key


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (GOOD[:7], "t: must have 8..400 rows; got 7. Add rows."),
        (GOOD * 51, "t: must have 8..400 rows; got 408. Take a sample of them."),
        ("0,1,1", "t: must be rows of x, y and class; got a str. Write it like 0.5,-1,0;2,0.3,1."),
        ([*GOOD, (1, 2)], f"t: row 9: must be x, y and class; got (1, 2). {MEND}"),
        ([*GOOD[:2], (float("nan"), 2.0, 0), *GOOD],
         "t: row 3: x must be a number of -1000000..1000000; got nan. Change the unit, or leave the row out."),
        ([(1.0, -1.1e6, 0), *GOOD],
         "t: row 1: y must be a number of -1000000..1000000; got -1100000.0. Change the unit, or leave the row out."),
        ([(1.0, True, 0), *GOOD],
         "t: row 1: y must be a number of -1000000..1000000; got True. Change the unit, or leave the row out."),
        ([*GOOD, (1.0, 2.0, 6)], "t: row 9: class must be a whole number, 0..5; got 6. Number the classes from 0."),
        ([*GOOD, (1.0, 2.0, 1.0)], "t: row 9: class must be a whole number, 0..5; got 1.0. Number the classes from 0."),
        ([(x, y, 3) for x, y, _ in GOOD],
         "t: must have rows of two classes or more; got class 3 alone. Add rows of another class."),
        ([*GOOD, (1.0, 2.0, 4)], "t: must have 2 rows of each class or more; got 1 of class 4. Add one."),
    ],
)  # fmt: skip
def test_a_broken_rule_of_rows_is_told(rows: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        checked_rows("t", rows)


@pytest.mark.parametrize(
    "part", ["1,2", "1,2,3,4", "1,b,0", "1,2,-1", "1,2,0.5", "1e9999,2,0", "nan,1,0", "1_0,2,0", "", "1,2,٣", "0x1,2,0"]
)
def test_a_text_is_read_strictly_and_the_row_is_named(part: str) -> None:
    text = f"{format_rows(checked_rows('t', GOOD))};{part};1,2,0"
    message = f"RunConfig.table: row 9: must be x,y,class; got {part!r}. {MEND}"
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        parse_value("table", text)


def test_only_a_table_may_be_long() -> None:
    assert parse_value("table", ";".join(f"{i},{i},{i % 2}" for i in range(400)))[-1] == (399.0, 399.0, 1)
    with pytest.raises(
        ConfigError, match=r"^RunConfig\.table: must be at most 12000 characters; got 12001 characters\. Shorten it\.$"
    ):
        parse_value("table", "1" * 12_001)
    with pytest.raises(
        ConfigError, match=r"^RunConfig\.hidden: must be at most 200 characters; got 201 characters\. Shorten it\.$"
    ):
        parse_value("hidden", "1" * 201)
    assert parse_value("table", "") == parse_value("table", " none ") == ()


def test_a_table_makes_its_data_set() -> None:
    rows = [(i, -2 * i, i % 3) for i in range(30)]
    config = RunConfig(dataset="table", table=rows, batch_size=4, seeds=2)
    assert (config.task, config.outputs, config.n_classes, config.n_points) == ("classes", 3, 3, 30)
    assert (config.class_sizes, config.train_class_sizes, config.n_train, config.n_test) == ((10,) * 3, (8,) * 3, 24, 6)
    data = load_data(config)
    for run in range(2):
        x, y = (np.concatenate([getattr(data, f"{name}_{part}")[run] for part in ("train", "test")]) for name in "xy")
        assert sorted(zip(*x.T.tolist(), y.tolist(), strict=True)) == sorted((float(a), float(b), float(c)) for a, b, c in rows)
        assert [(data.y_test[run] == label).sum() for label in range(3)] == [2, 2, 2]
    assert not np.array_equal(data.x_test[0], data.x_test[1])
    assert config.inert().keys() >= {"samples", "noise", "factor"}
    assert config.replace(samples=20, noise=1.0, factor=0.9).key == config.key
    assert RunConfig(dataset="table", table=GOOD, batch_size=2).task == "binary"
    assert RunConfig(table=GOOD).key == RunConfig().key


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": "table"}, "RunConfig.dataset: table needs the rows of table; got none. Give rows, or use circles."),
        ({"dataset": "table", "table": GOOD, "batch_size": 7},
         "RunConfig.batch_size: must be 1..6, the training points; got 7. Use 6 or less."),
        ({"dataset": "table", "table": [*GOOD, (0, 0, 2), (0, 1, 2)], "batch_size": 2, "test_fraction": 0.8},
         "RunConfig.test_fraction: must leave a point of each class to learn from; got 0.8, and 2 points of class 2. "
         "Use a smaller one, or more points."),
        ({"dataset": "plane_wave", "batches": "one_class"},
         "RunConfig.batches: one_class needs classes; got dataset plane_wave. Use shuffled."),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        RunConfig(**changes)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
def test_standardizing_is_recommended_where_the_scale_is_far_from_one(scale: float) -> None:
    rows = [(scale * (i % 5 - 2), i % 4 - 1.5, i % 2) for i in range(20)]
    config = RunConfig(dataset="table", table=rows, batch_size=4)
    assert ("standardize" in config.warnings()) is (scale != 1.0)
    assert "standardize" not in config.replace(standardize=True).warnings()
    assert "standardize" not in config.replace(dataset="circles").warnings()


@pytest.mark.parametrize("standardize", [False, True])
def test_constant_features_and_equal_points_do_no_harm(standardize: bool) -> None:
    for rows in ([(3.0, i, i % 2) for i in range(12)], [(5.0, 5.0, i % 2) for i in range(12)]):
        config = RunConfig(dataset="table", table=rows, batch_size=4, seeds=2, epochs=2, standardize=standardize, test_shift=1.0)
        x0, x1, y0, y1 = load_data(config).domain.T
        assert (x1 > x0).all()
        assert (y1 > y0).all()
        assert np.isfinite(train(config).test_loss).all()
