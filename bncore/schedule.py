"""The learning rate over a run."""

from __future__ import annotations

import math

__all__ = ["rate_factor"]


def rate_factor(schedule: str, warmup: int, step: int, total_steps: int) -> float:
    """Return what the learning rate is multiplied by in one step of a run.

    Parameters
    ----------
    schedule : str
        ``constant``, ``step`` or ``cosine``.
    warmup : int
        Steps in which the rate rises evenly; 0 and 1 change nothing.
    step : int
        The number of this step, 1..total_steps.
    total_steps : int
        Of the whole run, however it is cut.

    Returns
    -------
    float
        Above 0, at most 1.

    Notes
    -----
    With ``t = (step - 1) / total_steps``, the share of the run that is behind: constant 1; step 1, from ``t = 1/2`` on 0.1,
    from ``t = 3/4`` on 0.01; cosine ``(1 + cos(pi t)) / 2`` [1]_, which is 1 in the first step and above 0 in the last, for
    ``t`` stays below 1. A warm-up multiplies this by ``step / warmup`` [2]_ while that is below 1; it does not put the
    schedule off.

    References
    ----------
    .. [1] Loshchilov & Hutter 2017, arXiv 1608.03983, equation 5, without restarts.
    .. [2] Goyal et al. 2017, arXiv 1706.02677, section 2.2.

    Examples
    --------
    >>> [rate_factor("step", 0, step, 4) for step in (1, 2, 3, 4)]
    [1.0, 1.0, 0.1, 0.01]
    >>> [rate_factor("constant", 2, step, 4) for step in (1, 2, 3, 4)]
    [0.5, 1.0, 1.0, 1.0]
    """
    rise = min(1.0, step / warmup) if warmup else 1.0
    behind = (step - 1) / total_steps
    if schedule == "cosine":
        return rise * (1.0 + math.cos(math.pi * behind)) / 2.0
    if schedule == "step":
        return rise * (1.0 if behind < 0.5 else 0.1 if behind < 0.75 else 0.01)
    return rise
