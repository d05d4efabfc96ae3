"""Training: a state goes in, a state and what was recorded come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bncore.config import RunConfig
from bncore.errors import ConfigError
from bncore.history import History
from bncore.session import Session
from bncore.stack import structure
from bncore.state import TrainState, init_state

__all__ = ["advance", "advance_many", "train", "train_many"]


def advance_many(states: Sequence[TrainState], epochs: int) -> list[tuple[TrainState, History]]:
    """Advance several states of one `structure`, at the same step, in one pass; what `advance` returns for each, to rounding.

    Raises
    ------
    ConfigError
        If ``epochs`` is below 1, a run is done, or the states cannot be stacked.

    Examples
    --------
    >>> states = [init_state(RunConfig(seeds=1, learning_rate=rate)) for rate in (0.01, 0.1)]
    >>> [state.step for state, _ in advance_many(states, 1)]
    [13, 13]
    """
    if epochs < 1:
        raise ConfigError("advance.epochs", "must be 1 or more", str(epochs), "Ask for at least one epoch.")
    if done := next((state for state in states if state.done), None):
        raise ConfigError("advance.state", "must not be done", f"step {done.step}", "Start a new run.")
    if len({(state.step, structure(state.config)) for state in states}) != 1:
        raise ConfigError("advance_many.states", "must share structure and step", f"{len(states)} states", "Use train_many.")
    with np.errstate(all="ignore"):  # a run that overflows is caught, named and set aside below
        session = Session(*states)
        if session.step == 0:
            session.record(epoch_end=True)
        for _ in range(epochs):
            if not session.epoch():
                break
        return session.results()


def advance(state: TrainState, epochs: int) -> tuple[TrainState, History]:
    """Train for some epochs and return the new state and the record of these epochs; the old state is untouched.

    The first call also records step 0. However a run is cut into calls, the numbers are the same to the last bit.

    Parameters
    ----------
    state : TrainState
    epochs : int
        At least 1; training ends at the configured duration even if that comes sooner.

    Raises
    ------
    ConfigError
        If ``epochs`` is below 1 or the run is done.

    Examples
    --------
    >>> state, record = advance(init_state(RunConfig(seeds=1)), 2)
    >>> state.step, record.eval_epoch.tolist()[-2:]
    (26, [1.0, 2.0])
    """
    return advance_many([state], epochs)[0]


def train(config: RunConfig) -> History:
    """Train a run from the start to its end and return its record.

    Examples
    --------
    >>> history = train(RunConfig(seeds=1, epochs=3))
    >>> history.test_accuracy[-1].shape
    (1,)
    """
    return advance(init_state(config), config.total_epochs)[1]


def train_many(configs: Sequence[RunConfig]) -> list[History]:
    """Train many runs, those that can be stacked in one pass; return their records in the order asked.

    Each record holds the very numbers that training it alone gives, to rounding.

    Examples
    --------
    >>> rates = (0.01, 0.1, 1.0)
    >>> histories = train_many([RunConfig(seeds=1, epochs=2, learning_rate=rate) for rate in rates])
    >>> [history.config.learning_rate for history in histories]
    [0.01, 0.1, 1.0]
    """
    groups: dict[object, list[int]] = {}
    for i, config in enumerate(configs):
        groups.setdefault(structure(config), []).append(i)
    found: dict[int, History] = {}
    for members in groups.values():
        results = advance_many([init_state(configs[i]) for i in members], configs[members[0]].total_epochs)
        found |= {i: history for i, (_, history) in zip(members, results, strict=True)}
    return [found[i] for i in range(len(configs))]
