"""What is known about one field, and how its values are checked, read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bncore.errors import ConfigError
from bncore.rows import MAX_TEXT, Rows, checked_rows, format_rows, parse_rows

__all__ = ["Spec", "checked", "format_value", "parse", "specified"]


@dataclass(frozen=True)
class Spec:
    """What is known about one field: the source for validation, widgets, URL and help.

    Parameters
    ----------
    group : str
        Where the field stands: ``Data``, ``Network``, ``Normalization``, ``Training`` or ``Seeds``.
    label, help : str
        Name on the screen; one sentence on what it does and what to look for.
    kind : str
        ``int``, ``float``, ``bool``, ``choice``, ``sizes`` (hidden layer widths), ``layers`` or ``table`` (rows of x, y, class).
    lower, upper : float or None
        Inclusive bounds of a number.
    choices : tuple of str
        The allowed words of a ``choice``.
    unit : str
        Unit of a number, empty if it has none.
    reason : str
        Why the bounds are where they are.
    log : bool
        The field is best moved on a logarithmic scale.
    stackable : bool
        The field may differ run by run inside one pass (it changes no shape).
    optional : bool
        ``None`` is allowed.
    """

    group: str
    label: str
    help: str
    kind: str
    lower: float | None = None
    upper: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    reason: str = ""
    log: bool = False
    stackable: bool = False
    optional: bool = False


def specified(default: Any, *args: Any, **kwargs: Any) -> Any:
    """Return a dataclass field that carries its `Spec`; the arguments are the Spec's."""
    return field(default=default, metadata={"spec": Spec(*args, **kwargs)})


def parse(where: str, spec: Spec, text: str) -> Any:
    """Return the checked value of a text of at most 200 characters, or 12000 of a table.

    Raises
    ------
    ConfigError
        If the text is not of the field's kind or out of its bounds.

    Examples
    --------
    >>> parse("RunConfig.seed", Spec("Seeds", "Seed", "", "int", 0, 9), "7")
    7
    """
    text = text.strip()
    longest = MAX_TEXT if spec.kind == "table" else 200
    if len(text) > longest:
        raise ConfigError(where, f"must be at most {longest} characters", f"{len(text)} characters", "Shorten it.")
    if spec.kind == "table":
        return parse_rows(where, text)
    if spec.optional and text in ("", "none"):
        return None
    try:
        value = _PARSERS[spec.kind](text)
    except (ValueError, OverflowError):
        raise ConfigError(where, f"must be {_WORDS[spec.kind]}", repr(text), f"Write it like {_EXAMPLES[spec.kind]}.") from None
    return checked(where, spec, value)


def format_value(value: Any) -> str:
    """Return the text of a value; `parse` gives the same value back, to the last bit.

    Examples
    --------
    >>> format_value((16, 16)), format_value(True), format_value(None)
    ('16,16', 'true', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Rows):
        return format_rows(value)
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return repr(value) if isinstance(value, float) else str(value)


def _parse_bool(text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


def _parse_integer(text: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20):
        raise ValueError(text)
    return int(text)


def _parse_float(text: str) -> float:
    if not text.isascii() or "_" in text:
        raise ValueError(text)
    return float(text)


def _parse_sizes(text: str) -> tuple[int, ...]:
    return () if text in ("", "none") else tuple(_parse_integer(part.strip()) for part in text.split(","))


_PARSERS: dict[str, Callable[[str], Any]] = {
    "int": _parse_integer,
    "float": _parse_float,
    "bool": _parse_bool,
    "choice": str,
    "sizes": _parse_sizes,
    "layers": lambda text: text if text == "all" else _parse_sizes(text),
}
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "sizes": "whole numbers with commas between them, or none",
    "layers": "all, none, or whole numbers with commas between them",
}


_EXAMPLES = {"int": "8", "float": "0.1", "bool": "true", "choice": "a word", "sizes": "16,16", "layers": "all or 1,3"}


def checked(where: str, spec: Spec, value: Any) -> Any:
    """Return the value in the field's own type.

    Raises
    ------
    ConfigError
        If it is of another kind or out of bounds; rules between fields are not looked at here.

    Examples
    --------
    >>> checked("RunConfig.noise", Spec("Data", "Noise", "", "float", 0, 2), 1)
    1.0
    """
    if value is None and spec.optional:
        return None
    if spec.kind == "choice":
        if value not in spec.choices:
            raise ConfigError(where, f"must be one of {', '.join(spec.choices)}", repr(value), f"Use {spec.choices[0]}.")
        return value
    if spec.kind == "bool":
        if not isinstance(value, bool):
            raise ConfigError(where, "must be true or false", repr(value), "Use true or false.")
        return value
    if spec.kind == "sizes":
        return _checked_sizes(where, value)
    if spec.kind == "layers":
        return _checked_layers(where, value)
    if spec.kind == "table":
        return checked_rows(where, value)
    return _checked_number(where, spec, value)


def _checked_number(where: str, spec: Spec, value: Any) -> int | float:
    whole = spec.kind == "int"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ConfigError(where, f"must be {_WORDS[spec.kind]}", repr(value), "Use a number.")
    if spec.lower is None or spec.upper is None:
        raise AssertionError(f"{where} has no bounds")
    if where == "RunConfig.batch_size" and value < 1:
        return int(value)  # the bound depends on n_train: said once, in _check_together
    if not spec.lower <= value <= spec.upper:  # also refuses NaN
        what = f"must be {_number(spec.lower)}..{_number(spec.upper)}"
        mend = f"Use {_number(spec.lower)} or more." if value < spec.lower else f"Use {_number(spec.upper)} or less."
        raise ConfigError(where, what, repr(value), mend if value == value else "Use a finite number.")
    return int(value) if whole else float(value) + 0.0  # never -0.0: equal settings have equal keys


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else str(int(value))


def _checked_sizes(where: str, value: Any) -> tuple[int, ...]:
    sizes = tuple(value) if isinstance(value, (tuple, list)) else None
    if sizes is None or any(isinstance(n, bool) or not isinstance(n, int) for n in sizes):
        raise ConfigError(where, "must be whole numbers", repr(value), "Write it like 16,16.")
    if len(sizes) > 40:
        raise ConfigError(where, "must be 0..40 layers", f"{len(sizes)} layers", "Use 40 or fewer.")
    for n in sizes:
        if not 1 <= n <= 64:
            raise ConfigError(where, "each layer must have 1..64 neurons", str(n), "Write it like 16,16.")
    return sizes


def _checked_layers(where: str, value: Any) -> str | tuple[int, ...]:
    if value == "all":
        return "all"
    layers = tuple(value) if isinstance(value, (tuple, list)) else None
    if layers is None or any(isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 40 for n in layers):
        raise ConfigError(where, "must be all, none, or layers counted from 1", repr(value), "Write it like all or 1,3.")
    return tuple(sorted(set(layers)))
