"""What is known about one environment variable, and how its text is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SettingsError", "Variable", "parse", "variable"]

MOST_ORIGINS = 20
LONGEST = 200
SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")
SECRET = re.compile(r"[A-Za-z0-9._~+/=-]{16,128}")


class SettingsError(ValueError):
    """An environment variable breaks a rule; the text is one sentence for who starts the server."""


@dataclass(frozen=True)
class Variable:
    """What is known about one environment variable: the source for checking and for the table of the README.

    Parameters
    ----------
    name : str
        As the environment has it.
    kind : str
        ``number`` (whole), ``choice``, ``path`` (of an address), ``text`` (one line), ``origins`` or ``secret``.
    help : str
        What it does, a sentence.
    lower, upper : int
        Inclusive bounds of a number; ``upper`` is also the greatest length of a text.
    unit : str
        Unit of a number, empty if it has none.
    choices : tuple of str
        The allowed words of a ``choice``.
    empty : str
        What the table says of a default that is empty.
    """

    name: str
    kind: str
    help: str
    lower: int = 0
    upper: int = 0
    unit: str = ""
    choices: tuple[str, ...] = ()
    empty: str = "none"

    @property
    def allowed(self) -> str:
        """What may come, in words.

        Examples
        --------
        >>> Variable("PORT", "number", "", 1, 65535).allowed
        '1..65535'
        """
        number = f"{self.lower}..{self.upper} {self.unit}".strip()
        return {
            "number": number,
            "choice": ", ".join(self.choices),
            "path": "letters, digits and . _ ~ - between slashes",
            "text": f"one line of at most {self.upper} characters",
            "origins": f"origins with blanks between them, at most {MOST_ORIGINS}",
            "secret": "16 to 128 letters, digits and . _ ~ + / = -",
        }[self.kind]


def variable(default: Any, *args: Any, **kwargs: Any) -> Any:
    """Return a dataclass field that carries its `Variable`; the arguments are the Variable's."""
    return field(default=default, metadata={"variable": Variable(*args, **kwargs)})


def parse(known: Variable, text: str, default: Any) -> Any:
    """Return the checked value of a text.

    Parameters
    ----------
    known : Variable
    text : str
    default : value
        What the error advises where there is no better advice.

    Raises
    ------
    SettingsError
        If the text breaks the variable's rule.

    Examples
    --------
    >>> parse(Variable("BNLAB_BASE_PATH", "path", ""), "/lab/bn/", "")
    'lab/bn'
    >>> parse(Variable("PORT", "number", "", 1, 65535), "http", 8501)
    Traceback (most recent call last):
    app.settings.variable.SettingsError: PORT: must be a whole number, 1..65535; got 'http'. Use 8501.
    """
    return _PARSERS[known.kind](known, text.strip(), default)


def _number(known: Variable, text: str, default: Any) -> int:
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if value is None or not known.lower <= value <= known.upper:
        raise _error(known, f"must be a whole number, {known.allowed}", repr(_short(text)), f"Use {default}.")
    return value


def _choice(known: Variable, text: str, default: Any) -> str:
    if text not in known.choices:
        raise _error(known, f"must be one of {known.allowed}", repr(_short(text)), f"Use {default}.")
    return text


def _path(known: Variable, text: str, default: Any) -> str:
    parts = [part for part in text.split("/") if part]
    if len(text) > LONGEST or not all(SEGMENT.fullmatch(part) for part in parts):
        raise _error(known, f"must be {known.allowed}", repr(_short(text)), "Write it like lab/bn.")
    return "/".join(parts)


def _text(known: Variable, text: str, default: Any) -> str:
    if len(text) > known.upper or not text.isprintable():
        came = repr(_short(text)) if len(text) <= known.upper else f"{len(text)} characters"
        raise _error(known, f"must be {known.allowed}", came, f"Write it like {default}.")
    return text


def _origins(known: Variable, text: str, default: Any) -> tuple[str, ...]:
    origins = tuple(dict.fromkeys(text.split()))
    if len(origins) > MOST_ORIGINS:
        raise _error(known, f"must be {known.allowed}", f"{len(origins)} of them", "Use one with a star: https://*.school.example.")
    for origin in origins:
        if len(origin) > LONGEST or not ORIGIN.fullmatch(origin):
            raise _error(known, f"must be {known.allowed}", repr(_short(origin)), "Write it like https://moodle.school.example.")
    return origins


def _secret(known: Variable, text: str, default: Any) -> str:
    if not SECRET.fullmatch(text):
        raise _error(known, f"must be {known.allowed}", f"{len(text)} characters", "Make one with: openssl rand -hex 16.")
    return text


_PARSERS: dict[str, Callable[[Variable, str, Any], Any]] = {
    "number": _number,
    "choice": _choice,
    "path": _path,
    "text": _text,
    "origins": _origins,
    "secret": _secret,
}


def _error(known: Variable, rule: str, came: str, mend: str) -> SettingsError:
    return SettingsError(f"{known.name}: {rule}; got {came}. {mend}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
