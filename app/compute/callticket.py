"""What one person waits for: some calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.compute.calljob import CallJob
from app.compute.place import Place

if TYPE_CHECKING:
    from app.compute.board import Board

__all__ = ["CallTicket"]


class CallTicket(Place):
    """Calls, wanted by one owner; safe in threads.

    Parameters
    ----------
    board : Board
    owner : str
    jobs : sequence of CallJob
    """

    kind = "call"

    def __init__(self, board: Board, owner: str, jobs: Sequence[CallJob]) -> None:
        super().__init__(board, owner, jobs)
        self._calls = tuple(jobs)

    def values(self) -> list[Any]:
        """Return what the calls gave, in their order; None for each that is not done."""
        return [job.value for job in self._calls]
