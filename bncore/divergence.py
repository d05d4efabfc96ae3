"""Where and why a run stopped being finite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bncore.network import Trace, Weights
from bncore.ops import Array
from bncore.parts_norm import PartsCache

__all__ = ["Divergence", "first_not_finite"]


@dataclass(frozen=True)
class Divergence:
    """Where a run stopped being finite: the first quantity, in the order of computation.

    Attributes
    ----------
    run, seed : int
        Position in the stack, and its seed.
    epoch, step : int
        Both counted from 1.
    quantity : str
        Such as ``the weights of layer 1``.
    """

    run: int
    seed: int
    epoch: int
    step: int
    quantity: str


def first_not_finite(weights: tuple[Weights, ...], traces: list[Trace], run: int) -> str:
    """Return the first quantity of a forward pass that is NaN or infinite in one run, in words.

    Parameters
    ----------
    weights : tuple of Weights
    traces : list of Trace
        Of `bncore.network.forward` with these weights.
    run : int

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> from bncore.network import Layout, forward
    >>> layout = Layout.of(RunConfig(hidden=(1,), norm="none"))
    >>> weights = layout.weights(np.full((1, layout.n_params), 1e200))
    >>> with np.errstate(over="ignore"):
    ...     first_not_finite(weights, forward(layout, weights, np.ones((1, 1, 2)), 1e-3), 0)
    'z of the output layer'
    """
    for i, (w, trace) in enumerate(zip(weights, traces, strict=True), 1):
        layer = f"layer {i}" if i < len(traces) else "the output layer"
        steps: list[tuple[str, Array | None]] = [("the weights", w.weight), ("the bias", w.bias), ("z", trace.z)]
        if trace.norm is not None:
            whose = "the" if isinstance(trace.norm, PartsCache) else "the batch"
            steps += [(f"{whose} mean", trace.norm.mean), (f"{whose} variance", trace.norm.var), ("x_hat", trace.norm.x_hat)]
            steps += [("gamma", w.gamma), ("beta", w.beta), ("y", trace.y)]
        steps.append(("the activation", trace.a))
        for name, values in steps:
            if values is not None and not np.isfinite(values[run]).all():
                return f"{name} of {layer}"
    return "the loss"
