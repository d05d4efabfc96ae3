"""One step on the flat vector: sgd, momentum, nesterov, rmsprop, adam, adamw."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.ops import Array

__all__ = ["MOMENTS", "Rule", "optimizer_step"]

MOMENTS = {"sgd": 0, "momentum": 1, "nesterov": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
"""How many vectors of the parameters' length each optimizer carries from step to step."""


class Rule(NamedTuple):
    """What a step does: the optimizer, and its numbers as `RunConfig` names them.

    Each number is a float, or a float64 array of shape (R, 1) that gives every run its own; a run of such a stack takes, to
    the last bit, the steps that it takes alone.

    Examples
    --------
    >>> Rule.of(RunConfig(optimizer="nesterov")).sgd_momentum
    0.9
    """

    optimizer: str
    learning_rate: float | Array
    sgd_momentum: float | Array
    rmsprop_rho: float | Array
    adam_beta1: float | Array
    adam_beta2: float | Array
    adam_eps: float | Array
    weight_decay: float | Array

    @classmethod
    def of(cls, config: RunConfig) -> Rule:
        """Return the rule of a run's settings."""
        return cls(*(getattr(config, name) for name in cls._fields))


def optimizer_step(
    rule: Rule, params: Array, grad: Array, moments: Array, step: int, rate: float | Array, decayed: Array | None
) -> None:
    """Move the parameters by one step, in place; ``grad`` is used up.

    Parameters
    ----------
    rule : Rule
    params, grad : ndarray, shape (R, P)
    moments : ndarray, shape (K, R, P)
        K as in `MOMENTS`; zero before the first step.
    step : int
        The number of this step, from 1.
    rate : float or ndarray, shape (R, 1)
        The learning rate of this step; ``rule.learning_rate`` where no schedule changes it.
    decayed : ndarray, shape (P,), or None
        1.0 for each parameter that weight decay applies to, 0.0 for the others; None if it applies to none.

    Notes
    -----
    With ``g`` the gradient and ``lr`` the rate (all moments begin at 0):

    - sgd: ``p -= lr g``
    - momentum: ``v = m v + g; p -= lr v`` [1]_
    - nesterov: ``v = m v + g; p -= lr (g + m v)`` [2]_
    - rmsprop: ``s = rho s + (1 - rho) g^2; p -= lr g / (sqrt(s) + eps)`` [3]_
    - adam: ``m = b1 m + (1 - b1) g; s = b2 s + (1 - b2) g^2; p -= lr (m / (1 - b1^t)) / (sqrt(s / (1 - b2^t)) + eps)`` [4]_
    - adamw: as adam [5]_

    Weight decay ``d`` adds ``d p`` to ``g`` first; adamw instead shrinks first, ``p -= lr d p``, so that the moments do not
    see it [5]_. All this is PyTorch's arithmetic. Keras's differs in these points:

    - its speed for momentum and nesterov holds ``-lr v``, and each part of it keeps the rate of its own step: the same at a
      constant rate, not under a schedule;
    - its RMSprop puts eps inside the root, ``p -= lr g / sqrt(s + eps)``: near ``g = 0`` its divisor is at least
      ``sqrt(eps)``, here ``eps``;
    - its Adam adds eps before the bias correction: its eps is ``sqrt(1 - b2^t)`` times as large here;
    - its ``weight_decay`` shrinks the weights with every optimizer; what is added to ``g`` is there a regularizer,
      ``L2(d / 2)``.

    References
    ----------
    .. [1] Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    .. [2] Nesterov 1983; in this form Bengio, Boulanger-Lewandowski & Pascanu 2012, arXiv 1212.0901, section 3.5.
    .. [3] Tieleman & Hinton 2012, lecture 6.5 of "Neural networks for machine learning".
    .. [4] Kingma & Ba 2015, arXiv 1412.6980, algorithm 1.
    .. [5] Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2.

    Examples
    --------
    >>> p, rule = np.array([[1.0], [1.0]]), Rule.of(RunConfig())
    >>> optimizer_step(rule, p, np.array([[1.0], [2.0]]), np.zeros((0, 2, 1)), 1, np.array([[0.5], [0.125]]), None)
    >>> p.tolist()
    [[0.5], [0.75]]
    """
    decay = rule.weight_decay
    if decayed is not None and (decay.any() if isinstance(decay, np.ndarray) else decay):
        if rule.optimizer == "adamw":
            params *= _as(params, 1.0 - rate * decay * decayed)
        else:
            grad += _as(params, decay * decayed) * params
    if rule.optimizer in ("adam", "adamw"):
        _adam(rule, grad, moments, step, rate)
    elif rule.optimizer == "rmsprop":
        _rmsprop(rule, grad, moments, rate)
    elif rule.optimizer in ("momentum", "nesterov"):
        _momentum(rule, grad, moments, rate)
    else:
        grad *= _as(params, rate)
    params -= grad


def _momentum(rule: Rule, grad: Array, moments: Array, rate: float | Array) -> None:
    (speed,) = moments
    kept = _as(grad, rule.sgd_momentum)
    speed *= kept
    speed += grad
    if rule.optimizer == "nesterov":
        grad += kept * speed
        grad *= _as(grad, rate)
    else:
        np.multiply(speed, _as(grad, rate), out=grad)


def _rmsprop(rule: Rule, grad: Array, moments: Array, rate: float | Array) -> None:
    (square,) = moments
    root = grad * grad
    root *= _as(grad, 1.0 - rule.rmsprop_rho)
    square *= _as(grad, rule.rmsprop_rho)
    square += root
    np.sqrt(square, out=root)
    root += _as(grad, rule.adam_eps)
    grad /= root
    grad *= _as(grad, rate)


def _adam(rule: Rule, grad: Array, moments: Array, step: int, rate: float | Array) -> None:
    mean, square = moments
    b1, b2 = rule.adam_beta1, rule.adam_beta2
    mean *= _as(grad, b1)
    mean += _as(grad, 1.0 - b1) * grad
    square *= _as(grad, b2)
    grad *= grad
    grad *= _as(grad, 1.0 - b2)
    square += grad
    root = np.divide(square, _as(grad, 1.0 - np.power(b2, step)))
    np.sqrt(root, out=root)
    root += _as(grad, rule.adam_eps)
    np.divide(mean, root, out=grad)
    grad *= _as(grad, rate / (1.0 - np.power(b1, step)))


def _as(vector: Array, number: float | Array) -> float | Array:
    """Return numbers in the vector's precision: 1 - beta is taken in float64 before, or float32 would lose most of it."""
    return number.astype(vector.dtype, copy=False) if isinstance(number, np.ndarray) else float(number)
