"""Training: a state goes in, a state and what was recorded come out."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.errors import ConfigError
from bncore.history import History
from bncore.session import Session
from bncore.state import TrainState, init_state

__all__ = ["advance", "train"]


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
    if epochs < 1:
        raise ConfigError("advance.epochs", "must be 1 or more", str(epochs), "Ask for at least one epoch.")
    if state.done:
        raise ConfigError("advance.state", "must not be done", f"step {state.step}", "Start a new run.")
    with np.errstate(all="ignore"):  # a run that overflows is caught, named and set aside below
        session = Session(state)
        if state.step == 0:
            session.record(epoch_end=True)
        for _ in range(epochs):
            if not session.epoch():
                break
        return session.state(), session.history()


def train(config: RunConfig) -> History:
    """Train a run from the start to its end and return its record.

    Examples
    --------
    >>> history = train(RunConfig(seeds=1, epochs=3))
    >>> history.test_accuracy[-1].shape
    (1,)
    """
    return advance(init_state(config), config.total_epochs)[1]
