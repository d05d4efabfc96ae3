"""A state or a record taken apart into plain JSON values and arrays, and put together again with every part checked."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

from bncore.config import SPECS, RunConfig, parse_value
from bncore.container import StoreError
from bncore.divergence import Divergence
from bncore.effective import drawing_layers
from bncore.errors import ConfigError
from bncore.history import History
from bncore.network import Layout
from bncore.ops import Array
from bncore.optim import MOMENTS
from bncore.origin import MAX_FORKS, Origin
from bncore.state import Streams, TrainState

__all__ = ["put_together", "said", "taken_apart", "whole"]

T = TypeVar("T", TrainState, History)


def taken_apart(value: TrainState | History) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the fields that are no arrays, as values that JSON knows, and those that are, both by name."""
    hints = get_type_hints(type(value))
    given = {f: getattr(value, f.name) for f in fields(value)}
    arrays = {f.name: part for f, part in given.items() if "axes" in f.metadata}
    return {f.name: _KINDS[hints[f.name]][0](part) for f, part in given.items() if f.name not in arrays}, arrays


def put_together(kind: type[T], parts: Any, arrays: dict[str, NDArray[Any]]) -> T:
    """Return the value whose parts these are.

    Raises
    ------
    StoreError
        If a part is missing, too many, of the wrong kind, or does not agree with the settings.
    """
    where, hints = kind.__name__, get_type_hints(kind)
    axes = {f.name: f.metadata["axes"].split() for f in fields(kind) if "axes" in f.metadata}
    others = [f.name for f in fields(kind) if f.name not in axes]
    if not isinstance(parts, dict):
        raise StoreError(where, "must be a dictionary of parts", said(parts))
    for expected, came in ((axes, arrays), (others, parts)):
        if set(expected) != set(came):
            odd = sorted(set(expected) ^ set(came))
            raise StoreError(where, f"must hold {', '.join(expected)}", f"missing or strange: {said(odd)}")
    config = _read_config(f"{where}.config", parts["config"])
    for name, purpose in ((f.name, f.metadata["purpose"]) for f in fields(kind) if "purpose" in f.metadata):
        _listed(f"{where}.{name}", parts[name], config.seeds * len(drawing_layers(config, purpose)))
    values: dict[str, Any] = {n: _KINDS[hints[n]][1](f"{where}.{n}", parts[n], config) for n in others if n != "config"}
    sizes = _sizes(config)
    for name, names in axes.items():
        values[name] = _checked_array(f"{where}.{name}", arrays[name], _dtypes(kind, hints[name], config), names, sizes)
    value = kind(config=config, **values)
    if isinstance(value, History):
        _check_times(value)
    return value


def _sizes(config: RunConfig) -> dict[str, int]:
    """Return the lengths of the axes that follow from the settings; those of evaluations and frames come from the arrays."""
    layout = Layout.of(config)
    last = {"L+1": len(layout.layers), "K": MOMENTS[config.optimizer]}
    return {"R": config.seeds, "P": layout.n_params, "S": layout.n_running} | last


def _dtypes(kind: type, hint: Any, config: RunConfig) -> tuple[np.dtype[Any], ...]:
    if hint == Array:
        computed = np.dtype(config.precision)
        return (computed,) if kind is TrainState else (computed, np.dtype(np.float64))  # a record also measures
    return (np.dtype(np.bool_ if hint == NDArray[np.bool_] else np.int64),)


def _checked_array(
    where: str, array: NDArray[Any], dtypes: tuple[np.dtype[Any], ...], axes: list[str], sizes: dict[str, int]
) -> NDArray[Any]:
    if len(axes) == array.ndim:
        sizes.setdefault(axes[0], len(array))  # E or F, as the first array has it
    shape = tuple(sizes.get(axis, axis) for axis in axes)
    if array.shape != shape or array.dtype not in dtypes:
        raise StoreError(where, f"must be {dtypes[0]} of shape {shape}", f"{array.dtype} of shape {array.shape}")
    return array


def _check_times(history: History) -> None:
    for name in ("eval_step", "frame_step"):
        steps = getattr(history, name)
        if len(steps) and not (steps[0] >= 0 and (steps[1:] > steps[:-1]).all() and steps[-1] <= history.config.total_steps):
            raise StoreError(f"History.{name}", f"must rise within 0..{history.config.total_steps}", said(steps.tolist()))
    chosen = history.frame_eval
    inside = ((chosen >= 0) & (chosen < len(history.eval_step))).all()
    if not inside or (history.eval_step[chosen] != history.frame_step).any():
        raise StoreError("History.frame_eval", "must be the evaluation at each frame's step", said(chosen.tolist()))


def said(came: Any) -> str:
    """Return what came, shortened: it may be anything of any size."""
    return reprlib.repr(came)


def whole(where: str, came: Any, lower: int, upper: int) -> int:
    """Return a whole number within bounds, both included.

    Raises
    ------
    StoreError
        If it is none, or outside.

    Examples
    --------
    >>> whole("load.version", 1, 1, 9)
    1
    """
    if type(came) is not int or not lower <= came <= upper:
        raise StoreError(where, f"must be a whole number, {lower}..{upper}", said(came))
    return came


def _listed(where: str, came: Any, length: int | None = None) -> list[Any]:
    if not isinstance(came, list) or (length is not None and len(came) != length):
        raise StoreError(where, "must be a list" if length is None else f"must be a list of {length}", said(came))
    return came


def _dictionary(where: str, came: Any, *names: str) -> dict[str, Any]:
    if not isinstance(came, dict) or set(came) != set(names):
        raise StoreError(where, f"must be a dictionary of {', '.join(names)}", said(came))
    return came


def _read_config(where: str, came: Any) -> RunConfig:
    if not isinstance(came, dict) or not all(isinstance(text, str) for text in came.values()):
        raise StoreError(where, "must be settings as texts", said(came))
    if strange := sorted(set(came) - set(SPECS)):
        raise StoreError(where, "must hold settings that are known here", said(strange), "Use a newer BatchNorm Lab.")
    try:
        return RunConfig(**{name: parse_value(name, text) for name, text in came.items()})
    except ConfigError as error:
        raise StoreError(f"{where}.{error.field}", error.rule, error.came[:60]) from None


def _read_flags(where: str, came: Any, config: RunConfig) -> tuple[bool, ...]:
    flags = _listed(where, came, config.seeds)
    if not all(isinstance(flag, bool) for flag in flags):
        raise StoreError(where, "must be true or false for each run", said(came))
    return tuple(flags)


def _write_streams(streams: Streams) -> list[dict[str, Any]]:
    return [{**s, "state": {name: str(number) for name, number in s["state"].items()}} for s in streams]


def _read_streams(where: str, came: Any, _: RunConfig) -> Streams:
    return tuple(_read_stream(where, one) for one in _listed(where, came))


def _read_stream(where: str, came: Any) -> dict[str, Any]:
    one = _dictionary(where, came, "bit_generator", "state", "has_uint32", "uinteger")
    if one["bit_generator"] != "PCG64":
        raise StoreError(f"{where}.bit_generator", "must be PCG64", said(one["bit_generator"]))
    numbers = _dictionary(f"{where}.state", one["state"], "state", "inc")
    state, inc = (_wide(f"{where}.state.{name}", numbers[name]) for name in ("state", "inc"))
    if inc % 2 == 0:
        raise StoreError(f"{where}.state.inc", "must be odd", str(inc))
    return {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": inc},
        "has_uint32": whole(f"{where}.has_uint32", one["has_uint32"], 0, 1),
        "uinteger": whole(f"{where}.uinteger", one["uinteger"], 0, 2**32 - 1),
    }


def _wide(where: str, came: Any) -> int:
    """Return a whole number of 128 bits from its decimal text: JSON's own numbers lose digits in many readers."""
    if not (isinstance(came, str) and came.isascii() and came.isdigit() and len(came) < 40 and int(came) < 2**128):
        raise StoreError(where, "must be the digits of a number below 2**128", said(came))
    return int(came)


def _read_divergences(where: str, came: Any, config: RunConfig) -> tuple[Divergence, ...]:
    return tuple(_read_divergence(where, one, config) for one in _listed(where, came))


def _read_divergence(where: str, came: Any, config: RunConfig) -> Divergence:
    one = _dictionary(where, came, *(f.name for f in fields(Divergence)))
    run = whole(f"{where}.run", one["run"], 0, config.seeds - 1)
    seed = whole(f"{where}.seed", one["seed"], config.seed + run, config.seed + run)
    epoch = whole(f"{where}.epoch", one["epoch"], 1, config.total_epochs)
    step = whole(f"{where}.step", one["step"], 1, config.total_steps)
    quantity = one["quantity"]
    if not (isinstance(quantity, str) and 1 <= len(quantity) <= 80 and quantity.isprintable()):
        raise StoreError(f"{where}.quantity", "must be 1..80 printable characters", said(quantity))
    return Divergence(run, seed, epoch, step, quantity)


def _write_origin(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    return {"config": origin.config.as_text(), "step": origin.step, "origin": _write_origin(origin.origin)}


def _read_origin(where: str, came: Any, config: RunConfig, left: int = MAX_FORKS) -> Origin | None:
    if came is None:
        return None
    if left == 0:
        raise StoreError(where, f"must be at most {MAX_FORKS} forks deep", "more")
    one = _dictionary(where, came, "config", "step", "origin")
    parent = _read_config(f"{where}.config", one["config"])
    step = whole(f"{where}.step", one["step"], 0, parent.total_steps)
    earlier = _read_origin(where, one["origin"], parent, left - 1)
    try:
        return Origin.of(parent, step, config, earlier)
    except ConfigError as error:
        raise StoreError(where, error.rule, error.came[:60]) from None


def _read_step(where: str, came: Any, config: RunConfig) -> int:
    step = whole(where, came, 0, config.total_steps)
    if step % config.steps_per_epoch and step != config.total_steps:
        raise StoreError(where, f"must be the end of an epoch of {config.steps_per_epoch} steps", str(step))
    return step


_KINDS: dict[Any, tuple[Callable[[Any], Any], Callable[[str, Any, RunConfig], Any]]] = {
    RunConfig: (RunConfig.as_text, lambda where, came, _: _read_config(where, came)),
    int: (int, _read_step),
    tuple[bool, ...]: (list, _read_flags),
    Streams: (_write_streams, _read_streams),
    tuple[Divergence, ...]: (lambda divergences: [asdict(d) for d in divergences], _read_divergences),
    Origin | None: (_write_origin, _read_origin),
}
"""How the parts that are no arrays are written and read, by the kind of the field: a new field of a known kind needs nothing."""
