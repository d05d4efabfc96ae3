"""A browser that returns to the server: its line was broken, its server was started again, or its session is forgotten."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

__all__ = ["resume", "stay_in_touch"]

RESUMED = "bnlab.resumed"
SELDOM = timedelta(days=7)


def stay_in_touch() -> None:
    """Make a browser ask for its page as soon as it has returned; to be called by every page.

    By itself Streamlit's browser code does so only where something is drawn again and again. So something is: very seldom.
    Without it a new session knows no part of the page, and what is moved there is dropped without a word.
    """
    st.fragment(_nothing, run_every=SELDOM)()


def resume() -> None:
    """Once in a session, begin anew with what the browser says of its controls; to be called before any control is drawn.

    What the session holds for a control when it is drawn first is taken for the page's own will, and put into the browser.
    So a control that was moved before the new session drew it would be put back to what the address says. In a run that
    begins with both, the browser's word counts, and the session's where the browser says nothing.
    """
    if st.session_state.get(RESUMED):
        return
    st.session_state[RESUMED] = True
    context = get_script_run_ctx()
    if context is None or context.script_requests is None:
        return
    said = context.session_state.get_widget_states()
    if said:
        context.script_requests.request_rerun(
            RerunData(
                query_string=context.query_string,
                widget_states=WidgetStates(widgets=said),
                page_script_hash=context.page_script_hash,
                cached_message_hashes=context.cached_message_hashes,
                context_info=context.context_info,
            )
        )
        _ = st.session_state.get(RESUMED)  # Streamlit ends this run here


def _nothing() -> None:
    """Draw nothing."""
