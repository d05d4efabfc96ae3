"""Which fields of a run count in its setting, and the same run with all others put back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from functools import lru_cache
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from bncore.parts_norm import groups_of

if TYPE_CHECKING:
    from bncore.config import RunConfig

__all__ = ["BATCH_NORMS", "NORM_FIELDS", "cautions", "chosen_layers", "drawing_layers", "effective", "inert_fields"]

BATCH_NORMS = ("batch", "renorm", "ghost", "noisy")
"""The normalisers that use statistics over a batch, and keep running ones for inference."""

NORM_FIELDS = (
    "placement", "norm_layers", "norm_output", "bn_momentum", "eps", "gamma_init", "beta_init", "groups", "ghost_size",
    "renorm_r_max", "renorm_d_max", "renorm_start", "inference", "unbiased_running", "freeze_statistics", "learn_gamma",
    "learn_beta",
)  # fmt: skip
"""The fields that say how a normaliser works; without effect where there is none."""

ONLY = {
    "groups": ("group", "Only group normalization has groups."),
    "ghost_size": ("ghost", "Only ghost BN cuts a batch into parts."),
    "renorm_r_max": ("renorm", "Only batch renormalization has limits."),
    "renorm_d_max": ("renorm", "Only batch renormalization has limits."),
    "renorm_start": ("renorm", "Only batch renormalization has a schedule."),
}
"""Fields of one normaliser alone, and why they do nothing elsewhere."""

OPTIMIZER_FIELDS = {
    "sgd_momentum": (("momentum", "nesterov"), "Only momentum and Nesterov use it."),
    "rmsprop_rho": (("rmsprop",), "Only RMSprop uses it."),
    "adam_beta1": (("adam", "adamw"), "Only Adam and AdamW use it."),
    "adam_beta2": (("adam", "adamw"), "Only Adam and AdamW use it."),
    "adam_eps": (("adam", "adamw", "rmsprop"), "Only Adam, AdamW and RMSprop use it."),
}
"""Fields of some optimizers, and why they do nothing with the others."""


@lru_cache(maxsize=512)
def inert_fields(config: RunConfig) -> dict[str, str]:
    """Return the fields that change nothing in this setting, each with the reason in a short sentence."""
    why: dict[str, str] = {}
    if config.dataset != "circles":
        why["factor"] = "Only circles have an inner radius."
    if config.dataset == "adaboost":
        why["noise"] = "These blobs have a spread of their own."
    if config.dataset == "table":
        why |= dict.fromkeys(("samples", "noise"), "The points are those of the table.")
    else:
        why["table"] = "The points are not those of a table."
    if not config.hidden:
        why |= dict.fromkeys(("activation", "dropout", "dropout_place"), "There is no hidden layer.")
    elif config.dropout == 0.0:
        why["dropout_place"] = "Nothing is dropped."
    elif not any(config.normalised_layers[:-1]):
        why["dropout_place"] = "No hidden layer is normalised."
    why |= _inert_normalization(config)
    for name, (optimizers, reason) in OPTIMIZER_FIELDS.items():
        if config.optimizer not in optimizers:
            why[name] = reason
    return why


def _inert_normalization(config: RunConfig) -> dict[str, str]:
    if config.norm == "none":
        return dict.fromkeys(NORM_FIELDS, "Normalization is none.")
    why: dict[str, str] = {}
    if not config.hidden:
        why["norm_layers"] = "There is no hidden layer."
    if not any(config.normalised_layers):
        choosers = ("norm_layers", "norm_output")
        return {name: "No layer is normalised." for name in NORM_FIELDS if name not in choosers} | why
    if not any(config.normalised_layers[:-1]):
        why["placement"] = "No hidden layer is normalised."
    for name, (norm, reason) in ONLY.items():
        if config.norm != norm:
            why[name] = reason
    if not config.keeps_statistics:
        for name in ("bn_momentum", "inference", "unbiased_running", "freeze_statistics"):
            why[name] = f"{config.norm.capitalize()} normalization keeps no running statistics."
    elif config.freeze_statistics:
        for name in ("bn_momentum", "unbiased_running", "ghost_size", "renorm_r_max", "renorm_d_max", "renorm_start"):
            why.setdefault(name, "The statistics are frozen.")
    return why


ALONE = (
    "Batch of one: every unit equals its own batch mean, so the normalised signal is 0, the output of BN is beta, "
    "and no gradient reaches the layers below."
)
"""The warning of a batch of one."""

RENORM_ALONE = "Batch of one: every unit equals its own batch mean, so no gradient reaches the layers below."
"""The warning of a batch of one under batch renormalization."""

LONE = (
    "A group of one unit equals its own mean: the normalised signal is 0, the output is beta, "
    "and no gradient reaches the layers below."
)
"""The warning of a group of one unit."""


UNSCALED = "The table's numbers are far from mean 0 and standard deviation 1: networks learn such inputs badly. Standardize them."
"""The warning of a table in units of its own."""


def cautions(config: RunConfig) -> dict[str, str]:
    """Return what is allowed but should be known, by the field it belongs to."""
    notes: dict[str, str] = {}
    if config.dataset == "table" and not config.standardize and _far_from_one(config.table):
        notes["standardize"] = UNSCALED
    widths = [n for n, on in zip((*config.hidden, config.outputs), config.normalised_layers, strict=True) if on]
    if not widths or (config.keeps_statistics and config.freeze_statistics):
        return notes
    if config.keeps_statistics and config.batch_size == 1:
        notes["batch_size"] = ALONE if config.norm != "renorm" else RENORM_ALONE
    elif config.norm == "ghost" and config.ghost_size == 1:
        notes["ghost_size"] = ALONE
    if config.norm in ("layer", "group"):
        if config.norm_output and config.outputs == 1:
            notes["norm_output"] = LONE
        if config.norm == "group" and any(groups_of(n, config.groups) == n > 1 for n in widths):
            notes["groups"] = LONE
        elif any(n == 1 for n in (widths[:-1] if config.norm_output else widths)):
            notes["hidden"] = LONE
    return notes


@lru_cache(maxsize=64)
def _far_from_one(table: tuple[tuple[float, float, int], ...]) -> bool:
    for column in list(zip(*table, strict=True))[:2]:
        spread = pstdev(column)
        if abs(fmean(column)) > 3.0 or not 0.2 <= spread <= 5.0:
            return True
    return False


@lru_cache(maxsize=512)
def effective(config: RunConfig) -> RunConfig:
    """Return the same run with every field that has no effect put back to its default."""
    defaults: dict[str, Any] = {f.name: f.default for f in fields(config)}
    values: dict[str, Any] = {name: defaults[name] for name in config.inert()}
    if config.warmup == 1:
        values["warmup"] = 0  # the first step is a whole one either way
    if any(config.normalised_layers):
        chosen = (i for i, on in enumerate(config.normalised_layers[:-1], 1) if on)
        values.setdefault("norm_layers", chosen_layers(chosen, len(config.hidden)))
    elif config.norm != "none":
        values |= {"norm": "none", **{name: defaults[name] for name in NORM_FIELDS}}
    if config.steps is not None and config.steps % config.steps_per_epoch == 0:
        values |= {"epochs": config.steps // config.steps_per_epoch, "steps": None}
    longest = next(f.metadata["spec"].upper for f in fields(config) if f.name == "epochs")
    if (values.get("epochs") or 0) > longest:
        values |= {"epochs": None, "steps": config.steps}
    return replace(config, **values)


def chosen_layers(layers: Iterable[int], depth: int) -> str | tuple[int, ...]:
    """Return ``norm_layers`` for a choice of hidden layers: every one of them is ``all``, and stays so when layers come and go.

    Examples
    --------
    >>> chosen_layers([2, 1], depth=2), chosen_layers([2], depth=2)
    ('all', (2,))
    """
    chosen = tuple(sorted(layers))
    return "all" if len(chosen) == depth else chosen


def drawing_layers(config: RunConfig, purpose: str) -> tuple[int, ...]:
    """Return the layers that draw from a run's streams of purpose ``order``, ``dropout`` or ``noise`` in training.

    Counted from 1; 0 stands for the whole network's one stream, of ``order``. Each layer has a stream of its own, so what it
    draws does not depend on the others.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> [drawing_layers(RunConfig(norm="noisy", norm_layers=(2,)), purpose) for purpose in ("order", "dropout", "noise")]
    [(0,), (), (2,)]
    """
    if purpose == "dropout":
        return tuple(range(1, len(config.hidden) + 1)) if config.dropout > 0.0 else ()
    if purpose == "noise":
        draws = config.norm == "noisy" and not config.freeze_statistics
        return tuple(i for i, on in enumerate(config.normalised_layers, 1) if on) if draws else ()
    return (0,)
