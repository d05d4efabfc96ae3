"""One line of JSON an event, on standard error.

What could tell of a person is not written: no addresses, no names, no queries, and of an error its kind and its place but not
its message, which may quote what somebody typed.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["Lines", "described", "say", "set_up"]

EVENTS = logging.getLogger("bnlab")
CHATTY = {
    "streamlit": logging.INFO,
    "uvicorn": logging.WARNING,
    "websockets": logging.WARNING,
    "watchdog": logging.WARNING,
    "asyncio": logging.WARNING,
}
"""The least level of what others log: below it Streamlit writes what its visitors send, and the web server their addresses."""

ROOT = f"{Path(__file__).resolve().parents[2]}/"
DEEPEST = 12


class Lines(logging.Formatter):
    """Writes a record as one line of JSON: time, level, event, then whatever belongs to the event.

    Examples
    --------
    >>> record = logging.makeLogRecord({"levelname": "INFO", "msg": "stop", "fields": {"seconds": 1.5}, "created": 0.0})
    >>> Lines().format(record)
    '{"time": "1970-01-01T00:00:00.000Z", "level": "info", "event": "stop", "seconds": 1.5}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Any] = {"time": time, "level": record.levelname.lower()}
        fields = getattr(record, "fields", None)
        if fields is None:
            event = "error" if record.exc_info else "log"
            line |= {"event": event, "logger": record.name, "message": record.getMessage()}
        else:
            line |= {"event": record.getMessage(), **fields}
        if record.exc_info and record.exc_info[1] is not None:
            line |= described(record.exc_info[1])
        return json.dumps(line, default=str)


def described(error: BaseException) -> dict[str, str]:
    """Return the kind of an error and the way to its place, outermost first; not its message.

    Examples
    --------
    >>> try:
    ...     int("Ada")
    ... except ValueError as error:
    ...     found = described(error)
    >>> found["error"], found["trace"].startswith("Traceback: "), "Ada" in str(found)
    ('ValueError', True, False)
    """
    return {"error": type(error).__name__, "trace": f"Traceback: {' > '.join(_places(error.__traceback__))}"}


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    return [f"{frame.filename.removeprefix(ROOT)}:{frame.lineno} {frame.name}" for frame in frames]


def say(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event with what belongs to it."""
    EVENTS.log(level, event, extra={"fields": fields})


def set_up(level: str) -> None:
    """Have everything that this process logs written as lines, from a level on; can be said again.

    Streamlit and its web server give loggers of their own a handler each. Theirs are taken away, and what they say is passed
    up to the one handler that there is.

    Parameters
    ----------
    level : str
        ``debug``, ``info``, ``warning`` or ``error``.
    """
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler.formatter, Lines)]:
        root.removeHandler(old)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root.addHandler(handler)
    least = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(least)
    logging.captureWarnings(capture=True)
    for name in [*CHATTY, *logging.Logger.manager.loggerDict]:
        family = name.partition(".")[0]
        if family in CHATTY:
            theirs = logging.getLogger(name)
            theirs.setLevel(max(least, CHATTY[family]))
            theirs.handlers.clear()
            theirs.propagate = True
