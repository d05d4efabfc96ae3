from __future__ import annotations

from streamlit.testing.v1 import AppTest


def player_page() -> None:
    import streamlit as st

    from app.live.player import show

    show(b"BNL1 second" if "second" in st.session_state else b"BNL1 first")


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
