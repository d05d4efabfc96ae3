"""What a control holds was sent by a browser, or by what pretends to be one: it is a choice that is offered, or it is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.arms import DIFFERENT, twins
from app.controls.pagestate import PageState
from app.controls.second import COMPARE, FIELD, ONE_FIELD, SECOND, other_value, value_key
from app.controls.values import WIDGETS, read, shown
from app.views import lesson_state, statistics, steps, why_state
from bncore import ConfigError, Experiment, RunConfig
from tests.hostile.nasty import NASTY, texts

TOUCHED = [key for key in WIDGETS if key != "norm_layers"]
"""Those whose value is one thing; the pills hold a list that Streamlit has checked."""

BASE = Experiment(RunConfig(seeds=2))
FASTER = Experiment(BASE.base, twins(BASE.base, "learning_rate", 0.1))
PAGES = [steps.PAGE, statistics.PAGE, why_state.PAGE, lesson_state.PAGE]


def things() -> st.SearchStrategy[Any]:
    """Return anything that the protocol can carry in the place of a value."""
    numbers = st.floats() | st.integers(-(2**63), 2**63 - 1) | st.booleans()
    return texts() | numbers | st.binary(max_size=20) | st.lists(texts() | numbers, max_size=4) | st.none()


@given(widgets=st.dictionaries(st.sampled_from(TOUCHED), things(), max_size=5))
def test_anything_in_the_controls_is_an_experiment(widgets: dict[str, Any]) -> None:
    experiment, said = read(widgets, BASE)
    assert read(shown(experiment), experiment) == (experiment, [])
    assert all(isinstance(message, str) and len(message) <= 700 for message in said)


def on_the_page(key: str) -> Experiment:
    """Return an experiment in which a control of this key is drawn."""
    field = key.removeprefix(value_key(""))
    if key not in SECOND or key == COMPARE:
        return BASE
    base = BASE.base if field != "steps" else BASE.base.replace(steps=100)
    return Experiment(base, twins(base, field, other_value(field, base))) if field in DIFFERENT else FASTER


@pytest.mark.parametrize("key", TOUCHED)
def test_what_no_control_offers_changes_nothing_and_is_named(key: str) -> None:
    before = on_the_page(key)
    assert key in shown(before)
    wrongs = [3.5, float("nan"), b"\xff", {"no": "such"}, NASTY["script"][0], NASTY["long words"][0]]
    for wrong in wrongs if key in ("seed", "compare_norm_layers") else [*wrongs, 10**9, -1]:
        experiment, said = read({key: wrong}, before)
        assert (key, experiment) == (key, before)
        assert len(said) == 1
        assert said[0].startswith((f"{key}: ", f"{key.removeprefix('compare_')}: "))


def test_a_second_chooser_knows_its_fields_alone() -> None:
    assert read({COMPARE: ONE_FIELD}, BASE)[0] == FASTER
    for wrong in ("no such", "seeds", "norm", "steps", 3.0, None):
        assert read({FIELD: wrong}, FASTER)[0] == FASTER


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.page)
@settings(max_examples=200)
@given(data=st.data())
def test_anything_moved_on_a_page_is_a_setting_or_named(page: PageState, data: st.DataObject) -> None:
    name, value = data.draw(st.sampled_from([n for n, f in page.fields.items() if f.write is None])), data.draw(things())
    before = {other: field.default for other, field in page.fields.items()}
    try:
        after = {**before, name: page._checked(name, value)}
    except ConfigError:
        return
    assert page.decode(page.encode(after)) == (after, [])
