"""The order in which an epoch visits the training points; its batches are consecutive slices (`RunConfig.batch_bounds`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bncore.config import RunConfig
    from bncore.ops import Array

__all__ = ["batch_bounds", "cut_sizes", "epoch_order"]


@lru_cache(maxsize=256)
def batch_bounds(class_sizes: tuple[int, ...], batch_size: int, batches: str) -> tuple[tuple[int, int], ...]:
    """Return the first and last-plus-one position, in the epoch's order, of each mini-batch of an epoch.

    Examples
    --------
    >>> batch_bounds((5, 5), 4, "shuffled"), batch_bounds((5, 5), 4, "one_class")
    (((0, 4), (4, 8), (8, 10)), ((0, 5), (5, 10)))
    """
    if batches != "one_class":
        sizes = cut_sizes(sum(class_sizes), batch_size)
    else:  # all full batches of all classes, then the last one of each class
        cuts = [cut_sizes(n, batch_size) for n in class_sizes]
        sizes = [size for cut in cuts for size in cut[:-1]] + [cut[-1] for cut in cuts]
    ends = list(accumulate(sizes))
    return tuple(zip([0, *ends[:-1]], ends, strict=True))


def cut_sizes(n: int, batch_size: int) -> list[int]:
    """Return the sizes of consecutive batches of ``n`` points; a last batch of one joins the one before.

    Examples
    --------
    >>> cut_sizes(10, 4), cut_sizes(9, 4), cut_sizes(3, 1)
    ([4, 4, 2], [4, 5], [1, 1, 1])
    """
    sizes = [batch_size] * (n // batch_size)
    rest = n % batch_size
    if rest == 1 and sizes and batch_size > 1:
        sizes[-1] += 1  # one point has no variance
    elif rest:
        sizes.append(rest)
    return sizes


def epoch_order(config: RunConfig, targets: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the training points in the order in which one epoch of one run sees them.

    Parameters
    ----------
    config : RunConfig
    targets : ndarray, shape (n_train,)
        The class of each point; of a regression its value, which no order looks at.
    rng : numpy.random.Generator
        The run's own stream of purpose ``order``, made by `stream`.

    Notes
    -----
    ``shuffled``: a plain permutation. ``one_class``: each class is permuted and cut into batches, so every batch is of one
    class exactly; full batches come first in a random order of classes, then the last batch of each class, in random order
    too where they are of one size. ``fixed``: the stream's first permutation, wherever the stream stands; nothing is taken from
    it. So every epoch is the first one of ``shuffled`` again. ``replacement``: as many draws as there are points, each of any
    point.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> config = RunConfig(samples=20, batches="one_class", batch_size=4)
    >>> targets = np.repeat([0.0, 1.0], 8)
    >>> order = epoch_order(config, targets, np.random.default_rng(0))
    >>> [len(set(targets[order[a:b]].tolist())) for a, b in config.batch_bounds]
    [1, 1, 1, 1]
    """
    n = len(targets)
    if config.batches == "shuffled":
        return rng.permutation(n)
    if config.batches == "fixed":
        seeds = cast("np.random.SeedSequence", rng.bit_generator.seed_seq)
        return np.random.Generator(np.random.PCG64(seeds)).permutation(n)
    if config.batches == "replacement":
        return rng.integers(n, size=n, dtype=np.intp)
    cuts: list[Iterator[NDArray[np.intp]]] = []
    full: list[int] = []
    last: list[NDArray[np.intp]] = []
    for label in range(config.n_classes):
        points = rng.permutation(np.flatnonzero(targets == label))
        ends = np.cumsum(cut_sizes(len(points), config.batch_size))[:-1]
        *cut, tail = np.split(points, ends)
        cuts.append(iter(cut))
        full += [label] * len(cut)
        last.append(tail)
    for place in range(len(last) - 1, 0, -1):  # or an epoch would always end with the same class
        alike = [other for other in range(place + 1) if len(last[other]) == len(last[place])]
        if len(alike) > 1:
            other = alike[int(rng.random() * len(alike))]
            last[place], last[other] = last[other], last[place]
    classes = rng.permutation(full).astype(int).tolist()
    return np.concatenate([*(next(cuts[c]) for c in classes), *last])
