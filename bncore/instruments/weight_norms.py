"""How large the weights are, how fast they turn, and how large a step is in proportion."""

from __future__ import annotations

import numpy as np

from bncore.history import History
from bncore.network import Layout
from bncore.ops import Array
from bncore.schedule import rate_factor

__all__ = ["angles", "effective_learning_rate", "weight_norms"]

SCALE_FREE_STEPS = ("rmsprop", "adam", "adamw")
"""Optimizers whose step does not grow with the gradient."""


def _weights(history: History) -> list[Array]:
    """Return each layer's weights over the frames, (F, R, in * out)."""
    return [history.params[..., layer.parts["weight"]] for layer in Layout.of(history.config).layers]


def weight_norms(history: History) -> Array:
    """Return the L2 norm of each layer's weights at every frame, the output layer last.

    Returns
    -------
    ndarray, shape (F, R, L + 1)
        NaN once a run has diverged.

    Notes
    -----
    ``||w||``, w the layer's whole weight matrix as one vector; bias, gamma and beta are not part of it. Where scaling w
    changes nothing (`scale_invariance`), its gradient is at right angles to it, so that every step of plain gradient descent
    makes it longer: ``||w'||^2 = ||w||^2 + learning_rate^2 ||gradient||^2``.

    References
    ----------
    van Laarhoven 2017, arXiv 1706.05350.

    Examples
    --------
    >>> from bncore import RunConfig, train
    >>> history = train(RunConfig(seeds=2, epochs=2))
    >>> weight_norms(history).shape == (len(history.frame_step), 2, 3)
    True
    """
    return np.stack([np.linalg.norm(w, axis=-1) for w in _weights(history)], axis=-1)


def effective_learning_rate(history: History) -> Array:
    """Return the learning rate in proportion to the weights of each normalised layer, at every frame.

    Returns
    -------
    ndarray, shape (F, R, L + 1)
        NaN for layers that are not normalised: their weights' length matters.

    Notes
    -----
    Where only the direction ``w / ||w||`` counts, a step of gradient descent moves it as ``learning_rate / ||w||^2`` would
    move weights of length 1: one ``||w||`` because the gradient is as many times smaller, one because the circle is larger.
    RMSprop and Adam divide the first away (exactly only where their epsilon is small beside the gradient): for them it is
    ``learning_rate / ||w||``. The learning rate is the scheduled one of the step that follows the frame; momentum's share of
    earlier steps is left out. ``||w||`` is the whole layer's, as in `weight_norms`; BN's units could be taken one by one.

    References
    ----------
    van Laarhoven 2017, arXiv 1706.05350; Hoffer et al. 2018, arXiv 1803.01814.

    Examples
    --------
    >>> from bncore import RunConfig, train
    >>> history = train(RunConfig(seeds=1, epochs=2, learning_rate=0.5))
    >>> rates, norms = effective_learning_rate(history), weight_norms(history)
    >>> bool(np.allclose(rates[..., :2], 0.5 / norms[..., :2] ** 2)), bool(np.isnan(rates[..., 2]).all())
    (True, True)
    """
    config = history.config
    steps = np.minimum(history.frame_step + 1, config.total_steps).tolist()  # a frame's next step, or the last one
    now = [config.learning_rate * rate_factor(config.schedule, config.warmup, step, config.total_steps) for step in steps]
    power = 1 if config.optimizer in SCALE_FREE_STEPS else 2
    with np.errstate(all="ignore"):
        rates = np.array(now)[:, None, None] / weight_norms(history) ** power
    return np.where(config.normalised_layers, rates, np.nan)


def angles(history: History) -> Array:
    """Return by how many degrees each layer's weights have turned since the frame before.

    Returns
    -------
    ndarray, shape (F, R, L + 1)
        0..180 degrees; NaN at the first frame, which has none before it, and once a run has diverged.

    Notes
    -----
    The angle between the whole weight matrices as vectors, ``2 atan2(|u - v|, |u + v|)`` with u and v of length 1, which
    keeps its digits where the arc cosine loses them. Frames stand at ``history.frame_epoch``; an angle is at most the
    sum of the angles in between, so angles over one epoch and over ten cannot be compared by division.

    References
    ----------
    Kahan 2006, How futile are mindless assessments of roundoff in floating-point computation?, section 12: the formula.

    Examples
    --------
    >>> from bncore import RunConfig, train
    >>> turned = angles(train(RunConfig(seeds=1, epochs=2)))
    >>> bool(np.isnan(turned[0]).all()), bool((turned[1:] < 90).all())
    (True, True)
    """
    result = np.full((len(history.params), history.params.shape[1], len(history.config.hidden) + 1), np.nan)
    with np.errstate(all="ignore"):
        for i, w in enumerate(_weights(history)):
            u = w / np.linalg.norm(w, axis=-1, keepdims=True)
            apart, together = (np.linalg.norm(v, axis=-1) for v in (u[1:] - u[:-1], u[1:] + u[:-1]))
            result[1:, :, i] = np.degrees(2.0 * np.arctan2(apart, together))
    return result
