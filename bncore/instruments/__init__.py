"""Instruments: pure functions that measure one thing about a network or its history.

Each takes a configuration and a moment of its runs (``params``, ``running``) or a whole `History`, and returns named
arrays that keep the runs axis.

>>> from bncore import RunConfig, load_data, train
>>> history = train(RunConfig(seeds=3, epochs=2))
>>> found = gap(history.config, load_data(history.config), history.params[-1], history.running[-1])
>>> found.inference.accuracy.shape
(3,)
"""

from bncore.instruments.covariate_shift import CovariateShift, covariate_shift
from bncore.instruments.drift import PERCENTILES, Drift, drift, drifts
from bncore.instruments.gap import Gap, Score, gap
from bncore.instruments.jitter import Jitter, jitter
from bncore.instruments.landscape import STEP_LENGTHS, Landscape, landscape
from bncore.instruments.passes import chance_of, gradient, layer_slices, logits, signals_of
from bncore.instruments.propagation import Propagation, propagation
from bncore.instruments.scale_invariance import ScaleInvariance, scale_invariance
from bncore.instruments.weight_norms import angles, effective_learning_rate, weight_norms

__all__ = [
    "PERCENTILES",
    "STEP_LENGTHS",
    "CovariateShift",
    "Drift",
    "Gap",
    "Jitter",
    "Landscape",
    "Propagation",
    "ScaleInvariance",
    "Score",
    "angles",
    "chance_of",
    "covariate_shift",
    "drift",
    "drifts",
    "effective_learning_rate",
    "gap",
    "gradient",
    "jitter",
    "landscape",
    "layer_slices",
    "logits",
    "propagation",
    "scale_invariance",
    "signals_of",
    "weight_norms",
]
