from __future__ import annotations

import pytest

from app.lessons.catalogue import NAMES, lesson_of
from app.lessons.running import configs_of, opened
from bncore.cost import check_budget


@pytest.mark.parametrize("name", NAMES)
def test_the_playground_opens_on_the_seeds_of_the_run_and_can_pay_for_them(name: str) -> None:
    lesson = lesson_of(name)
    experiment = opened(lesson, {}, 108)
    assert experiment.base.seed_list == tuple(range(108, 108 + lesson.seeds))
    assert experiment.arms == lesson.experiment.arms
    check_budget(experiment)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_opens_on_is_a_case_of_the_lesson_or_says_otherwise(name: str) -> None:
    lesson = lesson_of(name)
    first = next(iter(opened(lesson, {}, 0).configs().values()))
    cases = [config.replace(seed=0, seeds=lesson.seeds) for config in configs_of(lesson, {})]
    assert first in cases
    assert (lesson.link == "Open this experiment in the Playground") == (name != "fine_tuning")


def test_a_students_changes_go_along() -> None:
    experiment = opened(lesson_of("faster"), {"learning_rate": 0.1, "activation": "tanh"}, 100)
    assert {(config.learning_rate, config.activation) for config in experiment.configs().values()} == {(0.1, "tanh")}
