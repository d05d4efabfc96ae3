"""The layer stack: the layout of the flat vector, forward, backward."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.dropout import dropout_backward, dropout_forward
from bncore.effective import BATCH_NORMS
from bncore.normalise import NOTHING, Cache, Extras, Kind, Statistics, normalise_backward, normalise_forward
from bncore.ops import ACTIVATIONS, Activation, Array, column_sum, linear_backward, linear_forward

__all__ = [
    "Layer",
    "Layout",
    "Statistics",
    "Trace",
    "Weights",
    "backward",
    "forward",
    "signals",
]


class Weights(NamedTuple):
    """Views into the flat vector for one layer: weight (R, in, out), the others (R, 1, out), None where not normalised."""

    weight: Array
    bias: Array
    gamma: Array | None
    beta: Array | None


class Layer(NamedTuple):
    """Where one layer stands: sizes, its first parameter, its first running statistic (None where it keeps none)."""

    fan_in: int
    fan_out: int
    start: int
    statistics: int | None
    hidden: bool
    normalised: bool

    @property
    def parts(self) -> Mapping[str, slice]:
        """The slice of the flat vector of each of the layer's parameters, in order."""
        return _parts(self)


@lru_cache(maxsize=1024)
def _parts(layer: Layer) -> Mapping[str, slice]:
    names = ("bias", "gamma", "beta") if layer.normalised else ("bias",)
    sizes = {"weight": layer.fan_in * layer.fan_out} | dict.fromkeys(names, layer.fan_out)
    ends = accumulate(sizes.values(), initial=layer.start)
    return MappingProxyType({name: slice(a, b) for name, (a, b) in zip(sizes, pairwise(ends), strict=True)})


class Layout(NamedTuple):
    """The plan of a network: its layers, the lengths of the flat vectors, and how a layer is put together.

    Examples
    --------
    >>> layout = Layout.of(RunConfig(hidden=(3, 2), norm="batch"))
    >>> layout.n_params, layout.n_running, layout.layers[0].parts["gamma"]
    (30, 10, slice(9, 12, None))
    """

    layers: tuple[Layer, ...]
    n_params: int
    n_running: int
    activation: Activation
    before: bool
    kind: Kind
    drops_first: bool

    @staticmethod
    def of(config: RunConfig) -> Layout:
        """Return the layout of a configured network with two inputs and as many outputs as its target asks for."""
        kind = Kind(config.norm, config.groups, config.ghost_size)
        drops_first = config.dropout_place == "before"
        widths, before = (*config.hidden, config.outputs), config.placement == "before"
        return _layout(widths, config.normalised_layers, config.activation, before, kind, drops_first)

    @property
    def widest(self) -> int:
        """Units of the widest layer."""
        return max(layer.fan_out for layer in self.layers)

    @property
    def foldable(self) -> bool:
        """Whether inference is a plain network: every normaliser keeps its statistics."""
        return all(layer.statistics is not None for layer in self.layers if layer.normalised)

    def weights(self, vector: Array) -> tuple[Weights, ...]:
        """Return views into a flat vector (R, P), layer by layer; writing to them writes to it."""
        return tuple(self._weights(layer, vector) for layer in self.layers)

    @staticmethod
    def _weights(layer: Layer, vector: Array) -> Weights:
        runs = vector.shape[0]
        parts = layer.parts
        weight = vector[:, parts["weight"]].reshape(runs, layer.fan_in, layer.fan_out)
        others = {name: vector[:, None, part] for name, part in parts.items() if name != "weight"}
        return Weights(weight, others["bias"], others.get("gamma"), others.get("beta"))

    def statistics(self, vector: Array) -> tuple[Statistics | None, ...]:
        """Return views into a vector of statistics (R, S), layer by layer; None where none are kept."""
        return tuple(
            None
            if layer.statistics is None
            else Statistics(
                vector[:, None, layer.statistics : layer.statistics + layer.fan_out],
                vector[:, None, layer.statistics + layer.fan_out : layer.statistics + 2 * layer.fan_out],
            )
            for layer in self.layers
        )

    def mask(self, *parts: str) -> Array:
        """Return a vector (P,) with 1 where a parameter is one of the named parts, else 0."""
        mask = np.zeros(self.n_params)
        for layer in self.layers:
            for name, part in layer.parts.items():
                mask[part] = name in parts
        return mask


@lru_cache(maxsize=128)
def _layout(
    widths: tuple[int, ...], normalised: tuple[bool, ...], activation: str, before: bool, kind: Kind, drops_first: bool
) -> Layout:
    layers, params, running, fan_in = [], 0, 0, 2
    for i, fan_out in enumerate(widths):
        keeps = normalised[i] and kind.name in BATCH_NORMS
        layers.append(Layer(fan_in, fan_out, params, running if keeps else None, i < len(widths) - 1, normalised[i]))
        params += fan_in * fan_out + fan_out * (3 if normalised[i] else 1)
        running += 2 * fan_out * keeps
        fan_in = fan_out
    return Layout(tuple(layers), params, running, ACTIVATIONS[activation], before, kind, drops_first)


class Trace(NamedTuple):
    """One layer of a forward pass, kept for the backward pass and for drawing.

    Attributes
    ----------
    x : ndarray, shape (R, N, in)
        The layer's input.
    z : ndarray, shape (R, N, out)
        ``x @ weight + bias``.
    a : ndarray, shape (R, N, out)
        Output of the activation (of z, or of the normalised z); z itself in the output layer.
    y : ndarray, shape (R, N, out), or None
        ``gamma x_hat + beta``, where normalised; with the noise of noisy BN.
    norm : Cache or None
        What the normaliser's backward pass needs, where normalised.
    mask : ndarray, shape (R, N, out), or None
        Of dropout, where a layer drops.
    out : ndarray, shape (R, N, out)
        What the next layer sees: y if it comes after the activation, else a; after dropout.
    """

    x: Array
    z: Array
    a: Array
    y: Array | None
    norm: Cache | None
    mask: Array | None
    out: Array


def forward(
    layout: Layout,
    weights: tuple[Weights, ...],
    x: Array,
    eps: Array | float,
    given: tuple[Statistics | None, ...] | None = None,
    extras: tuple[Extras, ...] | None = None,
) -> list[Trace]:
    """Run the network; normalised layers use the statistics of this batch, or the given ones.

    Parameters
    ----------
    layout : Layout
    weights : tuple of Weights
        `Layout.weights` of a flat vector.
    x : ndarray, shape (R, N, 2)
    eps : float or ndarray, shape (R, 1, 1)
    given : tuple of Statistics, optional
        `Layout.statistics` of running (or other) statistics: inference mode. Without them: training mode.
    extras : tuple of Extras, optional
        One a layer: the masks of dropout, the noise, the limits of a training step.

    Returns
    -------
    list of Trace
        One a layer; the logits are ``traces[-1].out``, shape (R, N, K).
    """
    traces = []
    activate = layout.activation.forward
    for i, layer in enumerate(layout.layers):
        w, extra = weights[i], NOTHING if extras is None else extras[i]
        z = a = linear_forward(x, w.weight, w.bias)
        y, norm, mask = None, None, extra.mask
        if w.gamma is None or w.beta is None:
            out = a = activate(z) if layer.hidden else z
        else:
            before = layout.before or not layer.hidden
            if not before:
                a = activate(z)
            inside = a if mask is None or not layout.drops_first else dropout_forward(a, mask)
            y, norm = normalise_forward(layout.kind, inside, w.gamma, w.beta, eps, None if given is None else given[i], extra)
            out = y
            if before and layer.hidden:
                out = a = activate(y)
        if mask is not None and not (layout.drops_first and layer.normalised):
            out = dropout_forward(out, mask)
        traces.append(Trace(x, z, a, y, norm, mask, out))
        x = out
    return traces


def backward(layout: Layout, weights: tuple[Weights, ...], traces: list[Trace], dlogits: Array, into: tuple[Weights, ...]) -> None:
    """Write the gradient of every parameter into the views ``into`` (`Layout.weights` of a gradient vector).

    Parameters
    ----------
    traces : list of Trace
        Of `forward` with the same weights.
    dlogits : ndarray, shape (R, N, K)
    """
    dout = dlogits
    differentiate = layout.activation.backward
    for i in range(len(traces) - 1, -1, -1):
        layer, trace, grad = layout.layers[i], traces[i], into[i]
        first = layout.drops_first and layer.normalised
        if trace.mask is not None and not first:
            dout = dropout_backward(dout, trace.mask)
        after_activation = layer.normalised and layer.hidden and not layout.before
        dz = differentiate(dout, trace.a) if layer.hidden and not after_activation else dout
        if trace.norm is not None:
            dz, _, _ = normalise_backward(dz, trace.norm, (grad.gamma, grad.beta))
            if trace.mask is not None and first:
                dz = dropout_backward(dz, trace.mask)
        if after_activation:
            dz = differentiate(dz, trace.a)
        if i:
            dout, _, _ = linear_backward(dz, trace.x, weights[i].weight, (grad.weight, grad.bias))
        else:  # nothing below asks for dx
            np.matmul(trace.x.swapaxes(1, 2), dz, out=grad.weight)
            column_sum(dz, grad.bias)


def signals(layout: Layout, trace: Trace) -> dict[str, Array]:
    """Return what flows through a hidden layer, in network order, by name.

    Placement before: ``z, x_hat, y, a``; after: ``z, a, a_hat, y``; without normalisation: ``z, a``.

    Examples
    --------
    >>> layout = Layout.of(RunConfig(hidden=(1,), placement="after"))
    >>> traces = forward(layout, layout.weights(np.ones((1, layout.n_params))), np.ones((1, 2, 2)), 1e-3)
    >>> list(signals(layout, traces[0]))
    ['z', 'a', 'a_hat', 'y']
    """
    if trace.norm is None or trace.y is None:
        return {"z": trace.z, "a": trace.a}
    if layout.before:
        return {"z": trace.z, "x_hat": trace.norm.x_hat, "y": trace.y, "a": trace.a}
    return {"z": trace.z, "a": trace.a, "a_hat": trace.norm.x_hat, "y": trace.y}
