"""The pictures of another run than the one that was drawn while the arm was trained."""

from __future__ import annotations

import threading
from dataclasses import replace

from app.compute.arrays import read_only, size_of
from app.compute.cache import ByteCache
from app.result import ArmResult
from bncore import Pictures, picture_frames

__all__ = ["redrawn"]

CACHE_BYTES = 16_000_000

_lock = threading.Lock()
_cache: ByteCache[tuple[str, int], Pictures] = ByteCache(CACHE_BYTES)


def redrawn(result: ArmResult, run: int) -> ArmResult:
    """Return an arm with the pictures of another run; nothing is trained, and of an arm that grew only the new frames are drawn.

    Parameters
    ----------
    result : ArmResult
    run : int
        Position of the run (seed ``config.seed + run``).

    Notes
    -----
    The caller's thread draws, one thread of the process at a time: more would only fight for the interpreter. The pictures
    drawn last are kept.

    Examples
    --------
    >>> from bncore import RunConfig, load_data, train
    >>> config = RunConfig(seeds=2, epochs=1)
    >>> data, history = load_data(config), train(config)
    >>> first = ArmResult(config, data, history, picture_frames(config, data, history, 0))
    >>> bool((redrawn(first, 1).pictures.surface == picture_frames(config, data, history, 1).surface).all())
    True
    """
    history, key = result.history, (result.config.key, run)
    frames = len(history.frame_step)
    with _lock:
        pictures = _cache.get(key)
        drawn = 0 if pictures is None else len(pictures.finite)
        if pictures is None or drawn < frames:
            rest = replace(history, params=history.params[drawn:], running=history.running[drawn:])
            more = picture_frames(result.config, result.dataset, rest, run)
            pictures = read_only(more if pictures is None else Pictures.join([pictures, more]))
            _cache.put(key, pictures, size_of(pictures))
    return replace(result, pictures=pictures.until(frames))
