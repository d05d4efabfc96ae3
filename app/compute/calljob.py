"""One call in work: not done, or done."""

from __future__ import annotations

from typing import Any

from app.compute.arrays import read_only, size_of
from app.compute.call import Answer, Call
from app.compute.job import SLOW_SECONDS
from app.compute.work import Work

__all__ = ["CallJob"]


class CallJob(Work[Answer]):
    """A call that is wanted.

    Parameters
    ----------
    call : Call

    Examples
    --------
    >>> from app.compute.call import run_call
    >>> job = CallJob(Call("five", abs, (-5,)))
    >>> job.absorb(run_call(job.next_slice()))
    >>> job.done, job.value
    (True, 5)
    """

    def __init__(self, call: Call) -> None:
        super().__init__((f"call {call.name}", 0))
        self.value: Any = None
        self._call = call

    @property
    def done(self) -> bool:
        """Whether the answer is there."""
        return self.epochs > 0

    @property
    def progress(self) -> float:
        """0, or 1 once the answer is there."""
        return float(self.epochs)

    @property
    def slow(self) -> bool:
        """Whether it is expected to take long."""
        return self._call.seconds > SLOW_SECONDS

    @property
    def nbytes(self) -> int:
        """Bytes of the answer."""
        return size_of(self.value)

    def next_slice(self, crowd: int = 1) -> Call:
        """Return the call; it is done alone."""
        return self._call

    def absorb(self, piece: Answer) -> None:
        """Take the answer."""
        self.value = read_only(piece.value)
        self.epochs = 1
