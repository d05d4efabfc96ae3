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
        return self.seconds <= MAX_SECONDS and self.bytes <= MAX_BYTES


@lru_cache(maxsize=512)
def estimate(config: RunConfig) -> Cost:
    """Return what a run is expected to cost.

    Notes
    -----
    Seconds are a sum of terms fitted, by non-negative least squares on relative errors, to some sixty runs of 0 to 30
    layers, 1 to 64 seeds and batches of 2 to 256: a step pays for itself, each layer and each normaliser; each number
    of a batch pays for its way through the units and the weights; each evaluation pays for all points.

    Examples
    --------
    >>> estimate(RunConfig()).fits, estimate(RunConfig(hidden=(64,) * 40, seeds=1024)).fits
    (True, False)
    """
    layout = Layout.of(config)
    sizes = (2, *config.hidden, 1)
    weights = sum(a * b for a, b in pairwise(sizes))
    units = sum(sizes[1:])
    normalised = sum(n for n, on in zip(sizes[1:], config.normalised_layers, strict=True) if on)
    steps, runs, frames = config.total_steps, config.seeds, len(frame_steps(config.replace(seeds=1)))
    evaluations = config.total_epochs + 1 + frames
    batch = runs * min(config.batch_size, config.n_train)
    step = 5e-5 + 2e-5 * (len(sizes) - 1) + 3e-5 * sum(config.normalised_layers)
    step += batch * (5e-11 * weights + 3e-9 * units + 1.5e-8 * normalised) + 2e-9 * runs * layout.n_params
    evaluation = runs * config.samples * (3e-11 * weights + 2.6e-9 * units)
    picture = (48 * 48 + config.n_train) * (1e-10 * weights + 2e-8 * units)
    seconds = steps * step + evaluations * evaluation + 1.6e-7 * config.total_epochs * runs * config.samples + frames * picture
    frame = 8 * runs * (layout.n_params + 2 * layout.n_running)
    kept = max(2 * frame, min(frames * frame, FRAME_BYTES))
    numbers = runs * (6 * layout.n_params + 3 * layout.n_running + 5 * evaluations + config.samples * (6 + 2 * max(sizes)))
    return Cost(seconds, kept + 8 * (numbers + 8 * batch * units))


def fitting(config: RunConfig) -> dict[str, int]:
    """Return the largest number of seeds that fits, and the longest duration; a change that could not do it alone is left out.

    Examples
    --------
    >>> fitting(RunConfig(seeds=4))
    {'seeds': 4, 'epochs': 60}
    """
    duration = "epochs" if config.epochs is not None else "steps"
    best = {}
    for name in ("seeds", duration):
        if fits := _largest(config, name):
            best[name] = fits
    return best


def _largest(config: RunConfig, name: str) -> int:
    def too_much(value: int) -> bool:
        return not estimate(config.replace(**{name: value})).fits

    return bisect_left(range(1, getattr(config, name) + 1), True, key=too_much)


def check_budget(experiment: Experiment | RunConfig) -> None:
    """Refuse what would cost too much.

    Raises
    ------
    ConfigError
        If an arm is expected to take longer or more memory than one may; the message names the nearest settings that fit.

    Examples
    --------
    >>> check_budget(Experiment())
    """
    configs = [experiment] if isinstance(experiment, RunConfig) else list(experiment.configs().values())
    heaviest = max(configs, key=lambda config: max(estimate(config).seconds / MAX_SECONDS, estimate(config).bytes / MAX_BYTES))
    cost = estimate(heaviest)
    if cost.fits:
        return
    ways = [f"{name}={n} or less" for name, n in fitting(heaviest).items()] or ["a smaller network and fewer seeds"]
    raise ConfigError(
        "RunConfig.seeds", f"one arm may take at most {MAX_SECONDS:.0f} s and {MAX_BYTES / 1e6:.0f} MB",
        f"about {cost.seconds:.0f} s and {cost.bytes / 1e6:.0f} MB", f"Use {', or '.join(ways)}.",
    )  # fmt: skip
