"""What inference normalises by: the running statistics, exact ones of a whole set, or those of other data."""

from __future__ import annotations

import numpy as np

from bncore.config import RunConfig
from bncore.network import Layout, forward
from bncore.ops import Array

__all__ = ["exact_statistics", "inference_statistics"]

CHUNK = 500_000
"""Numbers of one signal of all layers that are held at once: some 20 MB with what a pass keeps of them."""


def exact_statistics(config: RunConfig, params: Array, x: Array, eps: Array | float | None = None) -> Array:
    """Return mean and biased variance of every normaliser's input over a whole set.

    Over the training set this is "precise BN"; over new data it is the re-estimation of AdaBN.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    x : ndarray, shape (R or 1, N, 2)
    eps : float or ndarray, shape (R, 1, 1), optional
        Where runs differ in it; else that of the settings.

    Returns
    -------
    ndarray, shape (R, S)
        Laid out like the running statistics.

    Notes
    -----
    One pass over the set as a single batch, each layer normalised by its own statistics of it: no averaging over batches.

    References
    ----------
    Wu & Johnson 2021, arXiv 2105.07576, section 3 (precise BN); Li et al. 2016, arXiv 1603.04779 (AdaBN).

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2))
    >>> exact_statistics(state.config, state.params, load_data(state.config).x_train).shape
    (2, 64)
    """
    layout = Layout.of(config)
    result = np.empty((len(params), layout.n_running), params.dtype)
    if not layout.n_running:
        return result
    whole = layout._replace(kind=layout.kind._replace(name="batch"))
    each_eps = np.broadcast_to(config.eps if eps is None else eps, (len(params), 1, 1)).astype(params.dtype, copy=False)
    step = max(1, CHUNK // (x.shape[1] * (sum(config.hidden) + 1)))
    for first in range(0, len(params), step):
        part = slice(first, first + step)
        points = (x[part] if len(x) > 1 else x).astype(params.dtype, copy=False)
        with np.errstate(all="ignore"):  # a run about to diverge has statistics that are no numbers
            traces = forward(whole, layout.weights(params[part]), points, each_eps[part])
        for trace, view in zip(traces, layout.statistics(result[part]), strict=True):
            if view is not None and trace.norm is not None:
                view.mean[...], view.var[...] = trace.norm.mean, trace.norm.var
    return result


def inference_statistics(
    config: RunConfig, params: Array, running: Array, x_train: Array, eps: Array | float | None = None
) -> Array:
    """Return what a run's inference normalises by, as its settings ask: the running statistics or exact ones, shape (R, S).

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=1))
    >>> x = load_data(state.config).x_train
    >>> inference_statistics(state.config, state.params, state.running, x) is state.running
    True
    """
    return exact_statistics(config, params, x_train, eps) if config.inference == "exact" else running
