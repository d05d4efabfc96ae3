from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.views import statistics
from app.views.statistics import PAGE, act, moved, stage


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter
    from app.views.statistics import PAGE, render

    enter("statistics")
    render()
    st.button("as a sheet would", on_click=PAGE.change, kwargs={"momentum": 0.25, "batch": 3})


def opened(**address: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=120)
    test.query_params.update({"updates": "5"} | address)
    test.run()
    return trained(test)


def trained(test: AppTest) -> AppTest:
    for _ in range(100):
        if "net-cure" in parts(test):
            return test
        test.run()
    raise AssertionError("the networks were not trained")


def parts(test: AppTest) -> dict[str, str]:
    assert not test.exception
    found: dict[str, str] = {}
    for element in test.get("bidi_component"):
        found |= dict(json.loads(element.proto.json)["parts"])
    return found


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def heading(test: AppTest) -> str:
    return plain(parts(test)["title"].partition("</h2>")[0])


def test_the_page_shows_what_its_address_says() -> None:
    test = opened(momentum="0.5", batch="4", stage="cured", net_momentum="0.5")
    assert heading(test).startswith("After 4 batches at momentum 0.5: running mean ")
    assert "After 5 updates at momentum 0.5:" in parts(test)["net-title"]
    assert "no weight moved" in plain(parts(test)["net-cure"])
    assert [w.value for w in test.warning] == []


@pytest.mark.parametrize(
    "address",
    [
        {"count": "1", "size": "1", "momentum": "0.9999", "batch": "0"},
        {"count": "500", "size": "256", "momentum": "0.0", "batch": "500", "drift": "-100", "mean": "100", "sd": "50"},
        {"net_momentum": "0.0", "net_batch": "400", "updates": "1", "stage": "tuned", "tune_batch": "16"},
        {"net_momentum": "0.9999", "net_batch": "2", "updates": "3", "stage": "tuned"},
    ],
)
def test_the_ends_of_every_setting_have_a_page(address: dict[str, str]) -> None:
    found = parts(opened(**address))
    assert "nan" not in plain("".join(found.values())).lower()
    assert {"title", "pictures", "libraries", "sample", "net-pictures", "net-cure"} <= found.keys()


def test_a_bad_address_is_named_and_gives_way() -> None:
    test = opened(momentum="2", size="none", stage="better", colour="red")
    assert [re.sub(r"\\", "", w.value) for w in test.warning] == [
        "momentum: must be 0..0.9999; got 2.0. Use 0.9999 or less. Using 0.9.",
        "Batch size (size): must be a whole number; got 'none'. Write it like 8. Using 16.",
        "stage: must be one of trained, cured, tuned; got 'better'. Use trained. Using trained.",
        "colour: no such setting on this page. Left out.",
    ]
    assert "at momentum 0.9" in heading(test)


def test_the_address_follows() -> None:
    test = opened()
    test.button[0].click().run()
    assert {name: "".join(texts) for name, texts in test.query_params.items()} == {"momentum": "0.25", "batch": "3", "updates": "5"}
    assert heading(test).startswith("After 3 batches at momentum 0.25")


def test_a_page_left_and_entered_again_is_as_it_was() -> None:
    test = opened(momentum="0.25")
    test.session_state["bnlab.page"] = "another"
    test.query_params.clear()
    test.run()
    assert "at momentum 0.25" in heading(test)
    assert "".join(test.query_params["momentum"]) == "0.25"


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", kept)
    return kept


def test_what_is_moved_is_taken_over_and_what_is_not_allowed_is_said(state: dict[str, Any]) -> None:
    moved({"momentum": 0.5, "net_batch": "64", "nonsense": 3.0, "size": 8.0}, False)
    assert {name: PAGE.latest()[name] for name in ("momentum", "net_batch", "size")} == {
        "momentum": 0.5,
        "net_batch": 64,
        "size": 8,
    }
    assert state[statistics.SAID] == []
    moved({"size": 8.5, "net_batch": "many", "stage": "best", "sd": True}, True)
    assert state[statistics.SAID] == [
        "net_batch: must be a whole number; got 'many'. Write it like 8.",
        "stage: must be one of trained, cured, tuned; got 'best'. Use trained.",
        "Batch size (size): must be a whole number; got 8.5. Use a number. Using 8.",
        "Standard deviation (sd): must be a number; got True. Use a number. Using 2.0.",
    ]
    assert (PAGE.latest()["size"], PAGE.latest()["net_batch"]) == (8, 64)


def test_buttons(state: dict[str, Any]) -> None:
    act("play")
    assert (PAGE.latest()["batch"], state[statistics.PLAYING]) == (0, True)
    act("tick")
    act("next")
    assert (PAGE.latest()["batch"], state[statistics.PLAYING]) == (2, False)
    stage("cured")
    stage("healed")
    assert PAGE.latest()["stage"] == "cured"
    assert state["bnlab.statistics.said"] == []


def test_no_network_is_trained_for_a_move_in_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.compute.inline import InlineBoard

    test = opened(updates="6")
    monkeypatch.setattr(InlineBoard, "_train", lambda *_: pytest.fail("trained"))
    test.button[0].click().run()
    assert "at momentum 0.25" in heading(test)
    assert "net-cure" in parts(test)


def test_a_failure_of_the_training_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.compute.ticket import Ticket

    monkeypatch.setattr(Ticket, "error", property(lambda _: "Training: <lost>."))
    test = AppTest.from_function(page, default_timeout=120)
    test.query_params.update({"updates": "7"})
    test.run()
    assert parts(test)["net-wait"] == "<p class='warn' role='alert'>Training: &lt;lost&gt;.</p>"
