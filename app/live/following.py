"""Runs that browsers ask for by name, as they grow; no streamlit.

The page says what is to be seen; the bytes come by an address of their own. So the page's script is over before the first
epoch is, a page that waits costs the server nothing, and what has come is compressed once, away from the event loop.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from app.live.below import below
from app.live.codec import pack

__all__ = ["FOLLOWED", "PATH", "Followed", "Following", "Growing", "awaited", "gone"]

PATH = "run"
"""Where the addresses of runs begin."""

MOST = 4096
"""So many runs have an address at once; a page has one."""


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


@dataclass
class Following:
    """One page's run.

    Parameters
    ----------
    run : Growing
    make : callable
        Returns the bytes of what there is, compressed (`app.live.codec.zipped`), None where there is nothing yet.
    pause : callable
        Returns the seconds between two pictures of a run that goes on.
    patience : callable
        Returns the seconds before the first of them: where most runs are done by then, the old picture gives way to a whole one.
    """

    run: Growing
    make: Callable[[], bytes | None]
    pause: Callable[[], float]
    patience: Callable[[], float] = lambda: 0.0
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
    """Runs by name; safe in threads.

    Parameters
    ----------
    most : int
        Beyond so many the one that was asked for least lately is forgotten: its page asks anew.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, Following] = OrderedDict()

    def __len__(self) -> int:
        return len(self._runs)

    def put(self, following: Following) -> str:
        """Let a run be asked for; return its name, which nobody can guess."""
        name = uuid.uuid4().hex
        with self._lock:
            self._runs[name] = following
            while len(self._runs) > self._most:
                self._runs.popitem(last=False)
        return name

    def get(self, name: str) -> Following | None:
        """Return a run, or None if there is none of this name."""
        with self._lock:
            if name in self._runs:
                self._runs.move_to_end(name)
            return self._runs.get(name)

    def drop(self, name: str) -> None:
        """Forget a run; a name that is not known is none."""
        with self._lock:
            self._runs.pop(name, None)


FOLLOWED = Followed()
"""The runs of this process."""


def awaited(name: str, what: object, base_path: str = "") -> bytes:
    """Return the bytes that tell the player where its run is, and what it is: whoever has that whole need not ask.

    Parameters
    ----------
    name : str
        As `Followed.put` returned it.
    what : object
        All that the bytes of the whole run depend on; equal for what prints the same.
    base_path : str
        The server's base URL path, with or without slashes.

    Examples
    --------
    >>> from app.live.codec import unpack
    >>> unpack(awaited("0123", ("abc", 0), "lab"))[0]
    {'kind': 'awaited', 'address': '/lab/run/0123', 'tag': 'c7e71075e0ea'}
    """
    tag = hashlib.sha256(repr(what).encode()).hexdigest()[:12]
    return pack({"kind": "awaited", "address": below(base_path, f"{PATH}/{name}"), "tag": tag}, {})


def gone(reason: str) -> bytes:
    """Return the bytes that tell the player that nothing will come of a run.

    Examples
    --------
    >>> from app.live.codec import unpack
    >>> unpack(gone("Training: no."))[0]
    {'kind': 'gone', 'reason': 'Training: no.'}
    """
    return pack({"kind": "gone", "reason": reason}, {})
