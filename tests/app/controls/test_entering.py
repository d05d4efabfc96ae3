from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.controls.entering import enter, entering

    enter(st.session_state.get("to", "one"))
    st.text(f"{entering()} {entering()}")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page)


def test_a_page_is_entered_once_and_again_after_another(app: AppTest) -> None:
    said = []
    for name in ("one", "one", "two", "one", "one"):
        app.session_state["to"] = name
        said.append(app.run().text[0].value)
    assert said == ["True False", "False False", "True False", "True False", "False False"]
