"""A run that grows when a test says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.live.codec import pack, zipped


class Growth:
    """Follows the protocol `app.live.following.Growing`."""

    def __init__(self) -> None:
        self.done = False
        self.error: str | None = None
        self.visible = 0.0
        self.loose = False
        self.listeners: list[Callable[[], None]] = []

    @contextmanager
    def heard(self, call: Callable[[], None]) -> Iterator[None]:
        self.listeners.append(call)
        try:
            yield
        finally:
            self.listeners.remove(call)

    def grow(self, visible: float, error: str | None = None) -> None:
        self.visible, self.error = visible, error
        self.done = visible >= 1.0 or error is not None
        for call in list(self.listeners):
            call()

    def loosen(self) -> None:
        self.loose = self.done and self.error is None

    def make(self) -> bytes | None:
        return zipped(f"{self.visible}".encode() * 50) if self.visible else None

    def answer(self, ask: Mapping[str, Any]) -> bytes | None:
        """Answer with what was asked, or nothing about another run; a slow question takes as long as it says."""
        time.sleep(ask.get("seconds", 0.0))
        return None if ask.get("run") == "other" else pack({"kind": "answer", "ask": dict(ask)}, {})
