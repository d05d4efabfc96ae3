from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter
    from app.lessons.catalogue import lesson_of
    from app.views.lesson_knobs import show_knobs
    from app.views.lesson_state import PAGE

    enter("lessons")
    values, _ = PAGE.current()
    show_knobs(lesson_of("faster"), dict(values["set"]))
    st.json(PAGE.latest())


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(page)
    test.query_params.update(address)
    return test


def changed(test: AppTest) -> dict[str, Any]:
    assert not test.exception
    return dict(json.loads(test.json[0].value)["set"])


def says(value: str) -> WidgetStates:
    """Return what a browser says in which an activation was chosen."""
    states = WidgetStates()
    states.widgets.add(id=opened().run().selectbox(key="lessons.faster.activation").proto.id).string_value = value
    return states


def test_a_choice_is_kept_beside_the_others_and_taken_back() -> None:
    test = opened(set="learning_rate:0.1").run()
    knob = test.selectbox(key="lessons.faster.activation")
    assert knob.value == "as in the lesson"
    knob.select("tanh").run()
    assert changed(test) == {"learning_rate": 0.1, "activation": "tanh"}
    knob.select("as in the lesson").run()
    assert changed(test) == {"learning_rate": 0.1}


def test_a_knob_is_the_same_whatever_was_chosen() -> None:
    test = opened().run()
    before = test.selectbox(key="lessons.faster.activation").proto.id
    test.selectbox(key="lessons.faster.activation").select("tanh").run()
    assert test.selectbox(key="lessons.faster.activation").proto.id == before
    assert not test.selectbox(key="lessons.faster.activation").proto.set_value  # nothing is put into the browser


def test_what_a_link_says_is_shown_also_where_it_is_no_usual_choice() -> None:
    knob = opened(set="learning_rate:0.0123").run().selectbox(key="lessons.faster.learning_rate")
    assert knob.value == "0.0123"
    assert "0.0123" in knob.options


def test_a_browser_that_came_back_to_another_server_keeps_what_was_chosen_there() -> None:
    test = opened(set="activation:relu")
    test._run(says("tanh"))
    assert changed(test) == {"activation": "tanh"}
    assert test.selectbox(key="lessons.faster.activation").value == "tanh"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("value", ["nonsense", "tanh;seeds:9", "", "<b>"])
def test_what_is_none_of_the_choices_is_put_back(value: str, first: bool) -> None:
    test = opened(set="activation:relu")
    if not first:
        test.run()
    test._run(says(value))
    test.run()
    assert changed(test) == {"activation": "relu"}
    assert test.selectbox(key="lessons.faster.activation").value == "relu"
