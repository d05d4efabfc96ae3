from __future__ import annotations

from importlib import import_module
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from app.controls import decode
from app.views import pages
from bncore.config import Arm, Experiment, RunConfig

EXPERIMENTS = {
    "the default": Experiment(),
    "a setting": Experiment(RunConfig(learning_rate=0.1)),
    "three arms": Experiment(
        RunConfig(seeds=2), (Arm("a", (("batch_size", 8),)), Arm("b", (("batch_size", 16),)), Arm("c", (("norm", "none"),)))
    ),
}


def page() -> None:
    import streamlit as st

    from app.views.pages import link_to_playground, pages
    from tests.app.views.test_pages import EXPERIMENTS

    def draw() -> None:
        link_to_playground(EXPERIMENTS[st.session_state["name"]], "Open")

    st.navigation([*pages(), st.Page(draw, title="Here", url_path="here", default=False)], position="hidden")
    draw()


def test_the_navigation_is_in_the_order_in_which_one_reads() -> None:
    script = "import streamlit as st\nfrom app.views.pages import pages\nst.json([[p.url_path, p.title] for p in pages()])"
    app = AppTest.from_string(script).run()
    assert not app.exception
    assert app.json[0].value == (
        '[["", "Playground"], ["steps", "Step by step"], ["statistics", "Running statistics"], ["why", "Why it works"], '
        '["lessons", "Lessons"], ["code", "Code"]]'
    )


@pytest.mark.parametrize("path", [path for path, _, _ in pages._PAGES])
def test_every_page_is_there(path: str) -> None:
    assert callable(import_module(f"app.views.{path}").render)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_link_to_the_playground_carries_the_whole_experiment(name: str) -> None:
    app = AppTest.from_function(page)
    app.session_state["name"] = name
    app.run()
    assert not app.exception
    (link,) = app.get("page_link")
    query = parse_qs(link.proto.query_string, keep_blank_values=True)
    assert query  # an empty address would leave the Playground as it was
    assert decode(query) == (EXPERIMENTS[name], [])
    assert (link.proto.label, link.proto.page) == ("Open", "")
