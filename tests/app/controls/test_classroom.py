"""A student's page: what is fixed stays, whatever is moved, pressed or sent; the teacher's page is as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app.classroom.link import CONTROLS, PARAMS, ClassLink, decode_link, encode_link
from app.controls.values import WIDGETS
from bncore.config import SPECS

KINDS = ("select_slider", "slider", "toggle", "selectbox", "button_group", "text_input", "number_input")
SECOND = "compare_learning_rate"


def page() -> None:
    import streamlit as st

    from app.controls import change, current, encode, latest, put, sidebar
    from bncore.presets import PRESETS

    for key, value in st.session_state["sent"].items() if "sent" in st.session_state else ():
        st.session_state[key] = value
    st.session_state["sent"] = {}
    experiment, messages = current()
    sidebar(experiment, st.html)
    st.json({"shown": encode(experiment), "latest": encode(latest()), "said": messages})
    st.button("layer", key="outside", on_click=change, kwargs={"norm_layers": (2,), "norm": "batch", "learning_rate": 1.0})
    st.button("put", key="put", on_click=lambda: put(PRESETS["rings"].experiment))


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params.update(address)
    for spec in SPECS.values():
        app.session_state[f"group_{spec.group.lower()}"] = True
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> dict[str, str]:
    said = json.loads(app.json[0].value)
    assert said["shown"] == said["latest"]
    return {name: texts[0] for name, texts in said["shown"].items()}


def said(app: AppTest) -> list[str]:
    return list(json.loads(app.json[0].value)["said"])


def drawn(app: AppTest) -> dict[str, Any]:
    return {widget.key: widget for kind in KINDS for widget in app.get(kind) if widget.key and not widget.key.startswith("group_")}


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.key not in ("outside", "put")]


def test_hidden_controls_are_not_drawn_and_fixed_ones_say_why() -> None:
    app = opened(free="learning_rate", fixed="batch_size,hidden,dataset", rest="hidden")
    widgets = drawn(app)
    assert set(widgets) == {"learning_rate", "batch_size", "hidden", "depth", "width", "dataset"}
    assert {key for key, widget in widgets.items() if widget.disabled} == set(widgets) - {"learning_rate"}
    assert widgets["batch_size"].help.startswith("Your teacher has fixed this. ")
    assert not widgets["learning_rate"].help.startswith("Your teacher")
    assert {box.label for box in app.expander} == {"Data", "Network"}
    assert buttons(app) == ["Reset"]


def test_everything_hidden_leaves_no_sidebar() -> None:
    app = opened(rest="hidden")
    assert not drawn(app)
    assert not buttons(app)
    assert len(app.sidebar.children) == 0


def test_a_seen_page_is_disabled_to_the_last_control() -> None:
    app = opened(rest="fixed")
    assert all(widget.disabled for widget in drawn(app).values())
    assert {"preset", "compare", "same_updates", "seed", "norm_layers"} <= set(drawn(app))
    assert not buttons(app)


def test_the_teachers_page_is_as_it_was() -> None:
    app = opened(learning_rate="0.1")
    assert buttons(app) == ["Reset", "New seed", *[label for label in buttons(app) if label not in ("Reset", "New seed")]]
    assert not any(
        widget.disabled for key, widget in drawn(app).items() if key in ("learning_rate", "batch_size", "preset", "compare")
    )
    app.button(key="put").click()
    assert shown(run(app))["dataset"] == "rings"
    assert not set(PARAMS) & set(app.query_params)


def test_a_free_control_moves_and_the_address_keeps_the_link() -> None:
    app = opened(free="learning_rate,batch_size", rest="hidden", noise="0.2")
    app.select_slider(key="learning_rate").set_value("0.1")
    assert shown(run(app)) == {"learning_rate": "0.1", "noise": "0.2"}
    assert dict(app.query_params) == {"learning_rate": "0.1", "noise": "0.2", "free": "learning_rate,batch_size", "rest": "hidden"}
    next(button for button in app.button if button.label == "Reset").click()
    assert shown(run(app)) == {"noise": "0.2"}


@pytest.mark.parametrize("key", ["outside", "put"])
def test_a_callback_changes_what_is_free_alone(key: str) -> None:
    app = opened(free="learning_rate", rest="hidden")
    app.button(key=key).click()
    now = shown(run(app))
    assert set(now) <= {"learning_rate"}
    if key == "put":
        assert said(app) == ["Your teacher has fixed some of these settings; they stay as they are."]


VALUES: dict[str, list[Any]] = {
    "hidden": ["3", "none", "x" * 5000], "dataset": ["table", "roses"], "norm_layers": [[2], [], None], "same_updates": [True],
    "depth": [5], "width": [3], "seed": [77], "compare": ["layer", "one_field", "own"], "compare_by": ["learning_rate"],
    SECOND: ["1.0"], "batch_size": ["1", "nan", "10" * 50], "norm_output": [True], "table": ["0,0,0;1,1,1", "<script>"],
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in VALUES.items() for value in values])
def test_a_message_that_the_page_would_never_send_changes_nothing_that_is_fixed(key: str, value: object) -> None:
    app = opened(free="learning_rate", rest="fixed")
    app.session_state["sent"] = {key: value}
    assert shown(run(app)) == {}
    assert shown(run(app)) == {}
    assert not app.exception


def test_a_preset_that_is_free_changes_what_is_free() -> None:
    app = opened(free="preset,learning_rate,dataset", rest="fixed")
    app.selectbox(key="preset").set_value("rings")
    assert set(shown(run(app))) <= {"learning_rate", "dataset"}
    assert shown(app)["dataset"] == "rings"


def test_a_comparison_that_is_free_differs_by_what_is_free() -> None:
    app = opened(free="compare,eps,weight_decay", rest="hidden")
    app.selectbox(key="compare").set_value("one_field")
    assert shown(run(app))["arm"].startswith("BN epsilon") or "eps=" in app.query_params["arm"][-1]
    assert set(app.selectbox(key="compare_by").options) == {"BN epsilon", "Weight decay"}
    app.session_state["sent"] = {"compare_by": "learning_rate"}
    assert "learning_rate=" not in shown(run(app))["arm"]


def test_own_rows_are_offered_where_they_are_free_only() -> None:
    for address, offered in [({"free": "table,dataset"}, True), ({"free": "table"}, False), ({"free": "dataset"}, False)]:
        assert ("own_table" in drawn(opened(**address))) is offered


def test_what_is_wrong_in_a_link_is_named_on_the_page() -> None:
    app = opened(free="learning_rate,lr", rest="shown")
    assert said(app) == [
        "free: must name controls, such as learning_rate,batch_size; got lr. Left out.",
        "rest: must be one of free, fixed, hidden; got shown. Using fixed.",
    ]


def test_an_address_without_a_link_does_not_leave_the_class() -> None:
    app = opened(free="learning_rate", rest="fixed")
    app.query_params.clear()
    app.query_params["batch_size"] = "8"
    app.session_state["bnlab.entering"] = True
    assert shown(run(app)) == {}
    assert app.query_params["rest"] == "fixed"


def test_another_link_is_taken_with_what_it_gives() -> None:
    app = opened(free="learning_rate", rest="fixed", batch_size="8")
    app.query_params["batch_size"] = "64"
    app.session_state["bnlab.entering"] = True
    assert shown(run(app)) == {"batch_size": "64"}
    app.button(key="outside").click()
    assert shown(run(app)) == {"batch_size": "64", "learning_rate": "1.0"}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    st.dictionaries(
        st.sampled_from([*PARAMS, "present"]), st.text(max_size=30) | st.sampled_from(["seed,eps", "hidden", "true"]), max_size=4
    ),
    st.sampled_from(WIDGETS),
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3),
)
def test_no_address_and_no_message_breaks_the_page(address: dict[str, str], key: str, value: object) -> None:
    app = opened(**address)
    before = json.loads(app.json[0].value)["shown"]
    app.session_state["sent"] = {key: value}
    app.run()
    link, _ = decode_link({name: [app.query_params[name]] for name in PARAMS if name in app.query_params})
    if link is not None and not any(link.is_free(name) for name in CONTROLS):
        assert json.loads(app.json[0].value)["shown"] == before


def test_every_control_of_the_page_obeys_the_rule_of_its_field() -> None:
    for name in ("learning_rate", "norm", "epochs", "seed", "precision"):
        app = opened(**{key: texts[0] for key, texts in encode_link(ClassLink.of({name: "free"}, rest="hidden")).items()})
        keys = set(drawn(app))
        assert keys == ({"epochs", "same_updates"} if name == "epochs" else {name})
        assert name in CONTROLS
