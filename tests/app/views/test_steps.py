from __future__ import annotations

import json
import re
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.steps.batch import NOTES, ONE, TWO, write_rows
from app.steps.scene import scene_of
from app.steps.settings import DEFAULTS
from app.steps.stages import STAGES
from app.views import steps
from app.views.steps import PAGE, act, move


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter
    from app.views.steps import act, move, render

    enter("steps")
    for kind, what in st.session_state.pop("does", ()):
        act(what) if kind == "act" else move(*what)
    render()


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=60)
    test.query_params.update(address)
    return test.run()


def does(test: AppTest, *what: Any) -> AppTest:
    """Let the sheet tell that a button was pressed (a text) or something moved (a dictionary, and whether it was let go)."""
    told = [
        ("act", each) if isinstance(each, str) else ("move", each if isinstance(each, tuple) else (each, True)) for each in what
    ]
    test.session_state["does"] = told
    return test.run()


def parts(test: AppTest) -> dict[str, str]:
    assert not test.exception
    (element,) = test.get("bidi_component")
    return dict(json.loads(element.proto.json)["parts"])


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).strip()


def said(test: AppTest) -> str:
    return plain(parts(test)["said"])


def values(test: AppTest) -> dict[str, Any]:
    return dict(test.session_state["bnlab.steps.values"])


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session of its own, where no page is drawn."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_first_visit_shows_the_notes_network_at_its_first_stage() -> None:
    shown = parts(opened())
    assert list(shown) == ["intro", "strip", "said", "stage", "knobs", "table", "case", "batch", "numbers"]
    assert plain(shown["stage"]).endswith("In numbers: neuron 1, student 1z1=1·7.1+0.05·84+(−11)=0.3")
    assert "Stage 1 of 18: Weighted sum." in plain(shown["strip"])
    assert shown["said"] == ""
    assert "Small batches" in shown["case"]


@pytest.mark.parametrize("stage", list(STAGES))
@pytest.mark.parametrize("batch", [NOTES, ONE, TWO, NOTES * 4])
def test_every_stage_can_be_opened_by_its_address(stage: str, batch: Any) -> None:
    test = opened(stage=stage, batch=write_rows(batch))
    assert f": {STAGES[stage].title}." in plain(parts(test)["strip"])
    assert said(test) == ""
    for title, size in (("A batch of one", 1), ("A batch of two", 2), ("Small batches", 4), ("Small batches", 16)):
        if len(batch) == size:
            assert title in parts(test)["case"]


@pytest.mark.parametrize(
    "address",
    [
        {"eps": "1e-300", "batch": "7,90,1"},
        {"eps": "1e-300", "batch": "7,90,1;7,90,0;7,90,1"},
        {"eps": "10", "momentum": "0.9999", "gamma1": "0", "student": "16"},
        {"batch": "1e6,-1e6,1;-1e6,1e6,0", "w_cgpa1": "1e6", "w_iq1": "-1e6", "out1": "1e6", "stage": "db"},
        {"batch": "1e-200,0,1;0,0,0", "bias1": "0", "eps": "1e-300", "stage": "dz"},
        {"gamma1": "1e13", "beta1": "-1e13", "stage": "loss", "activation": "sigmoid"},
        {"gamma1": "-1e13", "activation": "tanh", "stage": "dgamma", "neuron": "1"},
        {"out1": "0", "out2": "0", "stage": "dz"},
    ],
)
def test_the_ends_of_every_setting_are_shown(address: dict[str, str]) -> None:
    test = opened(**address)
    assert said(test) == ""
    assert "nan" not in parts(test)["stage"] + parts(test)["table"] + parts(test)["case"]
    assert "not a number" not in plain("".join(parts(test).values()))


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            {"stage": "w"},
            "stage: must be one of z, mu, var, z_hat, running, y, a, loss, da, dy, dgamma, dbeta, dz_hat, dvar, dmu, dz, dw, db;",
        ),
        ({"eps": "0"}, "BN epsilon (eps): must be 1e-300..10; got 0.0. Use 1e-300 or more. Using 0.001."),
        ({"gamma1": "nan"}, "gamma (gamma1): must be -10000000000000..10000000000000; got nan. Use a finite number. Using 1.0."),
        ({"momentum": "1"}, "BN momentum (momentum): must be 0..0.9999; got 1.0. Use 0.9999 or less. Using 0.9."),
        ({"batch": ";".join(["7,90,1"] * 17)}, "batch: must be 0..16 rows; got 17 rows. Leave some out."),
        ({"batch": "7,90"}, "Row 1: must be three cells; got 2 cells. Give CGPA, IQ and placed (1 or 0)."),
    ],
)
def test_what_an_address_may_not_say_is_named_and_the_default_used(address: dict[str, str], says: str) -> None:
    test = opened(**address)
    assert says in said(test).replace("&#x27;", "'")
    assert values(test) == dict(DEFAULTS)


def test_a_bad_cell_is_named_its_row_left_out_and_what_was_typed_kept() -> None:
    test = does(opened(stage="mu"), {"iq:2": "high"})
    assert said(test).replace("&#x27;", "'") == (
        "Row 2, IQ: must be a number; got 'high'. Write it like 0.1.The row is left out until it is mended; what was typed is kept."
    )
    assert 'value="high"' in parts(test)["batch"]
    assert ["".join(row) for row in re.findall(r'data-act="student:\d+">(\d)<', parts(test)["table"])] == ["1", "3", "4"]
    assert test.query_params["batch"] == "7.1,84,0;8.3,high,1;6.4,103,0;8.9,97,1"
    test = does(test, {"iq:2": "118"})
    assert (said(test), values(test)["batch"]) == ("", NOTES)


def test_without_any_student_the_page_says_so_and_begins_again() -> None:
    test = does(opened(), *["remove:1"] * 4)
    assert "There is no student to compute with." in parts(test)["empty"]
    assert parts(test)["stage"] == ""
    assert test.query_params["batch"] == ""
    test = does(test, "notes")
    assert values(test)["batch"] == NOTES
    assert "empty" not in parts(test)


def test_rows_are_added_up_to_16_and_removed() -> None:
    test = does(opened(), *["add"] * 14)
    assert len(values(test)["batch"]) == 16
    assert "must be 0..16 rows; got 17 rows" in said(test)
    assert 'data-act="add" disabled' in parts(test)["batch"]
    test = does(test, "remove:2")
    assert values(test)["batch"][:3] == (NOTES[0], *NOTES[2:4])
    assert said(test) == ""


def test_rows_are_pasted_or_named_and_kept() -> None:
    bad = "7\t90\t1\n8\thigh\t0"
    test = does(opened(), {"paste": bad}, "paste")
    assert "Row 2, IQ: must be a number; got 'high'. Write it like 0.1. The batch is as it was." in said(test).replace(
        "&#x27;", "'"
    )
    assert f"{bad}</textarea>" in parts(test)["batch"]
    assert values(test)["batch"] == NOTES
    test = does(test, {"paste": "7\t90\t1\n8\t100\t0"}, "paste")
    assert write_rows(values(test)["batch"]) == "7,90,1;8,100,0"
    assert said(test) == ""
    assert "></textarea>" in parts(test)["batch"]


def test_sliders_move_the_chosen_neuron_and_write_the_address_once_let_go() -> None:
    test = does(opened(neuron="2", stage="y"), ({"gamma": 1.5}, True), {"beta": -0.25}, {"log_eps": -5.0})
    moved = values(test)
    assert (moved["gamma1"], moved["gamma2"], moved["beta2"], moved["eps"]) == (1.0, 1.5, -0.25, 1e-5)
    assert {name: test.query_params[name] for name in ("gamma2", "beta2", "eps")} == {
        "gamma2": "1.5", "beta2": "-0.25", "eps": "1e-05"
    }  # fmt: skip


@pytest.mark.parametrize("neuron", ["1", "2"])
def test_undoing_makes_y_equal_z(neuron: str) -> None:
    test = does(opened(neuron=neuron, eps="0.1"), "undo")
    shown = scene_of(values(test))
    assert shown is not None
    assert max(abs(y - z) for y, z in zip(shown.column("y"), shown.column("z"), strict=True)) < 1e-15
    assert values(test)["stage"] == "y"
    assert "It is undone now: y = z." in plain(parts(test)["case"])
    again = opened(**test.query_params)
    assert "It is undone now: y = z." in plain(parts(again)["case"])
    assert values(does(test, "plain"))[f"gamma{neuron}"] == 1.0


def test_the_buttons_of_small_batches() -> None:
    test = does(opened(student="3"), "one")
    assert (values(test)["batch"], values(test)["student"]) == (ONE, 1)
    assert "y=β=0" in plain(parts(test)["case"]).replace(" ", "")
    test = does(test, "two")
    assert values(test)["batch"] == TWO
    assert "|dz| over ε" in plain(parts(test)["case"])


def test_reset_puts_everything_back() -> None:
    test = does(opened(stage="dz", batch="1,2,1", eps="1", gamma2="3"), "reset")
    assert values(test) == dict(DEFAULTS)
    assert dict(test.query_params) == {}


def test_stepping_and_playing(alone: dict[str, Any]) -> None:
    def at() -> tuple[str, bool]:
        return PAGE.latest()["stage"], alone[steps.PLAYING]

    for press, expected in (
        ("next", ("mu", False)), ("back", ("z", False)), ("back", ("z", False)), ("last", ("db", False)), ("next", ("db", False)),
        ("play", ("z", True)), ("next", ("mu", True)), ("play", ("mu", False)), ("play", ("mu", True)), ("stage:dw", ("dw", False)),
        ("play", ("dw", True)), ("next", ("db", False)), ("first", ("z", False)),
    ):  # fmt: skip
        act(press)
        assert at() == expected


@pytest.mark.parametrize(
    "name",
    ["", "none", "stage:", "stage:nothing", "remove:", "remove:99", "remove:-1", "student:x", "student:99", "next:", "student:²"],
)
def test_buttons_that_are_none_change_nothing(alone: dict[str, Any], name: str) -> None:
    act(name)
    assert {**PAGE.latest(), "stage": "z"} == dict(DEFAULTS)


@pytest.mark.parametrize(
    "sent",
    [
        {"gamma": "x"}, {"log_eps": "x"}, {"batch": "7,90,1"}, {"stage": "dz"}, {"cgpa:0": "1"}, {"cgpa:99": "1"}, {"cgpa:x": "1"},
        {"neuron": 3.0}, {"neuron": "3"}, {"activation": "linear"}, {"eps": -1.0}, {"log_eps": 5000.0}, {"nothing": 1.0},
        {"paste": 1.0}, {"gamma1": 1e300}, {"student": 0.5}, {"iq:²": "1"},
    ],
)  # fmt: skip
def test_moves_that_are_none_change_nothing(alone: dict[str, Any], sent: dict[str, Any]) -> None:
    move(sent, True)
    assert PAGE.latest() == dict(DEFAULTS)


def test_half_typed_cells_wait(alone: dict[str, Any]) -> None:
    move({"cgpa:1": "8"}, False)
    assert PAGE.latest()["batch"] == NOTES
    move({"cgpa:1": "8.5", "placed:1": True}, True)
    assert write_rows(PAGE.latest()["batch"][:1]) == "8.5,84,1"


def test_the_axis_stays_while_gamma_is_dragged(alone: dict[str, Any]) -> None:
    alone[steps.DRAGGING] = False
    begun = scene_of({**DEFAULTS, "gamma1": 20.0})
    dragged = scene_of({**DEFAULTS, "gamma1": 3.0})
    assert begun is not None
    assert dragged is not None
    limits, span = steps._axes(begun)
    alone[steps.DRAGGING] = True
    assert steps._axes(dragged)[0] == limits
    assert steps._axes(dragged)[1][:2] == span[:2]
    alone[steps.DRAGGING] = False
    assert steps._axes(dragged)[0] == (3.0, 2.0)


def test_the_link_opens_the_same_in_the_playground() -> None:
    from bncore import RunConfig

    config = steps.playground_config({**DEFAULTS, "eps": 0.1, "momentum": 0.5, "activation": "tanh", "batch": TWO})
    assert config == RunConfig(dataset="students", hidden=(2,), activation="tanh", eps=0.1, bn_momentum=0.5, batch_size=2)
