"""Whose turn it is: processor time in equal shares between people."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["FairQueue"]


class FairQueue:
    """Start-time fair queueing: the owner who has had the least goes next, whatever the number of their jobs.

    Notes
    -----
    The virtual clock ``v`` stands at the start of the turn given last. An owner's next turn starts at ``max(v, end)``,
    where ``end`` is where their turns so far have ended; the earliest start wins, the longest wait breaks a tie. A turn of
    ``s`` seconds moves ``end`` on by ``s``. With turns of equal length this is round robin. Who was away earns no
    credit, because a start is never before ``v``.

    References
    ----------
    Goyal, Vin and Cheng 1996, Start-time Fair Queueing.

    Examples
    --------
    >>> queue, turns = FairQueue(), []
    >>> for _ in range(4):
    ...     turns.append(queue.pick(["ada", "ben"]))
    ...     queue.charge(turns[-1], 0.1)
    >>> turns
    ['ada', 'ben', 'ada', 'ben']
    """

    def __init__(self) -> None:
        self._clock = 0.0
        self._ends: dict[str, float] = {}

    def pick(self, owners: Collection[str]) -> str:
        """Return the owner whose turn it is.

        Parameters
        ----------
        owners : collection of str
            Those who have something to do, at least one; the first of them wins a tie between newcomers.
        """
        order = {owner: rank for rank, owner in enumerate(self._ends)}
        return min(owners, key=lambda owner: (self._start(owner), order.get(owner, -1)))

    def charge(self, owner: str, seconds: float) -> None:
        """Book a turn that begins now; the owner moves behind those with an equal start."""
        start = self._start(owner)
        self._clock = max(self._clock, start)
        self._ends.pop(owner, None)
        self._ends[owner] = start + seconds
        self._ends = {name: end for name, end in self._ends.items() if end > self._clock}

    def correct(self, owner: str, seconds: float) -> None:
        """Add the difference between what a turn took and what was booked for it."""
        if owner in self._ends:
            self._ends[owner] += seconds

    def _start(self, owner: str) -> float:
        return max(self._clock, self._ends.get(owner, 0.0))
