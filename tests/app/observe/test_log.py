from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from app.observe.log import CHATTY, EVENTS, say, set_up


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put every logger back as it was."""
    names = [None, "bnlab", *CHATTY, *logging.Logger.manager.loggerDict]
    before = {name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names}
    spread = {name: logging.getLogger(name).propagate for name in names}
    yield
    logging.captureWarnings(capture=False)
    for name, (level, handlers) in before.items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.propagate = spread[name]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_line_with_what_belongs_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info")
    say("run done", seconds=0.25, waited=0.0)
    say("run left", logging.DEBUG)
    (line,) = lines(capsys)
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "event": "run done", "seconds": 0.25, "waited": 0.0}


@pytest.mark.parametrize(("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_is_the_least_that_is_written(capsys: pytest.CaptureFixture[str], level: str, count: int) -> None:
    set_up(level)
    set_up(level)
    for each in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        say("event", each)
    assert len(lines(capsys)) == count


def test_others_say_it_in_lines_too_and_not_twice(capsys: pytest.CaptureFixture[str]) -> None:
    theirs = logging.getLogger("streamlit.made.up")
    theirs.addHandler(logging.StreamHandler(sys.stderr))
    theirs.propagate = False
    set_up("info")
    theirs.warning("two\nlines")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    first, second = lines(capsys)
    assert (first["event"], first["logger"], first["message"]) == ("log", "streamlit.made.up", "two\nlines")
    assert second["logger"] == "py.warnings"


@pytest.mark.parametrize("name", ["uvicorn.error", "uvicorn.access", "websockets.server", "streamlit.runtime.app_session"])
def test_what_tells_of_visitors_is_never_written(capsys: pytest.CaptureFixture[str], name: str) -> None:
    logging.getLogger(name)
    set_up("debug")
    logging.getLogger(name).debug("rerun_script { query_string: 'seed=7' }")
    if not name.startswith("streamlit"):
        logging.getLogger(name).info('127.0.0.1:4242 - "WebSocket /_stcore/stream?a=b" [accepted]')
    assert lines(capsys) == []


def test_of_an_error_the_place_is_written_and_not_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info")
    try:
        int("Ada Lovelace")
    except ValueError:
        logging.getLogger("streamlit.error_util").exception("Uncaught app execution")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["error"]) == ("error", "error", "ValueError")
    assert line["trace"].startswith("Traceback: tests/app/observe/test_log.py:")
    assert "Ada" not in str(line)


def test_our_own_logger_is_nobodys_child_but_the_roots() -> None:
    assert EVENTS.parent is logging.getLogger()
