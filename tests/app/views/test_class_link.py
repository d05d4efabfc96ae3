from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from app.classroom.link import CONTROLS, PARAMS, decode_link
from app.live.codec import unpack

PAGE = Path(__file__).parents[3] / "app" / "page.py"
SMALL = {"seeds": "2", "epochs": "3"}


def opened(**address: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update(SMALL | address)
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def held(app: AppTest, *keys: str) -> list[Any]:
    """Return what the session holds under some keys, None where it has none."""
    return [next((app.session_state[each] for each in (key,) if each in app.session_state), None) for key in keys]


def asked(app: AppTest, view: object = None) -> AppTest:
    """Open the dialog as the player's button does."""
    app.session_state["bnlab.class.dialog"] = True
    if view is not None:
        app.session_state["bnlab.class.view"] = view
    return run(app)


def card(app: AppTest) -> dict[str, Any]:
    texts = [e.proto.json or e.proto.mixed.json for e in app.get("bidi_component")]
    cards: list[dict[str, Any]] = [json.loads(text) for text in texts if text and "address" in text]
    return cards[-1] if cards else {}


def link(app: AppTest) -> dict[str, str]:
    return {name: texts[-1] for name, texts in parse_qs(urlsplit(card(app)["address"]).query).items()}


def header(app: AppTest) -> dict[str, Any]:
    return unpack(next(bytes(e.proto.bytes) for e in app.get("bidi_component") if e.proto.bytes))[0]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return run(app)


def test_nothing_of_the_dialog_is_there_before_it_is_asked_for() -> None:
    app = opened()
    assert not card(app)
    assert "bnlab.class.rules" not in app.session_state


def test_the_link_is_the_experiment_and_what_may_be_done_with_it() -> None:
    app = asked(opened(learning_rate="0.1"), {"v.at": ["2"], "v.layer": ["2"]})
    assert link(app) == SMALL | {
        "learning_rate": "0.1", "v.at": "2", "v.layer": "2", "rest": "hidden",
        "free": "placement,bn_momentum,gamma_init,beta_init,learning_rate,batch_size",
    }  # fmt: skip
    assert card(app)["svg"].startswith("<svg")


@pytest.mark.parametrize(
    ("label", "rules"),
    [
        ("Everything fixed", {"rest": "fixed"}),
        ("Everything free", {"rest": "free"}),
        ("Main six, others seen", {"rest": "fixed", "free": "placement,bn_momentum,gamma_init,beta_init,learning_rate,batch_size"}),
    ],
)
def test_one_click_sets_every_rule(label: str, rules: dict[str, str]) -> None:
    app = press(asked(opened()), label)
    assert {name: text for name, text in link(app).items() if name in PARAMS} == rules


def test_each_control_has_its_rule() -> None:
    app = press(asked(opened()), "Everything fixed")
    groups = next(group for group in app.get("button_group") if group.key == "class_group")
    assert groups.options == ["Experiment", "Data", "Network", "Normalization", "Training", "Seeds"]
    app.session_state["class_group"] = "Seeds"
    run(app)
    keys = {group.key for group in app.get("button_group") if str(group.key).startswith("class_rule_")}
    assert keys == {"class_rule_seed", "class_rule_seeds"}


def test_making_a_link_leaves_the_teachers_page_as_it_is() -> None:
    app = opened(learning_rate="0.1")
    before = header(app)["run"]
    press(asked(app), "Everything fixed")
    assert header(app)["run"] == before
    assert dict(app.query_params) == SMALL | {"learning_rate": "0.1"}
    assert not app.select_slider(key="batch_size").disabled
    assert header(app)["locked"] == []


@pytest.mark.parametrize(
    ("told", "view"),
    [
        ('{"v.at": "5"}', {"v.at": ["5"]}),
        ("{}", {}),
        ("[1]", {}),
        ("null", {}),
        ("{", None),
        ("", None),
        ("[" * 20_000, None),
        (1.0, {}),
    ],
)
def test_the_player_asks_for_the_dialog_with_its_view(told: object, view: dict[str, Any] | None) -> None:
    def script(told: object) -> None:
        from app.views.playground import told as hear

        hear({"class": told}, True)  # type: ignore[dict-item]
        hear({"other": 1.0}, False)

    app = AppTest.from_function(script, kwargs={"told": told}).run()
    assert not app.exception
    kept = held(app, "bnlab.class.dialog", "bnlab.class.view", "bnlab.asked")
    assert kept == ([None] * 3 if view is None else [True, view, True])


@pytest.mark.parametrize(
    ("acts", "presents"),
    [(["present:on"], True), (["present:on", "present:off"], False), (["present:", "present", "present:true", "<b>:on"], None)],
)
def test_the_player_begins_and_ends_the_presentation(acts: list[str], presents: bool | None) -> None:
    def script(acts: list[str]) -> None:
        from app.views.playground import act
        from bncore.config import Experiment

        for each in acts:
            act(Experiment(), each)

    app = AppTest.from_function(script, kwargs={"acts": acts}).run()
    assert not app.exception
    kept = held(app, "bnlab.present", "bnlab.asked")
    assert kept == [presents, True if presents is not None else None]


def test_what_a_browser_says_of_the_view_is_checked() -> None:
    from app.views.class_link import VIEW

    def page(view: object) -> AppTest:
        def script(view: object) -> None:
            from app.views.class_link import ask_for_class_link

            ask_for_class_link(view)

        return AppTest.from_function(script, kwargs={"view": view}).run()

    app = page({"v.at": "5", "seed": "3", "v.x": "y" * 99, "v.n": 3, 4: "v", **{f"v.{i}": "1" for i in range(90)}})
    kept = app.session_state[VIEW]
    assert kept["v.at"] == ["5"]
    assert not {"seed", "v.x", "v.n"} & set(kept)
    assert len(kept) <= 20
    assert page("v.at=5").session_state[VIEW] == {}


def test_a_student_gets_no_navigation_and_no_class_link() -> None:
    app = asked(opened(free="learning_rate", rest="hidden"))
    assert not card(app)
    assert header(app)["locked"] == ["class link", "layers", "output"]
    assert app.session_state["bnlab.class.link"].is_free("learning_rate")
    assert header(opened(free="norm_layers,norm_output", rest="fixed"))["locked"] == ["class link"]


def test_a_link_that_was_made_is_read_as_it_was_meant() -> None:
    made, said = decode_link({name: [text] for name, text in link(asked(opened())).items() if name in PARAMS})
    assert said == []
    assert made is not None
    assert [name for name in CONTROLS if made.is_free(name)] == [
        "placement", "bn_momentum", "gamma_init", "beta_init", "learning_rate", "batch_size",
    ]  # fmt: skip


def test_a_presentation_has_no_sidebar_and_stays_in_the_address() -> None:
    app = opened(present="true", **{"v.at": "2"})
    assert not app.select_slider
    assert dict(app.query_params) == SMALL | {"present": "true", "v.at": "2"}
    app.session_state["learning_rate"] = "0.1"
    run(app)
    assert dict(app.query_params) == SMALL | {"learning_rate": "0.1", "present": "true", "v.at": "2"}
    app.session_state["bnlab.present"] = False
    run(app)
    assert app.select_slider
    assert "present" not in app.query_params
    assert opened(present="maybe").query_params["present"] == "maybe"  # as typed, beside the message about it


def lesson(**address: str) -> AppTest:
    def page() -> None:
        import streamlit as st

        from app.controls.entering import enter
        from app.views.lesson_state import PAGE
        from app.views.lessons import act, render

        enter("lessons")
        for name in st.session_state.get("acts", ()):
            act(name)
        st.session_state["acts"] = []
        if "change" in st.session_state:
            PAGE.change(**st.session_state["change"])
        render()
        st.json(PAGE.encode(PAGE.latest()))

    app = AppTest.from_function(page, default_timeout=120)
    app.query_params.update(address)
    return run(app)


def words(app: AppTest) -> str:
    data = [json.loads(e.proto.mixed.json or e.proto.json) for e in app.get("bidi_component")]
    return " ".join(part for one in data for _, part in one.get("parts", ()))


def test_a_lessons_link_begins_at_its_beginning_and_lights_its_knobs() -> None:
    app = lesson(lesson="faster", answer="much", set="learning_rate:0.1")
    assert "Class link" in [button.label for button in app.button]
    press(app, "Class link")
    made = link(app)
    assert made["lesson"] == "faster"
    assert made["set"] == "learning_rate:0.1"
    assert not {"answer", "run"} & set(made)
    from app.lessons.catalogue import lesson_of

    assert set(made["free"].split(",")) == set(lesson_of("faster").knobs)


def test_a_student_stays_in_the_lesson() -> None:
    app = lesson(lesson="faster", free="learning_rate", rest="hidden", set="batch_size:8")
    assert 'data-act="all"' not in words(app)
    assert "Class link" not in [button.label for button in app.button]
    app.session_state["acts"] = ["all", "open:placement", "answer:much"]
    run(app)
    assert json.loads(app.json[0].value) == {"lesson": ["faster"], "answer": ["much"], "set": ["batch_size:8"]}
    assert app.query_params["free"] == "learning_rate"
    app.session_state["change"] = {"lesson": "all", "first": 7, "set": (("batch_size", 64), ("learning_rate", 0.1))}
    run(app)
    assert json.loads(app.json[0].value) == {"lesson": ["faster"], "answer": ["much"], "set": ["batch_size:8;learning_rate:0.1"]}
    assert app.query_params["rest"] == "hidden"
