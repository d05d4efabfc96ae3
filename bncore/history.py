"""The record of a run: named arrays with a leading evaluation or frame axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bncore.config import RunConfig
from bncore.divergence import Divergence
from bncore.network import Layout
from bncore.ops import Array
from bncore.origin import Origin, run_key

__all__ = ["FRAME_BYTES", "MAX_FRAMES", "History", "frame_steps"]

MAX_FRAMES = 100
FRAME_BYTES = 48_000_000
"""All frames' parameters of an arm stay below this; wide or many-seeded networks get fewer frames."""


@dataclass(frozen=True)
class History:
    """What a run of R seeds left behind; shapes and meanings are in ``docs/design.md``.

    ``test_accuracy`` and ``train_accuracy`` hold `RunConfig.score`: accuracy, or R^2 of a regression. Pieces of one run, in
    order, are joined with `History.join`. An array names its axes in its field's metadata.
    ``origin`` says where a fork came from.
    """

    config: RunConfig
    eval_step: NDArray[np.int64] = field(metadata={"axes": "E"})
    eval_epoch_end: NDArray[np.bool_] = field(metadata={"axes": "E"})
    test_loss: Array = field(metadata={"axes": "E R"})
    test_accuracy: Array = field(metadata={"axes": "E R"})
    train_loss: Array = field(metadata={"axes": "E R"})
    train_accuracy: Array = field(metadata={"axes": "E R"})
    batch_loss: Array = field(metadata={"axes": "E R"})
    frame_step: NDArray[np.int64] = field(metadata={"axes": "F"})
    frame_eval: NDArray[np.int64] = field(metadata={"axes": "F"})
    params: Array = field(metadata={"axes": "F R P"})
    running: Array = field(metadata={"axes": "F R S"})
    batch_stats: Array = field(metadata={"axes": "F R S"})
    gradient_norm: Array = field(metadata={"axes": "F R L+1"})
    divergences: tuple[Divergence, ...] = ()
    origin: Origin | None = None

    @property
    def eval_epoch(self) -> Array:
        """Time of each evaluation, in epochs."""
        return self.eval_step / self.config.steps_per_epoch

    @property
    def frame_epoch(self) -> Array:
        """Time of each frame, in epochs."""
        return self.frame_step / self.config.steps_per_epoch

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, name).nbytes for name in _AXES)

    @property
    def key(self) -> str:
        """A short hash, the same for all runs that give the same numbers; of a fork, its origin included."""
        return run_key(self.config, self.origin)

    @classmethod
    def join(cls, pieces: Sequence[Self]) -> Self:
        """Return one record of consecutive pieces of the same run.

        Raises
        ------
        ValueError
            If there is no piece.
        """
        if not pieces:
            message = "History.join: needs at least one piece; got none. Train first."
            raise ValueError(message)
        if len(pieces) == 1:
            return pieces[0]
        values: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in pieces]) for name in _AXES}
        offsets = np.cumsum([0, *(len(p.eval_step) for p in pieces[:-1])])
        values["frame_eval"] = np.concatenate([p.frame_eval + o for p, o in zip(pieces, offsets, strict=True)])
        divergences = tuple(d for p in pieces for d in p.divergences)
        return replace(pieces[0], divergences=divergences, **values)

    def until(self, step: int) -> History:
        """Return the record up to a step, that step included."""
        evals = int(np.searchsorted(self.eval_step, step, side="right"))
        frames = int(np.searchsorted(self.frame_step, step, side="right"))
        cut = {name: getattr(self, name)[: frames if axes[0] == "F" else evals] for name, axes in _AXES.items()}
        return replace(self, divergences=tuple(d for d in self.divergences if d.step <= step), **cut)


_AXES: dict[str, str] = {f.name: f.metadata["axes"] for f in fields(History) if "axes" in f.metadata}
"""The arrays of a record, each with the names of its axes."""


@lru_cache(maxsize=64)
def frame_steps(config: RunConfig) -> tuple[int, ...]:
    """Return the steps at which a frame is kept: 0, then denser early, the last step included; at most 100.

    Steps 1, 2, 4, 8... of the first epoch, then epoch ends (all of them, or ever sparser ones), then evenly
    spaced steps while there are fewer than 60.

    Examples
    --------
    >>> frame_steps(RunConfig())[:7], len(frame_steps(RunConfig()))
    ((0, 1, 2, 4, 8, 13, 26), 65)
    """
    total, per_epoch = config.total_steps, config.steps_per_epoch
    layout = Layout.of(config)
    bytes_a_frame = 8 * config.seeds * (layout.n_params + 2 * layout.n_running)
    limit = max(2, min(MAX_FRAMES, FRAME_BYTES // bytes_a_frame))
    early = [2**k for k in range(20) if 2**k < min(per_epoch, total)]
    early = early[: max(0, limit // 8)]
    ends = np.array([*range(per_epoch, total, per_epoch), total])
    room = limit - 1 - len(early)
    if len(ends) > room:
        ends = ends[np.unique(np.round((len(ends) - 1) * np.linspace(0.0, 1.0, max(1, room)) ** 1.5).astype(int))]
        ends[-1] = total
    steps = {0, *early, *ends.tolist()}
    wanted = min(60, limit)
    if len(steps) < wanted:
        steps |= set(np.linspace(0, total, wanted - len(steps) + 1).astype(int).tolist())
    return tuple(sorted(steps))
