"""The experiment as query parameters: every field under its own name, defaults left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.arms import twins
from app.classroom.link import PARAMS
from app.controls.mend import mend, message_of
from app.controls.text import legible
from bncore.config import SPECS, TWINS, Arm, Experiment, RunConfig, format_value, parse_value
from bncore.errors import ConfigError

__all__ = ["ARM", "PRESENT", "VIEW_PREFIX", "decode", "encode", "run_of", "view_of"]

ARM = "arm"
"""The parameter that says what is compared, once for each arm: ``arm=label:field=value,field=value``."""

VIEW_PREFIX = "v."
"""Parameters that begin so are the player's and are left alone; `run_of` alone reads one of them."""

PRESENT = "present"
"""The parameter that shows the Playground large and alone."""

NOT_FIELDS = (ARM, PRESENT, *PARAMS)
"""Parameters that say what is compared, how it is shown, and what a class may do with it."""


def encode(experiment: Experiment) -> dict[str, list[str]]:
    """Return the query parameters of an experiment; none for the default one, and no arms for a base beside none.

    Examples
    --------
    >>> encode(Experiment(RunConfig(learning_rate=0.1)))
    {'learning_rate': ['0.1']}
    >>> encode(Experiment(RunConfig().replace(steps=600)))
    {'steps': ['600']}
    """
    texts = experiment.base.changed()
    if "steps" in texts:
        del texts["epochs"]
    params = {name: [text] for name, text in texts.items()}
    if experiment.arms not in (TWINS, twins(experiment.base)):
        params[ARM] = [
            f"{arm.label}:{','.join(f'{name}={format_value(name, value)}' for name, value in arm.overrides)}"
            for arm in experiment.arms
        ]
    return params


def decode(params: Mapping[str, Sequence[str]]) -> tuple[Experiment, list[str]]:
    """Return the experiment of query parameters, and a message for each one that could not be used.

    Parameters
    ----------
    params : mapping of str to sequence of str
        Every value of every parameter.

    Returns
    -------
    tuple of Experiment and list of str
        A bad value is replaced by its default; two values that exclude each other, by the nearest that are allowed.

    Examples
    --------
    >>> decode({"learning_rate": ["abc"]})[1]
    ["learning_rate: must be a number; got 'abc'. Write it like 0.1. Using 0.03."]
    >>> decode({"learningrate": ["1"]})[1]
    ['learningrate: no such setting. Left out.']
    """
    values: dict[str, Any] = {}
    messages: list[str] = []
    for name, texts in params.items():
        if name.startswith(VIEW_PREFIX) or name in NOT_FIELDS or not texts:
            continue
        if name not in SPECS:
            messages.append(f"{legible(name)}: no such setting. Left out.")
            continue
        try:
            values[name] = parse_value(name, texts[-1])
        except ConfigError as error:
            messages.append(message_of(error, format_value(name, getattr(RunConfig(), name))))
    arms, said = _arms(params.get(ARM, ()))
    values, refused = _without_broken(values)
    experiment, mended = mend(values, arms)
    return experiment, [*messages, *said, *refused, *mended]


def view_of(params: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the parameters that belong to the player.

    Examples
    --------
    >>> view_of({"v.epoch": ["5"], "seed": ["3"]})
    {'v.epoch': ['5']}
    """
    return {name: list(texts) for name, texts in params.items() if name.startswith(VIEW_PREFIX)}


def run_of(params: Mapping[str, Sequence[str]]) -> int:
    """Return the position of the run whose pictures an address asks for; in the address runs are counted from 1.

    The first where it asks for none, or for what is no number: the player reads the same parameter and says so.

    Examples
    --------
    >>> run_of({"v.run": ["3"]}), run_of({}), run_of({"v.run": ["-1"]})
    (2, 0, 0)
    """
    text = [*params.get(f"{VIEW_PREFIX}run", ()), ""][0]
    return max(0, int(text) - 1) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _without_broken(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Leave out a value that breaks a rule together with the others, where its default does not."""
    messages: list[str] = []
    for _ in range(len(values)):
        try:
            RunConfig().replace(**values)
            break
        except ConfigError as error:
            if error.field not in values or not _allowed({k: v for k, v in values.items() if k != error.field}):
                break
            del values[error.field]
            messages.append(message_of(error, format_value(error.field, getattr(RunConfig(), error.field))))
    return values, messages


def _allowed(values: Mapping[str, Any]) -> bool:
    try:
        RunConfig().replace(**values)
    except ConfigError:
        return False
    return True


def _arms(texts: Sequence[str]) -> tuple[tuple[Arm, ...], list[str]]:
    try:
        arms = tuple(_arm(text) for text in texts[:5])
        if len(arms) > 4:
            raise ConfigError("Experiment.arm", "must be 1..4 arms", f"{len(texts)} arms", "Compare four at most.")
    except ConfigError as error:
        return TWINS, [message_of(error, "the default twins")]
    return arms or TWINS, []


def _arm(text: str) -> Arm:
    label, colon, settings = text.rpartition(":")
    if not colon:
        raise ConfigError("Experiment.arm", "must be label:field=value", repr(text), "Write it like without:norm=none.")
    pieces: list[str] = []
    for piece in settings.split(",") if settings else ():
        if pieces and "=" not in piece:
            pieces[-1] += f",{piece}"  # a comma within a value, as in hidden=16,16
        else:
            pieces.append(piece)
    overrides = []
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if not equals:
            raise ConfigError("Experiment.arm", "must be label:field=value", repr(text), "Write it like without:norm=none.")
        overrides.append((name, parse_value(name, value)))
    return Arm(label, tuple(overrides))
