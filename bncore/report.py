"""The result of an experiment as one JSON object and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bncore.config import SPECS, Experiment, RunConfig, format_value
from bncore.history import History
from bncore.summary import THRESHOLDS, epochs_to, finals, first_of, median_interval, quantile, reached

__all__ = ["ArmRecord", "field_table", "grid", "result_object", "result_table"]


class ArmRecord(NamedTuple):
    """What one arm left behind.

    Attributes
    ----------
    label : str
    history : History
    seconds : float
        Wall time of its training and evaluation.
    """

    label: str
    history: History
    seconds: float


def result_object(results: Sequence[ArmRecord]) -> dict[str, Any]:
    """Return the measured numbers, ready for JSON: no NaN, no infinity; None where there is no number.

    Parameters
    ----------
    results : sequence of ArmRecord
        With the same seeds.

    Returns
    -------
    dict
        ``arms``: for each arm ``label``, ``config``, ``score`` (accuracy or R2: what ``test_accuracy`` and the
        thresholds are), ``total_epochs``, ``total_steps``, ``epochs_to`` (by threshold: ``median``,
        ``p10``, ``p90``, ``reached`` (seeds that got there), ``interval`` (bootstrap 95 % of the median)), ``final`` (over the
        seeds that did not diverge), ``divergences`` and ``seconds``. ``first``: by threshold the seeds in which each arm was
        strictly first, ``ties`` and ``neither``.
    """
    return {"arms": [_arm_object(result) for result in results], "first": _first_object(results)}


def _arm_object(result: ArmRecord) -> dict[str, Any]:
    label, history, seconds = result
    config = history.config
    return {
        "label": label,
        "config": {name: getattr(config, name) for name in SPECS},
        "score": config.score,
        "total_epochs": config.total_epochs,
        "total_steps": config.total_steps,
        "epochs_to": {f"{t:g}": _threshold_object(history, t) for t in THRESHOLDS},
        "final": {name: _spread(values) for name, values in finals(history).items()} | {"diverged": len(history.divergences)},
        "divergences": [
            {"seed": d.seed, "epoch": d.epoch, "step": d.step, "quantity": d.quantity} for d in history.divergences
        ],
        "seconds": round(seconds, 3),
    }  # fmt: skip


def _spread(values: Any) -> dict[str, float | None]:
    return {"median": quantile(values, 0.5), "p10": quantile(values, 0.1), "p90": quantile(values, 0.9)}


def _threshold_object(history: History, threshold: float) -> dict[str, Any]:
    values = epochs_to(history, threshold)
    numbers = {**_spread(values), "reached": reached(values), "interval": median_interval(values, history.config.seed)}
    return {name: _whole(value) for name, value in numbers.items()}


def _whole(value: Any) -> Any:
    """Return epochs as the whole numbers they are."""
    if isinstance(value, tuple):
        return [_whole(part) for part in value]
    return None if value is None else int(value)


def _first_object(results: Sequence[ArmRecord]) -> dict[str, dict[str, int]]:
    counts = {}
    for threshold in THRESHOLDS:
        wins, ties, neither = first_of([epochs_to(result.history, threshold) for result in results])
        labels = [result.label for result in results]
        counts[f"{threshold:g}"] = {**dict(zip(labels, wins, strict=True)), "ties": ties, "neither": neither}
    return counts


def result_table(experiment: Experiment, results: Sequence[ArmRecord]) -> str:
    """Return the measured numbers for reading, with the conventions they follow.

    Parameters
    ----------
    experiment : Experiment
    results : sequence of ArmRecord
        One for each of its arms, in order.
    """
    numbers = result_object(results)
    arms, base = numbers["arms"], experiment.base
    percents = [f"{100 * t:g} %" if base.score == "accuracy" else f"{t:g}" for t in THRESHOLDS]
    sizes = f"{base.n_points} points ({base.n_train} to train, {base.n_test} to test)"
    seeds = f"seed {base.seed}" if base.seeds == 1 else f"seeds {base.seed}..{base.seed_list[-1]}"
    parts = [
        f"{base.dataset}: {sizes}, {seeds}",
        "\n".join(_arm_line(label, config) for label, config in experiment.configs().items()),
        f"Epochs until the test {base.score} is reached: median [10 %, 90 % quantile], seeds that got there\n"
        + grid([["", *percents], *([arm["label"], *(_cell(e, base.seeds) for e in arm["epochs_to"].values())] for arm in arms)]),
        "Bootstrap 95 % interval of that median\n"
        + grid([["", *percents], *([arm["label"], *(_interval(e) for e in arm["epochs_to"].values())] for arm in arms)]),
        "At the end: median over the seeds that did not diverge\n"
        + grid([_final_titles(base.score), *(_final_row(arm) for arm in arms)]),
    ]
    if len(arms) > 1:
        first = numbers["first"].values()
        rows = [[percent, *map(str, counts.values())] for percent, counts in zip(percents, first, strict=True)]
        parts.append("First to get there, seed by seed\n" + grid([["", *next(iter(first))], *rows]))
    parts.extend(_notes(results))
    parts.append(_conventions([result.history.config for result in results]))
    return "\n\n".join(parts) + "\n"


def _arm_line(label: str, config: RunConfig) -> str:
    steps = f"{config.total_epochs} epochs of {config.steps_per_epoch} steps ({config.total_steps} steps)"
    changed = {name: text for name, text in config.changed().items() if name not in config.inert()}
    if "table" in changed:
        changed["table"] = f"({config.n_points} rows)"
    settings = ", ".join(f"{name}={text}" for name, text in changed.items())
    return f"{label}: {steps}; {settings or 'all settings at their defaults'}"


def _cell(entry: Mapping[str, Any], seeds: int) -> str:
    middle, low, high = (_epoch(entry[name]) for name in ("median", "p10", "p90"))
    return f"{middle} [{low}, {high}] {entry['reached']}/{seeds}"


def _interval(entry: Mapping[str, Any]) -> str:
    return "[{}, {}]".format(*map(_epoch, entry["interval"]))


def _epoch(value: int | None) -> str:
    return "never" if value is None else str(value)


MEASURES = ("test_accuracy", "test_loss", "train_accuracy", "train_loss")


def _final_titles(score: str) -> list[str]:
    return ["", *(name.replace("accuracy", score).replace("_", " ") for name in MEASURES), "diverged", "seconds"]


def _final_row(arm: Mapping[str, Any]) -> list[str]:
    final = arm["final"]
    medians = [final[name]["median"] for name in MEASURES]
    return [arm["label"], *("-" if m is None else f"{m:.4g}" for m in medians), str(final["diverged"]), f"{arm['seconds']:.2f}"]


def _notes(results: Sequence[ArmRecord]) -> list[str]:
    lines = [f"{r.label}: {note}" for r in results for note in r.history.config.warnings().values()]
    for label, history, _ in results:
        shown = [f"seed {d.seed} at epoch {d.epoch}, step {d.step} ({d.quantity})" for d in history.divergences[:3]]
        if shown:
            more = len(history.divergences) - len(shown)
            lines.append(f"{label} diverged: {'; '.join(shown)}{f'; and {more} more' if more else ''}.")
    return ["\n".join(lines)] if lines else []


MEANINGS = {"accuracy": "Accuracy and loss", "R2": "R2 (1 - SSE / SST of the set) and loss (mean squared error)"}


def _conventions(configs: Sequence[RunConfig]) -> str:
    lines = [
        "Conventions",
        f"{MEANINGS[configs[0].score]}: in inference mode, on the whole set; epochs count when whole.",
        "Quantiles: values of single seeds (inverted_cdf), never a mean of two. First: strictly; ties are counted apart.",
    ]
    normalised = [config for config in configs if any(config.normalised_layers)]
    if normalised:
        momenta, epsilons = (sorted({getattr(c, name) for c in normalised}) for name in ("bn_momentum", "eps"))
        lines += [
            f"BN momentum m = {_listed(momenta)}, with Keras's meaning: running = m * running + (1 - m) * batch.",
            f"PyTorch calls 1 - m momentum: {_listed([round(1 - m, 12) for m in momenta])}.",
            "Variance: biased (divided by the batch size), in training and in the running statistics.",
            f"BN epsilon {_listed(epsilons)}: added to the variance before the root (Keras 1e-3, PyTorch 1e-5).",
        ]
    return "\n".join(lines)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def field_table() -> str:
    """Return every field of `RunConfig` with its default, its bounds and what it does.

    Examples
    --------
    >>> field_table().splitlines()[2][:35]
    'dataset         circles          Th'
    """
    default = RunConfig()
    lines = []
    for group in dict.fromkeys(spec.group for spec in SPECS.values()):
        lines.append(f"{group}\n")
        for name, spec in ((n, s) for n, s in SPECS.items() if s.group == group):
            lines.append(f"{name:<15} {format_value(name, getattr(default, name)):<16} {spec.help}\n{'':<32} {_allowed(name)}\n")
    return "\n".join(lines)


def _allowed(name: str) -> str:
    spec = SPECS[name]
    if spec.choices:
        words = " | ".join(spec.choices)
    elif spec.kind == "bool":
        words = "true | false"
    elif spec.kind == "sizes":
        words = f"none, or {spec.lower:g} to {spec.upper:g} widths with commas between them"
    elif spec.kind == "layers":
        words = "all | none | layers counted from 1, with commas between them"
    elif spec.kind == "table":
        words = f"none, or {spec.lower:g} to {spec.upper:g} {spec.unit} x,y,class with semicolons between them"
    else:
        words = f"{spec.lower:g}..{spec.upper:g} {spec.unit}".rstrip()
    return f"({words}{', or none' if spec.optional else ''}{f'; {spec.reason}' if spec.reason else ''})"


def grid(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines with aligned columns: the first to the left, the others to the right.

    Parameters
    ----------
    rows : sequence of sequence of str
        All of the same length.

    Examples
    --------
    >>> print(grid([["", "60 %"], ["with BN", "5"]]))
             60 %
    with BN     5
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )
