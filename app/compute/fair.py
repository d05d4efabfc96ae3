"""Whose turn it is: processor time in equal shares between people, in turns long enough to finish something."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["QUANTUM", "FairQueue"]

QUANTUM = 0.5
"""Seconds of processor time that an owner gets at a stretch: a run of the default page ends within it."""


class FairQueue:
    """Start-time fair queueing: the owner who has had the least goes next, whatever the number of their jobs.

    Who is less than a `QUANTUM` ahead of the others is even with them, and among those the longest wait goes first. Whose turn
    has begun goes on until it has lasted a quantum or they have nothing more to do, so that people are done one after the
    other instead of all at the end. What is urgent goes before, while its owner is even.

    Notes
    -----
    An owner's next turn starts at ``max(v, end)``, where ``end`` is where their turns so far have ended, and the virtual clock
    ``v`` stands at the earliest start of those who want one. A turn of ``s`` seconds moves ``end`` on by ``s``. Who was away
    earns no credit, because a start is never before ``v``.

    References
    ----------
    Goyal, Vin and Cheng 1996, Start-time Fair Queueing.

    Examples
    --------
    >>> queue, turns = FairQueue(), []
    >>> for _ in range(4):
    ...     turns.append(queue.pick(["ada", "ben"]))
    ...     queue.charge(turns[-1], 0.3)
    >>> turns
    ['ada', 'ada', 'ben', 'ben']
    """

    def __init__(self) -> None:
        self._clock = 0.0
        self._ends: dict[str, float] = {}
        self._served: dict[str, float] = {}

    def pick(self, owners: Collection[str], urgent: Collection[str] = ()) -> str:
        """Return the owner whose turn it is.

        Parameters
        ----------
        owners : collection of str
            Those who have something to do, at least one; who has waited longest comes first.
        urgent : collection of str
            Those of them whose work should go before.
        """
        self._clock = min(self._start(owner) for owner in owners)
        even = [owner for owner in owners if self._start(owner) < self._clock + QUANTUM]
        if soon := [owner for owner in even if owner in urgent]:
            return soon[0]
        for owner, seconds in self._served.items():
            if owner in owners and seconds < QUANTUM:
                return owner
        self._served.pop(even[0], None)
        self._served[even[0]] = 0.0
        return even[0]

    def charge(self, owner: str, seconds: float) -> None:
        """Book a slice that begins now."""
        self._ends[owner] = self._start(owner) + seconds
        self._ends = {name: end for name, end in self._ends.items() if end > self._clock}
        if owner in self._served:
            self._served[owner] += seconds

    def correct(self, owner: str, seconds: float) -> None:
        """Add the difference between what a slice took and what was booked for it."""
        if owner in self._ends:
            self._ends[owner] += seconds
        if owner in self._served:
            self._served[owner] += seconds

    def leave(self, owner: str) -> None:
        """End an owner's turn: what they wanted is done, or they want something else."""
        self._served.pop(owner, None)

    def _start(self, owner: str) -> float:
        return max(self._clock, self._ends.get(owner, 0.0))
