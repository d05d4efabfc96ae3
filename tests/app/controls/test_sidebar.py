from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest

from app.arms import DIFFERENT, twins
from app.controls import encode, session
from app.controls.second import other_value
from app.controls.sidebar import NAMED
from app.words import field_words
from bncore.config import SPECS, Experiment, RunConfig
from bncore.presets import PRESETS


def page() -> None:
    import streamlit as st

    from app.controls import change, current, encode, sidebar
    from app.controls.echo import sent

    experiment, messages = current()
    sidebar(experiment, st.html)
    st.json(encode(experiment))
    for message in messages:
        st.text(message)
    st.button("toggle", key="outside", on_click=change, kwargs={"norm_layers": (2,), "norm": "batch"})
    sent()


GROUPS = [f"group_{group.lower()}" for group in dict.fromkeys(spec.group for spec in SPECS.values())]


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    for group in GROUPS:
        app.session_state[group] = True  # unfolded
    return app


def state(app: AppTest) -> dict[str, Any]:
    import json

    assert not app.exception
    return {name: texts[0] for name, texts in json.loads(app.json[0].value).items()}


def said(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def button(app: AppTest, label: str) -> Any:
    return next(b for b in app.button if b.label == label)


KINDS = ("select_slider", "slider", "toggle", "selectbox", "button_group", "text_input", "number_input")


def keys_of(app: AppTest) -> set[str]:
    return {w.key for kind in KINDS for w in app.get(kind)}


def test_the_default_page_has_a_control_for_every_field_that_counts_and_an_empty_address(app: AppTest) -> None:
    app.run()
    idle = {name: why for name, why in RunConfig().inert().items() if name not in (*NAMED, "table")}
    assert keys_of(app) >= set(SPECS) - {"steps", "table", *idle}
    assert not keys_of(app) & set(idle)
    named = " ".join(caption.value for caption in app.caption if caption.value.startswith("Without effect now"))
    for name, why in idle.items():
        assert field_words(name) in named
        assert why.rstrip(".") in named
    assert state(app) == {}
    assert app.query_params == {}


@pytest.mark.parametrize("name", [name for name in SPECS if name != "table"])  # a table has its own
def test_every_field_has_a_control_where_it_counts(app: AppTest, name: str) -> None:
    where = {
        "groups": {"norm": "group"}, "ghost_size": {"norm": "ghost"}, "dropout_place": {"dropout": "0.5"}, "steps": {"steps": "99"},
        "sgd_momentum": {"optimizer": "nesterov"}, "rmsprop_rho": {"optimizer": "rmsprop"},
    }  # fmt: skip
    where |= {limit: {"norm": "renorm"} for limit in ("renorm_r_max", "renorm_d_max", "renorm_start")}
    where |= {beta: {"optimizer": "adamw"} for beta in ("adam_beta1", "adam_beta2", "adam_eps")}
    app.query_params.update(where.get(name, {}))
    app.run()
    assert name in keys_of(app)


def test_what_is_folded_away_is_not_drawn_and_keeps_its_value(app: AppTest) -> None:
    app.run()
    app.select_slider("noise").set_value("0.3").run()
    app.session_state["group_data"] = False
    app.run()
    assert "noise" not in {w.key for w in app.select_slider}
    assert state(app) == {"noise": "0.3"}
    app.select_slider("learning_rate").set_value("0.1").run()
    app.session_state["group_data"] = True
    app.run()
    assert app.select_slider("noise").value == "0.3"
    assert state(app) == {"learning_rate": "0.1", "noise": "0.3"}


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


def test_a_control_without_effect_is_disabled_or_named_and_put_away(app: AppTest) -> None:
    app.run()
    assert not app.select_slider(key="bn_momentum").disabled
    app.selectbox(key="norm").set_value("none").run()
    assert app.select_slider(key="bn_momentum").disabled
    assert app.button_group(key="placement").disabled
    assert "Normalization is none" in app.select_slider(key="bn_momentum").label
    assert "eps" not in keys_of(app)
    app.selectbox(key="optimizer").set_value("adam").run()
    assert not app.select_slider(key="adam_beta1").disabled
    assert "sgd_momentum" not in keys_of(app)


def test_what_counts_in_the_second_arm_alone_can_be_set(app: AppTest) -> None:
    app.query_params["norm"] = "none"
    app.run()
    app.selectbox(key="compare").set_value("group").run()
    assert "groups" in keys_of(app)
    assert not app.button_group(key="placement").disabled
    assert app.select_slider(key="bn_momentum").disabled


def test_the_second_arm_is_chosen(app: AppTest) -> None:
    app.run()
    chooser = app.selectbox(key="compare")
    assert (chooser.label, chooser.value) == ("Compare with", "none")
    chooser.set_value("layer").run()
    assert app.query_params["arm"] == ["with BN:", "with layer norm:norm=layer"]
    app.selectbox(key="compare").set_value("one_field").run()
    assert app.selectbox(key="compare_by").value == "learning_rate"
    app.select_slider(key="compare_learning_rate").set_value("0.3").run()
    assert app.query_params["arm"] == ["learning rate 0.03:", "learning rate 0.3:learning_rate=0.3"]
    app.selectbox(key="compare_by").set_value("placement").run()
    assert app.button_group(key="compare_placement").value == "after"
    app.selectbox(key="compare_by").set_value("learning_rate").run()
    assert app.select_slider(key="compare_learning_rate").value == "0.1"
    button(app, "Reset").click().run()
    assert app.selectbox(key="compare").value == "none"
    assert app.query_params == {}


@pytest.mark.parametrize("name", DIFFERENT)
def test_any_setting_but_the_shared_ones_can_differ(app: AppTest, name: str) -> None:
    base = RunConfig(steps=99, epochs=None) if name == "steps" else RunConfig()
    app.query_params.update({} if name != "steps" else {"steps": "99"})
    pair = twins(base, name, other_value(name, base))
    app.query_params["arm"] = encode(Experiment(base, pair))["arm"]
    app.run()
    assert not app.exception
    assert app.selectbox(key="compare_by").value == name
    assert f"compare_{name}" in keys_of(app)


def test_a_links_own_arms_are_called_so_and_stay(app: AppTest) -> None:
    app.query_params["arm"] = ["plain:norm=none,hidden=4", "deep:"]
    app.run()
    assert app.selectbox(key="compare").value == "own"
    assert "plain, deep" in app.selectbox(key="compare").help
    app.select_slider(key="batch_size").set_value("64").run()
    assert app.query_params["arm"] == ["plain:norm=none,hidden=4", "deep:"]
    app.selectbox(key="compare").set_value("none").run()
    assert "arm" not in app.query_params


def test_a_batch_of_one_is_warned_of_beside_its_control(app: AppTest) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("1").run()
    assert any("Batch of one" in caption.value for caption in app.caption)


def test_fewer_points_mend_the_batch_size_and_say_so(app: AppTest) -> None:
    app.run()
    app.select_slider(key="batch_size").set_value("400").run()
    app.select_slider(key="samples").set_value("100").run()
    assert state(app) == {"samples": "100", "batch_size": "80"}
    assert said(app) == ["batch_size: must be 1..80, the training points; got 400. Use 80 or less. Using 80."]
    assert app.select_slider(key="batch_size").value == "80"


def test_text_that_is_no_network_is_put_back_and_named(app: AppTest) -> None:
    app.run()
    app.text_input(key="hidden").set_value("16,x").run()
    assert state(app) == {}
    assert app.text_input(key="hidden").value == "16,16"
    assert said(app)[0].startswith("hidden: must be whole numbers")


def test_what_the_browser_says_before_it_has_heard_is_no_choice(app: AppTest) -> None:
    app.run()
    app.select_slider(key="learning_rate").set_value("0.05").run()
    assert app.selectbox(key="preset").value == ""
    app.selectbox(key="preset").set_value("clear")  # what the page has just replaced, sent along with the next change
    app.select_slider(key="learning_rate").set_value("0.1").run()
    assert state(app) == {"learning_rate": "0.1"}
    assert app.selectbox(key="preset").value == ""
    app.slider(key="width").set_value(4).run()
    app.text_input(key="hidden").set_value("16,16")
    app.select_slider(key="learning_rate").set_value("0.2").run()
    assert state(app) == {"learning_rate": "0.2", "hidden": "4,4"}
    assert app.text_input(key="hidden").value == "4,4"


def test_who_tries_again_and_again_is_not_refused_for_longer(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr("app.controls.echo.time", clock)
    app.run()
    app.select_slider(key="learning_rate").set_value("0.05").run()
    for clock.now, taken in ((1.5, False), (3.0, True)):
        app.selectbox(key="preset").set_value("clear").run()
        assert (state(app) == {}) is taken


def test_what_a_newer_run_ends_half_way_is_done_by_it(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    real = session.note

    def ended(*args: Any) -> None:
        monkeypatch.setattr(session, "note", real)
        real(*args)
        raise RerunException(RerunData())  # as Streamlit does at any touch of the session

    monkeypatch.setattr(session, "note", ended)
    app.button(key="outside").click().run()
    assert state(app) == {"norm_layers": "2"}
    assert app.session_state["norm_layers"] == [2]


def test_later_the_same_is_a_choice(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    monkeypatch.setattr("app.controls.echo.SECONDS", 0.0)
    app.select_slider(key="learning_rate").set_value("0.05").run()
    app.selectbox(key="preset").set_value("clear").run()
    assert state(app) == {}
    app.slider(key="width").set_value(4).run()
    app.text_input(key="hidden").set_value("16,16").run()
    assert state(app) == {}
