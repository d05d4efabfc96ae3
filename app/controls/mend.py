"""The nearest experiment that is allowed, and what had to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.arms import named
from app.controls.text import legible
from bncore.config import TWINS, Arm, Experiment, RunConfig, format_value
from bncore.errors import ConfigError

__all__ = ["mend", "message_of"]


def message_of(error: ConfigError, using: str = "", label: str = "") -> str:
    """Return an error as a person reads it: the field by its name, what rule it broke, and what is used instead.

    Parameters
    ----------
    error : ConfigError
    using : str
        What is used instead.
    label : str
        What the field is called on the page, where its name in the address tells little.

    Examples
    --------
    >>> message_of(ConfigError("RunConfig.seeds", "must be 1..1024", "'x'", "Write it like 8."), "8")
    "seeds: must be 1..1024; got 'x'. Write it like 8. Using 8."
    """
    came = legible(error.came, 60)
    ending = f" Using {using}." if using else ""
    name = f"{label} ({error.field})" if label else error.field
    return f"{name}: {error.rule}; got {came}. {error.mend}{ending}"


def mend(values: Mapping[str, Any], arms: tuple[Arm, ...] = TWINS) -> tuple[Experiment, list[str]]:
    """Return the experiment of these values, or the nearest one that is allowed, with a message for each change.

    Parameters
    ----------
    values : mapping of str to value
        Fields of `RunConfig`, each allowed by itself; only rules between fields can be broken.
    arms : tuple of Arm
        What is compared. Where no change of the base can save them, the default twins take their place. Arms that are no
        person's own are called by what differs (`app.arms.named`).

    Examples
    --------
    >>> experiment, messages = mend({"samples": 20})
    >>> experiment.base.batch_size, messages
    (16, ['batch_size: must be 1..16, the training points; got 32. Use 16 or less. Using 16.'])
    """
    fixed = {name: value for name, value in values.items() if name != "steps" or value is not None}
    if fixed.get("steps") is not None and "epochs" not in fixed:
        fixed["epochs"] = None
    messages: list[str] = []
    while True:
        try:
            base = RunConfig(**fixed)
            break
        except ConfigError as error:
            changed = _change(error, fixed)
            fixed |= changed
            using = ", ".join(f"{name} {format_value(name, value)}" for name, value in changed.items())
            messages.append(message_of(error, using if len(changed) > 1 else using.partition(" ")[2]))
    try:
        return named(Experiment(base, arms)), messages
    except ConfigError as error:
        return named(Experiment(base)), [*messages, message_of(error, "the default twins")]


def _change(error: ConfigError, values: Mapping[str, Any]) -> dict[str, Any]:
    if error.field == "batch_size":
        n_train = RunConfig(**{**values, "batch_size": 1, "norm_layers": "all", "seed": 0}).n_train
        return {"batch_size": min(max(values.get("batch_size", RunConfig().batch_size), 1), n_train)}
    if error.field == "norm_layers":
        depth = len(values.get("hidden", RunConfig().hidden))
        return {"norm_layers": tuple(n for n in values["norm_layers"] if n <= depth) or "all"}
    if error.field == "seed":
        return {"seed": 2**31 - values.get("seeds", RunConfig().seeds)}
    if error.field == "epochs, steps":
        return {"steps": None} if values.get("epochs", 0) is not None else {"epochs": RunConfig().epochs}
    default = getattr(RunConfig(), error.field, None)
    if values.get(error.field, default) != default:
        return {error.field: default}
    raise error
