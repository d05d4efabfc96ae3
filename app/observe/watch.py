"""Who is told what happens, and counts and logs it."""

from __future__ import annotations

import logging

from app.compute import Ended, Observer
from app.observe.log import described, say
from app.observe.metrics import Metrics

__all__ = ["WATCH", "Watch"]


class Watch(Observer):
    """Counts what happens in a `Metrics`, and logs it.

    Parameters
    ----------
    metrics : Metrics
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics

    def looked_up(self, found: str) -> None:
        """Count a look at the cache."""
        self.metrics.looked_up(found)

    def ended(self, how: Ended) -> None:
        """Count and log the end of a wait; what needs nobody's attention only for who looks closely."""
        self.metrics.ended(how)
        level = {"done": logging.INFO, "failed": logging.ERROR}.get(how.result, logging.DEBUG)
        say(f"{how.kind} {how.result}", level, seconds=round(how.seconds, 3), waited=round(how.waited, 3))

    def refused(self, seconds: float, most: float) -> None:
        """Count and log a run that is expected to take so many seconds, and may take fewer."""
        self.metrics.refused()
        say("run refused", logging.INFO, seconds=round(seconds), most=round(most))

    def worker_lost(self, code: int) -> None:
        """Count and log a worker that ended by itself."""
        self.metrics.worker_lost()
        say("worker lost", logging.WARNING, code=code)

    def slice_failed(self, trace: str) -> None:
        """Count and log an error of the engine; its traceback holds settings and no more."""
        self.metrics.error("training")
        say("error", logging.ERROR, where="training", trace=trace)

    def page_failed(self, _error: Exception) -> None:
        """Count an error that a page ended with; Streamlit logs it, and draws what the visitor sees."""
        self.metrics.error("page")

    def answer_failed(self, error: Exception) -> None:
        """Count and log an error that an answer to a question ended with."""
        self.metrics.error("answer")
        say("error", logging.ERROR, where="answer", **described(error))


WATCH = Watch(Metrics())
"""The one of this process."""
