from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest

from app.controls.sidebar import NAMED
from bncore.config import SPECS
from bncore.presets import PRESETS


def page() -> None:
    import streamlit as st

    from app.controls import change, current, encode, sidebar

    experiment, messages = current()
    sidebar(experiment)
    st.json(encode(experiment))
    for message in messages:
        st.text(message)
    st.button("toggle", key="outside", on_click=change, kwargs={"norm_layers": (2,), "norm": "batch"})


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=20)


def state(app: AppTest) -> dict[str, Any]:
    import json

    assert not app.exception
    return {name: texts[0] for name, texts in json.loads(app.json[0].value).items()}


def said(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def button(app: AppTest, label: str) -> Any:
    return next(b for b in app.button if b.label == label)


def test_the_default_page_has_a_control_for_every_field_and_an_empty_address(app: AppTest) -> None:
    app.run()
    keys = {
        w.key
        for kind in ("select_slider", "slider", "toggle", "selectbox", "button_group", "text_input", "number_input")
        for w in app.get(kind)
    }
    assert keys >= set(SPECS) - {"steps"}
    assert state(app) == {}
    assert app.query_params == {}


def test_the_named_controls_stand_before_all_others(app: AppTest) -> None:
    app.run()
    keys = [e.key for e in app.sidebar if getattr(e, "key", None) in SPECS]
    assert keys[: len(NAMED)] == list(NAMED)
    assert set(NAMED) == {"batch_size", "bn_momentum", "gamma_init", "beta_init", "placement", "learning_rate"}


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (lambda a: a.select_slider(key="batch_size").set_value("64"), {"batch_size": "64"}),
        (lambda a: a.select_slider(key="bn_momentum").set_value("0.99"), {"bn_momentum": "0.99"}),
        (lambda a: a.select_slider(key="gamma_init").set_value("2.0"), {"gamma_init": "2.0"}),
        (lambda a: a.select_slider(key="beta_init").set_value("-1.0"), {"beta_init": "-1.0"}),
        (lambda a: a.button_group(key="placement").set_value("after"), {"placement": "after"}),
        (lambda a: a.select_slider(key="learning_rate").set_value("0.1"), {"learning_rate": "0.1"}),
        (lambda a: a.toggle(key="same_updates").set_value(True), {"steps": "780"}),
        (lambda a: a.toggle(key="standardize").set_value(True), {"standardize": "true"}),
        (lambda a: a.selectbox(key="dataset").set_value("moons"), {"dataset": "moons"}),
        (lambda a: a.slider(key="depth").set_value(3), {"hidden": "16,16,16"}),
        (lambda a: a.text_input(key="hidden").set_value("4"), {"hidden": "4"}),
        (lambda a: a.button_group(key="norm_layers").set_value([1]), {"norm_layers": "1"}),
        (lambda a: a.number_input(key="seed").set_value(5), {"seed": "5"}),
    ],
)
def test_a_control_moves_the_experiment_and_the_address(
    app: AppTest, move: Callable[[AppTest], Any], expected: dict[str, str]
) -> None:
    app.run()
    move(app).run()
    assert state(app) == expected
    assert app.query_params == expected


def test_a_link_sets_every_control(app: AppTest) -> None:
    link = {
        "learning_rate": "0.12345",
        "batch_size": "100",
        "hidden": "4,8",
        "norm_layers": "2",
        "steps": "77",
        "seed": "9",
        "norm_output": "true",
    }
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert state(app) == link
    assert app.select_slider(key="learning_rate").value == "0.12345"
    assert app.select_slider(key="steps").value == "77"
    assert app.toggle(key="same_updates").value is True
    assert app.button_group(key="norm_layers").value == [2]
    assert app.toggle(key="norm_output").value is True
    assert app.query_params == link


def test_a_link_with_a_bad_value_names_it_until_the_next_change(app: AppTest) -> None:
    app.query_params["learning_rate"] = "abc"
    app.query_params["batch_size"] = "16"
    app.query_params["v.epoch"] = "5"
    app.run()
    assert state(app) == {"batch_size": "16"}
    assert len(said(app)) == 1
    assert said(app)[0].startswith("learning_rate: must be a number; got 'abc'.")
    assert app.query_params["learning_rate"] == "abc"
    app.run()
    assert len(said(app)) == 1
    app.select_slider(key="batch_size").set_value("8").run()
    assert said(app) == []
    assert app.query_params == {"batch_size": "8", "v.epoch": "5"}


def test_an_old_address_sent_with_a_fast_second_change_does_not_revert_it(app: AppTest) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("64").run()
    app.query_params = {}
    app.select_slider(key="batch_size").set_value("128").run()
    assert state(app) == {"batch_size": "128"}
    assert app.query_params == {"batch_size": "128"}
    app.query_params = {"batch_size": "64"}
    app.select_slider(key="batch_size").set_value("32").run()
    assert state(app) == {}
    assert app.query_params == {}


def test_an_old_address_that_happens_to_be_right_is_written_all_the_same(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("64").run()
    written: list[Any] = []
    monkeypatch.setattr(QueryParamsProxy, "from_dict", lambda _, params: written.append(params))
    app.query_params = {}
    app.select_slider(key="batch_size").set_value("32").run()
    assert written == [{}]


def test_back_and_forward_follow_the_address(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("64").run()
    app.select_slider(key="learning_rate").set_value("0.1").run()
    with monkeypatch.context() as back:
        back.setattr("app.controls.session.get_script_run_ctx", lambda: SimpleNamespace(is_history_navigation=True))
        app.query_params = {"batch_size": "64"}
        app.run()
    assert state(app) == {"batch_size": "64"}
    assert app.select_slider(key="learning_rate").value == "0.03"
    app.run()
    assert state(app) == {"batch_size": "64"}
    assert app.query_params == {"batch_size": "64"}


def test_presets_reset_and_new_seed(app: AppTest) -> None:
    app.run()
    app.selectbox(key="preset").set_value("notes").run()
    assert state(app)["dataset"] == "adaboost"
    assert app.select_slider(key="bn_momentum").value == "0.99"
    assert app.selectbox(key="preset").value == "notes"
    button(app, "New seed").click().run()
    assert 0 <= int(state(app).get("seed", 0)) < 10_000
    assert app.selectbox(key="preset").value == "notes"
    app.select_slider(key="batch_size").set_value("16").run()
    assert app.selectbox(key="preset").value == ""
    button(app, "Reset").click().run()
    assert state(app) == {}
    assert app.selectbox(key="preset").value == "clear"
    assert app.select_slider(key="learning_rate").value == "0.03"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_chosen(app: AppTest, name: str) -> None:
    app.run()
    app.selectbox(key="preset").set_value(name).run()
    assert app.selectbox(key="preset").value == name
    assert said(app) == []


def test_a_callback_keeps_what_was_moved_in_the_same_moment(app: AppTest) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("64")
    button(app, "toggle").click().run()
    assert state(app) == {"batch_size": "64", "norm_layers": "2"}
    assert app.button_group(key="norm_layers").value == [2]


def test_a_control_without_effect_is_disabled(app: AppTest) -> None:
    app.run()
    assert app.select_slider(key="adam_beta1").disabled
    assert not app.select_slider(key="bn_momentum").disabled
    app.button_group(key="norm").set_value("none").run()
    assert app.select_slider(key="bn_momentum").disabled
    assert app.button_group(key="placement").disabled
    assert "Normalization is none" in app.select_slider(key="bn_momentum").label
    app.selectbox(key="optimizer").set_value("adam").run()
    assert not app.select_slider(key="adam_beta1").disabled


def test_a_batch_of_one_is_warned_of_beside_its_control(app: AppTest) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("1").run()
    assert any("Batch of one" in caption.value for caption in app.caption)


def test_fewer_points_mend_the_batch_size_and_say_so(app: AppTest) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("400").run()
    app.select_slider(key="samples").set_value("100").run()
    assert state(app) == {"samples": "100", "batch_size": "80"}
    assert said(app) == ["batch_size: must be 1..n_train (80); got 400. Use 80 or less. Using 80."]
    assert app.select_slider(key="batch_size").value == "80"


def test_text_that_is_no_network_is_put_back_and_named(app: AppTest) -> None:
    app.run()
    app.text_input(key="hidden").set_value("16,x").run()
    assert state(app) == {}
    assert app.text_input(key="hidden").value == "16,16"
    assert said(app)[0].startswith("hidden: must be whole numbers")
