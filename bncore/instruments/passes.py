"""The passes that instruments are made of; nothing else here knows how a network is run forward and backward."""

from __future__ import annotations

import numpy as np

from bncore.chance import Chance
from bncore.config import RunConfig
from bncore.effective import drawing_layers
from bncore.errors import ConfigError
from bncore.losses import LOSSES
from bncore.network import Layout, Trace, backward, forward, signals
from bncore.normalise import Extras
from bncore.ops import Array
from bncore.streams import stream

__all__ = ["chance_of", "gradient", "layer_slices", "logits", "place_of", "signals_of"]

OWN_STREAM = 1_000_000
"""Instruments draw from the streams of this index plus the step: no training and no fork uses them."""


def chance_of(config: RunConfig, running: Array, n: int, step: int) -> tuple[Extras, ...] | None:
    """Return what one training step adds to a pass over ``n`` points: dropout's masks, noise, the limits of renormalization.

    Parameters
    ----------
    config : RunConfig
    running : ndarray, shape (R, S)
        The running statistics that batch renormalization corrects towards.
    n : int
        Points of the batch.
    step : int
        From 1; the limits grow with it, and what is drawn belongs to it (it is not what training drew).

    Returns
    -------
    tuple of Extras, or None
        One a layer; None where a step adds nothing.

    Examples
    --------
    >>> chance_of(RunConfig(seeds=2), np.zeros((2, 64)), 5, 1) is None
    True
    >>> chance_of(RunConfig(seeds=2, norm="noisy"), np.zeros((2, 64)), 5, 1)[0].scale.shape
    (2, 5, 16)
    """
    layout = Layout.of(config)
    masks, noises = (
        [stream(s, purpose, OWN_STREAM + step, layer) for s in config.seed_list for layer in drawing_layers(config, purpose)]
        for purpose in ("dropout", "noise")
    )
    chance = Chance(layout, [config], masks, noises, layout.statistics(running), running.dtype)
    extras = chance.extras(config.seeds, n)
    chance.draw(extras, step)
    return extras


def _traces(
    config: RunConfig, params: Array, running: Array, x: Array, training: bool, extras: tuple[Extras, ...] | None
) -> list[Trace]:
    layout = Layout.of(config)
    given = None if training and not config.freeze_statistics else layout.statistics(running)
    return forward(layout, layout.weights(params), x.astype(params.dtype, copy=False), config.eps, given, extras)


def logits(
    config: RunConfig, params: Array, running: Array, x: Array, *, training: bool, extras: tuple[Extras, ...] | None = None
) -> Array:
    """Return what the network answers to every point: logits, or the prediction of a regression.

    Parameters
    ----------
    config : RunConfig
    params : ndarray, shape (R, P)
    running : ndarray, shape (R, S)
        The statistics that inference mode normalises by, and training mode where the settings freeze them.
    x : ndarray, shape (R, N, 2)
        In training mode one batch.
    training : bool
        Training mode or inference mode.
    extras : tuple of Extras, optional
        What a training step adds (`chance_of`). Without it dropout and noise are off and batch renormalization is plain BN.

    Returns
    -------
    ndarray, shape (R, N), or (R, N, K) of K classes
        Not finite where a run has diverged; nothing is raised.

    Examples
    --------
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=2))
    >>> logits(state.config, state.params, state.running, np.ones((2, 3, 2)), training=True).round(12).tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    with np.errstate(all="ignore"):
        outputs = _traces(config, params, running, x, training, extras)[-1].out
    return outputs[..., 0] if config.outputs == 1 else outputs


def gradient(
    config: RunConfig, params: Array, running: Array, x: Array, y: Array, extras: tuple[Extras, ...] | None = None
) -> tuple[Array, Array]:
    """Return the loss of a batch in training mode and its gradient, as a training step has them before weight decay.

    Parameters
    ----------
    x : ndarray, shape (R, N, 2)
    y : ndarray, shape (R, N)
        Classes or values. The others as in `logits`.

    Returns
    -------
    loss : ndarray, shape (R,)
        Mean cross-entropy, nats, or mean squared error.
    grad : ndarray, shape (R, P)
        0 for gamma and beta where the settings do not learn them.

    Examples
    --------
    >>> config = RunConfig(hidden=(), seeds=1)
    >>> x, y = np.array([[[1.0, 2.0]]]), np.array([[1.0]])
    >>> gradient(config, np.zeros((1, 3)), np.zeros((1, 0)), x, y)[1].round(12).tolist()
    [[-0.5, -1.0, -0.5]]
    """
    layout = Layout.of(config)
    grad = np.zeros_like(params)
    with np.errstate(all="ignore"):
        traces = _traces(config, params, running, x, True, extras)
        kind = LOSSES[config.task]
        value, cache = kind.forward(traces[-1].out, y.astype(params.dtype, copy=False))
        backward(layout, layout.weights(params), traces, kind.backward(cache), layout.weights(grad))
    fixed = [name for name, learned in (("gamma", config.learn_gamma), ("beta", config.learn_beta)) if not learned]
    grad[:, layout.mask(*fixed) > 0] = 0.0
    return value, grad


def signals_of(
    config: RunConfig, params: Array, running: Array, x: Array, extras: tuple[Extras, ...] | None = None
) -> list[dict[str, Array]]:
    """Return what flows through each hidden layer in training mode: its signals by name, in network order, each (R, N, C).

    Parameters as in `logits`; names as in `bncore.network.signals`, and ``out``, what the next layer sees.

    Examples
    --------
    >>> from bncore.state import init_state
    >>> state = init_state(RunConfig(seeds=1, norm_layers=(2,)))
    >>> [list(layer) for layer in signals_of(state.config, state.params, state.running, np.ones((1, 5, 2)))]
    [['z', 'a', 'out'], ['z', 'x_hat', 'y', 'a', 'out']]
    """
    layout = Layout.of(config)
    with np.errstate(all="ignore"):
        traces = _traces(config, params, running, x, True, extras)
        return [signals(layout, trace) | {"out": trace.out} for trace in traces[:-1]]


def layer_slices(config: RunConfig) -> list[slice]:
    """Return where each layer's parameters stand in the flat vector, the output layer last.

    Examples
    --------
    >>> layer_slices(RunConfig(hidden=(3,)))
    [slice(0, 15, None), slice(15, 19, None)]
    """
    layout = Layout.of(config)
    starts = [layer.start for layer in layout.layers]
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], layout.n_params], strict=True)]


def place_of(where: str, number: int, count: int) -> int:
    """Return the place, from 0, of a layer or a unit that is counted from 1.

    Raises
    ------
    ConfigError
        If there is no such layer or unit.

    Examples
    --------
    >>> place_of("drift.layer", 2, 3)
    1
    """
    if not 1 <= number <= count:
        raise ConfigError(where, f"must be 1..{count}", str(number), "Layers and units are counted from 1.")
    return number - 1
