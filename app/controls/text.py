"""Words around a control: its help, and text that came from outside made safe to print."""

from __future__ import annotations

import re

from bncore.config import SPECS, RunConfig, Spec

__all__ = ["escape", "help_of", "label_for"]


def escape(text: str) -> str:
    r"""Return text in which no character means anything to Markdown or HTML.

    Examples
    --------
    >>> escape("2 * [x](y)")
    '2 \\* \\[x\\]\\(y\\)'
    """
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:&])", r"\\\1", text)


def help_of(name: str, config: RunConfig) -> str:
    r"""Return what a field does, its bounds and why they are there, and what is special about it now.

    Examples
    --------
    >>> help_of("epochs", RunConfig())
    'Passes over the training set. 1 to 2000 epochs\\: what a run may cost is bounded.'
    """
    spec = SPECS[name]
    parts = [spec.help, _bounds(name, spec, config)]
    if name in config.inert():
        parts.append(f"Without effect now: {config.inert()[name]}")
    return escape(" ".join(part for part in parts if part))


def label_for(name: str, config: RunConfig) -> str:
    """Return the name of a control; one without effect carries the reason.

    Examples
    --------
    >>> label_for("sgd_momentum", RunConfig())
    'Optimizer momentum :small[(Only the momentum optimizer uses it)]'
    """
    why = config.inert().get(name)
    return f"{SPECS[name].label} :small[({why.rstrip('.')})]" if why else SPECS[name].label


def _bounds(name: str, spec: Spec, config: RunConfig) -> str:
    if spec.kind not in ("int", "float") or spec.lower is None or spec.upper is None:
        return f"{spec.reason[:1].upper()}{spec.reason[1:]}." if spec.reason else ""
    upper = config.n_train if name == "batch_size" else spec.upper
    unit = f" {spec.unit}" if spec.unit else ""
    high = f"{upper:g}" if upper < 1e6 else str(int(upper))
    return f"{spec.lower:g} to {high}{unit}: {spec.reason}."
