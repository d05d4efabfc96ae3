"""Runs that browsers ask for by name, as they grow, and ask about; no streamlit.

The page says what is to be seen; the bytes come by an address of their own. So the page's script is over before the first
epoch is, a page that waits costs the server nothing, and what has come is compressed once, away from the event loop.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakValueDictionary

from app.live.below import below
from app.live.codec import pack

__all__ = ["FOLLOWED", "FORGOTTEN", "QUESTIONS", "RUNS", "Followed", "Following", "Growing", "awaited", "busy", "failed", "gone"]

RUNS, QUESTIONS = "run", "ask"
"""Where the addresses of runs begin, and those of questions about them."""

FAILED = "Answer: must be computed; got an error of the server. Move the control again."
FORGOTTEN = "run: must be kept until it is asked for; got one that has made room for others. Reload the page."


class Growing(Protocol):
    """What goes on; `app.compute.Place` is one. Safe in threads."""

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""

    @property
    def error(self) -> str | None:
        """Why it ended without a result."""

    @property
    def visible(self) -> float:
        """How far it can be seen; 0 where there is nothing to see yet."""

    def heard(self, call: Callable[[], None]) -> AbstractContextManager[None]:
        """Have a function called whenever something is other than it was."""

    def loosen(self) -> None:
        """Hold what there is no longer than others do; only what is whole is let go."""


@dataclass(eq=False)
class Following:
    """One page's run.

    Parameters
    ----------
    run : Growing
    make : callable
        Returns the bytes of what there is, compressed (`app.live.codec.zipped`), None where there is nothing yet.
    answer : callable
        Gets a question about what there is, as a browser sent it; returns the answer's bytes, None if it is about another run.
    pause : callable
        Returns the seconds between two pictures of a run that goes on.
    patience : callable
        Returns the seconds before the first of them: where most runs are done by then, the old picture gives way to a whole one.

    Attributes
    ----------
    busy : bool
        Whether a question is being answered.
    """

    run: Growing
    make: Callable[[], bytes | None]
    answer: Callable[[Mapping[str, Any]], bytes | None]
    pause: Callable[[], float]
    patience: Callable[[], float] = lambda: 0.0
    busy: bool = field(default=False, init=False)
    _seen: float = field(default=0.0, init=False)
    _at: float = field(default_factory=lambda: time.monotonic(), init=False)

    def due(self) -> float | None:
        """Return after how many seconds, 0 for now, what there is should be sent; None if nothing is new; the end at once."""
        if self.run.done:
            return 0.0
        if self.run.visible <= self._seen:
            return None
        wait = self.pause() if self._seen else self.patience()
        return max(0.0, self._at + wait - time.monotonic())

    def sending(self) -> None:
        """Remember what is sent now."""
        self._seen, self._at = self.run.visible, time.monotonic()


class Followed:
    """Runs by name, for as long as whoever put them there holds them: a page's session holds one. Safe in threads."""

    def __init__(self) -> None:
        self._runs: WeakValueDictionary[str, Following] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._runs)

    def put(self, following: Following) -> str:
        """Let a run be asked for while it is held; return its name, which nobody can guess."""
        name = uuid.uuid4().hex
        self._runs[name] = following
        return name

    def get(self, name: str) -> Following | None:
        """Return a run, or None if there is none of this name."""
        return self._runs.get(name)

    def drop(self, name: str) -> None:
        """Forget a run; a name that is not known is none."""
        self._runs.pop(name, None)


FOLLOWED = Followed()
"""The runs of this process."""


def awaited(name: str, what: object, heard: Mapping[str, float], base_path: str = "") -> bytes:
    """Return the bytes that tell the player where its run is, where to ask about it, and what it is: who has it whole fetches none.

    Parameters
    ----------
    name : str
        As `Followed.put` returned it.
    what : object
        All that the bytes of the whole run depend on; equal for what prints the same.
    heard : mapping
        How far the page has heard the player (`app.live.telling.heard_of`).
    base_path : str
        The server's base URL path, with or without slashes.

    Examples
    --------
    >>> from app.live.codec import unpack
    >>> unpack(awaited("0123", ("abc", 0), {"sheet": 0.5, "id": 3.0}, "lab"))[0]  # doctest: +NORMALIZE_WHITESPACE
    {'kind': 'awaited', 'address': '/lab/run/0123', 'questions': '/lab/ask/0123', 'tag': 'c7e71075e0ea',
     'heard': {'sheet': 0.5, 'id': 3.0}}
    """
    tag = hashlib.sha256(repr(what).encode()).hexdigest()[:12]
    address, questions = (below(base_path, f"{path}/{name}") for path in (RUNS, QUESTIONS))
    return pack({"kind": "awaited", "address": address, "questions": questions, "tag": tag, "heard": dict(heard)}, {})


def busy(progress: float = 1.0) -> bytes:
    """Return the bytes that tell the player to ask again a little later, and how far is what it waits for, 0 to 1.

    Examples
    --------
    >>> from app.live.codec import unpack
    >>> unpack(busy(0.25))[0]
    {'kind': 'busy', 'progress': 0.25}
    """
    return pack({"kind": "busy", "progress": progress}, {})


def failed(question: Mapping[str, Any]) -> bytes:
    """Return the bytes that tell the player that its question cannot be answered, by nobody's fault there.

    Examples
    --------
    >>> from app.live.codec import unpack
    >>> unpack(failed({"run": "0123"}))[0]
    {'kind': 'answer', 'run': '0123', 'error': 'Answer: must be computed; got an error of the server. Move the control again.'}
    """
    return pack({"kind": "answer", "run": question.get("run"), "error": FAILED}, {})


def gone(reason: str) -> bytes:
    """Return the bytes that tell the player that nothing will come of a run.

    Examples
    --------
    >>> from app.live.codec import unpack
    >>> unpack(gone("Training: no."))[0]
    {'kind': 'gone', 'reason': 'Training: no.'}
    """
    return pack({"kind": "gone", "reason": reason}, {})
