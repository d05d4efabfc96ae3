from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.controls.text import escape


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter
    from app.views.lesson_state import PAGE
    from app.views.lessons import render

    enter("lessons")
    render()
    st.json(PAGE.latest())


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=120)
    test.query_params.update(address)
    return test.run()


def html(test: AppTest) -> str:
    assert not test.exception
    data = [json.loads(e.proto.mixed.json or e.proto.json) for e in test.get("bidi_component")]
    return " ".join(part for one in data for _, part in one["parts"])


def state(test: AppTest) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(test.json[-1].value)
    return values


def test_all_lessons_are_the_first_thing_to_see() -> None:
    test = opened()
    assert 'data-act="open:faster"' in html(test)
    assert not test.warning


def test_a_link_opens_a_lesson_as_far_as_it_was_taken() -> None:
    test = opened(lesson="faster", answer="much")
    assert "Run it" in html(test)
    assert "predicted" not in html(test)
    test = opened(lesson="faster", answer="much", run="true")
    assert "predicted: " in html(test)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"lesson": "nonsense"}, "lesson: must be one of"),
        ({"lesson": "faster", "answer": "<script>"}, "Prediction (answer): must be one of the lesson's answers; got '<script>'."),
        ({"lesson": "faster", "set": "learning_rate:nan"}, "learning_rate: must be"),
        ({"lesson": "faster", "set": "nothing:1"}, "Changed (set): must name settings; got nothing."),
        ({"lesson": "faster", "set": ";".join(["learning_rate:0.1"] * 7)}, "Changed (set): at most 6 changes; got 7."),
        ({"lesson": "faster", "first": "-1"}, "First seed (first): must be 0..100000; got -1."),
        ({"lesson": "faster", "slide": "1e99", "view": "slides"}, "slide: must be"),
    ],
)
def test_what_an_address_cannot_mean_is_said_and_the_default_is_used(address: dict[str, str], said: str) -> None:
    test = opened(**address)
    html(test)
    assert escape(said) in test.warning[0].value


def test_an_answer_that_the_lesson_does_not_have_is_none() -> None:
    assert 'data-act="run" disabled' in html(opened(lesson="faster", answer="nonsense"))


def test_a_change_is_for_all_cases_and_is_named() -> None:
    test = opened(lesson="faster", answer="much", run="true", set="learning_rate:0.1")
    assert "With your change: learning rate 0.1." in html(test)


def test_a_change_that_no_case_can_have_is_a_sentence() -> None:
    test = opened(lesson="faster", answer="much", run="true", set="hidden:" + "64|" * 3)
    assert test.warning or test.error
    assert not test.exception


def test_what_buttons_of_no_sheet_say_does_no_harm() -> None:
    def acts() -> None:
        import streamlit as st

        from app.views.lesson_state import PAGE
        from app.views.lessons import act

        PAGE.current()
        for name in ("open:nonsense", "next", "run", "view:nonsense", "answer:<b>", "", ":", "back", "nothing"):
            act(name)
        st.json(PAGE.latest())

    test = AppTest.from_function(acts).run()
    assert not test.exception
    values = state(test)
    assert (values["lesson"], values["view"], values["run"], values["answer"]) == ("all", "page", False, "")


def test_buttons_take_a_lesson_step_by_step() -> None:
    def acts() -> None:
        import streamlit as st

        from app.views.lesson_state import PAGE
        from app.views.lessons import act

        PAGE.current()
        said = []
        for name in ("open:faster", "run", "answer:much", "run", "view:slides", "next", "next", "back", "leave", "again", "all"):
            act(name)
            values = PAGE.latest()
            said.append([values["lesson"], values["answer"], values["run"], values["view"], values["slide"]])
        st.json(said)

    test = AppTest.from_function(acts).run()
    assert not test.exception
    assert json.loads(test.json[0].value) == [
        ["faster", "", False, "page", 1],
        ["faster", "", False, "page", 1],
        ["faster", "much", False, "page", 1],
        ["faster", "much", True, "page", 1],
        ["faster", "much", True, "slides", 1],
        ["faster", "much", True, "slides", 2],
        ["faster", "much", True, "slides", 3],
        ["faster", "much", True, "slides", 2],
        ["faster", "much", True, "page", 1],
        ["faster", "", False, "page", 1],
        ["all", "", False, "page", 1],
    ]
