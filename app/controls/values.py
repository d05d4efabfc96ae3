"""What a control holds for a field, and back: pure functions between settings and the values of widgets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from app.arms import twins
from app.controls.mend import mend, message_of
from app.controls.second import COMPARE, FIELD, ONE_FIELD, OWN, SECOND, field_of, fields_for, held, value_key, with_second
from app.controls.text import legible
from bncore.config import SPECS, Arm, Experiment, RunConfig, chosen_layers, format_value, parse_value
from bncore.errors import ConfigError

__all__ = ["DEPTH", "SAME_UPDATES", "WIDGETS", "WIDTH", "read", "shown"]

SAME_UPDATES = "same_updates"
"""The switch between a duration in epochs and one in steps."""

DEPTH, WIDTH = "depth", "width"
"""How many hidden layers and how wide: a shorthand of ``hidden``."""

MAX_OFFERED_DEPTH, WIDEST = 8, 64

WIDGETS = (*SPECS, SAME_UPDATES, DEPTH, WIDTH, *SECOND)
"""The key of every control: the field's own name, three that stand for no field of their own, and those of the second arm."""


def shown(experiment: Experiment) -> dict[str, Any]:
    """Return what every control holds for an experiment.

    Switches hold a bool, the first seed an int, the normalised layers a list of layer numbers, all others text. Of the second
    arm's controls those are held that stand on the page.

    Examples
    --------
    >>> values = shown(Experiment())
    >>> values["hidden"], values["norm_layers"], values["epochs"], values["same_updates"], values["depth"], values["width"]
    ('16,16', [1, 2], '60', False, 2, 16)
    >>> values["compare"]
    'none'
    """
    config, field = experiment.base, field_of(experiment)
    values: dict[str, Any] = {name: _shown_field(name, config) for name in SPECS} | held(experiment)
    if field is not None:
        values[value_key(field)] = _shown_field(field, _second(experiment))
    return values | {
        SAME_UPDATES: config.steps is not None,
        DEPTH: min(len(config.hidden), MAX_OFFERED_DEPTH),
        WIDTH: max(config.hidden, default=16),
    }


def read(widgets: Mapping[str, Any], before: Experiment, may: Collection[str] = tuple(SPECS)) -> tuple[Experiment, list[str]]:
    """Return the experiment that the controls stand for, and a message for each value that had to be changed.

    A control that was not touched leaves its field as it was, to the last bit.

    Parameters
    ----------
    widgets : mapping of str to value
        What the controls hold, by key; those that are not on the page are missing.
    before : Experiment
        What the controls were last filled from.
    may : collection of str
        Fields by which a second arm may be made to differ.

    Examples
    --------
    >>> read({"batch_size": "64"}, Experiment())[0].base.batch_size
    64
    >>> read({"hidden": "16,x"}, Experiment())[1]
    ["hidden: must be whole numbers with commas between them, or none; got '16,x'. Write it like 16,16. Using 16,16."]
    """
    old, old_shown = before.base, shown(before)
    touched = {key: value for key, value in widgets.items() if value is not None and value != old_shown.get(key, value)}
    if not touched:
        return before, []
    values = {name: getattr(old, name) for name in SPECS}
    messages: list[str] = []
    for key in [key for key, value in touched.items() if not _offered(key, value, before)]:
        messages.append(f"{key}: must be what its control offers; got {legible(repr(touched.pop(key)))}. Left as it was.")
    if touched.get("dataset") == "table" and not (old.table or touched.get("table")):
        del touched["dataset"]
        messages.append(f"dataset: table has no rows yet. Give them at Your own table. Still using {old.dataset}.")
    for key in (key for key in touched if key not in SECOND):
        try:
            values |= _change(key, touched[key], old)
        except ConfigError as error:
            messages.append(message_of(error, format_value(key, getattr(old, key))))
    arms, said = _arms(touched, before, may)
    experiment, mended = mend(values, arms)
    return experiment, [*messages, *said, *mended]


def _offered(key: str, value: Any, before: Experiment) -> bool:
    """Return whether a control could hold a value: Streamlit passes on what a browser sends, of whatever kind."""
    if key == COMPARE:
        return value in [*SPECS["norm"].choices, ONE_FIELD, OWN]
    if key == FIELD:
        return value in fields_for(before)
    name = key.removeprefix(value_key("")) if key in SECOND else key
    if name in (DEPTH, WIDTH):
        return type(value) is int and 0 <= value <= (MAX_OFFERED_DEPTH if name == DEPTH else WIDEST)
    kind = SPECS[name].kind if name in SPECS else "bool"
    if name == "seed":
        return type(value) is int
    return isinstance(value, {"bool": bool, "layers": list}.get(kind, str))


def _arms(touched: Mapping[str, Any], before: Experiment, may: Collection[str]) -> tuple[tuple[Arm, ...], list[str]]:
    """Return the arms after the first of the second arm's controls that was touched."""
    key = next((key for key in SECOND if key in touched), None)
    if key is None:
        return before.arms, []
    try:
        if key in (COMPARE, FIELD):
            return with_second(before, key, touched[key], may), []
        (field, value), *_ = _change(key.removeprefix(value_key("")), touched[key], _second(before)).items()
        return twins(before.base, field, value), []
    except ConfigError as error:
        return before.arms, [message_of(error, "what it was")]


def _second(experiment: Experiment) -> RunConfig:
    return experiment.base.replace(**dict(experiment.arms[1].overrides))


def _shown_field(name: str, config: RunConfig) -> Any:
    value = getattr(config, name)
    if name == "norm_layers":
        return list(range(1, len(config.hidden) + 1)) if value == "all" else list(value)
    if SPECS[name].kind == "bool" or name == "seed":
        return value
    return "" if value is None else format_value(name, value)


def _change(key: str, value: Any, old: RunConfig) -> dict[str, Any]:
    if key == SAME_UPDATES:
        if value:
            return {"epochs": None, "steps": old.total_steps}
        return {"epochs": min(old.total_epochs, int(SPECS["epochs"].upper or old.total_epochs)), "steps": None}
    if key == DEPTH:
        return {"hidden": (*old.hidden[:value], *[(old.hidden or (16,))[-1]] * (value - len(old.hidden)))}
    if key == WIDTH:
        return {"hidden": (value,) * len(old.hidden)}
    if key == "norm_layers":
        return {key: chosen_layers(value, len(old.hidden))}
    return {key: value if isinstance(value, (bool, int)) else parse_value(key, value)}
