"""The first weights of a layer. Biases start at zero."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bncore.config import INITIALIZERS
from bncore.errors import ConfigError

__all__ = ["initial_weight", "weight_sd"]


def initial_weight(name: str, fan_in: int, fan_out: int, scale: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the first weights of a layer.

    Parameters
    ----------
    name : str
        One of ``RunConfig.initializer``'s words.
    fan_in, fan_out : int
        Numbers of inputs and of units of the layer, 1 or more.
    scale : float
        Multiplies every weight and consumes no random number: at twice the scale, the same weights twice as large.
    rng : numpy.random.Generator
        Layer ``i`` (from 1; the output layer is the last) takes ``stream(seed, "weights", i)``.

    Returns
    -------
    ndarray of float64, shape (fan_in, fan_out)

    Raises
    ------
    ConfigError
        If there is no such initializer.

    Notes
    -----
    All have mean 0; they differ in shape and in standard deviation (`weight_sd`):

    =================  ==========================================  =======
    name               standard deviation                          source
    =================  ==========================================  =======
    glorot_uniform     ``sqrt(2 / (fan_in + fan_out))``            [1]_
    glorot_normal      the same                                    [1]_
    he_uniform         ``sqrt(2 / fan_in)``                        [2]_
    he_normal          the same                                    [2]_
    lecun_normal       ``sqrt(1 / fan_in)``                        [3]_
    normal             1
    =================  ==========================================  =======

    A uniform draw lies in ``+-sqrt(3) * sd``. The normal draws are **not truncated**, as in PyTorch; Keras cuts its
    ``glorot_normal``, ``he_normal`` and ``lecun_normal`` off at two standard deviations and widens them to the same sd.

    References
    ----------
    .. [1] Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, AISTATS.
    .. [2] He, Zhang, Ren and Sun 2015, Delving deep into rectifiers, arXiv 1502.01852.
    .. [3] LeCun, Bottou, Orr and Mueller 1998, Efficient BackProp, in Neural Networks: Tricks of the Trade.

    Examples
    --------
    >>> from bncore.streams import stream
    >>> one = initial_weight("glorot_uniform", 2, 16, 1.0, stream(0, "weights", 1))
    >>> two = initial_weight("glorot_uniform", 2, 16, 2.0, stream(0, "weights", 1))
    >>> one.shape, bool((two == 2 * one).all())
    ((2, 16), True)
    """
    sd = weight_sd(name, fan_in, fan_out)
    shape = (fan_in, fan_out)
    draw = math.sqrt(3.0) * rng.uniform(-1.0, 1.0, shape) if name.endswith("_uniform") else rng.standard_normal(shape)
    return scale * (sd * draw)


def weight_sd(name: str, fan_in: int, fan_out: int) -> float:
    """Return the standard deviation of a layer's first weights at scale 1.

    Parameters
    ----------
    name : str
        One of ``RunConfig.initializer``'s words.
    fan_in, fan_out : int
        Numbers of inputs and of units of the layer, 1 or more.

    Raises
    ------
    ConfigError
        If there is no such initializer.

    Examples
    --------
    >>> weight_sd("he_normal", 8, 16)
    0.5
    """
    if name not in INITIALIZERS:
        rule = f"must be one of {', '.join(INITIALIZERS)}"
        raise ConfigError("RunConfig.initializer", rule, repr(name), f"Use {INITIALIZERS[0]}.")
    if name.startswith("glorot"):
        return math.sqrt(2.0 / (fan_in + fan_out))
    if name.startswith("he_"):
        return math.sqrt(2.0 / fan_in)
    return 1.0 if name == "normal" else math.sqrt(1.0 / fan_in)
