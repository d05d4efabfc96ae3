"""Random numbers by purpose: no setting consumes another's."""

from __future__ import annotations

import numpy as np

__all__ = ["PURPOSES", "stream"]

PURPOSES = ("data", "split", "weights", "order", "dropout", "noise", "lens")
"""What a seed's numbers are for. The place of a word is part of every number drawn: append, never reorder."""


def stream(seed: int, purpose: str, index: int = 0, layer: int = 0) -> np.random.Generator:
    """Return the random generator of a seed for one purpose.

    Parameters
    ----------
    seed : int
        The seed of a run, 0 or more.
    purpose : str
        One of `PURPOSES`.
    index : int
        Which of the purpose's own streams, 0 or more: the layer for ``weights``, else
        `bncore.origin.Origin.past` of a fork.
    layer : int
        Which layer draws, from 1, where each draws from a stream of its own; 0 elsewhere.

    Returns
    -------
    numpy.random.Generator
        A fresh PCG64 at its beginning, statistically independent of every other seed, purpose, index and layer.

    Raises
    ------
    ValueError
        If the purpose is unknown, or the seed, the index or the layer is negative.

    Notes
    -----
    ``SeedSequence(seed, spawn_key=(place of the purpose, index))``, with the layer as a third number where there is one:
    the streams are children of one seed, as
    ``SeedSequence.spawn`` makes them, but reached directly.

    Examples
    --------
    >>> first = stream(7, "weights", 1).standard_normal(3)
    >>> bool((first == stream(7, "weights", 1).standard_normal(3)).all())
    True
    >>> bool((first == stream(7, "weights", 2).standard_normal(3)).any())
    False
    """
    if purpose not in PURPOSES:
        msg = f"stream.purpose: must be one of {', '.join(PURPOSES)}; got {purpose!r}. Use {PURPOSES[0]}."
        raise ValueError(msg)
    for name, number in (("seed", seed), ("index", index), ("layer", layer)):
        if number < 0:
            msg = f"stream.{name}: must be 0 or more; got {number}. Use 0 or more."
            raise ValueError(msg)
    key = (PURPOSES.index(purpose), index, *((layer,) if layer else ()))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
