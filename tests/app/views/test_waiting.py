from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.controls.echo import ECHOES, wrote
    from app.views.waiting import progress_line, wait, wait_shortly

    class Ticket:
        done, progress = False, 0.5

        def wait(self, timeout: float) -> None:
            st.text(str([at is not None for _, at in st.session_state[ECHOES].values()]))
            self.done = True

    wrote("rate", "old")
    wait(Ticket(), progress_line())  # type: ignore[arg-type]
    wrote("rate", "old")
    wait_shortly([Ticket()], 1.0)  # type: ignore[list-item]


def test_a_page_that_waits_for_a_run_is_on_its_way_meanwhile() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["[True]", "[True]"]
