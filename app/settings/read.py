"""Reading the environment."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.settings.settings import Settings
from app.settings.variable import SettingsError, Variable, parse

__all__ = ["current", "current_or_exit", "described", "read", "similar"]

PREFIX = "BNLAB_"


def described() -> dict[str, tuple[Variable, Any]]:
    """Return what is known about each field of the settings, and its default, by the field's name.

    Examples
    --------
    >>> variable, default = described()["port"]
    >>> variable.name, default
    ('PORT', 8501)
    """
    return {each.name: (each.metadata["variable"], each.default) for each in fields(Settings)}


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment stands for; a variable that is empty counts as not set.

    Raises
    ------
    SettingsError
        If a variable breaks its rule.

    Examples
    --------
    >>> read({"PORT": "9000", "BNLAB_TITLE": ""}) == Settings(port=9000)
    True
    """
    values = {
        name: parse(variable, environment[variable.name], default)
        for name, (variable, default) in described().items()
        if environment.get(variable.name, "").strip()
    }
    return Settings(**values)


def current() -> Settings:
    """Return the settings of this process."""
    return read(os.environ)


def current_or_exit() -> Settings:
    """Return the settings of this process; where one is wrong, say so in a sentence and end with code 2."""
    try:
        return current()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


def similar(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are none of ours but look like one, each with the one that may be meant.

    They are no reason not to start: Kubernetes sets variables of its own for a service that is called bnlab.

    Examples
    --------
    >>> similar({"BNLAB_WORKER": "2", "BNLAB_SERVICE_HOST": "10.0.0.1", "HOME": "/tmp"})
    {'BNLAB_WORKER': 'BNLAB_WORKERS'}
    """
    known = [variable.name for variable, _ in described().values()]
    others = [name for name in sorted(environment) if name.startswith(PREFIX) and name not in known]
    near = {name: difflib.get_close_matches(name, known, 1, cutoff=0.85) for name in others}
    return {name: found[0] for name, found in near.items() if found}
