"""A new run that begins with the weights of a recorded moment."""

from __future__ import annotations

from typing import Any

from bncore.errors import ConfigError
from bncore.history import History
from bncore.origin import Origin
from bncore.state import TrainState, begin

__all__ = ["fork"]


def fork(history: History, frame: int, **changes: Any) -> TrainState:
    """Return the state before the first step of a new run: parameters and running statistics are those of a recorded frame.

    Parameters
    ----------
    history : History
        All its runs are forked; one that had diverged diverges again at once.
    frame : int
        Which frame, from 0.
    **changes
        Settings of the new run that differ, as for `RunConfig.replace`: any but ``seeds``, those of the first weights
        (`BEGINNING_FIELDS`) and those that change the shape of the parameters or running statistics.

    Returns
    -------
    TrainState
        Its ``origin`` tells where it came from, and is part of its ``key``.

    Raises
    ------
    ConfigError
        If there is no such frame, or a change is not allowed or breaks a rule.

    Notes
    -----
    Only the network is taken over. Steps count from 0 again, and with them the duration, the schedule and the warm-up. The
    moments of the optimizer begin at 0, also where it stays the same: a record does not hold them, so a fork without a change
    is not the uninterrupted run. The random streams are others than the parent's (`Origin.past`), so its orders are not
    repeated; forks of one moment share theirs. Fixed batches alone are those of the seed: the first epoch of an unforked run.

    Examples
    --------
    >>> from bncore import RunConfig, advance, train
    >>> history = train(RunConfig(seeds=2, epochs=3))
    >>> state = fork(history, -1 + len(history.frame_step), learning_rate=0.3, epochs=2)
    >>> str(state.origin)
    'from step 39: learning_rate 0.3, epochs 2'
    >>> advance(state, 2)[0].step
    26
    """
    frames = len(history.frame_step)
    if frame not in range(frames) or isinstance(frame, (bool, float)):
        mend = f"Use 0..{frames - 1}." if frames else "Use a record that has frames."
        raise ConfigError("fork.frame", f"must be one of the {frames} frames, from 0", str(frame), mend)
    config = history.config.replace(**changes)
    origin = Origin.of(history.config, int(history.frame_step[frame]), config, history.origin)
    params, running = (part[frame].astype(config.precision) for part in (history.params, history.running))
    return begin(config, params, running, origin)
