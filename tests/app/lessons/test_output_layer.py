"""The tables of the two classes, and the errors in their units."""

from __future__ import annotations

import numpy as np
import pytest

from app.lessons import output_layer
from app.lessons.output_layer import POINTS, RARE, TASKS, measure
from bncore import RunConfig, load_data, train


def test_each_seed_has_a_table_of_its_own_with_the_same_number_of_the_rare_class() -> None:
    tables = [output_layer._table(seed, RARE) for seed in range(3)]
    assert [(len(table), sum(label for _, _, label in table)) for table in tables] == [(POINTS, RARE)] * 3
    assert len({table[0] for table in tables}) == 3


def test_test_points_are_fresh_and_ten_times_as_many() -> None:
    table, fresh = output_layer._drawn(7, 1, 1, RARE), output_layer._drawn(7, 2, 10, RARE)
    assert (len(fresh.x), fresh.y.sum()) == (10 * POINTS, 10 * RARE)
    assert not np.isin(fresh.x, table.x).any()


def test_each_seed_is_trained_on_its_own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[RunConfig] = []
    monkeypatch.setattr(output_layer, "train", lambda config: seen.append(config) or train(config))
    config = TASKS["rare class"].replace(epochs=1, seed=3, seeds=2)
    measure(config, "")
    assert [one.seed_list for one in seen] == [(3,), (4,)]
    assert [one.table for one in seen] == [config.replace(table=output_layer._table(seed, RARE)).table for seed in (3, 4)]


def test_log_loss_of_a_seed_does_not_depend_on_the_others() -> None:
    config = TASKS["rare class"].replace(epochs=2, seed=4, seeds=2)
    both, second = measure(config, "").numbers["log_loss"], measure(config.replace(seed=5, seeds=1), "").numbers["log_loss"]
    assert both[1] == second[0]
    assert 0.01 < both[0] < 2.0


def test_the_error_is_a_root_mean_square_in_the_targets_unit() -> None:
    config = TASKS["50 ± 20"].replace(epochs=2, seeds=2)
    found = measure(config, "").numbers
    assert found["error"] == pytest.approx(np.sqrt(train(config).test_loss[-1]))
    assert found["relative"] * load_data(config).y_train.std(axis=1) == pytest.approx(found["error"])
