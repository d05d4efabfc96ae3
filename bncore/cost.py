"""What a run will cost, before it is started."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bncore.config import Experiment, RunConfig
from bncore.errors import ConfigError
from bncore.history import FRAME_BYTES, frame_steps
from bncore.network import Layout
from bncore.optim import MOMENTS
from bncore.statistics import CHUNK

__all__ = ["MAX_BYTES", "MAX_SECONDS", "Cost", "check_budget", "estimate", "fitting"]

MAX_SECONDS = 180.0
"""The most that one arm may be expected to take, on one core."""

MAX_BYTES = 500_000_000
"""The most that one arm may be expected to hold in memory."""


@dataclass(frozen=True)
class Cost:
    """What one arm is expected to take.

    Parameters
    ----------
    seconds : float
        On one core, within a factor of two or three.
    bytes : int
        Of memory while it trains, its record included.
    """

    seconds: float
    bytes: int

    @property
    def fits(self) -> bool:
        """Whether this is within what a run may cost."""
        return self.within(MAX_SECONDS)

    def within(self, seconds: float) -> bool:
        """Return whether this takes so long at the most, and no more memory than a run may."""
        return self.seconds <= seconds and self.bytes <= MAX_BYTES


@lru_cache(maxsize=512)
def estimate(config: RunConfig) -> Cost:
    """Return what a run is expected to cost.

    Notes
    -----
    Seconds are a sum of terms fitted, by non-negative least squares on relative errors, to some 170 runs of every normaliser,
    of 0 to 30 layers, 1 to 64 seeds and batches of 2 to 1200, and a third more: a step pays for itself, each layer and each
    normaliser; each number of a batch pays for its way through the units and the weights, and for what chance draws for it;
    each evaluation pays for all points. Bytes count what a tape keeps of every batch size.

    Examples
    --------
    >>> estimate(RunConfig()).fits, estimate(RunConfig(hidden=(64,) * 40, seeds=1024)).fits
    (True, False)
    """
    layout = Layout.of(config)
    sizes = (2, *config.hidden, config.outputs)
    weights, units = sum(a * b for a, b in pairwise(sizes)), sum(sizes[1:])
    widths = [n for n, on in zip(sizes[1:], config.normalised_layers, strict=True) if on]
    kind = "frozen" if config.freeze_statistics and config.keeps_statistics else config.norm
    by_unit = kind in ("layer", "group")
    exact = config.inference == "exact" and config.keeps_statistics
    numbers = config.n_points * config.seeds
    frames = len(frame_steps(config.replace(seeds=1)))
    frame = 8 * config.seeds * (layout.n_params + 2 * layout.n_running)
    evaluations = config.total_epochs + 1 + min(frames, FRAME_BYTES / frame)
    evaluation = _width(config) * numbers * (6e-11 * weights + 2.4e-9 * units + 7.5e-9 * sum(widths) * (exact or by_unit))
    picture = (48 * 48 + config.n_train) * ((1e-10 + 1e-10 * by_unit) * weights + 2e-8 * units)
    seconds = config.total_steps * _step(config, weights, units, widths, kind) + evaluations * evaluation
    seconds += 8e-5 * (config.total_epochs + 1 + frames) + 7.5e-8 * config.total_epochs * numbers + frames * picture
    each = 8 * _width(config)
    kept = max(2 * frame, min(frames * frame, FRAME_BYTES))
    held = config.seeds * (6 * layout.n_params + 3 * layout.n_running + 5 * evaluations) + numbers * (6 + 2 * max(sizes))
    arrays = 6 * units + TAPE.get(kind, 5) * sum(widths) + 3 * sum(config.hidden) * (config.dropout > 0.0)
    batches = sum({last - first for first, last in config.batch_bounds})
    exact_pass = 6 * min(CHUNK + config.n_train * units, config.n_train * config.seeds * units) * exact
    return Cost(seconds, int(kept + 8 * held + each * (config.seeds * batches * arrays + exact_pass)))


TAPE = {"layer": 11, "group": 11, "ghost": 12, "noisy": 9}
"""Arrays of the batch's size that a normaliser keeps for replaying, where they are not 5."""


def _width(config: RunConfig) -> float:
    return 0.6 if config.precision == "float32" else 1.0


def _step(config: RunConfig, weights: int, units: int, widths: list[int], kind: str) -> float:
    runs, normalised = config.seeds, sum(widths)
    batch = runs * min(config.batch_size, config.n_train)
    step = 1.4e-5 + 1.2e-5 * (len(config.hidden) + 1) + (6e-5 if kind == "renorm" else 3.1e-5) * len(widths)
    pass_through = 2.6e-10 * weights + 7e-10 * units + 1.5e-8 * normalised
    if kind in ("layer", "group"):
        pass_through += 9e-10 * sum(n * n for n in widths)
    if kind == "ghost":
        pass_through += 1e-8 * normalised
    parameters = runs * (weights + units + 2 * normalised) * (2.1e-9 + 1e-9 * MOMENTS[config.optimizer])
    step += _width(config) * (batch * pass_through + parameters)
    if config.dropout > 0.0:
        step += 4.4e-6 * runs * len(config.hidden) + 6.2e-9 * batch * sum(config.hidden)
    if kind == "noisy":
        step += 1.2e-5 * runs * len(widths) + 3.7e-8 * batch * normalised
    return step


def fitting(config: RunConfig, seconds: float = MAX_SECONDS) -> dict[str, int]:
    """Return the largest number of seeds that fits, and the longest duration; a change that could not do it alone is left out.

    Parameters
    ----------
    config : RunConfig
    seconds : float
        The most that it may take.

    Examples
    --------
    >>> fitting(RunConfig(seeds=4))
    {'seeds': 4, 'epochs': 60}
    """
    duration = "epochs" if config.epochs is not None else "steps"
    best = {}
    for name in ("seeds", duration):
        if fits := _largest(config, name, seconds):
            best[name] = fits
    return best


def _largest(config: RunConfig, name: str, seconds: float) -> int:
    def too_much(value: int) -> bool:
        return not estimate(config.replace(**{name: value})).within(seconds)

    return bisect_left(range(1, getattr(config, name) + 1), True, key=too_much)


def check_budget(experiment: Experiment | RunConfig, seconds: float = MAX_SECONDS) -> None:
    """Refuse what would cost too much.

    Parameters
    ----------
    experiment : Experiment or RunConfig
    seconds : float
        The most that one arm may take.

    Raises
    ------
    ConfigError
        If an arm is expected to take longer or more memory than one may; the message names the nearest settings that fit.

    Examples
    --------
    >>> check_budget(Experiment())
    """
    configs = [experiment] if isinstance(experiment, RunConfig) else list(experiment.configs().values())
    heaviest = max(configs, key=lambda config: max(estimate(config).seconds / seconds, estimate(config).bytes / MAX_BYTES))
    cost = estimate(heaviest)
    if cost.within(seconds):
        return
    ways = [f"{name}={n} or less" for name, n in fitting(heaviest, seconds).items()] or ["a smaller network and fewer seeds"]
    raise ConfigError(
        "RunConfig.seeds", f"one arm may take at most {seconds:.0f} s and {MAX_BYTES / 1e6:.0f} MB",
        f"about {cost.seconds:.0f} s and {cost.bytes / 1e6:.0f} MB", f"Use {', or '.join(ways)}.",
    )  # fmt: skip
