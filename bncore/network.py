"""The layer stack: the layout of the flat vector, forward, backward, the parameter table."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bncore.config import RunConfig
from bncore.norm import NormCache, batch_norm_backward, batch_norm_forward, frozen_norm_forward
from bncore.ops import ACTIVATIONS, Activation, Array, column_sum, linear_backward, linear_forward

__all__ = [
    "Layer",
    "Layout",
    "ParameterRow",
    "Statistics",
    "Trace",
    "Weights",
    "backward",
    "forward",
    "parameter_table",
    "signals",
]


class Weights(NamedTuple):
    """Views into the flat vector for one layer: weight (R, in, out), the others (R, 1, out), None where not normalised."""

    weight: Array
    bias: Array
    gamma: Array | None
    beta: Array | None


class Statistics(NamedTuple):
    """Views into a vector of statistics for one normalised layer, each (R, 1, out)."""

    mean: Array
    var: Array


class Layer(NamedTuple):
    """Where one layer stands: sizes, its first parameter, its first statistic (None where not normalised)."""

    fan_in: int
    fan_out: int
    start: int
    statistics: int | None
    hidden: bool

    @property
    def parts(self) -> dict[str, slice]:
        """The slice of the flat vector of each of the layer's parameters, in order."""
        sizes = {"weight": self.fan_in * self.fan_out, "bias": self.fan_out}
        if self.statistics is not None:
            sizes |= {"gamma": self.fan_out, "beta": self.fan_out}
        ends = np.cumsum(list(sizes.values())).tolist()
        return {name: slice(self.start + end - n, self.start + end) for (name, n), end in zip(sizes.items(), ends, strict=True)}


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

    @staticmethod
    def of(config: RunConfig) -> Layout:
        """Return the layout of a configured network with two inputs and one logit."""
        return _layout(config.hidden, config.normalised_layers, config.activation, config.placement)

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
        """Return views into a vector of statistics (R, S), layer by layer; None where not normalised."""
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
def _layout(hidden: tuple[int, ...], normalised: tuple[bool, ...], activation: str, placement: str) -> Layout:
    layers, params, running, fan_in = [], 0, 0, 2
    for i, fan_out in enumerate((*hidden, 1)):
        layers.append(Layer(fan_in, fan_out, params, running if normalised[i] else None, i < len(hidden)))
        params += fan_in * fan_out + fan_out * (3 if normalised[i] else 1)
        running += 2 * fan_out * normalised[i]
        fan_in = fan_out
    return Layout(tuple(layers), params, running, ACTIVATIONS[activation], placement == "before")


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
        ``gamma x_hat + beta``, where normalised.
    norm : NormCache or None
    out : ndarray, shape (R, N, out)
        What the next layer sees: y if it comes after the activation, else a.
    """

    x: Array
    z: Array
    a: Array
    y: Array | None
    norm: NormCache | None
    out: Array


def forward(
    layout: Layout, weights: tuple[Weights, ...], x: Array, eps: Array | float, given: tuple[Statistics | None, ...] | None = None
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

    Returns
    -------
    list of Trace
        One a layer; the logits are ``traces[-1].out``, shape (R, N, 1).
    """
    traces = []
    activate = layout.activation.forward
    for i, layer in enumerate(layout.layers):
        w = weights[i]
        z = a = linear_forward(x, w.weight, w.bias)
        y, norm = None, None
        if w.gamma is None or w.beta is None:
            out = a = activate(z) if layer.hidden else z
        else:
            before = layout.before or not layer.hidden
            if not before:
                a = activate(z)
            known = None if given is None else given[i]
            if known is None:
                y, norm = batch_norm_forward(a, w.gamma, w.beta, eps)
            else:
                y, norm = frozen_norm_forward(a, w.gamma, w.beta, known.mean, known.var, eps)
            out = y
            if before and layer.hidden:
                out = a = activate(y)
        traces.append(Trace(x, z, a, y, norm, out))
        x = out
    return traces


def backward(layout: Layout, weights: tuple[Weights, ...], traces: list[Trace], dlogits: Array, into: tuple[Weights, ...]) -> None:
    """Write the gradient of every parameter into the views ``into`` (`Layout.weights` of a gradient vector).

    Parameters
    ----------
    traces : list of Trace
        Of `forward` with the same weights.
    dlogits : ndarray, shape (R, N, 1)
    """
    dout = dlogits
    differentiate = layout.activation.backward
    for i in range(len(traces) - 1, -1, -1):
        layer, trace, grad = layout.layers[i], traces[i], into[i]
        if trace.norm is None:
            dz = differentiate(dout, trace.a) if layer.hidden else dout
        elif layout.before or not layer.hidden:
            dy = differentiate(dout, trace.a) if layer.hidden else dout
            dz, _, _ = batch_norm_backward(dy, trace.norm, (grad.gamma, grad.beta))
        else:
            da, _, _ = batch_norm_backward(dout, trace.norm, (grad.gamma, grad.beta))
            dz = differentiate(da, trace.a)
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


class ParameterRow(NamedTuple):
    """One row of the parameter table: layer name, part, shape, and its trainable and non-trainable counts."""

    layer: str
    part: str
    shape: tuple[int, ...]
    trainable: int
    non_trainable: int


def parameter_table(config: RunConfig) -> list[ParameterRow]:
    """Return what the network stores, part by part, counted as Keras's ``summary()`` counts.

    A BN layer of n units has 4n: gamma and beta (2n, trainable), running mean and variance (2n, non-trainable).
    Fixed gamma or beta (``learn_gamma``, ``learn_beta`` false) count as non-trainable.

    Examples
    --------
    >>> rows = parameter_table(RunConfig(hidden=(3, 2), placement="after"))
    >>> [sum(r.trainable + r.non_trainable for r in rows if r.layer == name) for name in ("BN 1", "BN 2")]
    [12, 8]
    """
    rows = []
    for i, layer in enumerate(Layout.of(config).layers, 1):
        n, dense = layer.fan_out, f"Dense {i}"
        rows.append(ParameterRow(dense, "weight", (layer.fan_in, n), layer.fan_in * n, 0))
        rows.append(ParameterRow(dense, "bias", (n,), n, 0))
        if layer.statistics is not None:
            for part, learned in (("gamma", config.learn_gamma), ("beta", config.learn_beta)):
                rows.append(ParameterRow(f"BN {i}", part, (n,), n * learned, n * (not learned)))
            rows += [ParameterRow(f"BN {i}", part, (n,), 0, n) for part in ("running_mean", "running_var")]
    return rows
