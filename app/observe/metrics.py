"""The numbers for Prometheus, in a registry of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.compute import Ended, Status

__all__ = ["Metrics"]

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a series began: as many lines again, which nobody asks for

WAITS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
RUNS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0)
FOUND = {"done": "hit", "begun": "part", "shared": "shared", "new": "miss"}


class Metrics:
    """Counts what happens, and looks up what is so now when it is read.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.ended(Ended("run", "done", 0.02, 0.4))
    >>> [line for line in metrics.text().decode().splitlines() if line.startswith("bnlab_runs_total")][0]
    'bnlab_runs_total{kind="run",result="done"} 1.0'
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._runs = Counter(
            "bnlab_runs", "What people asked for, by how their wait ended.", ["kind", "result"], registry=self.registry
        )
        self._wait = Histogram(
            "bnlab_queue_wait_seconds", "From asking until a worker begins; without what was in the cache.", ["kind"],
            buckets=WAITS, registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "bnlab_run_seconds", "From asking until all is there; without what was in the cache.", ["kind"],
            buckets=RUNS, registry=self.registry,
        )  # fmt: skip
        self._cache = Counter(
            "bnlab_cache_lookups", "Looks for one arm: kept, kept in part, in training for others too, or new.", ["result"],
            registry=self.registry,
        )  # fmt: skip
        self._refused = Counter("bnlab_runs_refused", "Pages drawn for settings that cost too much.", registry=self.registry)
        self._lost = Counter("bnlab_workers_lost", "Worker processes that ended by themselves.", registry=self.registry)
        self._errors = Counter("bnlab_errors", "Errors that nobody foresaw, by where.", ["where"], registry=self.registry)
        for kind in ("run", "call"):
            self._wait.labels(kind)
            self._seconds.labels(kind)
            for result in ("done", "cached", "left", "failed"):
                self._runs.labels(kind, result)
        for result in FOUND.values():
            self._cache.labels(result)
        for where in ("page", "training", "answer"):
            self._errors.labels(where)

    def watch(self, status: Callable[[], Status], sessions: Callable[[], int], cache_limit: int) -> None:
        """Add what is asked for when the numbers are read.

        Parameters
        ----------
        status : callable
            How the pool and the cache are.
        sessions : callable
            How many pages are connected.
        cache_limit : int
            What the cache may hold, in bytes.
        """
        self.registry.register(_Now(status, sessions, cache_limit))

    def text(self) -> bytes:
        """Return all numbers in Prometheus's text format."""
        return generate_latest(self.registry)

    def ended(self, how: Ended) -> None:
        """Count the end of a wait."""
        self._runs.labels(how.kind, how.result).inc()
        if how.result == "done":
            self._wait.labels(how.kind).observe(how.waited)
            self._seconds.labels(how.kind).observe(how.seconds)

    def looked_up(self, found: str) -> None:
        """Count a look at the cache."""
        self._cache.labels(FOUND[found]).inc()

    def refused(self) -> None:
        """Count a run that costs too much."""
        self._refused.inc()

    def worker_lost(self) -> None:
        """Count a worker that ended."""
        self._lost.inc()

    def error(self, where: str) -> None:
        """Count an error that nobody foresaw."""
        self._errors.labels(where).inc()


class _Now(Collector):
    """Gauges that are looked up when they are read."""

    def __init__(self, status: Callable[[], Status], sessions: Callable[[], int], cache_limit: int) -> None:
        self._status, self._sessions, self._cache_limit = status, sessions, cache_limit

    def collect(self) -> Iterable[Metric]:
        now = self._status()
        for name, text, value in (
            ("bnlab_sessions", "Pages that are connected.", self._sessions()),
            ("bnlab_waiting", "People who wait for a run.", now.waiting),
            ("bnlab_workers_alive", "Worker processes.", now.alive),
            ("bnlab_workers_warm", "Worker processes that are ready to train.", now.warm),
            ("bnlab_cache_bytes", "What the cache holds.", now.cache_bytes),
            ("bnlab_cache_limit_bytes", "What the cache may hold.", self._cache_limit),
        ):
            yield GaugeMetricFamily(name, text, value)
