from __future__ import annotations

from streamlit.testing.v1 import AppTest


def player_page() -> None:
    import streamlit as st

    from app.live.player import show

    show(b"BNL1 second" if "second" in st.session_state else b"BNL1 first")


def channel_page() -> None:
    from collections.abc import Mapping
    from typing import Any

    import streamlit as st

    from app.live.channel import open_channel

    def answer(ask: Mapping[str, Any]) -> bytes | None:
        st.session_state.setdefault("asked", []).append(dict(ask))
        return None if ask["run"] == "old" else f"answer {ask['id']}".encode()

    open_channel(answer)


def sent(at: AppTest) -> bytes:
    return bytes(at.get("bidi_component")[0].proto.bytes)


def test_the_player_carries_the_bytes_and_keeps_its_place() -> None:
    at = AppTest.from_function(player_page).run()
    assert not at.exception
    assert sent(at) == b"BNL1 first"
    name = at.get("bidi_component")[0].proto.id
    at.session_state["second"] = True
    at.run()
    assert sent(at) == b"BNL1 second"
    assert at.get("bidi_component")[0].proto.id == name


def test_the_channel_answers_a_question_once() -> None:
    at = AppTest.from_function(channel_page).run()
    assert not at.exception
    assert sent(at) == b""
    at.session_state["channel"] = {"ask": {"id": 1, "run": "new"}}
    at.run()
    assert sent(at) == b"answer 1"
    at.run()
    assert sent(at) == b"answer 1"
    assert at.session_state["asked"] == [{"id": 1, "run": "new"}]


def test_a_question_about_another_run_gets_nothing() -> None:
    at = AppTest.from_function(channel_page).run()
    at.session_state["channel"] = {"ask": {"id": 2, "run": "old"}}
    at.run()
    assert not at.exception
    assert sent(at) == b""


def test_whatever_a_browser_sends_does_no_harm() -> None:
    at = AppTest.from_function(channel_page).run()
    for ask in (None, "text", [1], 5):
        at.session_state["channel"] = {"ask": ask}
        at.run()
        assert not at.exception
    assert "asked" not in at.session_state
