"""Words around a control: its help, and text that came from outside made safe to print."""

from __future__ import annotations

import re

from bncore.config import SPECS, Experiment, RunConfig, Spec

__all__ = ["escape", "help_of", "label_for", "legible", "letters_of"]


LETTERS = {"layer": "LN", "group": "GN"}

HELP = {"norm": "What the first arm is normalised by; the second is chosen at Compare with: look which gets there first."}
"""Help that knows of arms, of which a field knows nothing."""


def escape(text: str) -> str:
    r"""Return text in which no character means anything to Markdown or HTML.

    Examples
    --------
    >>> escape("2 * [x](y)")
    '2 \\* \\[x\\]\\(y\\)'
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:&])", r"\\\1", text)


def legible(text: str, most: int = 40) -> str:
    r"""Return the beginning of text that came from outside, with what does not print written as an escape.

    Parameters
    ----------
    text : str
    most : int
        Characters of it.

    Examples
    --------
    >>> legible("a\x1bb\u202ec"), legible("x" * 50, 3)
    ('a\\x1bb\\u202ec', 'xxx…')
    """
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:most])
    return f"{shown}…" if len(text) > most else shown


def help_of(name: str, config: RunConfig, why: str = "") -> str:
    r"""Return what a field does, its bounds and why they are there, and what is special about it now.

    Parameters
    ----------
    name : str
    config : RunConfig
    why : str
        Why the field is without effect, if it is.

    Examples
    --------
    >>> help_of("epochs", RunConfig())
    'Passes over the training set; give more until the curves are level. 1 to 2000 epochs\\: what a run may cost is bounded.'
    """
    spec = SPECS[name]
    parts = [HELP.get(name, spec.help), _bounds(name, spec, config), f"Without effect now: {why}" if why else ""]
    return escape(" ".join(part for part in parts if part))


def label_for(name: str, letters: str = "BN", why: str = "") -> str:
    """Return the name of a control; one without effect carries the reason.

    Parameters
    ----------
    name : str
    letters : str
        What normalises (`letters_of`): it takes the place of BN.
    why : str
        Why the field is without effect, if it is.

    Examples
    --------
    >>> label_for("sgd_momentum", why="Nothing uses it.")
    'Optimizer momentum :small[(Nothing uses it)]'
    >>> label_for("eps"), label_for("eps", "LN")
    ('BN epsilon', 'LN epsilon')
    """
    label = SPECS[name].label
    return f"{label} :small[({why.rstrip('.')})]" if why else label.replace("BN", letters)


def letters_of(experiment: Experiment) -> str:
    """Return what normalises: layer or group normalization where no arm has another, else BN.

    Examples
    --------
    >>> letters_of(Experiment(RunConfig(norm="group"))), letters_of(Experiment())
    ('GN', 'BN')
    """
    norms = {config.norm for config in experiment.configs().values() if any(config.normalised_layers)}
    return LETTERS.get(norms.pop(), "BN") if len(norms) == 1 else "BN"


def _bounds(name: str, spec: Spec, config: RunConfig) -> str:
    if spec.kind not in ("int", "float") or spec.lower is None or spec.upper is None:
        return f"{spec.reason[:1].upper()}{spec.reason[1:]}." if spec.reason else ""
    upper = config.n_train if name == "batch_size" else spec.upper
    unit = f" {spec.unit}" if spec.unit else ""
    high = f"{upper:g}" if upper < 1e6 else str(int(upper))
    return f"{spec.lower:g} to {high}{unit}: {spec.reason}."
