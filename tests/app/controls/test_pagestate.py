from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest

from app.controls import echo
from app.controls.pagestate import Field, PageState
from bncore.errors import ConfigError
from bncore.spec import Spec


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter
    from app.controls.pagestate import Field, PageState
    from bncore.errors import ConfigError
    from bncore.spec import Spec

    def read(text: str) -> tuple[str, ...]:
        rows = tuple(text.split(";"))
        if not all(row.isalpha() for row in rows):
            raise ConfigError("rows", "must be words", repr(text), "Write it like a;b.")
        return rows

    toy = PageState(
        "toy",
        {
            "momentum": Field(Spec("", "Momentum", "What Momentum does.", "float", 0, 1), 0.9, stops=(0, 0.5, 0.9, 0.99)),
            "steps": Field(Spec("", "Steps", "What Steps does.", "int", 1, 1000), 10, stops=(1, 10, 100)),
            "few": Field(Spec("", "Few", "What Few does.", "choice", choices=("a", "b")), "a", words={"a": "first"}),
            "many": Field(Spec("", "Many", "What Many does.", "choice", choices=("a", "b", "c", "d", "e")), "a"),
            "n": Field(Spec("", "N", "What N does.", "int", 1, 100), 25),
            "big": Field(Spec("", "Big", "What Big does.", "int", 0, 100_000), 7),
            "on": Field(Spec("", "On", "What On does.", "bool"), False),
            "loose": Field(Spec("", "Free", "What Free does.", "float", -1000, 1000), 1),
            "sizes": Field(Spec("", "Sizes", "What Sizes does.", "sizes"), (3, 2)),
            "rows": Field(Spec("", "Rows", "What Rows does.", "table"), ("x", "y"), read=read, write=";".join),
        },
    )
    other = PageState("other", {"n": Field(Spec("", "N", "What N does.", "int", 1, 9), 5)})
    here = st.session_state.get("here", "toy")
    enter(here)
    if here == "other":
        st.json(other.current()[0])
        return
    values, said = toy.current()
    for name in toy.fields:
        toy.control(name, disabled="it is off." if name == "n" and values["on"] else "", label="Free!" if name == "loose" else "")
    st.json(values)
    for message in said:
        st.text(message)
    st.button("change", on_click=lambda: st.session_state.update(refused=toy.change(**st.session_state["changes"])))
    st.button("reset", on_click=toy.reset)


DEFAULTS = {
    "momentum": 0.9, "steps": 10, "few": "a", "many": "a", "n": 25, "big": 7, "on": False, "loose": 1.0, "sizes": [3, 2],
    "rows": ["x", "y"],
}  # fmt: skip


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(echo, "SECONDS", 0.0)  # whoever moves things here is a person
    return AppTest.from_function(page, default_timeout=20)


def state(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    values: dict[str, Any] = json.loads(app.json[0].value)
    return values


def changed(app: AppTest) -> dict[str, Any]:
    """Return what is not its default."""
    return {name: value for name, value in state(app).items() if value != DEFAULTS[name]}


def said(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def press(app: AppTest, label: str, **changes: Any) -> AppTest:
    app.session_state["changes"] = changes
    return next(button for button in app.button if button.label == label).click().run()


def test_a_first_visit_has_the_defaults_and_an_empty_address(app: AppTest) -> None:
    app.run()
    assert state(app) == DEFAULTS
    assert app.query_params == {}
    assert said(app) == []


MOVES = {
    "momentum": ("select_slider", "0.5", 0.5, "0.5"),
    "steps": ("select_slider", "100", 100, "100"),
    "few": ("button_group", "b", "b", "b"),
    "many": ("selectbox", "e", "e", "e"),
    "n": ("slider", 3, 3, "3"),
    "big": ("number_input", 100_000, 100_000, "100000"),
    "on": ("toggle", True, True, "true"),
    "loose": ("number_input", -0.25, -0.25, "-0.25"),
    "sizes": ("text_input", "4, 5", [4, 5], "4,5"),
    "rows": ("text_input", "a;b;c", ["a", "b", "c"], "a;b;c"),
}


@pytest.mark.parametrize("name", MOVES)
def test_each_kind_of_control_moves_its_setting_and_the_address(app: AppTest, name: str) -> None:
    kind, put, value, text = MOVES[name]
    app.run()
    control = next(control for control in app.get(kind) if control.key == f"toy.{name}")
    control.set_value(put).run()
    assert changed(app) == {name: value}
    assert app.query_params == {name: text}
    assert app.session_state[f"toy.{name}"] == (text if name in ("momentum", "steps", "sizes", "rows") else value)
    app.run()
    assert changed(app) == {name: value}
    press(app, "reset")
    assert state(app) == DEFAULTS
    assert app.query_params == {}


@pytest.mark.parametrize("name", MOVES)
def test_an_address_is_read_and_read_again_from_what_is_written(app: AppTest, name: str) -> None:
    _, _, value, text = MOVES[name]
    app.query_params[name] = text
    app.run()
    assert changed(app) == {name: value}
    assert app.query_params == {name: text}


BAD = {
    "momentum": ("7", "momentum: must be 0..1; got 7.0. Use 1 or less. Using 0.9."),
    "steps": ("nan", "steps: must be a whole number; got 'nan'. Write it like 8. Using 10."),
    "few": ("c", "few: must be one of a, b; got 'c'. Use a. Using a."),
    "on": ("maybe", "on: must be true or false; got 'maybe'. Write it like true. Using false."),
    "loose": ("nan", "Free (loose): must be -1000..1000; got nan. Use a finite number. Using 1.0."),
    "sizes": ("0", "sizes: each layer must have 1..64 neurons; got 0. Write it like 16,16. Using 3,2."),
    "rows": ("1;2", "rows: must be words; got '1;2'. Write it like a;b. Using x;y."),
    "what": ("1", "what: no such setting on this page. Left out."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_of_the_address_is_named_and_its_default_used_until_the_next_change(app: AppTest, name: str) -> None:
    text, message = BAD[name]
    app.query_params[name] = text
    app.run()
    assert state(app) == DEFAULTS
    assert said(app) == [message]
    assert app.query_params == {name: text}  # readable beside its message
    app.run()
    assert said(app) == [message]
    press(app, "change", big=8)
    assert (changed(app), said(app), app.query_params) == ({"big": 8}, [], {"big": "8"})


def test_the_last_of_a_repeated_parameter_counts_and_an_empty_one_is_named(app: AppTest) -> None:
    app.query_params["big"] = ["1", "2"]
    app.query_params["n"] = ""
    app.run()
    assert changed(app) == {"big": 2}
    assert said(app) == ["n: must be a whole number; got ''. Write it like 8. Using 25."]


def test_what_is_typed_and_cannot_be_used_is_put_back_and_said(app: AppTest) -> None:
    app.run()
    app.text_input("toy.rows").set_value("a;1").run()
    assert state(app) == DEFAULTS
    assert said(app) == ["rows: must be words; got 'a;1'. Write it like a;b. Using x;y."]
    assert app.text_input("toy.rows").value == "x;y"


def test_a_value_between_the_stops_becomes_one(app: AppTest) -> None:
    app.query_params["momentum"] = "0.123"
    app.run()
    assert changed(app) == {"momentum": 0.123}
    assert app.select_slider("toy.momentum").options == ["0", "0.123", "0.5", "0.9", "0.99"]
    assert app.select_slider("toy.momentum").value == "0.123"


def test_a_change_moves_the_controls_and_leaves_what_is_not_allowed(app: AppTest) -> None:
    app.run()
    press(app, "change", momentum=0.25, steps=3.0, n=0, big=2.5, loose=float("inf"), rows=("1",), sizes=(9,), what=1)
    assert changed(app) == {"momentum": 0.25, "steps": 3, "sizes": [9]}
    assert app.session_state["refused"] == [
        "n: must be 1..100; got 0. Use 1 or more. Using 25.",
        "big: must be a whole number; got 2.5. Use a number. Using 7.",
        "Free (loose): must be -1000..1000; got inf. Use 1000 or less. Using 1.0.",
        "rows: must be words; got '1'. Write it like a;b. Using x;y.",
        "what: no such setting on this page. Left out.",
    ]
    assert said(app) == app.session_state["refused"]
    assert (app.select_slider("toy.momentum").value, app.select_slider("toy.steps").value) == ("0.25", "3")
    assert app.text_input("toy.sizes").value == "9"


def test_a_page_left_and_entered_again_is_as_it_was(app: AppTest) -> None:
    app.run()
    app.slider("toy.n").set_value(50).run()
    app.session_state["here"] = "other"
    app.query_params.clear()
    app.run()
    assert (json.loads(app.json[0].value), app.query_params) == ({"n": 5}, {})
    app.session_state["here"] = "toy"
    app.run()
    assert changed(app) == {"n": 50}
    assert app.query_params == {"n": "50"}
    assert app.slider("toy.n").value == 50


def test_a_page_entered_without_an_address_writes_its_own(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser may stand under what a late answer of the page before wrote, and tells the server nothing of it."""
    written: list[dict[str, list[str]]] = []
    monkeypatch.setattr(QueryParamsProxy, "from_dict", lambda _, wanted: written.append(dict(wanted)))
    for here in ("toy", "toy", "other", "toy"):
        app.session_state["here"] = here
        app.run()
    assert written == [{}, {}, {}]


def test_a_page_entered_with_an_address_follows_it(app: AppTest) -> None:
    app.run()
    app.slider("toy.n").set_value(50).run()
    app.session_state["here"] = "other"
    app.query_params.clear()
    app.run()
    app.session_state["here"] = "toy"
    app.query_params["big"] = "3"
    app.run()
    assert changed(app) == {"big": 3}
    assert app.query_params == {"big": "3"}


def test_back_and_forward_follow_the_address(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    app.slider("toy.n").set_value(50).run()
    app.query_params.clear()
    app.run()
    assert changed(app) == {"n": 50}  # a late rerun of before the change
    assert app.query_params == {"n": "50"}
    app.query_params.clear()
    monkeypatch.setattr(
        ScriptRunContext, "is_history_navigation", property(lambda self: True, lambda self, value: None), raising=False
    )
    app.run()
    assert state(app) == DEFAULTS
    assert app.slider("toy.n").value == 25


def test_what_the_page_has_just_replaced_is_no_choice(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "SECONDS", 3600.0)
    app.run()
    press(app, "change", n=50)
    app.slider("toy.n").set_value(25).run()  # the browser had not heard of the 50
    assert changed(app) == {"n": 50}
    assert app.slider("toy.n").value == 50
    app.slider("toy.n").set_value(60).run()
    assert changed(app) == {"n": 60}


def test_a_control_tells_what_it_does_and_why_it_is_without_effect(app: AppTest) -> None:
    app.run()
    assert (app.slider("toy.n").help, app.slider("toy.n").disabled) == ("What N does.", False)
    app.toggle("toy.on").set_value(True).run()
    assert app.slider("toy.n").help == "What N does. Without effect now\\: it is off."
    assert app.slider("toy.n").disabled
    assert app.number_input("toy.loose").label == "Free!"


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (Field(Spec("", "N", "", "int", 1, 9), 0), "n: must be 1..9; got 0. Use 1 or more."),
        (Field(Spec("", "N", "", "int", 1, 9), 2, stops=(1, 10)), "n: must be 1..9; got 10. Use 9 or less."),
        (Field(Spec("", "N", "", "choice", choices=("a",)), "b"), "n: must be one of a; got 'b'. Use a."),
    ],
)
def test_a_default_or_stop_that_is_not_allowed_is_found_at_once(field: Field, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        PageState("toy", {"n": field})
    assert str(error.value) == message
