"""A function that a worker calls: for what is no run of an experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Answer", "Call", "run_call"]


@dataclass(frozen=True)
class Call:
    """A task: call a function.

    Parameters
    ----------
    name : str
        The same for calls that give the same.
    function : callable
        One of a module: it travels by its name. A function of its arguments alone, so it can be repeated anywhere.
    arguments : tuple
        Values that pickle.
    seconds : float
        What it is expected to take.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    seconds: float = 0.1


@dataclass(frozen=True)
class Answer:
    """What a call gave."""

    value: Any


def run_call(call: Call) -> Answer:
    """Return what the function gives.

    Examples
    --------
    >>> run_call(Call("five", abs, (-5,))).value
    5
    """
    return Answer(call.function(*call.arguments))
