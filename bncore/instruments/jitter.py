"""How much a point's answer in training mode depends on who shares its batch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.errors import ConfigError
from bncore.instruments.passes import logits
from bncore.losses import LOSSES
from bncore.ops import Array
from bncore.streams import stream

__all__ = ["Jitter", "jitter"]


class Jitter(NamedTuple):
    """What a network answers to one point, with other batch mates each time.

    Attributes
    ----------
    values : ndarray, shape (K, R)
        The answer in each of K draws: the logit; of three classes or more the logit of the point's own class less the best of the
        others; of a regression the prediction.
    sd : ndarray, shape (R,)
        Standard deviation over the draws (``ddof`` 0).
    flips : ndarray, shape (R,)
        Share of the draws whose class is not the most frequent one; NaN in a regression, which has no classes.
    """

    values: Array
    sd: Array
    flips: Array


def jitter(
    config: RunConfig, data: Dataset, params: Array, running: Array, point: int, *, batch_size: int | None = None, draws: int = 200
) -> Jitter:
    """Return what the network answers to one training point over random draws of its batch mates, in training mode.

    Parameters
    ----------
    config : RunConfig
    data : Dataset
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
    point : int
        Place of the point in each run's training set, from 0.
    batch_size : int, optional
        Points of a batch, the point itself included; ``config.batch_size`` by default.
    draws : int
        How many batches, 1 or more.

    Raises
    ------
    ConfigError
        If there is no such point, or a batch or the number of draws is out of bounds.

    Notes
    -----
    Mates are other points of the training set, drawn without replacement: at full batch there is one choice only, and
    the jitter is rounding. Dropout and noise are off, and batch renormalization is plain BN. The same places are drawn in
    every run, whose points differ; a run's numbers do not depend on which other runs stand beside it.

    References
    ----------
    Ioffe & Szegedy 2015, arXiv 1502.03167, section 3.4: what a training network gives to an example depends on the others in its
    mini-batch. Standard deviation and flips over random mates are this project's own measure of it.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2))
    >>> found = jitter(state.config, load_data(state.config), state.params, state.running, 0, draws=50)
    >>> found.values.shape, bool((found.sd > 0).all())
    ((50, 2), True)
    """
    n, size = data.x_train.shape[1], config.batch_size if batch_size is None else batch_size
    for name, number, lowest, highest in (("point", point, 0, n - 1), ("batch_size", size, 1, n)):
        if not lowest <= number <= highest:
            raise ConfigError(f"jitter.{name}", f"must be {lowest}..{highest}", str(number), "Stay inside the training set.")
    if draws < 1:
        raise ConfigError("jitter.draws", "must be 1 or more", str(draws), "Draw at least once.")
    others = np.delete(np.arange(n), point)
    places = stream(0, "lens").permuted(np.tile(others, (draws, 1)), axis=1)[:, : size - 1]
    outputs = np.empty((draws, len(params), config.outputs))
    for draw, mates in enumerate(places):
        batch = data.x_train[:, [point, *mates]]
        outputs[draw] = logits(config, params, running, batch, training=True)[:, 0].reshape(-1, config.outputs)
    with np.errstate(all="ignore"):
        values = _margin(outputs, data.y_train[:, point]) if config.outputs > 1 else outputs[..., 0]
        finite = np.isfinite(outputs).all(axis=(0, 2)) & (config.n_classes > 0)
        answers = LOSSES[config.task].answer(outputs)
        most = np.max([(answers == label).sum(axis=0) for label in range(max(1, config.n_classes))], axis=0)
        return Jitter(values, values.std(axis=0), np.where(finite, (draws - most) / draws, np.nan))


def _margin(outputs: Array, labels: Array) -> Array:
    """Return the logit of each run's own class less the best of the others: (K, R, C) and (R,) to (K, R)."""
    own = np.arange(outputs.shape[2]) == labels[:, None]
    margin: Array = np.where(own, outputs, -np.inf).max(axis=2) - np.where(own, -np.inf, outputs).max(axis=2)
    return margin
