from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.observe import WATCH
from app.views.budget import affordable, offers
from bncore.config import Experiment, RunConfig
from bncore.cost import MAX_SECONDS, check_budget, estimate
from bncore.errors import ConfigError
from tests.app.observe.test_metrics import changed, series

ROOT = Path(__file__).parents[3]
REFUSED = ("bnlab_runs_refused_total", ())
LONG = RunConfig(seeds=8, epochs=2000)


def test_the_server_may_allow_less_than_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2.0 < estimate(LONG).seconds < MAX_SECONDS
    affordable(LONG)
    monkeypatch.setenv("BNLAB_BUDGET_SECONDS", "2")
    before = series(WATCH.metrics)
    with pytest.raises(ConfigError, match=r"^RunConfig\.seeds: one arm may take at most 2 s and 500 MB; got about \d+ s"):
        affordable(Experiment(LONG))
    assert changed(before, series(WATCH.metrics)) == {REFUSED: 1}
    for name, most in offers(LONG).items():
        check_budget(LONG.replace(**{name: most}), 2)
        assert not estimate(LONG.replace(**{name: most + 1})).within(2)


def test_a_server_may_allow_more(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = RunConfig(seeds=64, epochs=2000, hidden=(64, 64, 64))
    assert MAX_SECONDS < estimate(huge).seconds < 3600
    with pytest.raises(ConfigError):
        affordable(huge)
    monkeypatch.setenv("BNLAB_BUDGET_SECONDS", "3600")
    affordable(huge)


def test_the_page_offers_what_this_server_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNLAB_BUDGET_SECONDS", "1")
    app = AppTest.from_file(ROOT / "app/page.py", default_timeout=60)
    app.query_params |= {"epochs": "2000", "seeds": "64"}
    app.run()
    assert not app.exception
    assert "at most 1 s and 500 MB" in app.error[0].value
    offer = app.button(key="offer_epochs")
    offer.click().run()
    assert not app.error
