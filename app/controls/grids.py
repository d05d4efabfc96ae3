"""The stops of every slider, derived from what is known about the field."""

from __future__ import annotations

import math

from bncore.config import SPECS, RunConfig, Spec, format_value

__all__ = ["options_for"]

NEAR_ONE = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 0.999999)
AROUND_ZERO = (0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
POWERS_OF_TWO = ("batch_size", "seeds", "groups", "ghost_size")
OF_THE_RUN = ("warmup", "renorm_start")
"""Lengths of a part of the run, in steps."""

SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NOISE = (0.0, 0.01, 0.02, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0)
ANGLES = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 45.0, 60.0, 75.0, 90.0, 120.0, 135.0, 150.0, 180.0)
FACTORS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0)


def options_for(name: str, config: RunConfig) -> list[str]:
    """Return the stops of a number's slider as text, smallest first.

    The value of `config` and the field's default are always among them, whatever the grid: a link or a preset
    keeps its value to the last bit.

    Parameters
    ----------
    name : str
        A field of `RunConfig` with bounds.
    config : RunConfig
        The settings that the slider shows.

    Examples
    --------
    >>> options_for("batch_size", RunConfig(batch_size=100))
    ['1', '2', '4', '8', '16', '32', '64', '100', '128', '256', '400']
    >>> options_for("seeds", RunConfig())[:6]
    ['1', '2', '4', '8', '16', '32']
    """
    spec = SPECS[name]
    upper = config.n_train if name == "batch_size" else spec.upper
    wanted = [*_grid(name, spec, config), getattr(RunConfig(), name), getattr(config, name)]
    values = [v for v in wanted if v is not None and spec.lower <= v <= upper]
    stops = {float(v): format_value(name, int(v) if spec.kind == "int" else float(v)) for v in values}
    return [stops[value] for value in sorted(stops)]


def _grid(name: str, spec: Spec, config: RunConfig) -> tuple[float, ...]:
    if spec.lower is None or spec.upper is None:
        raise AssertionError(f"{name} has no bounds")
    if name in POWERS_OF_TWO:
        most = config.n_train if name in ("batch_size", "ghost_size") else spec.upper
        return (*(size for i in range(12) if (size := 2.0**i) <= most), most if name == "batch_size" else 1)
    if name == "noise":
        return NOISE
    if name == "dropout":
        return SHARES
    if name in OF_THE_RUN:  # beyond the run's end nothing is any different
        return (0.0, *_steps(10.0, max(100.0, config.total_steps), (1, 2, 5)))
    if name == "test_rotation":
        return (*(-angle for angle in ANGLES), *ANGLES)
    if name == "test_scale":
        return FACTORS
    if name == "weight_decay":
        return (0.0, *_steps(1e-5, 1.0, (1, 3)))
    if spec.log and spec.lower == 0:
        return (0.0, *_steps(1.0 if spec.kind == "int" else 0.1, spec.upper, (1, 2, 5)))
    if spec.log:
        wide = spec.upper / spec.lower > 1e8
        return _steps(max(spec.lower, 1e-12), spec.upper, (1,) if wide else (1, 2, 3, 5))
    if spec.lower == -spec.upper:
        return (*(-v for v in AROUND_ZERO), 0.0, *AROUND_ZERO)
    if spec.lower == 0:
        return NEAR_ONE
    return tuple(round(0.05 * i, 2) for i in range(1, 20))


def _steps(lower: float, upper: float, digits: tuple[int, ...]) -> tuple[float, ...]:
    decades = range(math.floor(math.log10(lower)), math.ceil(math.log10(upper)) + 1)
    return tuple(v for e in decades for d in digits if lower <= (v := float(f"{d}e{e}")) <= upper)
