"""One normaliser of a layer, whichever it is: the forward pass by name, the backward pass by what the forward pass left."""

from __future__ import annotations

from typing import NamedTuple

from bncore.noise import noise_backward, noise_forward
from bncore.norm import NormCache, batch_norm_backward, batch_norm_forward, frozen_norm_forward
from bncore.ops import Array
from bncore.parts_norm import PartsCache, ghost_norm_forward, group_norm_forward, groups_of, parts_norm_backward
from bncore.renorm import RenormCache, renorm_backward, renorm_forward

__all__ = ["NOTHING", "Cache", "Extras", "Kind", "NoisyCache", "Statistics", "normalise_backward", "normalise_forward"]


class Kind(NamedTuple):
    """Which normaliser: ``name`` as in `RunConfig.norm`, and the size of its parts where it has any."""

    name: str
    groups: int
    ghost_size: int


class Statistics(NamedTuple):
    """Mean and variance of a layer's units, each (R, 1, C); a batch's variance is biased, a running one as it is stored."""

    mean: Array
    var: Array


class Extras(NamedTuple):
    """What one training step hands to a layer besides its input; None for what it does without.

    Attributes
    ----------
    mask : ndarray, shape (R, N, C), or None
        Of dropout: 0 or 1 / (1 - rate).
    scale, shift : ndarray, shape (R, N, C), or None
        Of noisy BN.
    known : Statistics or None
        The running statistics before this batch, for batch renormalization; without them it is plain BN.
    r_max, d_max : ndarray, shape (1 or R, 1, 1), or None
        Its limits.
    """

    mask: Array | None = None
    scale: Array | None = None
    shift: Array | None = None
    known: Statistics | None = None
    r_max: Array | None = None
    d_max: Array | None = None


NOTHING = Extras()


class NoisyCache(NamedTuple):
    """What the backward pass of noisy BN needs: plain BN's cache, and the noise's scale (R, N, C)."""

    batch: NormCache
    scale: Array

    @property
    def x_hat(self) -> Array:
        """Normalised x before the noise, shape (R, N, C)."""
        return self.batch.x_hat

    @property
    def mean(self) -> Array:
        """The batch's mean, shape (R, 1, C)."""
        return self.batch.mean

    @property
    def var(self) -> Array:
        """The batch's biased variance, shape (R, 1, C)."""
        return self.batch.var


Cache = NormCache | RenormCache | PartsCache | NoisyCache


def normalise_forward(
    kind: Kind, x: Array, gamma: Array, beta: Array, eps: Array | float, given: Statistics | None = None, extras: Extras = NOTHING
) -> tuple[Array, Cache]:
    """Return y ``(R, N, C)`` and what the backward pass needs.

    Parameters
    ----------
    kind : Kind
    x : ndarray, shape (R, N, C)
    gamma, beta : ndarray, shape (R, 1, C)
    eps : float or ndarray, shape (R, 1, 1)
    given : Statistics, optional
        Normalise by these (inference mode); layer and group normalization have no use for them.
    extras : Extras
        Without them noisy BN and batch renormalization are plain BN.

    Examples
    --------
    >>> import numpy as np
    >>> x, one = np.array([[[1.0, 5.0], [3.0, 5.0]]]), np.ones((1, 1, 2))
    >>> for name in ("batch", "layer"):
    ...     normalise_forward(Kind(name, 1, 2), x, one, 0 * one, 1e-9)[0].round(3).tolist()
    [[[-1.0, 0.0], [1.0, 0.0]]]
    [[[-1.0, 1.0], [-1.0, 1.0]]]
    """
    if kind.name in ("layer", "group"):
        return group_norm_forward(x, gamma, beta, eps, 1 if kind.name == "layer" else groups_of(x.shape[2], kind.groups))
    if given is not None:
        return frozen_norm_forward(x, gamma, beta, given.mean, given.var, eps)
    if kind.name == "ghost":
        return ghost_norm_forward(x, gamma, beta, eps, kind.ghost_size)
    if kind.name == "renorm" and extras.known is not None and extras.r_max is not None and extras.d_max is not None:
        return renorm_forward(x, gamma, beta, eps, extras.known.mean, extras.known.var, extras.r_max, extras.d_max)
    y, cache = batch_norm_forward(x, gamma, beta, eps)
    if kind.name == "noisy" and extras.scale is not None and extras.shift is not None:
        return noise_forward(y, extras.scale, extras.shift), NoisyCache(cache, extras.scale)
    return y, cache


def normalise_backward(
    dy: Array, cache: Cache, out: tuple[Array | None, Array | None] = (None, None)
) -> tuple[Array, Array, Array]:
    """Return ``dx, dgamma, dbeta`` of the `normalise_forward` that left the cache.

    Parameters
    ----------
    dy : ndarray, shape (R, N, C)
    cache : Cache
    out : tuple of two ndarrays, shape (R, 1, C), or None
        Where dgamma and dbeta are written.
    """
    if isinstance(cache, NormCache):
        return batch_norm_backward(dy, cache, out)
    if isinstance(cache, PartsCache):
        return parts_norm_backward(dy, cache, out)
    if isinstance(cache, RenormCache):
        return renorm_backward(dy, cache, out)
    return batch_norm_backward(noise_backward(dy, cache.scale), cache.batch, out)
