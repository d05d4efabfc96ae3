from __future__ import annotations

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.controls.returning import resume, stay_in_touch

    stay_in_touch()
    for key in ("moved", "left"):
        if key not in st.session_state:
            st.session_state[key] = 3  # what the address says
    before = st.session_state["moved"]
    resume()
    drawn = st.session_state.get("drawn", 0) + 1
    st.session_state["drawn"] = drawn
    after = [st.slider("", 0, 9, key=key, label_visibility="collapsed") for key in ("moved", "left")]
    st.json([drawn, before, *after])


def says(value: int) -> WidgetStates:
    """Return what a browser says that has moved a control."""
    states = WidgetStates()
    states.widgets.add(id=AppTest.from_function(page).run().slider(key="moved").proto.id).double_array_value.data.append(value)
    return states


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page)


def test_a_first_visit_is_drawn_once(app: AppTest) -> None:
    assert app.run().json[0].value == "[1, 3, 3, 3]"


def test_what_a_browser_says_of_a_control_before_its_session_drew_it_counts(app: AppTest) -> None:
    app._run(says(7))
    assert app.json[0].value == "[1, 3, 7, 3]"
    assert not app.slider(key="moved").proto.set_value  # nothing is put into the browser
    assert app.run().json[0].value == "[2, 7, 7, 3]"


def test_it_is_done_once(app: AppTest) -> None:
    app.run()
    app._run(says(7))
    assert app.json[0].value == "[2, 7, 7, 3]"
