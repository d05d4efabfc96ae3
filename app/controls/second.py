"""What the controls of the second arm hold, and back: pure functions between arms and the values of widgets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from app.arms import DIFFERENT, second_of, twins
from app.controls.grids import options_for
from bncore.config import SPECS, Arm, Experiment, RunConfig, format_value, parse_value
from bncore.errors import ConfigError

__all__ = [
    "COMPARE",
    "FIELD",
    "ONE_FIELD",
    "OWN",
    "SECOND",
    "field_of",
    "fields_for",
    "held",
    "kinds_for",
    "other_value",
    "value_key",
    "with_second",
]

COMPARE, FIELD = "compare", "compare_by"
"""The keys of the choosers: with what, and, where one field differs, which."""

ONE_FIELD, OWN = "one_field", "own"
"""What the first chooser says of a second arm that is the same but for one field, and of arms that are a person's own."""


def value_key(name: str) -> str:
    """Return the key of the second arm's control of a field."""
    return f"compare_{name}"


SECOND = (COMPARE, FIELD, *map(value_key, DIFFERENT))
"""The keys of all that chooses the second arm."""


def kinds_for(experiment: Experiment, may: Collection[str] = DIFFERENT) -> list[str]:
    """Return what can be compared with: every normaliser, one of the fields that may differ, and a person's own arms.

    Examples
    --------
    >>> kinds_for(Experiment())
    ['none', 'layer', 'group', 'renorm', 'ghost', 'noisy', 'batch', 'one_field']
    """
    norms = [name for name in SPECS["norm"].choices if name not in ("none", "batch")]
    one = [ONE_FIELD] if fields_for(experiment, may) else []
    return ["none", *norms, "batch", *one, *([OWN] if second_of(experiment) is None else [])]


def fields_for(experiment: Experiment, may: Collection[str] = DIFFERENT) -> list[str]:
    """Return the fields by which a second arm can differ: those that may and have an effect, and the one that is chosen."""
    idle, chosen = experiment.base.inert(), field_of(experiment)
    other = "epochs" if experiment.base.steps is not None else "steps"
    return [name for name in DIFFERENT if name == chosen or (name in may and name not in idle and name != other)]


def field_of(experiment: Experiment) -> str | None:
    """Return the field by which the second arm differs; None where that is the normaliser, or more than one."""
    second = second_of(experiment)
    return second[0] if second is not None and second[0] != "norm" else None


def held(experiment: Experiment) -> dict[str, Any]:
    """Return what the choosers hold, by key; the value of the second arm's field is as `app.controls.values` shows it."""
    second = second_of(experiment)
    if second is None:
        return {COMPARE: OWN}
    field, value = second
    return {COMPARE: value} if field == "norm" else {COMPARE: ONE_FIELD, FIELD: field}


def with_second(experiment: Experiment, key: str, value: Any, may: Collection[str] = DIFFERENT) -> tuple[Arm, ...]:
    """Return the arms after one chooser was moved.

    Raises
    ------
    ConfigError
        If the second arm breaks a rule.

    Examples
    --------
    >>> [arm.label for arm in with_second(Experiment(), COMPARE, "layer")]
    ['with BN', 'with layer norm']
    >>> [arm.label for arm in with_second(Experiment(), COMPARE, ONE_FIELD)]
    ['learning rate 0.03', 'learning rate 0.1']
    """
    base = experiment.base
    if key == COMPARE and value == OWN:
        return experiment.arms
    if key == COMPARE and value != ONE_FIELD:
        return twins(base, "norm", value)
    first = "learning_rate" if "learning_rate" in may else next(iter(fields_for(experiment, may)), "norm")
    field = first if key == COMPARE else str(value)
    return twins(base, field, other_value(field, base))


def other_value(name: str, config: RunConfig) -> Any:
    """Return a value of a field that is worth comparing with the one it has: two stops up or, at the end, down.

    Examples
    --------
    >>> other_value("learning_rate", RunConfig()), other_value("placement", RunConfig()), other_value("hidden", RunConfig())
    (0.1, 'after', (16, 16, 16))
    >>> other_value("batches", RunConfig(dataset="plane_wave"))
    'fixed'
    """
    value = getattr(config, name)
    return next((other for other in _others(name, config) if other != value and _allowed(config, name, other)), value)


def _others(name: str, config: RunConfig) -> Iterator[Any]:
    """Yield values of a field, those first that are most worth comparing; some may not go with the rest of the settings."""
    spec, value = SPECS[name], getattr(config, name)
    if spec.kind == "bool":
        yield not value
    elif spec.kind == "choice":
        at = spec.choices.index(value)
        yield from (*spec.choices[at + 1 :], *spec.choices[:at])
    elif spec.kind == "sizes":
        if len(value) < 8:
            yield (*value, value[-1] if value else 16)
        yield value[:-1]
        yield tuple(width // 2 or 2 for width in value)
    elif spec.kind == "layers":
        yield from ((1,), ()) if len(config.hidden) > 1 else ((), "all")
    else:
        stops = options_for(name, config)
        at = stops.index(format_value(name, value))
        yield from (parse_value(name, stops[i]) for i in (at + 2, at - 2, at + 1, at - 1) if 0 <= i < len(stops))


def _allowed(config: RunConfig, name: str, value: Any) -> bool:
    try:
        config.replace(**{name: value})
    except ConfigError:
        return False
    return True
