"""What a frame looks like: the decision surface, the histograms of every signal, the units that do nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bncore.config import RunConfig
from bncore.data import Dataset
from bncore.fold import folded, infer, plain_forward
from bncore.history import History
from bncore.network import Layout, forward, signals
from bncore.ops import Array
from bncore.statistics import inference_statistics

__all__ = [
    "BINS",
    "NORMALISED_EDGES",
    "NORMALISED_SIGNALS",
    "OTHER_EDGES",
    "SURFACE_SIZE",
    "Pictures",
    "grid_axes",
    "histograms",
    "picture_frames",
    "signal_names",
    "surfaces",
]

SURFACE_SIZE = 48
BINS = 42
"""Counts of a histogram: underflow, 40 bins, overflow."""

_REACH = float(np.arcsinh(100.0))
NORMALISED_EDGES = np.linspace(-4.0, 4.0, 41)
"""Edges of the 40 bins of ``x_hat`` and ``a_hat``; bins hold their lower edge."""
OTHER_EDGES = np.sinh(np.linspace(-_REACH, _REACH, 41))
"""Edges of the 40 bins of every other signal: equal steps of asinh over -100..100."""
ZERO_BIN = 21
"""The count that 0 itself belongs to."""
NORMALISED_SIGNALS = ("x_hat", "a_hat")
ORDINARY = 32.0
"""Inputs, folded weights and biases below this are safe in float32 (see `surfaces`)."""

IDLE_SLOPE = 0.05
"""A unit is idle when its activation's slope is below this share of its largest value at every training point."""


@dataclass(frozen=True)
class Pictures:
    """What is drawn of one run of an arm, frame by frame.

    Attributes
    ----------
    surface : ndarray of uint8, shape (F, 48, 48)
        What inference mode answers, a byte a cell, as `surfaces` says; row 0 is the lowest second feature.
    histogram : ndarray of uint32, shape (F, L, K, 42)
        Training mode over the whole training set, all units of a layer together; K signals as in `signal_names`.
    idle : ndarray of float32, shape (F, L)
        Share of dead (ReLU) or saturated (sigmoid, tanh) units.
    finite : ndarray of bool, shape (F,)
    """

    surface: NDArray[np.uint8]
    histogram: NDArray[np.uint32]
    idle: NDArray[np.float32]
    finite: NDArray[np.bool_]

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.surface.nbytes + self.histogram.nbytes + self.idle.nbytes + self.finite.nbytes

    @classmethod
    def join(cls, pieces: Sequence[Self]) -> Self:
        """Return the pictures of consecutive pieces of one run."""
        if len(pieces) == 1:
            return pieces[0]
        names = ("surface", "histogram", "idle", "finite")
        return cls(*(np.concatenate([getattr(p, name) for p in pieces]) for name in names))

    def until(self, frames: int) -> Pictures:
        """Return the first ``frames`` frames."""
        return Pictures(self.surface[:frames], self.histogram[:frames], self.idle[:frames], self.finite[:frames])


def signal_names(config: RunConfig) -> tuple[tuple[str, ...], ...]:
    """Return the names of the signals of each hidden layer, in network order.

    Examples
    --------
    >>> signal_names(RunConfig(norm_layers=(2,)))
    (('z', 'a'), ('z', 'x_hat', 'y', 'a'))
    """
    full = ("z", "x_hat", "y", "a") if config.placement == "before" else ("z", "a", "a_hat", "y")
    return tuple(full if on else ("z", "a") for on in config.normalised_layers[:-1])


def grid_axes(domain: Array, size: int = SURFACE_SIZE) -> tuple[Array, Array]:
    """Return the coordinates of the surface's columns and rows: the middles of 48 x 48 equal cells of the domain.

    Examples
    --------
    >>> columns, rows = grid_axes(np.array([0.0, 48.0, 0.0, 96.0]))
    >>> columns[:2].tolist(), rows[:2].tolist()
    ([0.5, 1.5], [1.0, 3.0])
    """
    middles = (np.arange(size) + 0.5) / size
    x0, x1, y0, y1 = domain.tolist()
    return x0 + middles * (x1 - x0), y0 + middles * (y1 - y0)


def surfaces(config: RunConfig, domain: Array, params: Array, running: Array, size: int = SURFACE_SIZE) -> NDArray[np.uint8]:
    """Return the decision surface of each frame as bytes.

    Parameters
    ----------
    config : RunConfig
    domain : ndarray, shape (4,)
    params : ndarray, shape (F, P)
    running : ndarray, shape (F, S)
        The statistics to normalise by.
    size : int
        Cells along each side.

    Returns
    -------
    ndarray of uint8, shape (F, size, size)
        By `RunConfig.surface_kind`:

        - ``probability``: of class 1, 0..255; 128 where it is not finite.
        - ``class``: ``32 * class + round(31 * (p - 1/K) / (1 - 1/K))``, the class that wins among K (at most 8) in the upper three
          bits, and in the lower five how sure it is: p, its share of the softmax. 0 where it is not finite.
        - ``value``: ``round(255 * (prediction - low) / (high - low))``, cut to 0..255, with ``low, high = config.target_range``;
          128 where it is not finite.

    Notes
    -----
    BN is folded into the weights in float64. The grid is walked in float32 while inputs and weights are of ordinary size, which
    moves a byte by one level at most; in float64 where they are not.

    Examples
    --------
    >>> layout = Layout.of(RunConfig())
    >>> surfaces(RunConfig(), np.array([-1.0, 1, -1, 1]), np.zeros((1, layout.n_params)), np.ones((1, layout.n_running)))[0, 0, 0]
    np.uint8(128)
    """
    layout = Layout.of(config)
    columns, rows = grid_axes(domain, size)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(1, -1, 2)
    result = np.empty((len(params), size, size), np.uint8)
    with np.errstate(all="ignore"):
        for part in _chunks(len(params), grid.shape[1] * max(config.hidden, default=1)):
            weights, given = layout.weights(params[part].astype(np.float64, copy=False)), layout.statistics(running[part])
            if layout.foldable:
                plain = folded(layout, weights, given, config.eps)
                largest = max(float(np.abs(values).max()) for values in (grid, *(v for pair in plain for v in pair)))
                kind = np.float32 if largest < ORDINARY else np.float64
                outputs = plain_forward(layout, [(w.astype(kind), b.astype(kind)) for w, b in plain], grid.astype(kind))
            else:
                outputs = infer(layout, weights, given, config.eps, grid)
            levels = _class_levels(outputs) if config.outputs > 1 else _levels(outputs[..., 0], config.target_range)
            result[part] = levels.reshape(-1, size, size)
    return result


def _levels(values: Array, target_range: tuple[float, float] | None) -> Array:
    """Return levels 0..255, still to be cut to whole ones, of logits or of predictions; the values are overwritten."""
    if target_range is None:
        values *= 0.5
        level = np.tanh(values)
        level *= 127.5
        level += 128.0  # half a level up: rounded, not cut
    else:
        low, high = target_range
        values -= low
        values *= 255.0 / (high - low)
        level = np.clip(values, 0.0, 255.0)
        level += 0.5
    np.nan_to_num(level, copy=False, nan=128.0)
    return np.minimum(level, 255.0)


def _class_levels(logits: Array) -> Array:
    """Return the bytes of logits (F, N, K), as whole numbers."""
    k = logits.shape[2]
    best = logits.argmax(axis=2)
    share = 1.0 / np.exp(logits - logits.max(axis=2, keepdims=True)).sum(axis=2)
    level = 32.0 * best + np.rint(31.0 * np.clip((share - 1.0 / k) / (1.0 - 1.0 / k), 0.0, 1.0))
    return np.where(np.isfinite(logits).all(axis=2), level, 0.0)


def histograms(
    config: RunConfig, x: Array, params: Array, running: Array | None = None
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return the histograms of every signal and the share of idle units of every hidden layer, frame by frame.

    Parameters
    ----------
    config : RunConfig
    x : ndarray, shape (N, 2)
        The training set; BN normalises by its statistics (training mode on all of it at once).
    params : ndarray, shape (F, P)
    running : ndarray, shape (F, S), optional
        What frozen normalisers train by; without it these, too, normalise by the set.

    Returns
    -------
    histogram : ndarray of uint32, shape (F, L, K, 42)
    idle : ndarray of float32, shape (F, L)

    Examples
    --------
    >>> config = RunConfig(hidden=(4,))
    >>> counts, idle = histograms(config, np.ones((10, 2)), np.zeros((1, Layout.of(config).n_params)))
    >>> counts.shape, counts.sum(axis=-1).ravel().tolist(), idle.tolist()
    ((1, 1, 4, 42), [40, 40, 40, 40], [[1.0]])
    """
    layout, names = Layout.of(config), signal_names(config)
    depth = len(config.hidden)
    result = np.zeros((len(params), depth, max((len(n) for n in names), default=0), BINS), np.uint32)
    idle = np.zeros((len(params), depth), np.float32)
    with np.errstate(all="ignore"):
        for part in _chunks(len(params), len(x) * max(config.hidden, default=1)):
            given = layout.statistics(running[part]) if config.freeze_statistics and running is not None else None
            traces = forward(layout, layout.weights(params[part]), x[None], config.eps, given)
            for i, trace in enumerate(traces[:depth]):
                counts: list[NDArray[np.int64]] = []
                for name, values in signals(layout, trace).items():
                    if name == "a" and config.activation == "relu":
                        counts.append(_rectified(counts[-1]))  # a stands behind what it is made of
                    else:
                        counts.append(_counts(values, normalised=name in NORMALISED_SIGNALS))
                result[part, i, : len(counts)] = np.stack(counts, axis=1)
                idle[part, i] = (layout.activation.slope(trace.a).max(axis=1) < IDLE_SLOPE).mean(axis=1)
    return result, idle


def _counts(values: Array, *, normalised: bool) -> NDArray[np.int64]:
    """Return the 42 counts of each frame of ``values (F, N, C)``; values that are no number are not counted."""
    position = values.reshape(len(values), -1).astype(np.float32)
    if normalised:
        position *= 5.0
    else:  # asinh, written out: several times quicker than np.arcsinh
        size = np.abs(position)
        size += np.sqrt(size * size + 1.0)
        position = np.copysign(np.log(size, out=size), position)
        position *= 20.0 / _REACH
    position += 21.0
    np.clip(position, 0.0, 41.0, out=position)
    gone = np.isnan(position)
    position[gone] = BINS
    slots = position.astype(np.intp)
    slots += (np.arange(len(values)) * (BINS + 1))[:, None]
    counts = np.bincount(slots.ravel(), minlength=len(values) * (BINS + 1))
    return counts.reshape(len(values), BINS + 1)[:, :BINS]


def _rectified(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the counts of ``max(v, 0)`` from those of ``v``, by `OTHER_EDGES`: what is below 0 moves into the bin of 0."""
    result = counts.copy()
    result[:, ZERO_BIN] += counts[:, :ZERO_BIN].sum(axis=1)
    result[:, :ZERO_BIN] = 0
    return result


def _chunks(frames: int, size: int) -> Iterator[slice]:
    """Cut the frames so that one array of a chunk stays in the cache."""
    step = max(1, 150_000 // size)
    return (slice(i, i + step) for i in range(0, frames, step))


def picture_frames(config: RunConfig, dataset: Dataset, history: History, run: int = 0) -> Pictures:
    """Return what is drawn of one run, for every frame of a record.

    Parameters
    ----------
    config : RunConfig
    dataset : Dataset
    history : History
    run : int
        Position of the run (seed ``config.seed + run``).

    Examples
    --------
    >>> from bncore.data import load_data
    >>> from bncore.train import train
    >>> config = RunConfig(seeds=1, epochs=1)
    >>> picture_frames(config, load_data(config), train(config)).surface.shape[1:]
    (48, 48)
    """
    params = history.params[:, run]
    running = inference_statistics(config, params, history.running[:, run], dataset.x_train[run][None])
    counts, idle = histograms(config, dataset.x_train[run], params, history.running[:, run])
    finite = np.asarray(np.isfinite(params).all(axis=1))
    return Pictures(surfaces(config, dataset.domain[run], params, running), counts, idle, finite)
