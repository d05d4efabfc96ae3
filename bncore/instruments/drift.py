"""How the distribution of a layer's signal moves while the network trains."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bncore.data import Dataset
from bncore.history import History
from bncore.instruments.passes import place_of, signals_of
from bncore.ops import Array

__all__ = ["PERCENTILES", "Drift", "drift", "drifts"]

PERCENTILES = (5, 25, 50, 75, 95)


class Drift(NamedTuple):
    """A layer's signal over the frames.

    Attributes
    ----------
    bands : ndarray, shape (F, R, 5)
        Its `PERCENTILES`, over the points and the units looked at.
    mean : ndarray, shape (F, R, C)
        The mean of every unit looked at, over the points.
    moved : ndarray, shape (F, R)
        Root mean square, over those units, of the change of the mean since the frame before; NaN at the first frame.
    """

    bands: Array
    mean: Array
    moved: Array


def drift(history: History, data: Dataset, layer: int, *, unit: int | None = None) -> Drift:
    """Return how the input of a hidden layer's activation moves over the frames of a record.

    Parameters
    ----------
    history : History
    data : Dataset
        Its training set is what is sent through: training mode without dropout and noise, the whole set one batch.
    layer : int
        Counted from 1.
    unit : int, optional
        One unit of the layer, counted from 1; all together by default.

    Raises
    ------
    ConfigError
        If there is no such hidden layer or unit.

    Notes
    -----
    The signal is what the activation acts on: y where BN comes before it, else z. It has no unit; percentiles are
    interpolated linearly. Frames stand at ``history.frame_epoch``, closer together early in the run: compare ``moved`` of two
    arms at the same frames, or of frames an epoch apart. Little drift is no merit by itself: a layer whose gradients
    vanish drifts least of all. Everything is NaN once a run has diverged.

    References
    ----------
    Ioffe and Szegedy 2015, arXiv 1502.03167, figure 1: percentiles of one unit's input over training.

    Examples
    --------
    >>> from bncore import RunConfig, load_data, train
    >>> history = train(RunConfig(seeds=2, epochs=2))
    >>> found = drift(history, load_data(history.config), 2)
    >>> found.bands.shape[1:], found.mean.shape[1:], bool((found.moved[1:] > 0).all())
    ((2, 5), (2, 16), True)
    """
    config = history.config
    place = place_of("drift.layer", layer, len(config.hidden))
    units = slice(None) if unit is None else slice(place_of("drift.unit", unit, config.hidden[place]), unit)
    return _measured(history, data, {place: units})[0]


def drifts(history: History, data: Dataset) -> list[Drift]:
    """Return `drift` of every hidden layer, all units together, with one pass a frame.

    Examples
    --------
    >>> from bncore import RunConfig, load_data, train
    >>> history = train(RunConfig(seeds=1, epochs=1))
    >>> data = load_data(history.config)
    >>> bool((drifts(history, data)[1].bands == drift(history, data, 2).bands).all())
    True
    """
    return _measured(history, data, dict.fromkeys(range(len(history.config.hidden)), slice(None)))


def _measured(history: History, data: Dataset, layers: dict[int, slice]) -> list[Drift]:
    config = history.config
    frames, runs = history.params.shape[:2]
    names = ["y" if normalised and config.placement == "before" else "z" for normalised in config.normalised_layers]
    found = [
        Drift(
            np.empty((frames, runs, len(PERCENTILES))),
            np.empty((frames, runs, len(range(config.hidden[place])[units]))),
            np.full((frames, runs), np.nan),
        )
        for place, units in layers.items()
    ]
    with np.errstate(all="ignore"):
        for f in range(frames):
            signals = signals_of(config, history.params[f], history.running[f], data.x_train)
            for (place, units), of in zip(layers.items(), found, strict=True):
                values = signals[place][names[place]][..., units]
                of.bands[f] = np.percentile(values.reshape(runs, -1), PERCENTILES, axis=1).T
                of.mean[f] = values.mean(axis=1)
        for of in found:
            of.moved[1:] = np.sqrt(np.square(np.diff(of.mean, axis=0)).mean(axis=2))
    return found
