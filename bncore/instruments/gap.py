"""How far training mode is from inference mode on the same points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.evaluate import evaluate
from bncore.instruments.passes import chance_of, logits
from bncore.losses import LOSSES
from bncore.ops import Array
from bncore.streams import stream

__all__ = ["Gap", "Score", "gap"]


class Score(NamedTuple):
    """Loss (nats, or squared units) and score (accuracy, 0..1, or R^2) of each run, each (R,)."""

    loss: Array
    accuracy: Array


class Gap(NamedTuple):
    """One network on its training set, in three ways.

    Attributes
    ----------
    whole : Score
        Training mode, the whole set one batch: what exact statistics would give.
    batches : Score
        Training mode in mini-batches: what training sees.
    inference : Score
        Inference mode: what the user gets.
    """

    whole: Score
    batches: Score
    inference: Score


def gap(config: RunConfig, data: Dataset, params: Array, running: Array, step: int | None = None) -> Gap:
    """Return loss and accuracy on the training set in training mode and in inference mode.

    Parameters
    ----------
    config : RunConfig
        ``batch_size`` and ``batches`` say which mini-batches.
    data : Dataset
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
        The running statistics; exact ones take their place in inference mode where the settings ask for them.
    step : int, optional
        The step of the first mini-batch, from 1: they then meet all that training does to them, dropout, noise and the limits
        of batch renormalization (`chance_of`). Without it they meet batch statistics alone.

    Notes
    -----
    ``whole - inference`` is what running statistics that lag, or are of other data, cost: it vanishes once they are exact.
    ``batches - whole`` is what few points a batch cost. The mini-batches are one epoch's, of an order that no training used;
    each counts by its number of points. All three agree without a normaliser that uses the batch.

    References
    ----------
    Ioffe & Szegedy 2015, arXiv 1502.03167, section 3.1: the two modes. Wu & Johnson 2021, arXiv 2105.07576: what their
    inconsistency does. The three scores and their differences are this project's own measure of it.

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2, norm="none"))
    >>> whole, batches, inference = gap(state.config, load_data(state.config), state.params, state.running)
    >>> bool(np.allclose(whole.loss, inference.loss)), batches.accuracy.shape
    (True, (2,))
    """
    x, y = data.x_train, data.y_train
    whole = _score(config, logits(config, params, running, x, training=True), y)
    orders = np.array([epoch_order(config, row, stream(seed, "lens")) for row, seed in zip(y, config.seed_list, strict=True)])
    x, y = np.take_along_axis(x, orders[..., None], axis=1), np.take_along_axis(y, orders, axis=1)
    parts = []
    for i, (a, b) in enumerate(config.batch_bounds):
        extras = None if step is None else chance_of(config, running, b - a, step + i)
        parts.append(logits(config, params, running, x[:, a:b], training=True, extras=extras))
    with np.errstate(all="ignore"):
        _, _, train_loss, train_accuracy = evaluate(config, data, params, running)
    return Gap(whole, _score(config, np.concatenate(parts, axis=1), y), Score(train_loss, train_accuracy))


def _score(config: RunConfig, values: Array, y: Array) -> Score:
    """Return how good answers (R, N) or (R, N, K) are; NaN on a set with one that is not finite, as `evaluate` does."""
    kind, outputs = LOSSES[config.task], values.reshape(*y.shape, config.outputs)
    finite = np.isfinite(outputs).all(axis=(1, 2))
    with np.errstate(all="ignore"):
        return Score(*(np.where(finite, found, np.nan) for found in (kind.forward(outputs, y)[0], kind.score(outputs, y))))
