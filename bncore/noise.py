"""The noise of "noisy BN": every activation scaled and shifted at random after normalising, anew for every unit and step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bncore.ops import Array

__all__ = ["draw_noise", "noise_backward", "noise_forward"]

UNIT_SHIFT, UNIT_SCALE = 0.5, 1.25
SAMPLE_SHIFT, SAMPLE_SCALE = 0.1, 0.1


def draw_noise(rngs: Sequence[np.random.Generator], scale: Array, shift: Array) -> None:
    """Fill the noise of one layer and one step.

    Parameters
    ----------
    rngs : sequence of R Generator
        Each run's own.
    scale, shift : ndarray, shape (R, N, C)
        Written to.

    Notes
    -----
    For each unit ``m ~ U(-0.5, 0.5)`` and ``s ~ U(1, 1.25)``; then for each sample ``shift ~ U(m - 0.1, m + 0.1)`` and
    ``scale ~ N(s, 0.1)`` (standard deviation 0.1): not zero in mean, not one in variance, and different in every step.

    References
    ----------
    Santurkar, Tsipras, Ilyas & Madry 2018, arXiv 1805.11604, section 2.2 and appendix A.

    Examples
    --------
    >>> scale, shift = np.zeros((1, 500, 2)), np.zeros((1, 500, 2))
    >>> draw_noise([np.random.default_rng(0)], scale, shift)
    >>> bool(abs(shift).max() < 0.6), bool(0.9 < scale.mean() < 1.35)
    (True, True)
    """
    for run, rng in enumerate(rngs):
        n, units = scale.shape[1:]
        middle, spread = rng.uniform(-UNIT_SHIFT, UNIT_SHIFT, units), rng.uniform(1.0, UNIT_SCALE, units)
        shift[run] = rng.uniform(-SAMPLE_SHIFT, SAMPLE_SHIFT, (n, units)) + middle
        scale[run] = SAMPLE_SCALE * rng.standard_normal((n, units)) + spread


def noise_forward(y: Array, scale: Array, shift: Array) -> Array:
    """Return ``y * scale + shift``, all ``(R, N, C)``.

    Examples
    --------
    >>> noise_forward(np.full((1, 1, 1), 2.0), np.full((1, 1, 1), 3.0), np.ones((1, 1, 1))).item()
    7.0
    """
    noisy = y * scale
    noisy += shift
    return noisy


def noise_backward(dy: Array, scale: Array) -> Array:
    """Return ``dy * scale``.

    Examples
    --------
    >>> noise_backward(np.full((1, 1, 1), 2.0), np.full((1, 1, 1), 3.0)).item()
    6.0
    """
    return dy * scale
