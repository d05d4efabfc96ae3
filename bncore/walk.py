"""One batch through one hidden layer with BN and back, every number on the way kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bncore.errors import ConfigError
from bncore.norm import batch_statistics, inverse_std, update_running
from bncore.ops import ACTIVATIONS, Array, bce_backward, bce_forward, linear_backward, linear_forward, sigmoid

__all__ = ["LayerWeights", "Walk", "walk"]

START_MEAN, START_VAR = 0.0, 1.0
"""Running statistics before the first batch, as in Keras and PyTorch."""


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """The learned numbers of a network with one normalised hidden layer of C neurons and one output.

    Parameters
    ----------
    weight : ndarray, shape (K, C)
        From K features to the hidden neurons.
    bias, gamma, beta : ndarray, shape (C,)
    out_weight : ndarray, shape (C,)
        From the hidden neurons to the output.
    out_bias : float
    """

    weight: Array
    bias: Array
    gamma: Array
    beta: Array
    out_weight: Array
    out_bias: float


@dataclass(frozen=True, eq=False)
class Walk:
    """Every number of one training step, of m samples and C hidden neurons. ``d`` before a name: d loss / d that.

    Parameters
    ----------
    z, centred, z_hat, y, a : ndarray, shape (m, C)
        Weighted sums, less their mean, normalised, scaled and shifted, activations.
    mu, var, inv_std : ndarray, shape (C,)
        Mean and biased variance of z over the batch; ``1 / sqrt(var + eps)``.
    running_mean, running_var : ndarray, shape (C,)
        After this batch.
    logit, probability, losses : ndarray, shape (m,)
        Of the output; the loss of each sample, in nats.
    loss : float
        Their mean.
    dlogit : ndarray, shape (m,)
    da, dy, dz_hat, dz : ndarray, shape (m, C)
    gamma_terms, var_terms : ndarray, shape (m, C)
        What is summed in dgamma and dvar: ``dy z_hat`` and ``dz_hat (z - mu)``.
    w_terms : ndarray, shape (m, K, C)
        What is summed in dw: ``dz x``.
    dgamma, dbeta, dvar, dmu, db : ndarray, shape (C,)
    dw : ndarray, shape (K, C)
    """

    z: Array
    centred: Array
    mu: Array
    var: Array
    inv_std: Array
    z_hat: Array
    running_mean: Array
    running_var: Array
    y: Array
    a: Array
    logit: Array
    probability: Array
    losses: Array
    loss: float
    dlogit: Array
    da: Array
    dy: Array
    dgamma: Array
    dbeta: Array
    dz_hat: Array
    gamma_terms: Array
    var_terms: Array
    w_terms: Array
    dvar: Array
    dmu: Array
    dz: Array
    dw: Array
    db: Array


def walk(
    x: Array, targets: Array, weights: LayerWeights, activation: str = "relu", eps: float = 1e-3, momentum: float = 0.9
) -> Walk:
    """Return every number of one forward and one backward pass through ``x -> z -> BN -> y -> a -> output -> loss``.

    Parameters
    ----------
    x : ndarray, shape (m, K)
    targets : ndarray, shape (m,)
        0.0 or 1.0.
    weights : LayerWeights
    activation : str
        A name in `bncore.ops.ACTIVATIONS`.
    eps : float
    momentum : float
        Weight of the old value in the running statistics, which begin at 0 and 1.

    Returns
    -------
    Walk

    Raises
    ------
    ConfigError
        If a number is not finite, a target is neither 0 nor 1, or the shapes do not fit.

    Notes
    -----
    Back through BN by the chain rule, a formula a step, where `bncore.norm.batch_norm_backward` has one for all of them:

    - ``dz_hat = gamma dy``
    - ``dvar = -1/2 (var + eps)^(-3/2) sum(dz_hat (z - mu))``
    - ``dmu = -(var + eps)^(-1/2) sum(dz_hat) - 2/m dvar sum(z - mu)``, whose last sum is 0
    - ``dz = dz_hat (var + eps)^(-1/2) + 2/m dvar (z - mu) + dmu / m``

    The sum of dz over the batch, which is db, vanishes: mu takes any common shift of z away again. What is left is rounding.

    References
    ----------
    Ioffe & Szegedy 2015, arXiv 1502.03167, section 3.

    Examples
    --------
    >>> one = np.ones(1)
    >>> layer = LayerWeights(np.ones((1, 1)), 0 * one, one, 0 * one, one, 0.0)
    >>> steps = walk(np.array([[1.0], [3.0]]), np.array([0.0, 1.0]), layer, eps=0.0)
    >>> steps.mu.item(), steps.var.item(), steps.z_hat.ravel().tolist(), steps.a.ravel().tolist()
    (2.0, 1.0, [-1.0, 1.0], [0.0, 1.0])
    """
    _check(x, targets, weights)
    z = linear_forward(x[None], weights.weight[None], weights.bias[None, None])  # (1, m, C), one run
    centred, mu, var = batch_statistics(z)
    inv_std = inverse_std(var, eps)
    z_hat = centred * inv_std
    y = weights.gamma * z_hat + weights.beta
    function = ACTIVATIONS[activation]
    a = function.forward(y)
    out_weight = weights.out_weight[None, :, None]  # (1, C, 1)
    logit = linear_forward(a, out_weight, np.full((1, 1, 1), weights.out_bias))[:, :, 0]  # (1, m)
    loss, cache = bce_forward(logit, targets[None])
    dlogit = bce_backward(cache)
    da = linear_backward(dlogit[:, :, None], a, out_weight)[0]
    dy = function.backward(da, a)
    dz_hat = weights.gamma * dy
    gamma_terms = dy * z_hat
    m = len(x)
    var_terms = dz_hat * centred
    dvar = -0.5 * _total(var_terms) * inv_std * inv_std * inv_std
    dmu = -inv_std * _total(dz_hat) - 2.0 / m * dvar * _total(centred)
    dz = dz_hat * inv_std + 2.0 / m * dvar * centred + dmu / m
    w_terms = x[:, :, None] * dz[0][:, None, :]  # (m, K, C)
    return Walk(
        z=z[0], centred=centred[0], mu=mu[0, 0], var=var[0, 0], inv_std=inv_std[0, 0], z_hat=z_hat[0],
        running_mean=update_running(np.full_like(mu[0], START_MEAN), mu[0], momentum)[0],
        running_var=update_running(np.full_like(var[0], START_VAR), var[0], momentum)[0],
        y=y[0], a=a[0], logit=logit[0], probability=sigmoid(logit[0]), losses=cache.loss[0], loss=float(loss[0]),
        dlogit=dlogit[0], da=da[0], dy=dy[0], dgamma=_total(gamma_terms)[0, 0], dbeta=_total(dy)[0, 0],
        dz_hat=dz_hat[0], gamma_terms=gamma_terms[0], var_terms=var_terms[0], w_terms=w_terms,
        dvar=dvar[0, 0], dmu=dmu[0, 0], dz=dz[0], dw=np.add.reduce(w_terms, axis=0), db=_total(dz)[0, 0],
    )  # fmt: skip


def _total(values: Array) -> Array:
    """Return the sum over the batch, added up sample after sample as a reader would."""
    return np.add.reduce(values, axis=1, keepdims=True)


def _check(x: Array, targets: Array, weights: LayerWeights) -> None:
    features, neurons = weights.weight.shape
    expected = f"({features} features, {neurons} neurons)"
    shapes = {weights.bias.shape, weights.gamma.shape, weights.beta.shape, weights.out_weight.shape}
    if x.ndim != 2 or x.shape[1] != features or not len(x) or targets.shape != (len(x),) or shapes != {(neurons,)}:
        came = f"x {x.shape}, targets {targets.shape}"
        raise ConfigError("walk", f"the shapes must fit {expected}", came, "Give at least one row, and a target a row.")
    learned = (weights.weight, weights.bias, weights.gamma, weights.beta, weights.out_weight, weights.out_bias)
    for name, values in (("x", (x,)), ("weights", learned)):
        for value in values:
            if not np.isfinite(value).all():
                raise ConfigError(f"walk.{name}", "must be finite", "a number that is not", "Replace it.")
    if not ((targets == 0.0) | (targets == 1.0)).all():
        raise ConfigError("walk.targets", "must be 0 or 1", repr(targets.tolist()), "Use 0 for one class, 1 for the other.")
