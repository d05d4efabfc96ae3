"""A run in words and bytes, ready for the player; what is whole is kept."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from app import narrate
from app.compute.cache import ByteCache
from app.live.codec import zipped
from app.live.pack import pack_run
from app.result import ArmResult
from bncore.config import Experiment

__all__ = ["packed"]

CACHE_BYTES = 8_000_000
"""Bound of the runs that are kept packed; the default one takes a quarter of a megabyte, what it is made of twenty times that."""

_lock = threading.Lock()
_cache: ByteCache[tuple[Experiment, int, tuple[str, ...], tuple[str, ...]], bytes] = ByteCache(CACHE_BYTES)


def packed(
    experiment: Experiment, results: Sequence[ArmResult], run: int, said: Sequence[str] = (), locked: Sequence[str] = ()
) -> bytes:
    """Return the bytes that show a run, compressed (`app.live.codec.zipped`): its headline, its sentences and its pictures.

    Parameters
    ----------
    experiment : Experiment
    results : sequence of ArmResult
        One an arm, with the pictures of the run.
    run : int
        Position of the run whose pictures are shown.
    said : sequence of str
        What the person must know about the settings.
    locked : sequence of str
        What the player does not offer (`app.live.pack.pack_run`).

    Notes
    -----
    Whole results depend on nothing but the experiment, so their bytes are kept, by the experiment, the run, what was said
    and what is locked.
    """
    key = (experiment, run, tuple(said), tuple(locked))
    whole = all(result.complete for result in results)
    with _lock:
        data = _cache.get(key) if whole else None
    if data is None:
        data = zipped(_made(experiment, results, run, said, locked))
        if whole:
            with _lock:
                _cache.put(key, data, len(data))
    return data


def _made(experiment: Experiment, results: Sequence[ArmResult], run: int, said: Sequence[str], locked: Sequence[str]) -> bytes:
    threshold = narrate.threshold_of(experiment, results)
    long = max(result.config.total_epochs for result in results) >= narrate.KEPT
    return pack_run(
        experiment,
        results,
        run_index=run,
        threshold=threshold,
        headline=narrate.headline(experiment, results, threshold),
        kept=(narrate.KEPT, narrate.headline(experiment, results, threshold, narrate.KEPT) if long else ""),
        sentences=narrate.sentences(experiment, results, run),
        messages=[*said, *narrate.messages(experiment, results)],
        locked=locked,
    )
