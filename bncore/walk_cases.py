"""What a walk shows at its ends: undoing the normalisation, and a batch of two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bncore.ops import Array
from bncore.walk import LayerWeights, Walk, walk

__all__ = ["Pair", "Undoing", "dz_by_eps", "pair_of", "undoing"]


@dataclass(frozen=True)
class Undoing:
    """The gamma and beta that undo the normalisation of one neuron, and how far y then is from z.

    Parameters
    ----------
    gamma, beta : float
        ``sqrt(var + eps)`` and ``mu``.
    gap : float
        Largest ``|y - z|`` with them.
    sigma : float
        ``sqrt(var)``, which leaves out eps.
    sigma_gap, sigma_gap_without_eps : float
        Largest ``|y - z|`` with gamma = sigma, at this eps and at eps = 0.
    """

    gamma: float
    beta: float
    gap: float
    sigma: float
    sigma_gap: float
    sigma_gap_without_eps: float


def undoing(x: Array, targets: Array, weights: LayerWeights, neuron: int, eps: float) -> Undoing:
    """Return what undoes the normalisation of a neuron, counted from 0, on this batch, measured.

    Examples
    --------
    >>> one = np.ones(1)
    >>> layer = LayerWeights(np.ones((1, 1)), 0 * one, one, 0 * one, one, 0.0)
    >>> found = undoing(np.array([[1.0], [3.0]]), np.zeros(2), layer, 0, 3.0)
    >>> found.gamma, found.beta, found.gap, found.sigma, found.sigma_gap, found.sigma_gap_without_eps
    (2.0, 2.0, 0.0, 1.0, 0.5, 0.0)
    """
    plain = walk(x, targets, weights, eps=eps)
    mu = float(plain.mu[neuron])
    gamma, sigma = float(np.sqrt(plain.var[neuron] + eps)), float(np.sqrt(plain.var[neuron]))

    def gap(scale: float, eps: float) -> float:
        vectors = weights.gamma.copy(), weights.beta.copy()
        vectors[0][neuron], vectors[1][neuron] = scale, mu
        found = walk(x, targets, replace(weights, gamma=vectors[0], beta=vectors[1]), eps=eps)
        return float(np.abs(found.y - found.z)[:, neuron].max())

    return Undoing(gamma, mu, gap(gamma, eps), sigma, gap(sigma, eps), gap(sigma, 0.0))


@dataclass(frozen=True)
class Pair:
    """One neuron's batch of two in closed form.

    Parameters
    ----------
    d : float
        Half of the distance between the two z.
    squared : float
        ``d^2``.
    z_hat : float
        ``d / sqrt(d^2 + eps)``: of the larger z; the other's is its negative.
    upstream : float
        ``(dz_hat_1 - dz_hat_2) / 2``.
    factor : float
        ``eps / (d^2 + eps)^1.5``.
    dz : float
        ``upstream * factor``: of the first sample; the second's is its negative.
    """

    d: float
    squared: float
    z_hat: float
    upstream: float
    factor: float
    dz: float


def pair_of(steps: Walk, neuron: int, eps: float) -> Pair:
    """Return the closed form of a neuron's batch of two.

    Examples
    --------
    >>> one = np.ones(1)
    >>> layer = LayerWeights(np.ones((1, 1)), 0 * one, one, 0 * one, one, 0.0)
    >>> steps = walk(np.array([[1.0], [3.0]]), np.array([0.0, 1.0]), layer, eps=1.0)
    >>> pair = pair_of(steps, 0, 1.0)
    >>> pair.d, round(pair.z_hat, 4), round(pair.factor, 4), abs(pair.dz - steps.dz[0, 0].item()) < 1e-15
    (1.0, 0.7071, 0.3536, True)
    """
    z, dz_hat = steps.z[:, neuron], steps.dz_hat[:, neuron]
    d = float(abs(z[1] - z[0])) / 2.0
    root = float(np.sqrt(d * d + eps))
    upstream, factor = float(dz_hat[0] - dz_hat[1]) / 2.0, eps / root / root / root
    return Pair(d, d * d, d / root, upstream, factor, upstream * factor)


def dz_by_eps(
    x: Array, targets: Array, weights: LayerWeights, activation: str, neuron: int, eps: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the largest ``|dz|`` of a neuron over the batch, for each eps.

    Examples
    --------
    >>> one = np.ones(1)
    >>> layer = LayerWeights(np.ones((1, 1)), 0 * one, one, 0 * one, one, 0.0)
    >>> found = dz_by_eps(np.array([[1.0], [1.02]]), np.array([0.0, 1.0]), layer, "tanh", 0, (1e-12, 1e-4, 1.0))
    >>> [round(value, 4) for value in found]
    [0.0, 3.9193, 0.2487]
    """
    return tuple(float(np.abs(walk(x, targets, weights, activation, each).dz[:, neuron]).max()) for each in eps)
