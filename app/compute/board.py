"""What is wanted, by whom, and what comes next: the state that people and workers share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, TypeVar, cast

from app.compute.cache import ByteCache
from app.compute.call import Answer, Call
from app.compute.calljob import CallJob
from app.compute.callticket import CallTicket
from app.compute.engine import Piece
from app.compute.fair import FairQueue
from app.compute.job import SLICE_SECONDS, Job
from app.compute.observer import Observer
from app.compute.place import Place
from app.compute.ticket import Ticket
from app.compute.work import Turn, Work
from bncore import Experiment

__all__ = ["Board"]

MAX_FAILURES = 2
LEASE = 10.0
LOST = (
    f"Training: a slice must outlive at most {MAX_FAILURES} of its workers; got {MAX_FAILURES + 1} that ended in the middle "
    "(out of memory?). Use fewer seeds, points or neurons, or try again."
)


W = TypeVar("W", bound=Work[Any])


class Board:
    """Jobs by key, tickets by owner, and the cache; every method is safe in threads.

    A job is either wanted (some ticket waits for it), or in the cache (done, or paused half-way), or forgotten.

    Parameters
    ----------
    cache_bytes : int
        Bound of the cache.
    lease : float
        Seconds after which a ticket that nobody looks at is released.
    slow_lanes : int, optional
        How many jobs may be in a slice of over `SLOW_SECONDS` at once, so that quick ones find a free core; all if not given.
    clock : callable
        Returns seconds.

    Attributes
    ----------
    on_work : callable
        Called when there may be something to do.
    observer : Observer
        Is told of every look at the cache and of the end of every wait.
    """

    def __init__(
        self, cache_bytes: int, lease: float = LEASE, slow_lanes: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.on_work: Callable[[], None] = lambda: None
        self.observer = Observer()
        self.cache: ByteCache[tuple[str, int], Work[Any]] = ByteCache(cache_bytes)
        self._lease = lease
        self._slow_lanes = slow_lanes
        self._closed: str | None = None
        self._queue = FairQueue()
        self._wanted: dict[tuple[str, int], Work[Any]] = {}
        self._waiters: dict[tuple[str, int], set[Place]] = {}
        self._tickets: dict[str, Place] = {}

    @property
    def waiting(self) -> int:
        """How many people wait for something."""
        return len(self._tickets)

    def request(self, experiment: Experiment, owner: str, run: int = 0) -> Ticket:
        """Return a ticket for all arms; the owner's older one is released after that, so what both want goes on."""
        with self.lock:
            configs = list(experiment.configs().values())
            ticket = Ticket(self, owner, configs, [self._job((config.key, run), Job(config, run)) for config in configs])
            self._place(ticket)
        self.on_work()
        return ticket

    def call(self, calls: Sequence[Call], owner: str) -> CallTicket:
        """Return a ticket for all calls; the owner's older one is released after that."""
        with self.lock:
            jobs = [CallJob(call) for call in calls]
            ticket = CallTicket(self, owner, [self._job(job.key, job) for job in jobs])
            self._place(ticket)
        self.on_work()
        return ticket

    def release(self, ticket: Place) -> None:
        """Take a ticket back; jobs that nobody else waits for stop after the slice they are in."""
        with self.lock:
            ticket.released = True
            ticket.tell()
            self._forget(ticket)
        self.on_work()

    def keep(self, jobs: Sequence[W]) -> list[W] | None:
        """Return what the cache holds of finished jobs, each put back where it is gone; they are the last to make room now.

        None, and nothing is put, where the cache is too small for all of them together.
        """
        with self.lock:
            sizes = {job.key: job.nbytes for job in jobs}
            if sum(sizes.values()) > self.cache.limit:
                return None
            kept = [cast("W", self.cache.get(job.key) or job) for job in jobs]
            for job in kept:
                self.cache.put(job.key, job, sizes[job.key])
            return kept

    def wait(self, ticket: Place, timeout: float) -> bool:
        """Do what `Place.wait` says."""
        with ticket.changed:
            ticket.waiting += 1
            try:
                return ticket.changed.wait_for(ticket.look, timeout)
            finally:
                ticket.waiting -= 1
                ticket.touched = self.clock()

    def take(self, owner: str | None = None) -> Turn | None:
        """Return the next slice to train, or None: of the owner whose turn it is the arm that is furthest behind."""
        return next(iter(self.take_together(owner=owner)), None)

    def take_together(self, room: int = 0, workers: int = 1, owner: str | None = None) -> list[Turn]:
        """Return the next slices to train in one pass: what `take` returns first, and what can go with it, anybody's.

        Parameters
        ----------
        room : int
            How large all may be together (`Work.size`).
        workers : int
            How many wait for work; each shall find its share.
        owner : str, optional
            Whose work alone is looked at.
        """
        with self.lock:
            self._expire()
            slow = self._slow_lanes is None or sum(j.running and j.slow for j in self._wanted.values()) < self._slow_lanes
            ready = {name: t.ready(slow=slow) for name, t in self._tickets.items() if owner is None or name == owner}
            jobs = {name: job for name, job in ready.items() if job is not None}
            if not jobs:
                return []
            chosen = self._queue.pick(jobs, [name for name, job in jobs.items() if job.urgent])
            first = jobs[chosen]
            company = self._company(first, room - first.size, workers) if room > first.size else {}
            began, crowd = self.clock(), 1 + len(company)
            task = first.next_slice(crowd)
            turns = [Turn(first, task, chosen, began, crowd)]
            turns += [Turn(job, job.join(task), name, began, crowd) for job, name in company.items()]
            for turn in turns:
                self._begin(turn)
            return turns

    def _company(self, first: Work[Any], room: int, workers: int) -> dict[Work[Any], str]:
        """Return what can be done in one pass with some work, and whose it is; those who have waited longest come first."""
        found: dict[Work[Any], str] = {}
        free = {job: name for name, ticket in self._tickets.items() for job in ticket.jobs if not (job.running or job.finished)}
        alike, most = first.together, ceil(len(free) / workers) - 1
        for job, name in free.items():
            if alike is not None and len(found) < most and job is not first and job.size <= room and job.together == alike:
                found[job] = name
                room -= job.size
        return found

    def _begin(self, turn: Turn) -> None:
        self._queue.charge(turn.owner, SLICE_SECONDS / turn.crowd)
        turn.job.running = True
        for waiter in self._waiters[turn.job.key]:
            waiter.begun = turn.began if waiter.begun is None else waiter.begun

    def give(self, turn: Turn, piece: Piece | Answer) -> None:
        """Take in what a slice gave."""
        with self.lock:
            turn.job.absorb(piece)
            self._after(turn)

    def fail(self, turn: Turn, error: str) -> None:
        """Give a job up, for a reason in a sentence."""
        with self.lock:
            turn.job.error = error
            self._after(turn)

    def lost(self, turn: Turn) -> None:
        """Put a slice back whose worker has ended; give the job up when that happens again and again."""
        with self.lock:
            turn.job.failures += not self.unwanted(turn)
            if turn.job.failures > MAX_FAILURES:
                turn.job.error = LOST
            self._after(turn)
        self.on_work()

    def unwanted(self, turn: Turn) -> bool:
        """Return whether nobody waits for a slice any more."""
        with self.lock:
            return not self._waiters.get(turn.job.key)

    def abandon(self, error: str) -> None:
        """Give up all jobs that are wanted now, for a reason in a sentence."""
        with self.lock:
            for job in list(self._wanted.values()):
                job.error = error
                self._settle(job)

    def close(self, error: str) -> None:
        """Give up all jobs, present and future ones, for a reason in a sentence."""
        with self.lock:
            self._closed = error
            self.abandon(error)

    def _place(self, ticket: Place) -> None:
        """Put a ticket up in the place of its owner's older one."""
        older = self._tickets.pop(ticket.owner, None)
        self._queue.leave(ticket.owner)
        if ticket.done:
            self._tell(ticket, at_once=True)
        else:
            self._tickets[ticket.owner] = ticket
            for job in ticket.jobs:
                self._waiters.setdefault(job.key, set()).add(ticket)
        if older is not None:
            self.release(older)

    def _job(self, key: tuple[str, int], fresh: W) -> W:
        """Return the work of a key that is under way or kept, else a fresh one."""
        wanted, kept = self._wanted.get(key), self.cache.get(key)
        job = cast("W", wanted or kept or fresh)
        self.observer.looked_up("shared" if wanted else "new" if not kept else "done" if kept.finished else "begun")
        if job.finished:
            return job
        if self._closed is not None:
            job.error = self._closed
            return job
        self.cache.pop(key)
        self._wanted[key] = job
        return job

    def _after(self, turn: Turn) -> None:
        turn.job.running = False
        self._queue.correct(turn.owner, (self.clock() - turn.began - SLICE_SECONDS) / turn.crowd)
        self._settle(turn.job)

    def _settle(self, job: Work[Any]) -> None:
        """Tell those who wait, and put away a job that is finished or that nobody wants."""
        waiters = self._waiters.get(job.key, set())
        for ticket in list(waiters):
            ticket.tell()
            if ticket.done:
                self._forget(ticket)
        if job.key in self._wanted and not job.running and (job.finished or not waiters):
            del self._wanted[job.key]
            if job.error is None and job.epochs:
                self.cache.put(job.key, job, job.nbytes)

    def _forget(self, ticket: Place) -> None:
        if self._tickets.get(ticket.owner) is ticket:
            del self._tickets[ticket.owner]
            self._queue.leave(ticket.owner)
        self._tell(ticket)
        for job in set(ticket.jobs):
            waiters = self._waiters.get(job.key, set())
            if ticket in waiters:
                waiters.remove(ticket)
                if not waiters:
                    del self._waiters[job.key]
                self._settle(job)

    def _tell(self, ticket: Place, *, at_once: bool = False) -> None:
        if not ticket.told:
            ticket.told = True
            self.observer.ended(ticket.end(at_once=at_once))

    def _expire(self) -> None:
        now = self.clock()
        for ticket in list(self._tickets.values()):
            if not ticket.waiting and now - ticket.touched > self._lease:
                self.release(ticket)
